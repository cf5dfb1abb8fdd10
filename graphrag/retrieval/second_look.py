"""A second look at the passages around the fifth place, where a question's passages are cut off."""

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

MARGIN = 1.0
"""Passages whose log odds differ by no more than this from those at the cut are looked at."""

WEIGHT = 0.2
"""Of the judge's logit beside the log odds.

On 427 questions that the judge did not see, recall@5 rises for every weight from 0.1 to 0.5 and every margin from 1 up,
on HotpotQA by .5 to 1.2 points, on MuSiQue by 3.6 to 6; on 2WikiMultiHopQA it stays
(``tests/benchmarks/quality/second_look.py``).
"""

Judge = Callable[[Sequence[int]], FloatMatrix]


def look_again(
    probability: FloatVector, judge: Judge, *, weight: float = WEIGHT, margin: float = MARGIN
) -> FloatVector:
    """Return the probabilities of candidates, exchanged among those around the cut as a judge of passages suggests.

    Parameters
    ----------
    probability
        Of each candidate, in [0, 1], shape ``(num_candidates,)``.
    judge
        Given positions of candidates, returns a logit each: how clearly the passage answers the question.
    weight, margin
        See `WEIGHT` and `MARGIN`.

    Returns
    -------
    ndarray
        The same numbers, in another order where candidates were looked at, shape ``(num_candidates,)``.

    References
    ----------
    Nogueira and Cho, "Passage Re-ranking with BERT", arXiv 1901.04085: question and passage read together.

    Examples
    --------
    >>> first = np.array([0.9, 0.8, 0.7, 0.6, 0.20, 0.15, 0.01])
    >>> look_again(first, lambda chosen: np.array([-5.0, 5.0])).tolist()
    [0.9, 0.8, 0.7, 0.6, 0.15, 0.2, 0.01]
    """
    order = best(probability, LAST)
    ranked = np.clip(probability[order], 1e-4, 1 - 1e-4)
    if len(order) <= CUT or ranked[CUT:].sum() < MIN_LEFT:
        return probability
    odds = np.log(ranked / (1 - ranked))
    is_near = np.abs(odds - odds[CUT - 1 : CUT + 1].mean()) <= margin
    near = order[is_near]
    if len(near) < 2:
        return probability
    again = near[np.argsort(-(odds[is_near] + weight * judge(near.tolist())), kind="stable")]
    exchanged = probability.copy()
    exchanged[again] = probability[near]
    return exchanged
