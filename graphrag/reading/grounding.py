"""Whether what was read is about what the question names: the last word on how sure an answer is."""

import re
from collections.abc import Sequence

import numpy as np

from graphrag.protocols import FloatMatrix
from graphrag.reading.links import Text
from graphrag.text import normalize_phrase

_NAME_WORD = re.compile(r"(?<=\s)[A-Z]\w{3,}")


def names_read(question: str, texts: Sequence[Text]) -> float:
    """Return the share of the words of a question's names that texts have; 1 if it has none.

    A word of a name is one of four letters or more with a capital, after the first.

    Examples
    --------
    >>> names_read("When did the Admiral Twin open in Tulsa?", [Text("Tulsa", "The Admiral is a cinema there.")])
    0.6666666666666666
    """
    words = [word for match in _NAME_WORD.finditer(question) for word in normalize_phrase(match[0]).split()]
    if not words:
        return 1.0
    known = {word for text in texts for word in normalize_phrase(f"{text.title} {text.text}").split()}
    return sum(word in known for word in words) / len(words)


def evidence(confidence: float, names: float) -> FloatMatrix:
    """Return what the grounded confidence is made of: the logit of the confidence, the share of the names read, and 1.

    Examples
    --------
    >>> evidence(0.5, 0.25).tolist()
    [0.0, 0.25, 1.0]
    """
    return np.array([logit(confidence), names, 1.0], np.float32)


NUM_EVIDENCE = 3


def logit(probability: float) -> float:
    """Return the logarithm of the odds; of a probability within 1e-4 of 0 or 1, of that bound.

    Examples
    --------
    >>> logit(0.5)
    0.0
    """
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return float(np.log(bounded / (1 - bounded)))
