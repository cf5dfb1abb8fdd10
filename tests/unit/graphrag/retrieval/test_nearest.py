import numpy as np
import pytest

from graphrag.graph.quantization import quantize
from graphrag.protocols import FloatMatrix
from graphrag.retrieval import nearest as module
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.nearest import MIN_ROWS, nearest
from graphrag.retrieval.ranking import best


def unit(vectors: FloatMatrix) -> FloatMatrix:
    scaled: FloatMatrix = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


@pytest.fixture(scope="module")
def vectors() -> FloatMatrix:
    vectors = unit(np.random.default_rng(0).standard_normal((MIN_ROWS + 100, 48)).astype(np.float32))
    vectors[[5, 900, 16_000]] = vectors[7]  # equal ones
    vectors[11] = 0  # one that the encoder has not been at
    return vectors


@pytest.mark.parametrize("row", [7, 11, 40])
def test_finds_what_comparing_all_in_full_finds(
    vectors: FloatMatrix, row: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = unit(vectors[row] + 0.2 * np.random.default_rng(row).standard_normal(48).astype(np.float32))
    compared = []

    def counted(some: FloatMatrix, query: FloatMatrix) -> np.ndarray:
        compared.append(len(some))
        return similarities(some, query)

    monkeypatch.setattr(module, "similarities", counted)
    found = nearest(vectors, quantize(vectors), query, 6)
    scores = similarities(vectors, query)
    assert found.indices.tolist() == best(scores, 6).tolist()
    assert found.scores.tolist() == scores[found.indices].tolist()
    assert found.lowest == scores.min()
    assert sum(compared) < len(vectors) / 10


def test_vectors_that_codes_cannot_tell_apart_are_compared_in_full() -> None:
    vectors = np.tile(unit(np.ones((1, 48), np.float32)), (MIN_ROWS, 1))
    found = nearest(vectors, quantize(vectors), vectors[0], 3)
    assert found.indices.tolist() == [0, 1, 2]
    assert found.lowest == found.scores[0] == pytest.approx(1)


def test_a_question_without_a_vector_and_few_vectors(vectors: FloatMatrix) -> None:
    nothing = np.zeros(48, np.float32)
    assert nearest(vectors, quantize(vectors), nothing, 2).indices.tolist() == [0, 1]
    few = vectors[:3]
    assert nearest(few, quantize(few), vectors[2], 5).indices.tolist()[0] == 2
    assert len(nearest(vectors, quantize(vectors), vectors[2], len(vectors) + 1).indices) == len(vectors)
    none = vectors[:0]
    found = nearest(none, quantize(none), vectors[2], 1)
    assert (len(found.indices), found.lowest) == (0, np.inf)


def test_how_many_must_be_positive(vectors: FloatMatrix) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        nearest(vectors, quantize(vectors), vectors[0], 0)
