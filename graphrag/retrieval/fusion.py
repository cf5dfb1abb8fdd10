"""Making one ranking out of several, and scores comparable."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graphrag.graph.knowledge_graph import IndexArray
from graphrag.retrieval.pagerank import FloatVector

_SMALLEST_SHARE = 1e-6


def min_max(scores: NDArray[np.floating]) -> FloatVector:
    """Return scores moved and scaled to [0, 1]; where all are equal, all become 1.

    Examples
    --------
    >>> min_max(np.array([2.0, 4.0, 3.0])), min_max(np.array([7.0, 7.0])), min_max(np.array([]))
    (array([0. , 1. , 0.5]), array([1., 1.]), array([], dtype=float64))
    """
    values = scores.astype(np.float64)
    if not len(values):
        return values
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def reciprocal_rank_fusion(
    rankings: Sequence[IndexArray], num_items: int, *, constant: float = 60.0, weights: Sequence[float] | None = None
) -> FloatVector:
    """Return the sum of ``weight / (constant + rank)`` over the rankings that name an item.

    Parameters
    ----------
    rankings
        Positions, best first.
    num_items
        How many items there are.
    constant
        Not negative; the larger, the less the first ranks stand out.
    weights
        Of the rankings, positive; default: 1 for each.

    Returns
    -------
    ndarray
        Zero for items that no ranking names, shape ``(num_items,)``.

    References
    ----------
    Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009.

    Examples
    --------
    >>> reciprocal_rank_fusion([np.array([2, 0]), np.array([2])], 3, constant=1).round(3)
    array([0.333, 0.   , 1.   ])
    """
    fused = np.zeros(num_items)
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        fused[ranking] += weight / (constant + np.arange(1, len(ranking) + 1))
    return fused


def reciprocal_ranks(scores: FloatVector) -> FloatVector:
    """Return one over the rank of each item, the first of equal ones before the others; 0 for what was not found.

    Examples
    --------
    >>> reciprocal_ranks(np.array([0.1, 0.7, 0.1, -np.inf])).tolist()
    [0.5, 1.0, 0.3333333333333333, 0.0]
    """
    order = np.argsort(-scores, kind="stable")
    reciprocal = np.empty(len(scores))
    reciprocal[order] = 1.0 / np.arange(1, len(scores) + 1)
    reciprocal[~(scores > -np.inf)] = 0
    return reciprocal


def log_share(scores: FloatVector, largest: float) -> FloatVector:
    """Return scores on a logarithmic scale: 1 for the largest, 0 for a millionth of it and less.

    Examples
    --------
    >>> log_share(np.array([1.0, 1e-3, 0.0]), 1.0)
    array([1. , 0.5, 0. ])
    """
    share = np.maximum(scores / max(largest, np.finfo(np.float64).tiny), _SMALLEST_SHARE)
    scaled: FloatVector = 1 - np.log(share) / np.log(_SMALLEST_SHARE)
    return scaled
