"""Cutting text into passages of whole sentences within a budget of words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphrag.text import split_sentences, word_tokens

# No prose comes near so many characters a word; longer "words" count as several, which bounds a passage's length.
_CHARACTERS_PER_TOKEN = 25
# The most words that one character stands for after NFKC is 6 (U+3316).
_MIN_BUDGET = 8
_LONGEST_WORD = _CHARACTERS_PER_TOKEN * _MIN_BUDGET
_NOT_SPACE = re.compile(r"\S+")

_Piece = tuple[int, int, int]
"""Start, end and size of what a passage is put together from."""


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """How prose is cut into passages.

    Parameters
    ----------
    max_tokens
        The most words in a passage, as :func:`graphrag.text.word_tokens` counts them; at least 8.
    overlap_tokens
        The most words that a passage repeats from the end of the one before, in whole sentences; at most half of
        ``max_tokens``.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """

    max_tokens: int = 200
    overlap_tokens: int = 30

    def __post_init__(self) -> None:
        if self.max_tokens < _MIN_BUDGET:
            raise ValueError(f"Expected 'max_tokens' to be at least {_MIN_BUDGET} (got {self.max_tokens})")
        if not 0 <= self.overlap_tokens <= self.max_tokens // 2:
            limit = self.max_tokens // 2
            raise ValueError(f"Expected 'overlap_tokens' to be in [0, {limit}] (got {self.overlap_tokens})")


def split_text(text: str, settings: SplitSettings) -> list[str]:
    """Return the passages of a text, each a slice of it, in order.

    A passage holds as many sentences as fit; a sentence that alone is over the budget is cut between words. Every word
    of the text is in a passage. A word of more than 25 characters counts as one per 25, and one of more than 200 may
    be cut. Only a run of characters that stand for several words each (``½``, ``ﷺ``) may exceed the budget: it cannot
    be cut without changing words.

    Parameters
    ----------
    text
        Any text; empty or blank gives no passage.
    settings
        Budget and overlap.

    Returns
    -------
    list of str
        The same for the same text.

    Examples
    --------
    >>> settings = SplitSettings(max_tokens=8, overlap_tokens=3)
    >>> split_text("Ada wrote notes. She was ill. She met Charles Babbage.", settings)
    ['Ada wrote notes. She was ill.', 'She was ill. She met Charles Babbage.']
    """
    budget = settings.max_tokens
    pieces = [piece for start, end in split_sentences(text) for piece in _pieces(text, start, end, budget)]
    passages = []
    first, size = 0, 0
    for index, (_, _, piece_size) in enumerate(pieces):
        if index > first and size + piece_size > budget:
            passages.append(text[pieces[first][0] : pieces[index - 1][1]])
            first, size = _overlap(pieces, index, min(settings.overlap_tokens, budget - piece_size))
        size += piece_size
    if pieces:
        passages.append(text[pieces[first][0] : pieces[-1][1]])
    return passages


def _overlap(pieces: list[_Piece], index: int, room: int) -> tuple[int, int]:
    """Return the first piece to repeat before ``pieces[index]``, and the size of all repeated ones."""
    first, size = index, 0
    while first and size + pieces[first - 1][2] <= room:
        first -= 1
        size += pieces[first][2]
    return first, size


def _size(text: str) -> int:
    """Return the words of a text, or its length in words of 25 characters, if that is more."""
    return max(len(word_tokens(text)), -(-len(text) // _CHARACTERS_PER_TOKEN))


# The same words come again and again.
_word_size = lru_cache(maxsize=1 << 16)(_size)


def _pieces(text: str, start: int, end: int, budget: int) -> Iterator[_Piece]:
    """Yield a sentence whole if it is within the budget, else in parts that are."""
    # The length alone tells that a very long sentence is over the budget: its words need no counting twice.
    if end - start <= budget * _CHARACTERS_PER_TOKEN and (whole := _size(text[start:end])) <= budget:
        yield start, end, whole
        return
    part_start, part_end, size = start, start, 0
    for unit_start, unit_end, unit_size in _units(text, start, end, budget):
        if size and size + unit_size > budget:
            yield part_start, part_end, size
            part_start, size = unit_start, 0
        part_end = unit_end
        size += unit_size
    yield part_start, part_end, size


def _units(text: str, start: int, end: int, budget: int) -> Iterator[_Piece]:
    """Yield what stands between white space; in parts, if it is over the budget itself (scripts without spaces)."""
    for match in _NOT_SPACE.finditer(text, start, end):
        unit = match.group()
        size = _word_size(unit) if len(unit) <= _CHARACTERS_PER_TOKEN else _size(unit)
        if size <= budget:
            yield match.start(), match.end(), size
        else:
            yield from _cut(text, match.start(), match.end(), budget // _MIN_BUDGET)


def _cut(text: str, start: int, end: int, step: int) -> Iterator[_Piece]:
    """Yield parts of about ``step`` characters that end where a word ends."""
    while end - start > step:
        cut = _word_end(text, start, start + step, min(end, start + max(step, _LONGEST_WORD)))
        yield start, cut, _size(text[start:cut])
        start = cut
    if start < end:
        yield start, end, _size(text[start:end])


def _word_end(text: str, start: int, cut: int, limit: int) -> int:
    """Return the first position from ``cut`` on, but at most ``limit``, where no word goes on."""
    letter = cut - 1
    while letter > start and _is_mark(text[letter]):
        letter -= 1
    while cut < limit:
        if not _is_mark(text[cut]):
            if not _belong_together(text[letter:cut], text[cut]):
                break
            letter = cut
        cut += 1
    return cut


def _is_mark(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character).startswith("M")


@lru_cache(maxsize=1 << 16)
def _belong_together(left: str, right: str) -> bool:
    """Return whether a word goes on from a letter with its marks to the next letter."""
    return len(word_tokens(left + right)) < len(word_tokens(left)) + len(word_tokens(right))
