"""What could be an answer: names, dates, numbers, adjectives of nations and plain phrases of a sentence."""

import re
from collections.abc import Callable
from typing import NamedTuple

from extractors.dates import find_dates, find_numbers
from graphrag.reading.nations import find_nations

CLASSES = ("name", "date", "year", "number", "nation", "phrase", "quoted", "span")

_CAPITAL = r"(?:[^\W\d_a-z]|[A-ZÀ-ÞĀ-Ž])[\w'’.&-]*"
_NAME = re.compile(
    rf"(?<![\w'’]){_CAPITAL}(?:(?:\s+|\s?-\s?|,\s+(?=(?:Jr|Sr)\b))"
    rf"(?:(?:de|la|le|du|von|van|der|den|di|da|del|al|el|bin|ibn|y|zu|'s)\s+){{0,2}}(?:{_CAPITAL}|\d+[a-z]{{0,2}}\b))*"
)
_JOINER = re.compile(r"\s+(?:of(?: the)?|the|and(?: the)?|for(?: the)?|at(?: the)?|&|to the)\s+|,\s+|\s?[–—]\s?")
_MAX_ATOMS = 4
_QUOTED = re.compile(r"[\"“]\s?([^\"“”]{2,60}?)[\"”]")
_PHRASE = re.compile(
    r"\b(?:an?|as|the|of|by|his|her|its|their|in|is|was|were|are|for|and|or|from|with|to|called)\s+(?:(?:an?|the|his|her|its|their)\s+)?((?:[a-z][\w-]*\s+){0,4}[a-z][\w-]*)"
)
_STOP = re.compile(
    r"\b(?:and|or|of|in|at|on|by|for|with|from|to|that|which|who|is|was|were|are|as|but|the|a|an|his|her|its|their|it|he|"
    r"she|they|be|been|has|had|have|when|where|after|before|during|while|not|also|than|into|this|these|those)\b"
)
_TRIM = " ,.;:'\"-–()[]"
_MAX_NAME = 90


class Candidate(NamedTuple):
    """A candidate of a sentence: where it stands in the text, what it reads, and its class, a position in `CLASSES`."""

    start: int
    end: int
    text: str
    kind: int


def candidates(text: str, start: int, end: int) -> list[Candidate]:
    """Return the candidates of a sentence, given by its start and end in a text, without repetition.

    Examples
    --------
    >>> [one.text for one in candidates("She died in Bergen, Norway on 3 May 1901.", 0, 41)]
    ['She', 'Bergen', 'Bergen, Norway', 'Norway', 'May 1901', '3 May 1901', '1901', '3']
    """
    sentence = text[start:end]
    found: dict[tuple[int, int], int] = {}

    def add(low: int, high: int, kind: str) -> None:
        while low < high and sentence[low] in _TRIM:
            low += 1
        while high > low and sentence[high - 1] in _TRIM and not sentence[low:high].endswith((" Jr.", " Sr.")):
            high -= 1
        if high > low and high - low <= _MAX_NAME:
            found.setdefault((low, high), CLASSES.index(kind))

    _add_names(sentence, add)
    for low, high in find_dates(sentence):
        add(low, high, "date")
        for year in re.finditer(r"\d{4}", sentence[low:high]):
            add(low + year.start(), low + year.end(), "year")
    for low, high in find_numbers(sentence):
        add(low, high, "number")
        digits = re.match(r"[\d,.]+", sentence[low:high])
        if digits:
            add(low, low + digits.end(), "number")
    for low, _, by_adjective in find_nations(sentence):
        word = re.match(r"\w+", sentence[low:])
        if by_adjective and word:
            add(low, low + word.end(), "nation")
    for match in _QUOTED.finditer(sentence):
        add(match.start(1), match.end(1), "quoted")
    for match in _PHRASE.finditer(sentence):
        _add_phrase(match, add)
    return [Candidate(start + a, start + b, sentence[a:b], kind) for (a, b), kind in found.items()]


def _add_names(sentence: str, add: Callable[[int, int, str], None]) -> None:
    """Add capitalised runs, and what short words or commas join to one name."""
    atoms = [match.span() for match in _NAME.finditer(sentence)]
    for first, (low, high) in enumerate(atoms):
        add(low, high, "name")
        if sentence[low:high].startswith("The "):
            add(low + 4, high, "name")
        for last in range(first + 1, min(first + _MAX_ATOMS, len(atoms))):
            if not _JOINER.fullmatch(sentence, atoms[last - 1][1], atoms[last][0]):
                break
            add(low, atoms[last][1], "name")


def _add_phrase(match: re.Match[str], add: Callable[[int, int, str], None]) -> None:
    low, high = match.span(1)
    stop = _STOP.search(match.string, low, high)
    high = stop.start() if stop else high
    words = list(re.finditer(r"[\w-]+", match.string[low:high]))
    for first in range(len(words)):
        add(low + words[first].start(), low + words[-1].end(), "phrase")
        if first == 0 and len(words) > 1:
            add(low, low + words[-2].end(), "phrase")
