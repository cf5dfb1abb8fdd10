from collections.abc import Sequence

import numpy as np
import pytest

from graphrag.protocols import Retriever
from graphrag.retrieval.store_search import MAX_TERMS, STORE_RETRIEVERS, StoreBM25Retriever
from graphrag.testing.fakes import HashEncoder
from graphrag.types import Passage

PASSAGES = [Passage(f"p{i}", f"text {i}") for i in range(3)]


class RecordingSearch:
    def __init__(self, passages: list[Passage]) -> None:
        self.asked: list[object] = []
        self.hits = [(passage, 1.0 / rank) for rank, passage in enumerate(passages, start=1)]

    def nearest(self, query: np.ndarray, top_k: int) -> list[tuple[Passage, float]]:
        self.asked.append(query)
        return self.hits[:top_k]

    def matching(self, words: Sequence[str], top_k: int) -> list[tuple[Passage, float]]:
        self.asked.append(" ".join(words))
        return self.hits[:top_k]


@pytest.mark.parametrize("name", ["bm25", "dense"])
def test_the_stores_hits_become_a_retrieval(name: str) -> None:
    search = RecordingSearch(PASSAGES)
    retriever: Retriever = STORE_RETRIEVERS[name](search, HashEncoder())
    found = retriever.retrieve("Ada Lovelace?", top_k=2)
    assert (found.question, found.retriever, found.fallbacks) == ("Ada Lovelace?", name, ())
    assert [(hit.passage_id, hit.score, hit.rank) for hit in found.passages] == [("p0", 1.0, 1), ("p1", 0.5, 2)]
    assert found.milliseconds > 0
    with pytest.raises(ValueError, match="Expected 'top_k' to be at least 1"):
        retriever.retrieve("Ada", top_k=0)


def test_dense_asks_for_the_questions_vector() -> None:
    search, encoder = RecordingSearch(PASSAGES), HashEncoder()
    STORE_RETRIEVERS["dense"](search, encoder).retrieve("Ada")
    assert np.array_equal(search.asked[0], encoder.encode(["Ada"])[0])


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who wrote Ada's Notes?", "wrote Ada Notes"),
        ("Where is the Straße and the straße?", "Straße straße"),
        ("Ada Ada NOT Babbage", "Ada Babbage"),
        ("知识 हिन्दी", "知识 हिन्दी"),
    ],
)
def test_bm25_asks_for_the_words_that_say_something(question: str, asked: str) -> None:
    search = RecordingSearch(PASSAGES)
    StoreBM25Retriever(search).retrieve(question)
    assert search.asked == [asked]


def test_bm25_says_when_it_finds_nothing() -> None:
    found = StoreBM25Retriever(RecordingSearch([])).retrieve("Ada")
    assert found.passages == ()
    assert found.fallbacks == ("no passage has a word of the question: found none by words",)


@pytest.mark.parametrize(
    ("words", "num_searched"),
    [
        ([f"word{i}" for i in range(MAX_TERMS + 44)], MAX_TERMS),
        (["知识" * 100 + str(i) for i in range(3)], 1),
        (["x" * 2550 + str(i) for i in range(50)], 36),
    ],
    ids=["words", "characters", "long words"],
)
def test_bm25_says_what_it_leaves_out(words: list[str], num_searched: int) -> None:
    search = RecordingSearch(PASSAGES)
    found = StoreBM25Retriever(search).retrieve(" ".join(words))
    assert found.fallbacks == (f"searched for the first {num_searched} of {len(words)} different words",)
    assert search.asked == [" ".join(words[:num_searched])]
