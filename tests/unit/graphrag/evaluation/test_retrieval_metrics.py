"""Recall, hits and all-gold on rankings small enough to check by eye."""

import pytest

from graphrag.evaluation.retrieval_metrics import all_gold_at, hits_at, recall_at

RANKED = ["p3", "p1", "p9", "p2", "p7"]


@pytest.mark.parametrize(("k", "expected"), [(1, 0.0), (2, 1 / 3), (3, 1 / 3), (4, 2 / 3), (5, 2 / 3), (10, 2 / 3)])
def test_recall_counts_gold_passages_among_the_first_k(k: int, expected: float) -> None:
    assert recall_at(RANKED, ["p1", "p2", "absent"], k) == expected


def test_repeated_ids_count_once() -> None:
    assert recall_at(["a", "a", "b"], ["a", "b", "a"], 2) == 0.5
    assert recall_at(["a", "a", "b"], ["a", "b", "a"], 3) == 1.0


def test_hits_needs_one_and_all_gold_needs_every_gold_passage() -> None:
    gold = ("p1", "p2")
    assert [hits_at(RANKED, gold, k) for k in (1, 2, 4)] == [0.0, 1.0, 1.0]
    assert [all_gold_at(RANKED, gold, k) for k in (1, 2, 4)] == [0.0, 0.0, 1.0]


def test_an_empty_ranking_finds_nothing() -> None:
    assert recall_at([], ["a"], 5) == hits_at([], ["a"], 5) == all_gold_at([], ["a"], 5) == 0.0


@pytest.mark.parametrize("metric", [recall_at, hits_at, all_gold_at])
def test_wrong_arguments_are_named(metric) -> None:
    with pytest.raises(ValueError, match=r"Expected 'k' to be at least 1 \(got 0\)"):
        metric(["a"], ["a"], 0)
    with pytest.raises(ValueError, match=r"Expected 'gold_ids' to hold at least one passage id \(got none\)"):
        metric(["a"], [], 1)
