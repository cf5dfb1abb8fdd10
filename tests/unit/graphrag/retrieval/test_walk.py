import numpy as np
import pytest
from scipy.sparse import csr_array

from graphrag.graph.adjacency import near_order, transition
from graphrag.retrieval.pagerank import personalized_pagerank
from graphrag.retrieval.walk import MAX_STARTS, RandomWalk, entity_walk
from graphrag.testing.large import large_graph
from graphrag.testing.toy import toy_graph

NUM_ENTITIES = 4000


@pytest.fixture(scope="module")
def adjacency():
    return large_graph(NUM_ENTITIES, seed=1).adjacency


def reset_of(adjacency, *, spread: bool) -> np.ndarray:
    """Return a reset like HippoRAG 2's: a few entities, and all passages a little."""
    rng = np.random.default_rng(3)
    reset = np.zeros(adjacency.shape[0])
    reset[rng.choice(NUM_ENTITIES, 5, replace=False)] = rng.random(5)
    if spread:
        reset[NUM_ENTITIES:] = 0.05 * rng.random(len(reset) - NUM_ENTITIES) ** 3
    return reset


@pytest.mark.parametrize("spread", [False, True])
def test_a_large_graph_is_walked_to_the_stated_error(adjacency, spread: bool) -> None:
    reset = reset_of(adjacency, spread=spread)
    assert (np.count_nonzero(reset) > MAX_STARTS) == spread
    walk = RandomWalk(adjacency, num_entities=NUM_ENTITIES, max_exact_arcs=10)
    assert not walk.is_exact
    found = walk.solve(reset)
    expected = personalized_pagerank(transition(adjacency), reset)
    assert found.mass.sum() == pytest.approx(1)
    assert found.mass.min() >= 0
    assert np.abs(found.mass - expected).sum() <= found.error
    assert np.argsort(-found.mass)[:10].tolist() == np.argsort(-expected)[:10].tolist()


def test_a_reset_that_is_even_over_the_passages_is_walked_exactly(adjacency) -> None:
    reset = np.zeros(adjacency.shape[0])
    reset[NUM_ENTITIES:] = 0.5
    found = RandomWalk(adjacency, num_entities=NUM_ENTITIES, max_exact_arcs=10).solve(reset)
    expected = personalized_pagerank(transition(adjacency), reset)
    assert np.abs(found.mass - expected).sum() < 1e-5


def test_a_small_graph_is_walked_exactly(adjacency) -> None:
    reset = reset_of(adjacency, spread=True)
    walk = RandomWalk(adjacency, num_entities=NUM_ENTITIES)
    assert walk.is_exact
    mass = walk.mass(reset, tolerance=1e-9)
    assert np.abs(mass - personalized_pagerank(transition(adjacency), reset, tolerance=1e-12)).sum() <= 1e-9
    assert walk.mass(reset, tolerance=1e-9).tobytes() == mass.tobytes()


def test_the_order_of_the_nodes_changes_nothing(adjacency) -> None:
    reset = reset_of(adjacency, spread=True)
    order = near_order(adjacency)
    assert sorted(order.tolist()) == list(range(adjacency.shape[0]))
    ordered = RandomWalk(adjacency, num_entities=NUM_ENTITIES, order=order).mass(reset)
    assert np.abs(ordered - RandomWalk(adjacency, num_entities=NUM_ENTITIES).mass(reset)).sum() <= 2e-9


def test_the_walk_over_entities_knows_no_passages() -> None:
    graph = toy_graph()
    reset = np.zeros(graph.num_entities)
    reset[0] = 1
    entities = graph.adjacency[: graph.num_entities, : graph.num_entities]
    expected = personalized_pagerank(transition(csr_array(entities)), reset)
    assert entity_walk(graph).mass(reset) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("max_exact_arcs", [10, 10**9])
def test_bad_resets(adjacency, max_exact_arcs: int) -> None:
    walk = RandomWalk(adjacency, max_exact_arcs=max_exact_arcs)
    with pytest.raises(ValueError, match="positive number"):
        walk.mass(np.zeros(adjacency.shape[0]))
    with pytest.raises(ValueError, match="shape"):
        walk.mass(np.ones(3))
