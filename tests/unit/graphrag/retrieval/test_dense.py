import numpy as np
import pytest

from graphrag.retrieval import dense
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import TOY_ENCODER, toy_graph


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_blocks_change_nothing(dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    vectors, query = random.normal(size=(23, 8)).astype(dtype), random.normal(size=8).astype(np.float32)
    monkeypatch.setattr(dense, "_BLOCK", 5)
    assert np.allclose(dense.similarities(vectors, query), vectors.astype(np.float32) @ query, atol=1e-6)
    assert dense.similarities(vectors[:0], query).shape == (0,)


def test_ranks_by_similarity() -> None:
    retriever = dense.DenseRetriever(RetrievalResources(toy_graph(), TOY_ENCODER))
    found = retriever.retrieve("London is the capital of England", top_k=2)
    assert (found.retriever, found.entities, found.seeds, found.fallbacks) == ("dense", (), (), ())
    assert found.passages[0].passage_id == "p3"
    assert [passage.rank for passage in found.passages] == [1, 2]
    assert found.passages[0].score > found.passages[1].score
    assert found.milliseconds > 0


def test_equal_vectors_get_equal_bits_wherever_they_stand() -> None:
    random = np.random.default_rng(0)
    vector, query = random.normal(size=(2, 384)).astype(np.float32)
    vectors = random.normal(size=(1003, 384)).astype(np.float32)
    vectors[[0, 1, 500, 777, 1002]] = vector
    found = dense.similarities(vectors, query)
    assert len(set(found[[0, 1, 500, 777, 1002]].tolist())) == 1
    assert found[0] == dense.similarities(vector[np.newaxis], query)[0]


def test_many_vectors_get_the_bits_that_each_gets_alone() -> None:
    vectors = np.random.default_rng(0).standard_normal((40_000, 16)).astype(np.float32)
    query = vectors[7]
    together = dense.similarities(vectors, query)
    for row in (0, 8_191, 8_192, 20_000, 39_999):
        assert together[row] == dense.similarities(vectors[row : row + 1], query)[0]
