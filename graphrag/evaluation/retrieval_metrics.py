"""How well a ranking of passages covers the gold passages; ranks start at 1."""

from collections.abc import Collection, Sequence


def recall_at(ranked_ids: Sequence[str], gold_ids: Collection[str], k: int) -> float:
    """Return the share of the gold passages that are among the first ``k``.

    Parameters
    ----------
    ranked_ids
        Passage ids, best first.
    gold_ids
        Ids of the passages that the answer rests on, in any order; one that is named twice counts once.
    k
        At least 1.

    Returns
    -------
    float
        In [0, 1]; never falls when ``k`` grows.

    Raises
    ------
    ValueError
        If there is no gold passage, or ``k`` is below 1.

    Examples
    --------
    >>> recall_at(["a", "x", "b"], ["b", "a"], 2)
    0.5
    """
    gold = _checked_gold(gold_ids, k)
    return len(gold.intersection(ranked_ids[:k])) / len(gold)


def hits_at(ranked_ids: Sequence[str], gold_ids: Collection[str], k: int) -> float:
    """Return 1 if at least one gold passage is among the first ``k``, else 0.

    Parameters
    ----------
    ranked_ids, gold_ids, k
        As for :func:`recall_at`.

    Returns
    -------
    float
        0 or 1; never below :func:`recall_at`.

    Raises
    ------
    ValueError
        If there is no gold passage, or ``k`` is below 1.

    Examples
    --------
    >>> hits_at(["x", "a"], ["a", "b"], 1), hits_at(["x", "a"], ["a", "b"], 2)
    (0.0, 1.0)
    """
    return float(recall_at(ranked_ids, gold_ids, k) > 0)


def all_gold_at(ranked_ids: Sequence[str], gold_ids: Collection[str], k: int) -> float:
    """Return 1 if every gold passage is among the first ``k``, else 0: what a multi-hop answer needs.

    Parameters
    ----------
    ranked_ids, gold_ids, k
        As for :func:`recall_at`.

    Returns
    -------
    float
        0 or 1; never above :func:`recall_at`.

    Raises
    ------
    ValueError
        If there is no gold passage, or ``k`` is below 1.

    Examples
    --------
    >>> all_gold_at(["a", "x", "b"], ["a", "b"], 2), all_gold_at(["a", "x", "b"], ["a", "b"], 3)
    (0.0, 1.0)
    """
    return float(recall_at(ranked_ids, gold_ids, k) == 1)


def _checked_gold(gold_ids: Collection[str], k: int) -> set[str]:
    if k < 1:
        raise ValueError(f"Expected 'k' to be at least 1 (got {k})")
    if not gold_ids:
        raise ValueError("Expected 'gold_ids' to hold at least one passage id (got none)")
    return set(gold_ids)
