"""How well extracted triples agree with gold triples: precision, recall and F1 by a strict and a lenient rule."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from graphrag.text import normalize_phrase
from graphrag.types import Triple

_ARTICLES = ("the ", "a ", "an ")
# Words that say nothing about which relation it is.
_FUNCTION_WORDS = frozenset(
    "a an the of in on at by for from to with as and or into under during after before between among near "
    "is are was were be been being has have had do did it its his her their that which who where one".split()
)

Rule = Callable[[Triple, Triple], bool]


@dataclass(frozen=True, slots=True)
class TripleScores:
    """Counts over any number of passages, and the shares that follow from them.

    Parameters
    ----------
    matched
        Extracted triples that a gold triple was found for; one gold triple serves one extracted triple.
    extracted, gold
        How many there are.
    """

    matched: int
    extracted: int
    gold: int

    def __add__(self, other: "TripleScores") -> "TripleScores":
        return TripleScores(self.matched + other.matched, self.extracted + other.extracted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Share of the extracted triples that are right; 0 if there are none."""
        return self.matched / self.extracted if self.extracted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold triples that were found; 0 if there are none."""
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.extracted + self.gold
        return 2 * self.matched / total if total else 0.0


def strict_match(extracted: Triple, gold: Triple) -> bool:
    """Return whether both ends are equal, in the same direction, and the relations share a word that says something.

    Ends are compared without case, punctuation and leading article. Function words of relations count only where a
    relation has no others.

    Examples
    --------
    >>> gold = Triple("Ada Lovelace", "translated", "an article")
    >>> strict_match(Triple("ada lovelace", "had translated", "article"), gold)
    True
    >>> strict_match(Triple("Lovelace", "translated", "article"), gold)
    False
    """
    same_ends = _end(extracted.head) == _end(gold.head) and _end(extracted.tail) == _end(gold.tail)
    return same_ends and not _said(extracted.relation).isdisjoint(_said(gold.relation))


def lenient_match(extracted: Triple, gold: Triple) -> bool:
    """Return whether the two connect the same ends, in either direction, whatever they call the relation.

    Two ends are the same if the words of one are a run of words of the other ("Lovelace" and "Ada Lovelace").

    Examples
    --------
    >>> lenient_match(Triple("article", "was translated by", "Lovelace"), Triple("Ada Lovelace", "wrote", "an article"))
    True
    """
    head, tail = _end(extracted.head), _end(extracted.tail)
    ends = _end(gold.head), _end(gold.tail)
    return any(_overlap(head, first) and _overlap(tail, second) for first, second in (ends, ends[::-1]))


def score_triples(extracted: Iterable[Triple], gold: Sequence[Triple], *, rule: Rule) -> TripleScores:
    """Return how many of a passage's triples can be paired with gold triples, each with another one.

    Parameters
    ----------
    extracted
        Of one passage; repetitions of equal ends and relation count once.
    gold
        Of the same passage.
    rule
        ``strict_match``, ``lenient_match`` or another.

    Examples
    --------
    >>> found = [Triple("Ada", "met", "Bab"), Triple("Bab", "met", "Ada"), Triple("Ada", "saw", "Rome")]
    >>> scores = score_triples(found, [Triple("Ada", "met", "Bab"), Triple("Ada", "saw", "Paris")], rule=lenient_match)
    >>> scores, round(scores.f1, 2)
    (TripleScores(matched=1, extracted=3, gold=2), 0.4)
    """
    distinct = list({(_end(t.head), normalize_phrase(t.relation), _end(t.tail)): t for t in extracted}.values())
    partners = [[index for index, wanted in enumerate(gold) if rule(found, wanted)] for found in distinct]
    return TripleScores(_largest_pairing(partners), len(distinct), len(gold))


def _largest_pairing(partners: Sequence[Sequence[int]]) -> int:
    """Return the size of a maximum matching (augmenting paths)."""
    taken: dict[int, int] = {}

    def placed(row: int, seen: set[int]) -> bool:
        for index in partners[row]:
            if index not in seen:
                seen.add(index)
                if index not in taken or placed(taken[index], seen):
                    taken[index] = row
                    return True
        return False

    return sum(placed(row, set()) for row in range(len(partners)))


def _end(name: str) -> str:
    phrase = normalize_phrase(name)
    return next((phrase.removeprefix(article) for article in _ARTICLES if phrase.startswith(article)), phrase)


def _overlap(first: str, second: str) -> bool:
    return f" {first} " in f" {second} " or f" {second} " in f" {first} "


def _said(relation: str) -> frozenset[str]:
    words = frozenset(normalize_phrase(relation).split())
    return words - _FUNCTION_WORDS or words
