"""Triples of a sentence: what its words say between the names."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors import lexicon
from extractors.words import Words
from graphrag.types import Triple

MAX_RELATION_WORDS = 8
"""Of a longer stretch between two names the last eight words are the relation."""

MAX_PHRASE_WORDS = 8
"""A longer description is no entity."""

_LIST_MARKS = frozenset({",", "and", "or", "&", ";", "as", "well", "the", "a", "an", "with", "/"}) - {"with"}
_CLAUSE_MARKS = frozenset({",", ";", ":", ")", "]", "–", "—", "--"})
_LEADING_DROPPED = (
    lexicon.CONJUNCTIONS
    | lexicon.PRONOUNS
    | frozenset("who which that where when while also then whom whose 's ’s the a an".split())
)
_TRAILING_DROPPED = lexicon.ARTICLES | lexicon.POSSESSIVES | lexicon.CONJUNCTIONS
_COPULAS = frozenset({"is", "was", "are", "were"})
_PHRASE_ENDS = (
    lexicon.PREPOSITIONS
    | lexicon.CONJUNCTIONS
    | lexicon.PARTICIPLES
    | frozenset("who which that where when while whose is was are were has had".split())
)


@dataclass(frozen=True, slots=True)
class Item:
    """A name at its place: words ``start`` to ``end - 1`` that stand for ``text``."""

    start: int
    end: int
    text: str
    label: str


def sentence_triples(words: Words, first: int, last: int, items: Sequence[Item], topic: str) -> list[Triple]:
    """Return the triples of one sentence.

    Parameters
    ----------
    words
        The whole text.
    first, last
        The sentence is words ``first`` to ``last - 1``.
    items
        Its names, dates, numbers and resolved pronouns, in order.
    topic
        What the text is about; the subject of a sentence that names none. May be empty.
    """
    if not items:
        return []
    return _Sentence(words, first, last, list(items), topic).triples()


def relation_phrase(words: Words, start: int, end: int) -> str:
    """Return words ``start`` to ``end - 1`` as a relation: the last clause, trimmed, at most eight words.

    Examples
    --------
    >>> from extractors.words import read_words
    >>> words = read_words(", who was the second son of")
    >>> relation_phrase(words, 0, len(words))
    'was the second son of'
    """
    while end > start and (not words.words[end - 1][0].isalnum() or words.words[end - 1].lower() in _TRAILING_DROPPED):
        end -= 1
    for i in range(end - 2, start, -1):
        if words.words[i - 1] in _CLAUSE_MARKS:
            start = i
            break
    while start < end and (not words.words[start][0].isalnum() or words.words[start].lower() in _LEADING_DROPPED):
        start += 1
    return words.between(max(start, end - MAX_RELATION_WORDS), end)


def description(words: Words, start: int, end: int) -> tuple[int, int]:
    """Return the noun phrase that begins at a word: up to the first preposition, participle or mark."""
    i = start
    while i < end and words.words[i].lower() in _COPULAS | lexicon.ARTICLES | {"one", "of"}:
        i += 1
    begin = i
    while i < end and i - begin <= MAX_PHRASE_WORDS:
        word = words.words[i]
        if word.lower() in _PHRASE_ENDS or not (word[0].isalnum() or word in {"-", "/", "&"}):
            break
        i += 1
    return (begin, i) if 2 <= i - begin <= MAX_PHRASE_WORDS else (begin, begin)


class _Sentence:
    def __init__(self, words: Words, first: int, last: int, items: list[Item], topic: str) -> None:
        self.words, self.first, self.last, self.items, self.topic = words, first, last, items, topic
        self.sentence = words.between(first, last)[:1000]
        self.found: list[Triple] = []
        subject = self._subject_position()
        self.subject = items[subject] if subject is not None else Item(first, first, topic, "TITLE")
        self.subject_index = subject if subject is not None else -1

    def triples(self) -> list[Triple]:
        if not self.subject.text:
            self.subject, self.subject_index = self.items[0], 0
        self._copula()
        self._leading()
        self._following()
        return self.found

    def _subject_position(self) -> int | None:
        """Return the first name that no opening phrase ("In 1990 in Paris, …") holds."""
        begin = self.first
        if self.words.words[begin].lower() in lexicon.PREPOSITIONS:
            begin = next((i for i in range(begin, self.last) if self.words.words[i] == ","), begin)
        for index, item in enumerate(self.items):
            if item.start >= begin and item.label in {"TITLE", "NAME"}:
                return index
        return None

    def _copula(self) -> None:
        start = self.subject.end
        if start < self.last and self.words.words[start] == "(":
            closing = next((i for i in range(start, min(start + 60, self.last)) if self.words.words[i] == ")"), start)
            start = closing + 1
        if start < self.last and self.words.words[start].lower() in _COPULAS:
            begin, end = description(self.words, start, self.last)
            if begin < end:
                self._add(self.subject.text, self.words.words[start], self.words.between(begin, end), 0.9)

    def _leading(self) -> None:
        after = self.items[self.subject_index + 1].start if self.subject_index + 1 < len(self.items) else self.last
        verb = self._phrase(self.subject.end, min(after, self.subject.end + 6))
        for item in self.items[: max(self.subject_index, 0)]:
            relation = verb or self._phrase(self.first, item.start)
            self._add(self.subject.text, relation, item.text, 0.5)

    def _following(self) -> None:
        previous, relation, depth, owner = self.subject, "", 0, self.subject
        for item in self.items[self.subject_index + 1 :]:
            gap = self.words.words[previous.end : item.start]
            depth, opened = self._depth(depth, gap)
            if opened:
                owner = previous
            phrase = self._phrase(previous.end, item.start)
            if depth:
                self._add(owner.text, phrase or self._life(previous, owner, item), item.text, 0.9)
            else:
                listed = all(word.lower() in _LIST_MARKS for word in gap)
                relation = relation if listed else phrase or relation
                self._add(self.subject.text, relation, item.text, 0.8)
                coordinated = bool(gap) and gap[0].lower() in lexicon.CONJUNCTIONS
                if (
                    previous is not self.subject
                    and phrase
                    and not listed
                    and not coordinated
                    and previous.label in {"TITLE", "NAME"}
                ):
                    self._add(previous.text, phrase, item.text, 0.5)
            previous = item

    @staticmethod
    def _depth(depth: int, gap: Sequence[str]) -> tuple[int, bool]:
        opened = False
        for word in gap:
            if word == "(":
                depth, opened = depth + 1, True
            elif word == ")":
                depth, opened = max(0, depth - 1), False
        return depth, opened and depth > 0

    def _life(self, previous: Item, owner: Item, item: Item) -> str:
        """Name the dates in "(5 May 1990 – 3 June 2000)", which stand there without a word."""
        if item.label != "DATE" or owner.label not in {"NAME", "TITLE"}:
            return ""
        if previous.label == "DATE":
            return "died"
        return "born" if any(w in "–-—" for w in self.words.words[item.end : item.end + 1]) else ""

    def _phrase(self, start: int, end: int) -> str:
        return relation_phrase(self.words, start, end)

    def _add(self, head: str, relation: str, tail: str, confidence: float) -> None:
        if head and relation and tail and head != tail:
            self.found.append(Triple(head, relation, tail, confidence, self.sentence))
