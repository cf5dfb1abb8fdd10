"""One label for one name: what a text says of a name in one place counts in all others."""

from collections.abc import Sequence

from extractors.pipeline.decoding import Floats, Span
from extractors.pipeline.labels import ENTITY_LABELS

_PERSON = ENTITY_LABELS.index("PERSON")


_LETTERED = frozenset({"PERSON", "ORG", "LOC", "NORP"})
_EDGES = frozenset(',;:()[]{}-–—/"') | {
    "of",
    "for",
    "the",
    "in",
    "and",
    "at",
    "by",
    "to",
    "a",
    "an",
    "on",
    "from",
    "'s",
}


def tidied(words: Sequence[str], spans: Sequence[Span]) -> list[Span | None]:
    """Return spans without marks and small words at their edges; none for what is left of no name.

    In a text that writes names with capitals, words in lower case are no name, though they may be a term.

    Examples
    --------
    >>> words = ["The", "Liberal", "Party", "of", "(", "second", ")"]
    >>> tidied(words, [Span(1, 4, "ORG"), Span(5, 6, "ORG"), Span(4, 5, "LOC")])
    [Span(start=1, end=3, label='ORG'), None, None]
    """
    cased = any(word[:1].isupper() for span in spans for word in words[span.start : span.end])
    found: list[Span | None] = []
    for start, end, label in spans:
        while start < end and words[start] in _EDGES:
            start += 1  # noqa: PLW2901
        while start < end and words[end - 1] in _EDGES:
            end -= 1  # noqa: PLW2901
        text = "".join(words[start:end])
        is_name = label == "TERM" or not cased or text != text.lower() or text == text.upper()
        has_letters = any(map(str.isalpha, text)) or (label not in _LETTERED and any(map(str.isdigit, text)))
        found.append(Span(start, end, label) if is_name and has_letters else None)
    return found


def agreed_labels(names: Sequence[tuple[str, ...]], scores: Sequence[Floats]) -> list[str]:
    """Return a label per mention, the same for equal names; full names have a say in the surnames they end in.

    Parameters
    ----------
    names
        The words of each mention.
    scores
        Per mention the score of every label.

    Examples
    --------
    >>> import numpy as np
    >>> def score(**labels):
    ...     return np.array([labels.get(label, 0.0) for label in ENTITY_LABELS], np.float32)
    >>> scores = [score(PERSON=2), score(LOC=0.6, PERSON=0.4), score(LOC=1)]
    >>> agreed_labels([("Ann", "Green"), ("Green",), ("Rome",)], scores)
    ['PERSON', 'PERSON', 'LOC']
    """
    totals: dict[tuple[str, ...], Floats] = {}
    surnames: dict[tuple[str, ...], Floats] = {}
    for name, score in zip(names, scores, strict=True):
        totals[name] = totals.get(name, 0) + score
    for name, total in totals.items():
        if len(name) > 1 and total.argmax() == _PERSON:
            surnames[name[-1:]] = surnames.get(name[-1:], 0) + total
    return [ENTITY_LABELS[int((totals[name] + surnames.get(name, 0)).argmax())] for name in names]


def relabelled(words: Sequence[str], spans: Sequence[Span], scores: Sequence[Floats]) -> list[Span]:
    """Return the spans of a text with labels agreed upon over the whole of it."""
    names = [tuple(words[span.start : span.end]) for span in spans]
    labels = agreed_labels(names, scores)
    return [Span(span.start, span.end, label) for span, label in zip(spans, labels, strict=True)]
