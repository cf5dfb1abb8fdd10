import gzip
import json
import re
from pathlib import Path

import pytest

from graphrag.evaluation.answer_metrics import exact_match, f1, hits_at_1
from graphrag.evaluation.lenient_metrics import LenientScores, lenient_scores, mean_lenient_scores


def test_a_wrong_output_scores_nothing() -> None:
    assert lenient_scores("Paris", ["London"]) == LenientScores(0, 0, 0, 0, 0)
    assert lenient_scores("", ["London"]).hit == 0


def test_only_the_first_line_counts_at_1() -> None:
    scores = lenient_scores("Paris\nLondon", ["London"])
    assert (scores.hit, scores.hit_at_1, scores.precision, scores.recall) == (1, 0, 0.5, 1)


def test_an_answer_inside_other_words_counts() -> None:
    assert lenient_scores("The Londoners", ["london"]).hit == 1
    assert exact_match("The Londoners", ["london"]) == 0


def test_without_gold_answers_or_scores() -> None:
    with pytest.raises(ValueError, match="Expected 'answers' to hold at least one gold answer"):
        lenient_scores("London", [])
    with pytest.raises(ValueError, match=r"Expected at least one score \(got none\)"):
        mean_lenient_scores([])


@pytest.mark.data
def test_the_published_figures_of_gnn_rag_on_webqsp_come_out(data_folder: Path) -> None:
    folder = data_folder / "webqsp_gnn_rag"
    with gzip.open(folder / "predictions.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    means = mean_lenient_scores(lenient_scores(row["prediction"], row["ground_truth"]) for row in rows)
    published = {
        name: float(value) / 100
        for name, value in re.findall(r"(\w+): ([\d.]+)", (folder / "published_eval_result.txt").read_text())
    }
    assert len(rows) == 1628
    assert (round(100 * means.hit, 1), round(100 * means.hit_at_1, 1), round(100 * means.f1, 1)) == (85.7, 80.6, 71.3)
    assert means.hit == pytest.approx(published["Hit"])
    assert means.hit_at_1 == pytest.approx(published["Hit1"])
    assert means.f1 == pytest.approx(published["F1"])
    assert means.precision == pytest.approx(published["Precision"])
    assert means.recall == pytest.approx(published["Recall"])
    strict = {
        metric.__name__: sum(metric(row["prediction"], row["ground_truth"]) for row in rows) / len(rows)
        for metric in (hits_at_1, exact_match, f1)
    }
    assert {name: round(100 * value, 1) for name, value in strict.items()} == {
        "hits_at_1": 80.3,
        "exact_match": 36.6,
        "f1": 60.6,
    }
