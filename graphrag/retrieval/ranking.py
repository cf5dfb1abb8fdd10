"""Choosing the best of many scores, the same way everywhere."""

import numpy as np
from numpy.typing import NDArray

from graphrag.graph.knowledge_graph import IndexArray


def best(scores: NDArray[np.floating], top_k: int) -> IndexArray:
    """Return the positions of the best scores, best first; the smaller position wins a tie.

    Parameters
    ----------
    scores
        Higher is better, ``-inf`` is never chosen, shape ``(n,)``.
    top_k
        At most so many.

    Raises
    ------
    ValueError
        If ``top_k`` is less than 1.

    Examples
    --------
    >>> best(np.array([1.0, 3.0, 3.0, -np.inf, 0.0]), 3).tolist()
    [1, 2, 0]
    """
    check_top_k(top_k)
    candidates = np.flatnonzero(scores > -np.inf)
    if len(candidates) > top_k:
        threshold = np.partition(scores[candidates], -top_k)[-top_k]
        candidates = candidates[scores[candidates] >= threshold]
    order = np.argsort(-scores[candidates], kind="stable")
    return candidates[order][:top_k].astype(np.int32)


def check_top_k(top_k: int) -> None:
    """Raise ``ValueError`` unless ``top_k`` is at least 1."""
    if top_k < 1:
        raise ValueError(f"Expected 'top_k' to be at least 1 (got {top_k})")
