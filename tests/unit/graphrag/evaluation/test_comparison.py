"""Paired bootstrap intervals, against a plain bootstrap and by reasoning."""

import numpy as np
import pytest

from graphrag.evaluation.comparison import Comparison, compare, compare_parts, mean_interval, paired_bootstrap
from graphrag.evaluation.datasets import Question
from graphrag.evaluation.experiment import EvaluationReport, QuestionResult


def report(name: str, scores: list[float | None], *, metric: str = "recall@5") -> EvaluationReport:
    questions = [Question(str(i), "?", ("x",), ()) for i in range(len(scores))]
    results = [
        QuestionResult(question, (), {} if score is None else {metric: score})
        for question, score in zip(questions, scores, strict=True)
    ]
    return EvaluationReport(name, tuple(results))


def test_equal_scores_have_no_difference() -> None:
    assert paired_bootstrap([0.5, 1.0, 0.0], [0.5, 1.0, 0.0]) == (0.0, 0.0, 0.0)


def test_a_constant_gain_has_no_spread_because_the_scores_are_paired() -> None:
    assert paired_bootstrap([0.5, 1.0, 0.75], [0.25, 0.75, 0.5]) == (0.25, 0.25, 0.25)


def test_the_interval_is_that_of_a_plain_bootstrap() -> None:
    generator = np.random.default_rng(7)
    first, second = generator.choice([0.0, 0.5, 1.0], 300), generator.choice([0.0, 0.5, 1.0], 300)
    differences = first - second
    drawn = differences[generator.integers(0, 300, (20_000, 300))].mean(axis=1)
    difference, low, high = paired_bootstrap(first.tolist(), second.tolist())
    assert difference == pytest.approx(differences.mean())
    assert [low, high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.004)


def test_swapping_the_two_mirrors_the_interval() -> None:
    first, second = [1.0, 0.5, 0.0, 1.0] * 25, [0.5, 0.5, 0.5, 0.0] * 25
    difference, low, high = paired_bootstrap(first, second)
    swapped = paired_bootstrap(second, first)
    assert swapped[0] == -difference
    assert swapped[1:] == pytest.approx((-high, -low), abs=0.01)


def test_the_seed_decides_and_less_confidence_is_narrower() -> None:
    first, second = [1.0, 0.0, 0.5, 1.0] * 20, [0.0, 0.0, 1.0, 0.5] * 20
    once = paired_bootstrap(first, second)
    assert paired_bootstrap(first, second) == once
    assert paired_bootstrap(first[::-1], second[::-1]) == once
    _, low, high = paired_bootstrap(first, second, confidence=0.5)
    assert once[1] < low < once[0] < high < once[2]


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"Expected 'first' and 'second' to be of one length above 0 \(got 1, 2\)"):
        paired_bootstrap([1.0], [1.0, 0.0])
    with pytest.raises(ValueError, match=r"\(got 0, 0\)"):
        paired_bootstrap([], [])
    with pytest.raises(ValueError, match=r"Expected 'num_samples' to be at least 1 \(got 0\)"):
        paired_bootstrap([1.0], [1.0], num_samples=0)
    with pytest.raises(ValueError, match=r"Expected 'confidence' to be in \(0, 1\) \(got 1\)"):
        paired_bootstrap([1.0], [1.0], confidence=1)


def test_every_retriever_is_compared_with_dense() -> None:
    reports = {
        "bm25": report("bm25", [0.0, 0.0, None]),
        "dense": report("dense", [1.0, 1.0, None]),
        "hybrid": report("hybrid", [1.0, 1.0, None]),
    }
    assert compare(reports) == [
        Comparison("bm25", "dense", "recall@5", -1.0, -1.0, -1.0, 2),
        Comparison("hybrid", "dense", "recall@5", 0.0, 0.0, 0.0, 2),
    ]


def test_without_dense_the_first_is_the_baseline() -> None:
    comparisons = compare({"bm25": report("bm25", [0.0]), "gnn": report("gnn", [1.0])})
    assert [(c.retriever, c.baseline, c.difference) for c in comparisons] == [("gnn", "bm25", 1.0)]


def test_nothing_to_compare() -> None:
    assert compare({}) == []
    assert compare({"dense": report("dense", [1.0])}) == []
    assert compare({"dense": report("dense", [1.0]), "bm25": report("bm25", [1.0])}, metric="f1") == []


def test_other_questions_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match=r"Expected 'bm25' and 'dense' to have results for the same questions"):
        compare({"dense": report("dense", [1.0, 1.0]), "bm25": report("bm25", [1.0])})


def test_types_and_hops_are_compared_apart() -> None:
    questions = [Question("2hop__1", "?", ("x",), (), "a"), Question("3hop__2", "?", ("x",), (), "b")]
    first, second = (
        EvaluationReport(
            name, tuple(QuestionResult(q, (), {"f1": score}) for q, score in zip(questions, scores, strict=True))
        )
        for name, scores in (("dense", (0.0, 1.0)), ("gnn", (1.0, 1.0)))
    )
    found = compare_parts({"dense": first, "gnn": second}, metric="f1")
    assert [(c.part, c.retriever, c.difference, c.num_questions) for c in found] == [
        ("type a", "gnn", 1.0, 1), ("type b", "gnn", 0.0, 1), ("2 hops", "gnn", 1.0, 1), ("3 hops", "gnn", 0.0, 1),
    ]  # fmt: skip


def test_a_part_that_holds_all_questions_is_not_repeated() -> None:
    assert compare_parts({"dense": report("dense", [1.0]), "bm25": report("bm25", [1.0])}) == []


def test_the_interval_of_a_mean_is_that_of_a_difference_from_zero() -> None:
    scores = [1.0, 0.0, 0.5, 1.0] * 20
    assert mean_interval(scores) == paired_bootstrap(scores, [0.0] * 80)
