import numpy as np
import pytest
from scipy.sparse import csr_array

from graphrag.graph.adjacency import EdgeWeights, build_adjacency, transition

HEAD = np.array([0, 1, 0, 2], dtype=np.int32)
TAIL = np.array([1, 0, 2, 2], dtype=np.int32)
SUPPORT = np.array([3, 1, 1, 5], dtype=np.int32)
MENTIONS = csr_array(np.array([[2, 1, 0, 0], [0, 0, 1, 1]], dtype=np.int32))
SYNONYMS = np.array([[0, 1], [2, 3]], dtype=np.int32)
SIMILARITY = np.array([0.9, 0.8])


def adjacency(**weights: float) -> np.ndarray:
    built = build_adjacency(4, 2, HEAD, TAIL, SUPPORT, MENTIONS, SYNONYMS, SIMILARITY, weights=EdgeWeights(**weights))
    assert built.dtype == np.float64
    assert built.indices.dtype == np.int32
    assert built.has_sorted_indices
    return built.toarray()


def test_parallel_edges_are_summed_and_loops_left_out() -> None:
    expected = np.zeros((6, 6))
    expected[0, 1] = 2 * 3 + 2 * 1 + 4 * 0.9  # the facts in both directions and the synonym
    expected[0, 2] = 2
    expected[2, 3] = 4 * 0.8
    expected[0, 4] = expected[1, 4] = expected[2, 5] = expected[3, 5] = 3  # however often the passage names it
    assert np.allclose(adjacency(fact=2, context=3, synonym=4), expected + expected.T)


def test_each_weight_scales_its_own_edges() -> None:
    assert adjacency(fact=0, synonym=0)[:4, :4].sum() == 0
    assert adjacency(fact=10)[0, 2] == 10
    assert adjacency(context=0.5)[4, 0] == 0.5
    assert adjacency(context=1, count_mentions=True)[4, 0] == 2


def test_a_passage_is_nearest_to_what_it_is_about() -> None:
    topics = csr_array(np.array([[1.0, 0, 0, 0], [0, 0, 0, 0]]))
    built = build_adjacency(
        4,
        2,
        HEAD,
        TAIL,
        SUPPORT,
        MENTIONS,
        SYNONYMS,
        SIMILARITY,
        topics=topics,
        weights=EdgeWeights(context=3, topic=7),
    )
    assert built.toarray()[4, :4].tolist() == [10, 3, 0, 0]


def test_zero_weight_leaves_no_stored_entry() -> None:
    built = build_adjacency(
        4, 2, HEAD, TAIL, SUPPORT, MENTIONS, SYNONYMS, SIMILARITY, weights=EdgeWeights(fact=0, synonym=0)
    )
    assert built.nnz == 8


def test_empty_graph() -> None:
    none, pairs = np.empty(0, dtype=np.int32), np.empty((0, 2), dtype=np.int32)
    for num_entities, num_passages in [(0, 0), (0, 3), (3, 0)]:
        mentions = csr_array((num_passages, num_entities), dtype=np.int32)
        built = build_adjacency(num_entities, num_passages, none, none, none, mentions, pairs, np.empty(0))
        assert built.shape == (num_entities + num_passages,) * 2
        assert built.nnz == transition(built).nnz == 0


def test_wrong_shape_of_mentions() -> None:
    with pytest.raises(ValueError, match=r"Expected 'mentions' to have shape \(4, 2\) \(got \(2, 4\)\)"):
        build_adjacency(2, 4, HEAD, TAIL, SUPPORT, MENTIONS, SYNONYMS, SIMILARITY)
    with pytest.raises(ValueError, match=r"Expected 'topics' to have shape \(2, 4\) \(got \(4, 2\)\)"):
        build_adjacency(4, 2, HEAD, TAIL, SUPPORT, MENTIONS, SYNONYMS, SIMILARITY, topics=csr_array((4, 2)))


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["fact", "context", "topic", "synonym"])
def test_weights_are_validated(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"Expected '{name}' to be finite and not negative"):
        EdgeWeights(**{name: value})


def test_transition_is_column_stochastic_but_for_dangling_nodes() -> None:
    weights = np.array([[0, 3, 1, 0], [3, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], dtype=np.float64)
    walk = transition(csr_array(weights))
    assert np.allclose(walk.toarray().sum(axis=0), [1, 1, 1, 0])
    assert np.allclose(walk.toarray()[:, 0], [0, 0.75, 0.25, 0])
