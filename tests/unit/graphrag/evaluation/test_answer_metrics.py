"""Answer metrics on literal examples worked out by hand."""

import gzip
import json
import os
import string
from pathlib import Path

import pytest

from graphrag.evaluation.answer_metrics import exact_match, f1, hits_at_1, normalize_answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Eiffel\tTower.", "eiffel tower"),
        ("a an the", ""),
        ("Theatre and Anna", "theatre and anna"),
        ("B.C.", "bc"),
        ("well-known", "wellknown"),  # SQuAD deletes punctuation, it puts no space in its place
        ("A.", ""),
        ("the-the", "thethe"),
        (string.punctuation, ""),
        ("“Let It Be” – Beatles’", "let it be beatles"),
        ("１９９９年。", "1999年"),
        ("cafe\u0301", "café"),
        ("€5", "€5"),  # no punctuation in Unicode, so it stays
        ("$5", "5"),
    ],
)
def test_normalization(text: str, expected: str) -> None:
    assert normalize_answer(text) == expected


@pytest.mark.parametrize(
    ("prediction", "answers", "expected_em", "expected_f1"),
    [
        ("the Eiffel Tower", ["Eiffel tower!"], 1.0, 1.0),
        ("in Paris, France", ["Paris"], 0.0, 0.5),  # precision 1/3, recall 1
        ("G. Stanley", ["G. Stanley Hall", "Stanley Hall"], 0.0, 0.8),  # against the first: 2 of 2, 2 of 3
        ("new york new york", ["New York"], 0.0, 2 / 3),  # each gold word is matched once
        ("Berlin", ["Paris"], 0.0, 0.0),
        ("", ["Paris"], 0.0, 0.0),
        ("Paris", ["Rome", "Paris"], 1.0, 1.0),
        ("", ["The"], 1.0, 1.0),  # nothing left on either side
        ("x", ["The"], 0.0, 0.0),
        ("?", ["The", "Paris"], 0.0, 0.0),  # an alias with nothing left does not count beside a real one
    ],
)
def test_exact_match_and_f1(prediction: str, answers: list[str], expected_em: float, expected_f1: float) -> None:
    assert exact_match(prediction, answers) == expected_em
    assert f1(prediction, answers) == pytest.approx(expected_f1)


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        ("Tracker", 1.0),
        ("\n  \nthe Tracker\nJaws", 1.0),
        ("Jaws\nTracker", 0.0),
        ("It is Tracker", 0.0),  # a lenient Hit would count this
        ("", 0.0),
    ],
)
def test_hits_at_1_reads_the_first_line_with_text(prediction: str, expected: float) -> None:
    assert hits_at_1(prediction, ["River Queen", "Tracker"]) == expected


@pytest.mark.parametrize("metric", [exact_match, f1, hits_at_1])
def test_without_gold_answers_nothing_can_be_scored(metric) -> None:
    with pytest.raises(ValueError, match=r"Expected 'answers' to hold at least one gold answer \(got none\)"):
        metric("Paris", [])


@pytest.mark.data
def test_the_published_hit_of_a_recorded_run_is_met_and_the_strict_one_is_lower() -> None:
    folder = Path(os.environ.get("MULTIHOP_DATA", Path(__file__).parents[5] / "shared" / "data")) / "webqsp_gnn_rag"
    if not folder.is_dir():
        pytest.skip(f"no recorded run at {folder} (set MULTIHOP_DATA)")
    published = (folder / "published_eval_result.txt").read_text().split()
    lenient, strict = [], []
    with gzip.open(folder / "predictions.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            first = normalize_answer(row["prediction"].strip().split("\n")[0])
            lenient.append(any(normalize_answer(answer) in first for answer in row["ground_truth"]))
            strict.append(hits_at_1(row["prediction"], row["ground_truth"]))
    assert 100 * sum(lenient) / len(lenient) == pytest.approx(float(published[published.index("Hit1:") + 1]), abs=1e-9)
    assert sum(strict) / len(strict) == pytest.approx(0.80344, abs=1e-5)
