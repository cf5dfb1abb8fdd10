"""Retrievers that let the store rank passages, by indexes of its own."""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from graphrag.protocols import Encoder
from graphrag.retrieval.lexical import content_words
from graphrag.retrieval.ranking import check_top_k
from graphrag.text import word_tokens
from graphrag.types import Passage, Retrieval, ScoredPassage

MAX_TERMS = 400
"""For how many different terms of a question the store is asked: Lucene allows 1024, here in two fields each."""
_LONGEST_TERM = 255
_INSIDE_WORDS = ".,_"
"""What full-text indexes may keep inside a word or number."""


class PassageSearch(Protocol):
    """Finds passages without the graph."""

    def nearest(self, query: NDArray[np.float32], top_k: int) -> list[tuple[Passage, float]]:
        """Return the passages whose vectors have the largest cosine with one, and the cosine."""
        ...

    def matching(self, words: Sequence[str], top_k: int) -> list[tuple[Passage, float]]:
        """Return the passages that have some of the words, best first, with a score."""
        ...


@runtime_checkable
class SearchingStore(Protocol):
    """A store that may be able to search."""

    @property
    def search(self) -> PassageSearch | None:
        """How passages are to be found; None: by the index that retrievers have."""
        ...


Hits = Sequence[tuple[Passage, float]]


class _StoreRetriever(ABC):
    """Ranks passages as the store does; fulfils :class:`graphrag.protocols.Retriever`."""

    name: ClassVar[str]

    @abstractmethod
    def _find(self, question: str, top_k: int) -> tuple[Hits, tuple[str, ...]]:
        """Return the best passages, and what to tell."""

    def retrieve(self, question: str, *, top_k: int = 5) -> Retrieval:
        """Return the best ``top_k`` passages; ``ValueError`` if that is less than 1."""
        check_top_k(top_k)
        start = perf_counter()
        hits, fallbacks = self._find(question, top_k)
        return Retrieval(
            question=question,
            retriever=self.name,
            passages=tuple(ScoredPassage(passage, score, rank) for rank, (passage, score) in enumerate(hits, start=1)),
            fallbacks=fallbacks,
            milliseconds=1000 * (perf_counter() - start),
        )


class StoreDenseRetriever(_StoreRetriever):
    """Cosine of the question's vector and the passages' vectors, by the store's index of vectors.

    Parameters
    ----------
    search
        The store's.
    encoder
        The one whose vectors the store holds.
    """

    name = "dense"

    def __init__(self, search: PassageSearch, encoder: Encoder) -> None:
        self._search = search
        self._encoder = encoder

    def _find(self, question: str, top_k: int) -> tuple[Hits, tuple[str, ...]]:
        return self._search.nearest(self._encoder.encode([question])[0], top_k), ()


class StoreBM25Retriever(_StoreRetriever):
    """BM25 by the store's full-text index; passages that share no word with the question are not found.

    Parameters
    ----------
    search
        The store's.
    """

    name = "bm25"

    def __init__(self, search: PassageSearch) -> None:
        self._search = search

    def _find(self, question: str, top_k: int) -> tuple[Hits, tuple[str, ...]]:
        words = question_words(question)
        num_terms = np.cumsum([len(word_tokens(word)) + len(word) // _LONGEST_TERM for word in words])
        searched = words[: int(np.searchsorted(num_terms, MAX_TERMS, side="right"))]
        hits = self._search.matching(searched, top_k)
        told = []
        if len(searched) < len(words):
            told.append(f"searched for the first {len(searched)} of {len(words)} different words")
        if not hits:
            told.append("no passage has a word of the question: found none by words")
        return hits, tuple(told)


def question_words(question: str) -> list[str]:
    """Return the different words of a question that say what it is about, as they are written.

    Not casefolded: a full-text index has its own way to compare letters.

    Examples
    --------
    >>> question_words("Who wrote Ada's Notes, in 1.5 hours?")
    ['wrote', 'Ada', 'Notes,', '1.5', 'hours']
    """
    kept = "".join(character if _is_inside_words(character) else " " for character in question)
    return list(dict.fromkeys(word for word in kept.split() if content_words(word)))


def _is_inside_words(character: str) -> bool:
    return character.isalnum() or character in _INSIDE_WORDS or unicodedata.category(character).startswith("M")


STORE_RETRIEVERS: dict[str, Callable[[PassageSearch, Encoder], _StoreRetriever]] = {
    "bm25": lambda search, _: StoreBM25Retriever(search),
    "dense": StoreDenseRetriever,
}
"""The retrievers whose work a store can do, by name."""
