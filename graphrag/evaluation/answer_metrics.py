"""How well an answer's text agrees with the gold answers, after SQuAD's normalisation.

All three measures are strict: they compare whole normalised answers or their words. The *Hit* that GNN-RAG and RoG
report counts a gold answer found anywhere inside the output, so a long output scores well there and not here; figures
of the two kinds must not be put side by side.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

_ASCII_PUNCTUATION = frozenset(string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalize_answer(text: str) -> str:
    """Return an answer lower-cased, without punctuation and English articles, its words joined by one space.

    On ASCII this is SQuAD's official normalisation [1]_. Beyond ASCII the text is brought to NFKC and everything that
    Unicode calls punctuation goes too.

    Parameters
    ----------
    text
        An answer as written.

    Returns
    -------
    str
        May be empty: ``"The"`` and ``"?"`` have nothing left.

    References
    ----------
    .. [1] Rajpurkar et al., SQuAD: 100,000+ Questions for Machine Comprehension of Text, 2016, section 6.1.

    Examples
    --------
    >>> normalize_answer(" The Beatles' “Let It Be” (a song)")
    'beatles let it be song'
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(character for character in folded if not _is_punctuation(character))
    return " ".join(_ARTICLES.sub(" ", kept).split())


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """Return 1 if the prediction equals a gold answer after normalisation, else 0.

    Parameters
    ----------
    prediction
        The answer's text; empty when there is none.
    answers
        Gold answers or aliases, of which the best counts. Those with nothing left after normalisation count only if
        no other is given, and then equal only a prediction with nothing left (the rule of SQuAD 2).

    Returns
    -------
    float
        0 or 1; never above :func:`f1`.

    Raises
    ------
    ValueError
        If there is no gold answer.

    Examples
    --------
    >>> exact_match("the Eiffel Tower.", ["Tour Eiffel", "Eiffel tower"])
    1.0
    """
    return _best(prediction, answers, lambda predicted, gold: float(predicted == gold))


def f1(prediction: str, answers: Sequence[str]) -> float:
    """Return the harmonic mean of word precision and word recall against the best gold answer.

    Words are what white space separates after normalisation, as SQuAD has it: a text in a script without spaces is
    one word.

    Parameters
    ----------
    prediction, answers
        As for :func:`exact_match`.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If there is no gold answer.

    Examples
    --------
    >>> f1("in London, England", ["London"])
    0.5
    """
    return _best(prediction, answers, _word_f1)


def hits_at_1(prediction: str, answers: Sequence[str]) -> float:
    r"""Return 1 if the first predicted answer equals any gold answer after normalisation, else 0.

    For questions to a knowledge graph, where a question may have many right answers and a reader lists several, one a
    line: the first line with text is the first answer. On a prediction of one line this is :func:`exact_match`.

    Parameters
    ----------
    prediction, answers
        As for :func:`exact_match`.

    Returns
    -------
    float
        0 or 1.

    Raises
    ------
    ValueError
        If there is no gold answer.

    Examples
    --------
    >>> hits_at_1("Tracker\nJaws", ["River Queen", "Tracker"]), hits_at_1("Jaws\nTracker", ["Tracker"])
    (1.0, 0.0)
    """
    lines = (line for line in prediction.splitlines() if line.strip())
    return exact_match(next(lines, ""), answers)


def _is_punctuation(character: str) -> bool:
    # SQuAD removes all of string.punctuation, of which Unicode calls nine characters ("$+<=>^`|~") symbols.
    return character in _ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")


def _best(prediction: str, answers: Sequence[str], score: Callable[[str, str], float]) -> float:
    if not answers:
        raise ValueError("Expected 'answers' to hold at least one gold answer (got none)")
    predicted = normalize_answer(prediction)
    golds = {normalize_answer(answer) for answer in answers}
    return max(score(predicted, gold) for gold in golds - {""} or golds)


def _word_f1(predicted: str, gold: str) -> float:
    predicted_words, gold_words = predicted.split(), gold.split()
    if not predicted_words or not gold_words:
        return float(predicted_words == gold_words)
    num_common = (Counter(predicted_words) & Counter(gold_words)).total()
    return 2 * num_common / (len(predicted_words) + len(gold_words))
