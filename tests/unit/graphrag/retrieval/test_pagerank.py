import igraph
import networkx as nx
import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from graphrag.errors import ConvergenceError
from graphrag.graph.adjacency import transition
from graphrag.retrieval.pagerank import personalized_pagerank


def random_weights(seed: int, num_nodes: int = 300, num_edges: int = 900) -> csr_array:
    """Return a random graph with a few nodes without edges."""
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, num_nodes - 10, (2, num_edges))
    apart = first != second
    values = rng.random(apart.sum()) + 0.05
    half = csr_array(coo_array((values, (first[apart], second[apart])), shape=(num_nodes, num_nodes)))
    return half + half.T


def sparse_reset(seed: int, num_nodes: int = 300) -> np.ndarray:
    rng = np.random.default_rng(seed)
    reset = np.zeros(num_nodes)
    reset[rng.choice(num_nodes, 7, replace=False)] = rng.random(7)
    reset[-1] = 0.3  # a node without edges
    return reset


@pytest.mark.parametrize("damping", [0.1, 0.5, 0.85, 0.95])
def test_equals_networkx(damping: float) -> None:
    weights, reset = random_weights(1), sparse_reset(1)
    graph = nx.from_scipy_sparse_array(weights)
    personalization = dict(enumerate(reset))
    expected = nx.pagerank(
        graph, alpha=damping, personalization=personalization, dangling=personalization, tol=1e-14, max_iter=5000
    )
    found = personalized_pagerank(transition(weights), reset, damping=damping)
    assert np.abs(found - [expected[i] for i in range(300)]).sum() < 2e-9


@pytest.mark.parametrize("damping", [0.5, 0.85])
def test_equals_igraph_prpack(damping: float) -> None:
    weights = random_weights(2)
    reset = sparse_reset(2)
    reset[-10:] = 0  # igraph gives the mass of nodes without edges to all nodes; here no walk gets there
    upper = weights.tocoo()
    kept = upper.row < upper.col
    graph = igraph.Graph(n=300, edges=np.c_[upper.row[kept], upper.col[kept]].tolist())
    isolated = np.asarray(weights.sum(axis=0)) == 0
    reset[isolated] = 0
    expected = graph.personalized_pagerank(
        directed=False,
        weights=upper.data[kept].tolist(),
        reset=reset.tolist(),
        damping=damping,
        implementation="prpack",
    )
    found = personalized_pagerank(transition(weights), reset, damping=damping)
    assert np.abs(found - expected).sum() < 1e-8
    assert (
        np.argsort(-found, kind="stable")[:20].tolist() == np.argsort(-np.array(expected), kind="stable")[:20].tolist()
    )


@pytest.mark.parametrize("damping", [0.3, 0.5, 0.9])
def test_the_stated_error_holds(damping: float) -> None:
    walk, reset = transition(random_weights(3)), sparse_reset(3)
    reset /= reset.sum()
    dangling = np.asarray(walk.sum(axis=0)) == 0
    full = walk.toarray() + np.outer(reset, dangling)
    exact = np.linalg.solve(np.eye(300) - damping * full, (1 - damping) * reset)
    for tolerance in (1e-2, 1e-5, 1e-9):
        found = personalized_pagerank(walk, reset, damping=damping, tolerance=tolerance)
        assert np.abs(found - exact).sum() <= tolerance


@pytest.mark.parametrize("seed", range(5))
def test_a_directed_graph_gives_the_right_scores_or_an_error(seed: int) -> None:
    random = np.random.default_rng(seed)
    links = (random.random((30, 30)) < 0.08) * 1.0
    walk = csr_array(links / np.maximum(links.sum(axis=0), 1))
    reset = np.full(30, 1 / 30)
    full = walk.toarray() + np.outer(reset, links.sum(axis=0) == 0)
    exact = np.linalg.solve(np.eye(30) - 0.9 * full, 0.1 * reset)
    try:
        found = personalized_pagerank(walk, reset, damping=0.9, max_iterations=100)
    except ConvergenceError:
        return
    assert np.abs(found - exact).sum() <= 1e-9


def test_steps_shrink_the_error_to_about_a_quarter() -> None:
    walk, reset = transition(random_weights(5)), sparse_reset(5)
    assert personalized_pagerank(walk, reset, damping=0.5, tolerance=1e-9, max_iterations=20).sum() == pytest.approx(1)


def test_only_dangling_nodes_give_the_reset() -> None:
    found = personalized_pagerank(csr_array((3, 3), dtype=np.float64), np.array([1.0, 0, 3]))
    assert np.allclose(found, [0.25, 0, 0.75])


def test_the_reset_is_not_changed() -> None:
    reset = np.array([2.0, 0.0])
    personalized_pagerank(transition(csr_array(np.array([[0, 1.0], [1.0, 0]]))), reset)
    assert reset.tolist() == [2.0, 0.0]


@pytest.mark.parametrize(
    ("reset", "message"),
    [
        ([0.0, 0.0], "positive number"),
        ([1.0, -0.1], "not negative"),
        ([1.0, float("nan")], "finite"),
        ([1.0, float("inf")], "finite"),
        ([1.0], r"shape \(2,\) \(got \(1,\)\)"),
    ],
)
def test_bad_reset(reset: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=f"Expected 'reset' .*{message}"):
        personalized_pagerank(csr_array((2, 2), dtype=np.float64), np.array(reset))


@pytest.mark.parametrize("damping", [-0.1, 1.0, float("nan")])
def test_bad_damping(damping: float) -> None:
    with pytest.raises(ValueError, match=r"Expected 'damping' to be in \[0, 1\)"):
        personalized_pagerank(csr_array((2, 2), dtype=np.float64), np.ones(2), damping=damping)


def test_no_convergence_is_an_error() -> None:
    with pytest.raises(ConvergenceError, match="No convergence after 2 iterations") as caught:
        personalized_pagerank(transition(random_weights(4)), sparse_reset(4), max_iterations=2)
    assert caught.value.iterations == 2
    assert caught.value.residual > 1e-9
