"""Names, titles, dates and numbers in a text, by rules over its words."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors import lexicon
from extractors.dates import find_dates, find_numbers
from extractors.words import PARTICLES, Words

LABELS = ("TITLE", "NAME", "DATE", "NUMBER")
"""Titles (the text's own and quoted ones), other names, dates, numbers."""

MAX_NAME_WORDS = 16
"""A longer name is cut there, and what follows is the next name."""

MAX_NAME_CHARACTERS = 200
"""A longer name is no name."""

MAX_KNOWN_WORDS = 50_000
"""Words whose kind is kept for the next time."""

_MAX_QUOTED_WORDS = 14
_OPENING = {'"': '"', "“": "”", "„": "”", "«": "»", "``": "''", "「": "」", "『": "』", "《": "》", "‘": "’"}
_STARTERS = frozenset('"“„«`([:•*–—') | {"``", "‘"}
_HYPHENS = frozenset("-‐‑")
_QUOTES = frozenset({'"', "“", "``"})


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Words ``start`` to ``end - 1``, with a label: ``TITLE``, ``NAME``, ``DATE`` or ``NUMBER``."""

    start: int
    end: int
    label: str


def find_spans(
    words: Words,
    sentence_starts: Iterable[int],
    titles: Sequence[Sequence[str]] = (),
    short_forms: Sequence[Sequence[str]] = (),
) -> list[Span]:
    """Return the spans of a text, in order and apart from one another.

    Parameters
    ----------
    words
        The text.
    sentence_starts
        Positions of the first words of sentences.
    titles
        Names that the text is known to speak of, as words; found wherever they stand, whatever they look like.
    short_forms
        Parts of such names, as words; found where they are no part of a longer name.
    """
    finder = _Finder(words, frozenset(sentence_starts))
    finder.find_known([list(title) for title in titles if title])
    finder.find_known([list(form) for form in short_forms if form], alone=True)
    finder.find_patterns(find_dates(words.text), "DATE")
    finder.find_quoted()
    finder.find_names()
    finder.find_patterns(find_numbers(words.text), "NUMBER")
    return sorted(span for span in finder.spans if _is_worthwhile(words.between(span.start, span.end), span.label))


def _is_worthwhile(text: str, label: str) -> bool:
    """Tell whether a span can be a node: no text of its own, no lone Latin letter, no bare number below 100."""
    if len(text) > MAX_NAME_CHARACTERS:
        return False
    return not (len(text) <= 2 and label == "NUMBER") and not (len(text) == 1 and label == "NAME" and text.isascii())


@lru_cache(MAX_KNOWN_WORDS)
def kind_of(word: str) -> str:
    """Return what a word looks like.

    ``U`` capitalised, ``l`` lower-case or a word of function, ``N`` number, ``F`` of a caseless script, ``p`` mark.

    Examples
    --------
    >>> "".join(map(kind_of, ["Ada", "iPhone", "of", "747", "北京", "Москва", "--"]))
    'UUlNFUp'
    """
    first = word[0]
    if first.isdigit():
        return "N"
    if first.isupper() or first.istitle():
        return "U"
    if first.islower():
        return "U" if len(word) > 2 and any(c.isupper() for c in word[1:4]) else "l"
    if first.isalpha():
        return (
            "l" if "\u3041" <= first <= "\u309f" or word in lexicon.ARABIC_FUNCTION_WORDS or word in PARTICLES else "F"
        )
    return "p"


class _Finder:
    """The state of one search: which words are taken, and what is known about the text's use of capitals."""

    def __init__(self, words: Words, sentence_starts: frozenset[int]) -> None:
        self.text = words
        self.words = words.words
        self.lower = [word.lower() for word in self.words]
        self.kinds = [kind_of(word) for word in self.words]
        self.taken = bytearray(len(words))
        self.spans: list[Span] = []
        self.initial = bytearray(len(words))
        for i in range(len(words)):
            if i in sentence_starts or (i and self.words[i - 1] in _STARTERS):
                self.initial[i] = 1
        self.capitalised = {w for i, w in enumerate(self.words) if self.kinds[i] == "U" and not self.initial[i]}
        self.lower_cased = {w for i, w in enumerate(self.words) if self.kinds[i] == "l"}

    def add(self, start: int, end: int, label: str) -> None:
        """Take words for a span."""
        self.spans.append(Span(start, end, label))
        self.taken[start:end] = b"\x01" * (end - start)

    def find_known(self, titles: list[list[str]], *, alone: bool = False) -> None:
        """Find given names, the longest first; a first word may be lower-case if nothing after it is capitalised."""
        by_first: dict[str, list[list[str]]] = {}
        for title in sorted(titles, key=len, reverse=True):
            by_first.setdefault(title[0].lower(), []).append(title)
        for i, word in enumerate(self.lower):
            for title in by_first.get(word, ()):
                end = i + len(title)
                same = self.words[i] == title[0] or self._may_be_lower(title)
                if same and self.words[i + 1 : end] == title[1:] and self._is_free(i, end, alone=alone):
                    self.add(i, end, "TITLE")
                    break

    @staticmethod
    def _may_be_lower(title: list[str]) -> bool:
        return title[0].lower() in lexicon.ARTICLES or not any(word[0].isupper() for word in title[1:])

    def _is_free(self, start: int, end: int, *, alone: bool) -> bool:
        if any(self.taken[start:end]) or self._is_part(start, end):
            return False
        joined = self.lower[end : end + 1] in (["of"], ["de"], ["von"]) and self.kinds[end + 1 : end + 2] == ["U"]
        return not (alone and joined)

    def _is_part(self, start: int, end: int) -> bool:
        """Tell whether one word stands in a longer name, such as "Paris" in "Paris Hilton"."""
        if end - start > 1 or self.kinds[start] != "U":
            return False
        before = start and self.kinds[start - 1] == "U" and not self.initial[start]
        after = end < len(self.words) and self.kinds[end] == "U" and not self.initial[end]
        part_before = before and self.lower[start - 1] not in lexicon.NOT_OF_A_NAME
        return bool(part_before or (after and self.lower[end] not in lexicon.NEVER_NAMES))

    def find_patterns(self, found: Iterable[tuple[int, int]], label: str) -> None:
        """Take spans given in characters, widened to whole words."""
        starts = self.text.starts
        ends = [begin + len(word) for begin, word in zip(starts, self.words, strict=True)]
        index = 0
        for start, end in found:
            first = bisect_right(ends, start, lo=index)
            index = bisect_left(starts, end, lo=first)
            if first < index and not any(self.taken[first:index]) and not self._begins_event(first, index):
                self.add(first, index, label)

    def _begins_event(self, start: int, end: int) -> bool:
        """Tell whether a year begins a name, as in "the 2008 Summer Olympics"."""
        if end - start > 1 or not 0 < start < len(self.words) - 1 or self.kinds[start] != "N":
            return False
        named = self.kinds[end] == "U" and self.lower[end] not in lexicon.NOT_OF_A_NAME
        return named and self.lower[start - 1] == "the" and len(self.words[start]) == 4 and not self.initial[end]

    def find_quoted(self) -> None:
        """Take quoted titles: at most 14 words of which the first is capitalised, a number or of a caseless script."""
        i = 0
        while i < len(self.words):
            closing = _OPENING.get(self.words[i])
            end = self._closing(i, closing) if closing else 0
            if end:
                last = end - 1 if self.words[end - 1] in {",", "."} else end
                if self._is_nickname(i, end):
                    i = end
                elif i + 1 < last and self.kinds[i + 1] in "UNF" and not any(self.taken[i + 1 : last]):
                    self.add(i + 1, last, "TITLE")
                i = end
            i += 1

    def _is_nickname(self, opening: int, closing: int) -> bool:
        """Tell whether quotes stand in a name: Fernando "Papi" Cortés."""
        around = opening > 0 and closing == opening + 2 and closing + 1 < len(self.words)
        return around and self.kinds[opening - 1] == self.kinds[closing + 1] == self.kinds[opening + 1] == "U"

    def _closing(self, opening: int, mark: str) -> int:
        for j in range(opening + 1, min(opening + 2 + _MAX_QUOTED_WORDS, len(self.words))):
            if self.words[j] == mark:
                return j
        return 0

    def find_names(self) -> None:
        """Take runs of capitalised words and runs of caseless scripts."""
        i = 0
        while i < len(self.words):
            if self.taken[i]:
                i += 1
            elif self.kinds[i] == "U":
                i = self._name(i)
            elif self.kinds[i] == "F":
                i = self._foreign(i)
            else:
                i += 1

    def _foreign(self, start: int) -> int:
        end = start + 1
        while end < len(self.words) and self.kinds[end] == "F" and not self.taken[end] and end - start < 4:
            end += 1
        self.add(start, end, "NAME")
        return end

    def _name(self, start: int) -> int:
        initial = self.initial[start]
        if (
            initial
            and (self.lower[start] in lexicon.FUNCTION_WORDS or self._is_opener(start))
            and self.words[start] not in self.capitalised
        ):
            return start + 1
        if initial and self.lower[start] in lexicon.NEVER_NAMES:
            return start + 1
        end = self._name_end(start)
        if end == start + 1 and self.lower[start] in lexicon.NEVER_NAMES:
            return end
        if initial and end == start + 1 and self._is_common(start):
            return end
        first = self._widened(start) if not initial else start
        first += self._honorific(first, end)
        self.add(first, end, "NAME")
        return end

    def _honorific(self, first: int, end: int) -> int:
        """Return how many words of a name are the honorific before it; lone first names keep theirs."""
        if self.lower[first] not in lexicon.HONORIFICS or end - first < 3:
            return 0
        skipped = 2 if self.words[first + 1] == "." else 1
        rest = self.lower[first + skipped : end]
        if len(rest) < 2 or rest[0] in lexicon.JOINING or rest[0] in lexicon.RANKS_AND_HONORIFICS or rest[1] == "of":
            return 0
        return skipped

    def _is_opener(self, i: int) -> bool:
        return self.lower[i].endswith(("ly", "ing")) and self.lower[i] in self.lower_cased

    def _is_common(self, i: int) -> bool:
        """Tell whether a lone capital where a sentence begins is likely a common word."""
        if self.words[i] in self.capitalised:
            return False
        following = self.lower[i + 1] if i + 1 < len(self.words) else ""
        if following in lexicon.PREPOSITIONS or (self.lower[i].endswith("s") and following in {"are", "were", "have"}):
            return True
        return self.lower[i] in self.lower_cased or self.lower[i].endswith(("ly", "ed", "ing"))

    def _widened(self, start: int) -> int:
        first = start
        while first and start - first < 3 and not self.taken[first - 1] and self.words[first - 1] in lexicon.LEADING:
            first -= 1
        if first == start and start and not self.taken[start - 1] and self._is_ordinal(start - 1):
            first -= 1
        return first

    def _is_ordinal(self, i: int) -> bool:
        word = self.words[i]
        return word[0].isdigit() and (
            word[-2:] in {"st", "nd", "rd", "th"} or (len(word) == 4 and self.lower[i - 1 : i] == ["the"])
        )

    def _name_end(self, start: int) -> int:
        end = start + 1
        limit = min(len(self.words), start + MAX_NAME_WORDS)
        while end < limit and not self.taken[end]:
            following = self._following(start, end, limit)
            if not following or any(self.taken[end:following]):
                break
            end = following
        return end

    def _following(self, start: int, at: int, limit: int) -> int:
        """Return where the name ends at least, if it goes on at a word; 0 if it does not."""
        kind = self.kinds[at]
        if kind == "U":
            return 0 if self._two_nations(at - 1, at) else at + 1
        if kind == "N":
            return at + 1 if len(self.words[at]) <= 4 and self.text.starts[at] - self.text.end(at - 1) <= 1 else 0
        if at + 1 >= limit or self.taken[at + 1]:
            return 0
        if kind == "p":
            return self._past_mark(start, at, limit)
        if self.words[at] == "for" and self.lower[at - 1] in lexicon.FOR_HEADS:
            return at + 2 if self.kinds[at + 1] == "U" else 0
        return self._joined(at, limit)

    def _past_mark(self, start: int, at: int, limit: int) -> int:
        word, capital = self.words[at], self.kinds[at + 1] == "U"
        if word == ".":
            return self._past_stop(at)
        if word == ",":
            return at + 2 if self.lower[at + 1] in lexicon.NAME_TAILS else self._rank(at + 1, limit)
        if word in _HYPHENS:
            return self._past_hyphen(at, limit)
        if word in _QUOTES and at + 3 < limit and self._is_nickname(at, at + 2):
            return at + 4
        joins = word in {"&", "·", "・"} or (self.text.touches(at) and self._possessive_goes_on(start, at))
        return at + 2 if capital and joins else 0

    def _possessive_goes_on(self, start: int, at: int) -> bool:
        """Tell whether "St. Maurice's", "Schindler's", "Workers'" may be followed by the rest of their name."""
        if self.words[at] in {"'s", "’s"}:
            return at == start + 1 or self.lower[start] in lexicon.ABBREVIATIONS
        return self.words[at] in {"'", "’"} and self.lower[at - 1].endswith("s") and not self.text.touches(at + 1)

    def _past_stop(self, at: int) -> int:
        before, following = self.words[at - 1], at + 1
        if len(before) > 1 and before.lower() not in lexicon.ABBREVIATIONS:
            return 0
        begins = self.initial[following] and len(before) > 1
        if self.kinds[following] == "U" and not begins and self.lower[following] not in lexicon.NEVER_NAMES:
            return following + 1
        return following if before.lower() in lexicon.NAME_TAILS else 0

    def _past_hyphen(self, at: int, limit: int) -> int:
        if not self.text.touches(at) or self._two_nations(at - 1, at + 1):
            return 0
        return at + 2 if self.kinds[at + 1] == "U" else self._joined(at + 1, limit)

    def _two_nations(self, first: int, second: int) -> bool:
        return self.lower[first] in lexicon.DEMONYMS and self.lower[second] in lexicon.DEMONYMS

    def _rank(self, at: int, limit: int) -> int:
        """Pass "2nd Earl" or "Duke" after the comma of "John Wallop, 2nd Earl of Portsmouth"."""
        rank = at + 1 if self._is_ordinal(at) else at
        if rank + 1 < limit and self.kinds[rank] == "U" and self.lower[rank] in lexicon.RANKS and not self.taken[rank]:
            follows = self.lower[rank + 1] in {"of", "von", "consort"} or self.kinds[rank + 1] == "U"
            return rank + 1 if follows or rank > at else 0
        return 0

    def _joined(self, at: int, limit: int) -> int:
        """Pass up to four joining words that a capital or a number follows."""
        j = at
        while (
            j < min(limit, at + 4)
            and (self.lower[j] in lexicon.JOINING or self.words[j] in _HYPHENS)
            and not self.taken[j]
        ):
            j += 1
        if j == at or j >= limit or self.taken[j]:
            return 0
        return j + 1 if self.kinds[j] == "U" and self.lower[j] not in lexicon.NEVER_NAMES else 0
