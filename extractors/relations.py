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

MAX_PHRASE_CHARACTERS = 200
"""A longer relation or description is left out."""

MAX_SENTENCE_CHARACTERS = 1_000
"""A triple keeps that much of its sentence."""

COPULA, PARENTHESIS, SUBJECT, LEADING, NEIGHBOUR = 0.9, 0.9, 0.8, 0.6, 0.5
"""Confidence by the way in which a triple was found."""

_LIST_MARKS = frozenset({",", "and", "or", "&", ";", "as", "well", "the", "a", "an", "/"})
_CLAUSE_MARKS = frozenset({",", ";", ":", "–", "—"}) | {"--", ")", "]"}
_DASHES = frozenset("–-—") | {"--"}
_LEADING_DROPPED = (
    lexicon.CONJUNCTIONS
    | lexicon.PRONOUNS
    | frozenset(
        {
            "who",
            "which",
            "that",
            "where",
            "when",
            "while",
            "also",
            "then",
            "whom",
            "whose",
            "'s",
            "’s",
            "the",
            "a",
            "an",
        }
    )
)
_TRAILING_DROPPED = lexicon.ARTICLES | lexicon.POSSESSIVES | lexicon.CONJUNCTIONS
COPULAS = frozenset({"is", "was", "are", "were"})
_BEFORE_DESCRIPTION = COPULAS | lexicon.ARTICLES | {"one", "of"}
_PHRASE_ENDS = (
    lexicon.PREPOSITIONS
    | lexicon.CONJUNCTIONS
    | lexicon.PARTICIPLES
    | frozenset({"who", "which", "that", "where", "when", "while", "whose", "is", "was", "are", "were", "has", "had"})
)


@dataclass(frozen=True, slots=True)
class Item:
    """A name at its place: words ``start`` to ``end - 1`` that stand for ``text``."""

    start: int
    end: int
    text: str
    label: str


def relation_phrase(words: Words, start: int, end: int) -> str:
    """Return words ``start`` to ``end - 1`` as a relation: the last clause, trimmed, at most eight words.

    Examples
    --------
    >>> from extractors.words import read_words
    >>> words = read_words(", a duke, who was the second son of")
    >>> relation_phrase(words, 0, len(words))
    'was the second son of'
    """
    while end > start and (not words.words[end - 1][0].isalnum() or words.words[end - 1].lower() in _TRAILING_DROPPED):
        end -= 1
    start = max(_clause_start(words, start, end), end - MAX_RELATION_WORDS)
    while start < end and (not words.words[start][0].isalnum() or words.words[start].lower() in _LEADING_DROPPED):
        start += 1
    return words.between(start, end)


def _clause_start(words: Words, start: int, end: int) -> int:
    """Return where the last clause begins that is more than a preposition."""
    says_something = False
    for i in range(end - 1, max(start, end - MAX_RELATION_WORDS) - 1, -1):
        word = words.words[i]
        if word in {")", "]"} or (word in _CLAUSE_MARKS and says_something):
            return i + 1
        says_something |= word[0].isalnum() and word.lower() not in lexicon.PREPOSITIONS
    return start


def description(words: Words, start: int, end: int) -> tuple[int, int]:
    """Return the noun phrase of two to eight words after a copula: up to the first preposition, participle or mark.

    Examples
    --------
    >>> from extractors.words import read_words
    >>> words = read_words("is a 1990 American drama film directed by")
    >>> words.between(*description(words, 0, len(words)))
    '1990 American drama film'
    """
    begin = start
    while begin < end and words.words[begin].lower() in _BEFORE_DESCRIPTION:
        begin += 1
    i = begin
    while i < end and i - begin <= MAX_PHRASE_WORDS:
        word = words.words[i]
        if word.lower() in _PHRASE_ENDS or not (word[0].isalnum() or word in {"-", "/", "&"}):
            break
        i += 1
    return (begin, i) if 2 <= i - begin <= MAX_PHRASE_WORDS else (begin, begin)


class SentenceReader:
    """Reads the triples of one sentence.

    Its subject is the name that it begins with, or that follows its opening phrase ("In 1990 in Paris, …"), else the
    topic. Triples lead from the subject to every later name, from each name to the next where the words between them
    may say something of it, and from the name before a parenthesis to the names in it.

    Parameters
    ----------
    words
        The whole text.
    first, last
        The sentence is words ``first`` to ``last - 1``.
    items
        Its names, dates, numbers and resolved pronouns, in order.
    topic
        What the text is about; may be empty.
    """

    def __init__(self, words: Words, first: int, last: int, items: Sequence[Item], *, topic: str) -> None:
        self._words, self._first, self._last, self._items = words, first, last, items
        self._sentence = words.between(first, last)[:MAX_SENTENCE_CHARACTERS]
        self._found: list[Triple] = []
        self._lower = [word.lower() for word in words.words[first:last]]
        index = self._subject_index()
        if index is None and not topic and items:
            index = 0
        self._subject_at = -1 if index is None else index
        self._subject = Item(first, first, topic, "TITLE") if index is None else items[index]

    def triples(self) -> list[Triple]:
        """Return the triples, without those that say nothing or lead from a name to itself."""
        if self._subject.text:
            self._read_copula()
            self._read_leading()
            self._read_following()
        return self._found

    def _word(self, i: int) -> str:
        return self._lower[i - self._first] if self._first <= i < self._last else ""

    def _subject_index(self) -> int | None:
        opening = self._word(self._first)
        opened = opening in lexicon.CLAUSE_OPENERS or opening.endswith(("ed", "ing"))
        for index, item in enumerate(self._items):
            if item.label not in {"TITLE", "NAME"}:
                continue
            if not opened or item.start == self._first:
                return index if self._is_plain(self._first, item.start) else None
            if self._follows_comma(item.start) and self._goes_on_as_subject(item.end):
                return index
        return None

    def _is_plain(self, start: int, end: int) -> bool:
        """Tell whether words may stand before a subject: an article, a role, no verb."""
        if end - start > 4:
            return False
        return all(w[0].isalnum() and w not in lexicon.NO_PLAIN_SUBJECT for w in map(self._word, range(start, end)))

    def _follows_comma(self, i: int) -> bool:
        before = next((j for j in range(i - 1, max(self._first, i - 5), -1) if self._word(j) == ","), None)
        return before is not None and self._is_plain(before + 1, i)

    def _goes_on_as_subject(self, i: int) -> bool:
        word = self._word(i)
        return word in {"'s", "’s"} or (word[:1].isalpha() and word not in lexicon.PREPOSITIONS_AND_CONJUNCTIONS)

    def _read_copula(self) -> None:
        start = self._subject.end
        if self._word(start) == "(":
            start = next((i for i in range(start, min(start + 60, self._last)) if self._word(i) == ")"), start) + 1
        if self._word(start) in COPULAS:
            begin, end = description(self._words, start, self._last)
            self._add(self._subject.text, self._words.words[start], self._words.between(begin, end), COPULA)

    def _read_leading(self) -> None:
        following = self._items[self._subject_at + 1].start if self._subject_at + 1 < len(self._items) else self._last
        verb = self._phrase(self._subject.end, min(following, self._subject.end + 6))
        previous_end, relation = self._first, ""
        for item in self._items[: max(self._subject_at, 0)]:
            relation = self._phrase(previous_end, item.start) or relation
            bare = relation.lower() in lexicon.PREPOSITIONS
            self._add(self._subject.text, verb if bare and verb else relation, item.text, LEADING)
            previous_end = item.end

    def _read_following(self) -> None:
        previous, owner, relation, depth = self._subject, self._subject, "", 0
        has_verb = False
        parenthesis = _Parenthesis()
        for item in self._items[self._subject_at + 1 :]:
            gap = self._words.words[previous.end : item.start]
            for word in gap:
                depth = max(0, depth + (word == "(") - (word == ")"))
                if word == "(" and depth == 1:
                    owner = previous if has_verb and previous is not owner and not parenthesis.inside else owner
                    parenthesis = _Parenthesis(inside=True)
                parenthesis.inside = depth > 0
                parenthesis.passed_dash |= depth > 0 and word in _DASHES
                has_verb |= depth == 0 and word.lower() in lexicon.BE
            phrase = self._phrase(previous.end, item.start)
            if depth:
                self._add(owner.text, self._life(phrase, item, parenthesis), item.text, PARENTHESIS)
                parenthesis.num_dates += item.label == "DATE"
            else:
                relation = self._completed(relation, phrase, gap)
                self._add(self._subject.text, relation, item.text, SUBJECT)
                self._add_neighbour(previous, phrase, gap, item)
                owner = item if has_verb else owner
            previous = item

    @staticmethod
    def _completed(relation: str, phrase: str, gap: Sequence[str]) -> str:
        """Return the relation of the subject to the next name: a bare preposition takes the verb said before."""
        if not phrase or all(word.lower() in _LIST_MARKS for word in gap):
            return relation
        if phrase.lower() not in lexicon.PREPOSITIONS:
            return phrase
        verb = relation.split()
        while verb and verb[-1].lower() in lexicon.PREPOSITIONS:
            verb.pop()
        return " ".join([*verb, phrase][-MAX_RELATION_WORDS:])

    def _add_neighbour(self, previous: Item, phrase: str, gap: Sequence[str], item: Item) -> None:
        if previous is self._subject or previous.label not in {"TITLE", "NAME"} or not gap:
            return
        coordinated = gap[0].lower() in lexicon.CONJUNCTIONS or all(word.lower() in _LIST_MARKS for word in gap)
        if not coordinated and previous.text.lower() not in lexicon.DEMONYMS:
            self._add(previous.text, phrase, item.text, NEIGHBOUR)

    def _life(self, phrase: str, item: Item, parenthesis: "_Parenthesis") -> str:
        """Name what "(5 May 1990, Lviv – 3 June 2000, Paris)" leaves out."""
        bare = phrase.lower() in lexicon.PREPOSITIONS
        if (phrase and not bare) or not (bare or item.label == "DATE" or parenthesis.num_dates):
            return phrase
        if parenthesis.passed_dash and parenthesis.is_life:
            verb = "died"
        elif not parenthesis.passed_dash and self._dash_follows(item.end):
            parenthesis.is_life, verb = True, "born"
        else:
            return phrase or ("in" if item.label == "DATE" else "")
        return f"{verb} {phrase}" if bare else verb

    def _dash_follows(self, start: int) -> bool:
        for i in range(start, min(start + 30, self._last)):
            if self._word(i) == ")":
                return False
            if self._word(i) in _DASHES and not (
                i + 1 < self._last
                and self._words.touches(i)
                and self._words.touches(i + 1)
                and self._words.words[i + 1][0].isalpha()
            ):
                return True
        return False

    def _phrase(self, start: int, end: int) -> str:
        return relation_phrase(self._words, start, end)

    def _add(self, head: str, relation: str, tail: str, confidence: float) -> None:
        if head and relation and tail and head != tail and max(len(relation), len(tail)) <= MAX_PHRASE_CHARACTERS:
            self._found.append(Triple(head, relation, tail, confidence, self._sentence))


@dataclass(slots=True)
class _Parenthesis:
    """What has been seen of the parenthesis that is being read."""

    inside: bool = False
    passed_dash: bool = False
    is_life: bool = False
    num_dates: int = 0
