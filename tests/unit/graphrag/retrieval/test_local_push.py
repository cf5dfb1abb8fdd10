import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from graphrag.graph.adjacency import transition
from graphrag.retrieval.local_push import LocalPush


def random_weights(seed: int, num_nodes: int = 2000, num_edges: int = 8000) -> csr_array:
    """Return a random graph with hubs and a few nodes without edges."""
    rng = np.random.default_rng(seed)
    first = ((num_nodes - 10) * rng.random(num_edges) ** 3).astype(int)
    second = rng.integers(0, num_nodes - 10, num_edges)
    apart = first != second
    values = rng.random(apart.sum()) + 0.05
    half = csr_array(coo_array((values, (first[apart], second[apart])), shape=(num_nodes, num_nodes)))
    return csr_array(half + half.T)


def exact(weights: csr_array, nodes: np.ndarray, start: np.ndarray, damping: float) -> np.ndarray:
    reset = np.zeros(weights.shape[0])
    reset[nodes] = start
    return np.linalg.solve(np.eye(len(reset)) - damping * transition(weights).toarray(), reset)


@pytest.mark.parametrize("damping", [0.0, 0.5, 0.85])
@pytest.mark.parametrize("threshold", [1e-2, 1e-4, 1e-6])
def test_the_stated_error_holds_and_nothing_is_too_large(damping: float, threshold: float) -> None:
    weights = random_weights(1)
    nodes, start = np.array([3, 700, 1400], np.int32), np.array([1.0, 0.2, 3.0])
    found = LocalPush(weights).solve(nodes, start, damping=damping, threshold=threshold)
    mass = np.zeros(weights.shape[0])
    mass[found.nodes] = found.mass
    missing = exact(weights, nodes, start, damping) - mass
    assert np.abs(missing).sum() <= found.error
    assert missing.min() > -1e-5
    assert len(np.unique(found.nodes)) == len(found.nodes)


def test_a_smaller_threshold_sees_more_and_misses_less() -> None:
    push = LocalPush(random_weights(2))
    nodes, start = np.array([5], np.int32), np.array([1.0])
    sizes, errors = [], []
    for threshold in (1e-2, 1e-4, 1e-6):
        found = push.solve(nodes, start, threshold=threshold)
        sizes.append(len(found.nodes))
        errors.append(found.error)
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
    assert errors == sorted(errors, reverse=True)


def test_the_best_nodes_are_those_of_the_exact_walk() -> None:
    weights = random_weights(3)
    nodes, start = np.array([50, 1900], np.int32), np.array([1.0, 1.0])
    found = LocalPush(weights).solve(nodes, start, threshold=1e-7)
    mass = np.zeros(weights.shape[0])
    mass[found.nodes] = found.mass
    expected = exact(weights, nodes, start, 0.5)
    assert np.argsort(-mass)[:20].tolist() == np.argsort(-expected)[:20].tolist()


def test_what_leaves_comes_back_along_the_arcs_that_were_read() -> None:
    # The second node's own arcs are never read, but it has only the one that is known.
    pair = csr_array(np.array([[0.0, 3.0], [3.0, 0.0]]))
    found = LocalPush(pair).solve(np.array([0], np.int32), np.array([1.0]), threshold=10)
    assert found.mass == pytest.approx([4 / 3, 2 / 3], abs=1e-6)
    assert found.error < 1e-6
    # With a third one behind it half of its mass is lost: that is the error.
    path = csr_array(np.array([[0, 3, 0], [3, 0, 3], [0, 3, 0.0]]))
    found = LocalPush(path).solve(np.array([0], np.int32), np.array([1.0]), threshold=10)
    assert found.nodes.tolist() == [0, 1]
    assert found.mass == pytest.approx([8 / 7, 4 / 7], abs=1e-6)
    assert found.error == pytest.approx(2 * 4 / 7 / 4, abs=1e-6)


def test_a_node_without_edges_keeps_its_mass() -> None:
    found = LocalPush(random_weights(4)).solve(np.array([1999], np.int32), np.array([2.0]))
    assert found.nodes.tolist() == [1999]
    assert found.mass.tolist() == [2.0]


def test_the_same_twice_gives_the_same_bits() -> None:
    push = LocalPush(random_weights(5))
    nodes, start = np.array([7, 90], np.int32), np.array([0.5, 0.5])
    first, second = push.solve(nodes, start), push.solve(nodes, start)
    assert first.mass.tobytes() == second.mass.tobytes()
    assert first.nodes.tobytes() == second.nodes.tobytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"damping": 1.0}, r"'damping' to be in \[0, 1\)"), ({"threshold": 0.0}, "'threshold' to be positive")],
)
def test_bad_options(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LocalPush(random_weights(6)).solve(np.array([0], np.int32), np.array([1.0]), **options)
