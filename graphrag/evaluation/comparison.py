"""Paired differences between retrievers, with bootstrap confidence intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from graphrag.evaluation.experiment import EvaluationReport


@dataclass(frozen=True, slots=True)
class Comparison:
    """A paired difference of means, ``retriever`` minus ``baseline``, with its bootstrap confidence interval.

    Parameters
    ----------
    retriever, baseline
        Names.
    metric
        What is compared.
    difference, low, high
        In [-1, 1]; an interval that holds 0 means that the questions cannot tell the two apart.
    num_questions
        How many questions both have the metric for.
    part
        Which questions: empty for all, else such as ``"type bridge"`` or ``"2 hops"``.
    """

    retriever: str
    baseline: str
    metric: str
    difference: float
    low: float
    high: float
    num_questions: int
    part: str = ""


def compare(
    reports: Mapping[str, EvaluationReport], *, metric: str = "recall@5", baseline: str = "dense"
) -> list[Comparison]:
    """Compare every retriever with a baseline on the questions that both have the metric for.

    Parameters
    ----------
    reports
        Of one run: results in the same order of questions.
    metric
        A score's name.
    baseline
        A retriever's name; the first retriever stands in when it is not among them.

    Returns
    -------
    list of Comparison
        In the order of the reports, without the baseline; empty if no question has the metric.

    Raises
    ------
    ValueError
        If the reports are not about the same questions in the same order.
    """
    if not reports:
        return []
    baseline = baseline if baseline in reports else next(iter(reports))
    comparisons = []
    for name, report in reports.items():
        _check_paired(report, reports[baseline])
        paired = zip(report.results, reports[baseline].results, strict=True)
        scores = [(a.scores[metric], b.scores[metric]) for a, b in paired if metric in a.scores and metric in b.scores]
        if name == baseline or not scores:
            continue
        difference, low, high = paired_bootstrap([a for a, _ in scores], [b for _, b in scores])
        comparisons.append(Comparison(name, baseline, metric, difference, low, high, len(scores)))
    return comparisons


def compare_parts(
    reports: Mapping[str, EvaluationReport], *, metric: str = "recall@5", baseline: str = "dense"
) -> list[Comparison]:
    """Compare as :func:`compare` does, apart for every type of question and for every number of hops.

    Parameters
    ----------
    reports, metric, baseline
        As for :func:`compare`.

    Returns
    -------
    list of Comparison
        With ``part`` set; by type, then by hops; no part that holds all questions.
    """
    by_part: dict[str, dict[str, EvaluationReport]] = {}
    for name, report in reports.items():
        for label, part in labelled_parts(report):
            by_part.setdefault(label, {})[name] = part
    return [
        replace(comparison, part=label)
        for label, parts in by_part.items()
        for comparison in compare(parts, metric=metric, baseline=baseline)
    ]


def labelled_parts(report: EvaluationReport) -> list[tuple[str, EvaluationReport]]:
    """Return the parts of a report by type, then by number of hops, with their names; none that holds all questions."""
    types = [(f"type {kind}" if kind else "no type", part) for kind, part in report.by_type().items()]
    hops = [(f"{hops} hop{'' if hops == 1 else 's'}", part) for hops, part in report.by_hops().items()]
    return [(label, part) for label, part in types + hops if len(part.results) < len(report.results)]


def mean_interval(scores: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean of some scores and its 95 % percentile bootstrap interval.

    Parameters
    ----------
    scores
        One a question, at least one.

    Returns
    -------
    tuple of float
        ``(mean, low, high)``.

    Examples
    --------
    >>> mean_interval([1.0, 1.0])
    (1.0, 1.0, 1.0)
    """
    return paired_bootstrap(scores, [0.0] * len(scores))


def paired_bootstrap(
    first: Sequence[float],
    second: Sequence[float],
    *,
    num_samples: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Return the mean difference ``first - second`` and the percentile bootstrap interval around it.

    Questions are drawn with replacement, each with both its scores; the order of the questions does not matter.

    Parameters
    ----------
    first, second
        Scores of the same questions in the same order, shape ``(num_questions,)``.
    num_samples
        At least 1.
    confidence
        In (0, 1).
    seed
        Of the random numbers: equal input gives equal output.

    Returns
    -------
    tuple of float
        ``(difference, low, high)``.

    Raises
    ------
    ValueError
        If the two differ in length or are empty, or an option is out of its range.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Examples
    --------
    >>> paired_bootstrap([1.0, 1.0, 1.0], [0.5, 0.5, 0.5])
    (0.5, 0.5, 0.5)
    """
    if not first or len(first) != len(second):
        raise ValueError(f"Expected 'first' and 'second' to be of one length above 0 (got {len(first)}, {len(second)})")
    if num_samples < 1:
        raise ValueError(f"Expected 'num_samples' to be at least 1 (got {num_samples})")
    if not 0 < confidence < 1:
        raise ValueError(f"Expected 'confidence' to be in (0, 1) (got {confidence})")
    # Drawing n questions with replacement = drawing how often each distinct difference occurs: few numbers, not n.
    values, counts = np.unique(np.subtract(first, second), return_counts=True)
    return _bootstrap(tuple(values.tolist()), tuple(counts.tolist()), num_samples, confidence, seed)


# A report needs the same intervals for its tables, its plots and its JSON.
@lru_cache(maxsize=4096)
def _bootstrap(
    distinct: tuple[float, ...], occurrences: tuple[int, ...], num_samples: int, confidence: float, seed: int
) -> tuple[float, float, float]:
    values, counts = np.array(distinct), np.array(occurrences)
    total = counts.sum()
    generator = np.random.default_rng(seed)
    means = generator.multinomial(total, counts / total, size=num_samples) @ values / total
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(counts @ values / total), float(low), float(high)


def _check_paired(report: EvaluationReport, baseline: EvaluationReport) -> None:
    first, second = ([result.question.question_id for result in each.results] for each in (report, baseline))
    if first != second:
        names = f"{report.retriever!r} and {baseline.retriever!r}"
        raise ValueError(f"Expected {names} to have results for the same questions in the same order (got others)")
