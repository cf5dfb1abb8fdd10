import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from graphrag.graph.adjacency import transition
from graphrag.retrieval.pagerank import personalized_pagerank

WEIGHT = st.one_of(st.just(0.0), st.floats(1e-3, 1e3))


@st.composite
def walks(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, float]:
    """Draw symmetric weights (isolated nodes and several components included), a reset vector and a damping."""
    size = draw(st.integers(1, 8))
    upper = np.zeros((size, size))
    for i in range(size):
        for j in range(i + 1, size):
            upper[i, j] = draw(WEIGHT)
    reset = np.array(draw(st.lists(st.floats(0, 1e6), min_size=size, max_size=size).filter(any)))
    return upper + upper.T, reset, draw(st.floats(0, 0.95))


@settings(deadline=None)
@given(walks())
def test_is_a_distribution(walk: tuple[np.ndarray, np.ndarray, float]) -> None:
    weights, reset, damping = walk
    scores = personalized_pagerank(transition(csr_array(weights)), reset, damping=damping)
    assert (scores >= 0).all()
    assert abs(scores.sum() - 1) < 1e-9


@settings(deadline=None)
@given(walks(), st.randoms(use_true_random=False))
def test_commutes_with_renumbering(walk: tuple[np.ndarray, np.ndarray, float], random) -> None:
    weights, reset, damping = walk
    order = np.array(random.sample(range(len(reset)), len(reset)))
    scores = personalized_pagerank(transition(csr_array(weights)), reset, damping=damping)
    renumbered = personalized_pagerank(transition(csr_array(weights[order][:, order])), reset[order], damping=damping)
    assert np.abs(renumbered - scores[order]).sum() <= 2.1e-9


@settings(deadline=None)
@given(walks())
def test_without_damping_it_is_the_reset(walk: tuple[np.ndarray, np.ndarray, float]) -> None:
    weights, reset, _ = walk
    scores = personalized_pagerank(transition(csr_array(weights)), reset, damping=0.0)
    assert np.allclose(scores, reset / reset.sum(), rtol=1e-12, atol=1e-300)


@settings(deadline=None)
@given(walks())
def test_solves_its_equation(walk: tuple[np.ndarray, np.ndarray, float]) -> None:
    weights, reset, damping = walk
    step = transition(csr_array(weights)).toarray()
    reset = reset / reset.max()
    reset /= reset.sum()
    step += np.outer(reset, step.sum(axis=0) == 0)
    scores = personalized_pagerank(csr_array(transition(csr_array(weights))), reset, damping=damping)
    assert np.abs(damping * step @ scores + (1 - damping) * reset - scores).sum() <= 2.1e-9
