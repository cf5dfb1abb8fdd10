"""Which entities may be the answer, when each has a probability."""

from collections.abc import Collection

import numpy as np

from graphrag.reasoning import Probabilities

SHARE = 0.95
"""Of the probability that candidates have together (GNN-RAG's epsilon)."""

MAX_CANDIDATES = 20


def choose_candidates(
    probability: Probabilities, seeds: Collection[int], *, share: float = SHARE
) -> tuple[tuple[int, float], ...]:
    """Return the most probable entities that together reach a share of the probability.

    Parameters
    ----------
    probability
        Not negative, shape ``(num_entities,)``; scaled to the sum 1 once the seeds are left out.
    seeds
        The question's entities: no candidates.
    share
        In (0, 1].

    Returns
    -------
    tuple of (int, float)
        Positions and probabilities, at most ``MAX_CANDIDATES``, the most probable first; the one that reaches the share
        is among them.

    References
    ----------
    Mavromatis and Karypis, "GNN-RAG", arXiv 2405.20139, section 4.2; the share is in the authors' code.

    Examples
    --------
    >>> choose_candidates(np.array([0.5, 0.3, 0.15, 0.05]), [0], share=0.8)
    ((1, 0.6), (2, 0.3))
    """
    if not 0 < share <= 1:
        raise ValueError(f"Expected 'share' to be in (0, 1] (got {share})")
    others = probability.astype(np.float64)
    others[list(seeds)] = 0
    total = others.sum()
    if not total > 0:
        return ()
    others = (others / total).round(12)
    order = np.argsort(-others, kind="stable")[:MAX_CANDIDATES]
    before = np.cumsum(others[order]) - others[order]
    chosen = order[(before < share) & (others[order] > 0)]
    return tuple((int(entity), float(others[entity])) for entity in chosen)
