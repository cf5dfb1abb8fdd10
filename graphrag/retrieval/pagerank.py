"""Personalized PageRank, exact to a stated error."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphrag.errors import ConvergenceError

FloatVector = NDArray[np.float64]
"""One score a node, passage or entity."""


def personalized_pagerank(
    transition: csr_array,
    reset: FloatVector,
    *,
    damping: float = 0.5,
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
) -> FloatVector:
    """Return where a random walk is that returns to some nodes again and again.

    The walk goes on along an edge with probability ``damping``, else it starts again from ``reset``; from a node
    without edges it always does. Power iteration with Chebyshev's acceleration: at damping 0.5 the error shrinks to
    about a quarter with every step, where plain power iteration halves it.

    Parameters
    ----------
    transition
        Of an undirected graph: column-stochastic, columns of zeros allowed
        (:func:`graphrag.graph.adjacency.transition`), shape ``(num_nodes, num_nodes)``.
    reset
        Not negative, shape ``(num_nodes,)``; normalised here.
    damping
        Probability of continuing the walk, in [0, 1).
    tolerance
        Bound on the L1 distance between the result and the exact solution, up to rounding (about 1e-15).
    max_iterations
        At most so many steps.

    Returns
    -------
    ndarray
        Probabilities, float64, shape ``(num_nodes,)``, sum 1.

    Raises
    ------
    ValueError
        If ``reset`` has another shape, a negative or non-finite number, or only zeros; if ``damping`` is not in [0, 1).
    ConvergenceError
        If the tolerance is not met after ``max_iterations``.

    References
    ----------
    Haveliwala, "Topic-Sensitive PageRank", WWW 2002, equation 4. Golub and Varga, "Chebyshev semi-iterative methods",
    Numerische Mathematik 3, 1961, equation 2.11.

    Examples
    --------
    >>> path = csr_array(np.array([[0, 0.5, 0], [1, 0, 1], [0, 0.5, 0]]))
    >>> personalized_pagerank(path, np.array([1.0, 0, 0])).round(4)
    array([0.5833, 0.3333, 0.0833])
    """
    if not 0 <= damping < 1:
        raise ValueError(f"Expected 'damping' to be in [0, 1) (got {damping})")
    check_reset(reset, transition.shape[0])
    start = _normalized(reset)
    # Solves y = damping * transition @ y + start. Mass on nodes without edges goes to the reset vector, so that the
    # scores with it are y scaled to the sum 1.
    current = start / (1 - damping)
    previous = current
    change = np.empty_like(start)
    weight = 1.0
    error = np.inf
    # Whether the tolerance is met is half of a step's work beside the product: not asked long before it can be.
    first_check = min(_expected_iterations(damping, tolerance) - 2, max_iterations - 1)
    for iteration in range(max_iterations):
        following = transition @ current
        following *= damping
        following += start
        if iteration >= first_check:
            # A step shrinks L1 distances by the factor damping; scaling to the sum 1 at most doubles the relative
            # distance.
            np.subtract(following, current, out=change)
            np.abs(change, out=change)
            distance = damping / (1 - damping) * float(change.sum())
            total = float(following.sum())
            error = 2 * distance / (total - distance) if total > distance else np.inf
            if error <= tolerance:
                np.maximum(following, 0.0, out=following)
                scores: FloatVector = following / following.sum()
                return scores
        weight = chebyshev_weight(iteration, weight, damping)
        following -= previous
        following *= weight
        following += previous
        previous, current = current, following
    raise ConvergenceError(max_iterations, error)


def _expected_iterations(damping: float, tolerance: float) -> float:
    """Return after how many steps an error of 1 has shrunk to the tolerance, by the rate of Chebyshev's acceleration.

    References
    ----------
    Golub and Varga 1961, section 3 (the average rate of convergence).
    """
    if not 0 < tolerance < 1 or not damping:
        return 0.0
    return math.log(tolerance) / (math.log(damping) - math.log1p(math.sqrt(1 - damping**2)))


def chebyshev_weight(iteration: int, weight: float, damping: float) -> float:
    """Return the over-relaxation of a step, given the last one's.

    The eigenvalues of the damped walk on an undirected graph are in [-damping, damping].

    References
    ----------
    Golub and Varga 1961, equation 2.11.
    """
    if iteration == 0:
        return 1.0
    return 1 / (1 - damping**2 * weight / (2 if iteration == 1 else 4))


def check_reset(reset: FloatVector, num_nodes: int, nodes: NDArray[np.int32] | None = None) -> None:
    """Raise a ``ValueError`` if a reset vector has another shape, a negative or non-finite number, or only zeros.

    Parameters
    ----------
    reset, num_nodes
        The vector, and how long it should be.
    nodes
        Where it is not zero, if that is known: the rest is not looked at.
    """
    if reset.shape != (num_nodes,):
        raise ValueError(f"Expected 'reset' to have shape {(num_nodes,)} (got {reset.shape})")
    values = reset if nodes is None else reset[nodes]
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        raise ValueError("Expected 'reset' to hold finite numbers that are not negative")
    if not values.any():
        raise ValueError("Expected 'reset' to have a positive number (got only zeros)")


def _normalized(reset: FloatVector) -> FloatVector:
    scaled: FloatVector = reset.astype(np.float64) / reset.max()
    scaled /= scaled.sum()
    return scaled
