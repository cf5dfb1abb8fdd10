import numpy as np
import pytest

from graphrag.retrieval import dense
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import ToyEncoder, toy_graph


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_blocks_change_nothing(dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    vectors, query = random.normal(size=(23, 8)).astype(dtype), random.normal(size=8).astype(np.float32)
    monkeypatch.setattr(dense, "_BLOCK", 5)
    assert np.allclose(dense.similarities(vectors, query), vectors.astype(np.float32) @ query, atol=1e-6)
    assert dense.similarities(vectors[:0], query).shape == (0,)


def test_ranks_by_similarity() -> None:
    retriever = dense.DenseRetriever(RetrievalResources(toy_graph(), ToyEncoder()))
    found = retriever.retrieve("London is the capital of England", top_k=2)
    assert (found.retriever, found.entities, found.seeds, found.fallbacks) == ("dense", (), (), ())
    assert found.passages[0].passage_id == "p3"
    assert [passage.rank for passage in found.passages] == [1, 2]
    assert found.passages[0].score > found.passages[1].score
    assert found.milliseconds > 0
