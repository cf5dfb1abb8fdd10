"""A second look at the first passages, where one that is needed may have been left out."""

from collections.abc import Callable, Sequence

import numpy as np

from graphrag.protocols import FloatMatrix
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.ranking import best

CUT = 5
"""Passages that are read for an answer."""

LAST = 10
"""The last place that is looked at."""

MIN_LEFT = 0.02
"""Probability behind the cut, up to the last place, from which a second look is worth its time."""

MARGIN = 2.0
"""Passages whose log odds are further than this from those at the cut stay on their side, and are not looked at."""

WEIGHT = 0.2
"""Of the judge's logit beside the log odds; see the model card of the trees, ``weights/MODEL_CARD.md``."""

Judge = Callable[[Sequence[int]], FloatMatrix]


def look_again(probability: FloatVector, judge: Judge, *, weight: float = WEIGHT) -> FloatVector:
    """Return the probabilities of candidates, exchanged so that a judge of passages decides which come before the cut.

    The order on either side of the cut stays that of the probabilities: readers have learned what it means.

    Parameters
    ----------
    probability
        Of each candidate, in [0, 1], shape ``(num_candidates,)``.
    judge
        Given positions of candidates, returns a logit each: how clearly the passage answers the question.
    weight
        See `WEIGHT`.

    Returns
    -------
    ndarray
        The same numbers, in another order where the candidates were looked at, shape ``(num_candidates,)``.

    References
    ----------
    Nogueira and Cho, "Passage Re-ranking with BERT", arXiv 1901.04085: question and passage read together.

    Examples
    --------
    >>> first = np.array([0.9, 0.8, 0.7, 0.6, 0.20, 0.15, 0.01])
    >>> look_again(first, lambda chosen: np.array([0, 0, 5])).tolist()
    [0.9, 0.8, 0.7, 0.6, 0.15, 0.2, 0.01]
    """
    order = best(probability, LAST)
    ranked = np.clip(probability[order], 1e-4, 1 - 1e-4)
    if len(order) <= CUT or ranked[CUT:].sum() < MIN_LEFT:
        return probability
    odds = np.log(ranked / (1 - ranked))
    near = np.flatnonzero(np.abs(odds - odds[CUT - 1 : CUT + 1].mean()) <= MARGIN)
    if not len(near):
        return probability
    judged = near[np.argsort(-(odds[near] + weight * judge(order[near].tolist())), kind="stable")]
    num_before = int((near < CUT).sum())
    places = np.concatenate([np.sort(judged[:num_before]), np.sort(judged[num_before:])])
    again = order.copy()
    again[near] = order[places]
    exchanged = probability.copy()
    exchanged[again] = probability[order]
    return exchanged
