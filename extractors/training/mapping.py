"""How each corpus's entity tags are read: per word a set of tags of ours that its annotation allows.

Corpora that lump types together (Wikigold's MISC) or leave some out (Universal NER knows three) allow several tags;
training maximizes the probability of the whole set, so every corpus teaches what it says and nothing else.
"""

import re
from collections.abc import Iterable, Sequence

from extractors.pipeline.labels import ENTITY_LABELS, OUTSIDE, TAG_INDEX, TAGS

Allowed = int
"""A set of tags as bits; bit i stands for ``TAGS[i]``."""

ANY: Allowed = (1 << len(TAGS)) - 1
NAMES = tuple(label for label in ENTITY_LABELS if label != "TERM")
OTHER_NAMES = ("NORP", "WORK", "EVENT", "PRODUCT", "MISC")

CROSSNER_LABELS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("person", "politician", "writer", "scientist", "researcher", "musical artist"), ("PERSON",)),
    **dict.fromkeys(("organization", "organisation", "band", "political party", "university"), ("ORG",)),
    **dict.fromkeys(("location", "country", "astronomical object"), ("LOC",)),
    **dict.fromkeys(("book", "poem", "song", "album"), ("WORK",)),
    **dict.fromkeys(("magazine", "academic journal"), ("WORK", "ORG")),
    **dict.fromkeys(("event", "election"), ("EVENT",)),
    "conference": ("EVENT", "ORG"),
    **dict.fromkeys(("product", "program language"), ("PRODUCT",)),
    "award": ("MISC",),
    **dict.fromkeys(("else", "misc"), (*OTHER_NAMES, "TERM")),
}
"""Labels of ours for CrossNER's types; every other type is a term."""

WNUT_LABELS: dict[str, tuple[str, ...]] = {
    "person": ("PERSON",),
    "location": ("LOC",),
    "corporation": ("ORG",),
    "group": ("ORG", "NORP"),
    "creative-work": ("WORK",),
    "product": ("PRODUCT",),
}
WIKIGOLD_LABELS: dict[str, tuple[str, ...]] = {
    "PER": ("PERSON",),
    "LOC": ("LOC",),
    "ORG": ("ORG",),
    "MISC": OTHER_NAMES,
}
UNER_LABELS: dict[str, tuple[str, ...]] = {"PER": ("PERSON",), "LOC": ("LOC",), "ORG": ("ORG",), "OTH": OTHER_NAMES}

_PEOPLES = re.compile(
    r"(?:.{2,}(?:ese|ish|ian|ean|ican)s?|german|roman|french|dutch|greek|czech|thai|iraqi|israeli|pakistani|swiss|welsh|scots"
    r"|arab|jew|muslim|christian|hindu|sikh|kurd|afghan|african|asian|catholic|protestant|buddhist|hindi|tamil|turk|serb|croat)s?",
    re.IGNORECASE,
)


def tag_set(labels: Iterable[str], prefixes: str = "BI", *, outside: bool = False) -> Allowed:
    """Return the set of the tags with given prefixes and labels, with the outside tag if asked for."""
    bits = 1 << TAG_INDEX[OUTSIDE] if outside else 0
    for label in labels:
        for prefix in prefixes:
            bits |= 1 << TAG_INDEX[f"{prefix}-{label}"]
    return bits


NOTHING: Allowed = tag_set((), outside=True)


def mark_span(allowed: list[Allowed], start: int, end: int, labels: Iterable[str]) -> None:
    """Set the tags of the words from ``start`` up to ``end`` to one entity with one of the labels."""
    labels = tuple(labels)
    allowed[start] = tag_set(labels, "B")
    for position in range(start + 1, end):
        allowed[position] = tag_set(labels, "I")


def _spans(raw: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return (start, end, type) of the runs of one type; ``B-`` begins a new one."""
    spans: list[tuple[int, int, str]] = []
    for position, tag in enumerate(raw):
        prefix, _, kind = tag.partition("-")
        if not kind:
            continue
        if spans and prefix == "I" and spans[-1][1] == position and spans[-1][2] == kind:
            spans[-1] = (spans[-1][0], position + 1, kind)
        else:
            spans.append((position, position + 1, kind))
    return spans


def _narrowed(words: Sequence[str], labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``NORP`` alone where it is possible and the words name a people, no ``NORP`` where they do not."""
    if "NORP" not in labels or len(labels) == 1:
        return labels
    if len(words) == 1 and _PEOPLES.fullmatch(words[0]):
        return ("NORP",)
    return tuple(label for label in labels if label != "NORP")


def wikigold_tags(raw: Sequence[str], words: Sequence[str]) -> list[Allowed]:
    """Return the allowed tags for Wikigold's; a word outside of its names is outside or part of a term."""
    allowed = [tag_set(("TERM",), outside=True)] * len(raw)
    for start, end, kind in _spans(raw):
        mark_span(allowed, start, end, _narrowed(words[start:end], WIKIGOLD_LABELS[kind]))
    return allowed


def wnut_tags(raw: Sequence[str], words: Sequence[str]) -> list[Allowed]:
    """Return the allowed tags for WNUT17's, which marks no peoples and no events."""
    allowed = [tag_set(("NORP", "EVENT", "MISC") if word[:1].isupper() else (), outside=True) for word in words]
    for start, end, kind in _spans(raw):
        mark_span(allowed, start, end, _narrowed(words[start:end], WNUT_LABELS[kind]))
    return allowed


def uner_tags(raw: Sequence[str], words: Sequence[str], upos: Sequence[str]) -> list[Allowed]:
    """Return the allowed tags for Universal NER's: its names; for capitalized words, other kinds too."""
    allowed = []
    for word, part in zip(words, upos, strict=True):
        if part == "ADJ" and word[:1].isupper() and _PEOPLES.fullmatch(word):
            allowed.append(tag_set(("NORP",), "B"))
        elif part == "PROPN" and word[:1].isupper():
            allowed.append(tag_set(OTHER_NAMES, outside=True))
        else:
            allowed.append(NOTHING)
    for start, end, kind in _spans(raw):
        if kind in UNER_LABELS:
            mark_span(allowed, start, end, _narrowed(words[start:end], UNER_LABELS[kind]))
    return allowed


def crossner_tags(words: Sequence[str], starts: Sequence[int], spans: Iterable[tuple[int, int, str]]) -> list[Allowed]:
    """Return the allowed tags for CrossNER's spans of characters; a domain does not mark every common term."""
    allowed = [tag_set(("TERM",), outside=True)] * len(words)
    ends = [start + len(word) for word, start in zip(words, starts, strict=True)]
    for first, last, kind in spans:
        inside = [position for position, start in enumerate(starts) if start < last and ends[position] > first]
        if inside:
            labels = CROSSNER_LABELS.get(kind, ("TERM",))
            mark_span(allowed, inside[0], inside[-1] + 1, _narrowed(words[inside[0] : inside[-1] + 1], labels))
    return allowed


CORE_LABELS = ("PERSON", "ORG", "LOC")
"""The labels that every corpus marks."""


def allowed_spans(allowed: Sequence[Allowed]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Return (start, end, possible labels) of the entities that allowed tags describe.

    Examples
    --------
    >>> allowed = [NOTHING, NOTHING, NOTHING]
    >>> mark_span(allowed, 1, 3, ["LOC", "ORG"])
    >>> allowed_spans(allowed)
    [(1, 3, ('ORG', 'LOC'))]
    """
    begin, inside = tag_set(ENTITY_LABELS, "B"), tag_set(ENTITY_LABELS, "I")
    spans: list[tuple[int, int, tuple[str, ...]]] = []
    for position, tags in enumerate(allowed):
        if tags & begin and not tags & ~begin:
            labels = tuple(label for label in ENTITY_LABELS if tags & tag_set((label,), "B"))
            spans.append((position, position + 1, labels))
        elif tags & inside and not tags & ~inside and spans:
            spans[-1] = (spans[-1][0], position + 1, spans[-1][2])
    return spans
