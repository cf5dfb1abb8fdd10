"""The CaRB scorer of tests/benchmarks/quality: examples that can be worked out by hand, and its reference values."""

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def carb():
    path = ROOT / "tests" / "benchmarks" / "quality" / "carb.py"
    spec = importlib.util.spec_from_file_location("carb_benchmark", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def folder():
    data = Path(os.environ.get("MULTIHOP_DATA") or ROOT.parent / "shared" / "data") / "carb"
    if not data.is_dir():
        pytest.skip(f"no {data} (set MULTIHOP_DATA)")
    return data


def test_tokens_count_once(carb):
    assert carb.common(["a", "b", "a"], ["a", "c", "a", "a"]) == 2


def test_be_matches_any_form_of_be(carb):
    assert carb.relation_overlap(["was", "in"], ["be", "in"]) == 2
    assert carb.relation_overlap(["be"], ["be"]) == 1
    assert carb.relation_overlap(["went"], ["be"]) == 0


def test_a_pair_is_matched_by_tokens(carb):
    gold = carb.Tuple("joined", "Tom Bradley", "the company in 1941")
    found = carb.Tuple("has joined", "Tom", "the company")
    # shared: joined, Tom, the, company = 4 of 5 predicted and of 7 gold tokens
    assert carb.pair_match(gold, found) == (4 / 5, 4 / 7)


def test_without_a_relation_token_nothing_matches(carb):
    assert carb.pair_match(carb.Tuple("left", "Tom", "home"), carb.Tuple("joined", "Tom", "home")) == (0, 0)


def test_a_missing_argument_matches_nothing(carb):
    assert carb.pair_match(carb.Tuple("left", "Tom", "home"), carb.Tuple("left", "Tom", "")) == (0, 0)


def test_precision_counts_the_arguments_that_gold_has(carb):
    assert carb.pair_match(carb.Tuple("left", "Tom", ""), carb.Tuple("left", "Tom", "home early")) == (1, 1)


def test_speech_may_be_turned_round(carb):
    gold = carb.Tuple("said", "it rains", "Tom")
    assert carb.pair_match(gold, carb.Tuple("said", "Tom", "it rains")) == (1, 1)
    gold = carb.Tuple("saw", "it rains", "Tom")
    assert carb.pair_match(gold, carb.Tuple("saw", "Tom", "it rains")) == (1 / 4, 1 / 4)


def test_each_gold_tuple_confirms_one_prediction(carb):
    gold = {"s": [carb.Tuple("left", "Tom", "home")]}
    twice = {"s": [carb.Tuple("left", "Tom", "home", 0.9), carb.Tuple("left", "Tom", "home", 0.9)]}
    assert carb.score(gold, twice) == pytest.approx((0.75, 2 / 3, 0.5, 1.0))


def test_the_best_threshold_leaves_bad_predictions_out(carb):
    gold = {"s": [carb.Tuple("left", "Tom", "home")], "t": [carb.Tuple("slept", "Ann", "well")]}
    found = {"s": [carb.Tuple("left", "Tom", "home", 0.9), carb.Tuple("x", "y", "z", 0.1)]}
    # (recall, precision) is (.5, 1) at .9 and (.5, .5) at .1; the area is .5
    assert carb.score(gold, found) == pytest.approx((0.5, 2 / 3, 1.0, 0.5))


def test_no_predictions_score_nothing(carb):
    assert carb.score({"s": [carb.Tuple("left", "Tom", "home")]}, {}) == (0, 0, 0, 0)


def test_whole_clauses_choose_their_gold_tuple_first(carb):
    gold = [carb.Tuple("left", "Tom", "home early")]
    found = [carb.Tuple("left", "Tom", "home"), carb.Tuple("left", "Tom", "the home early")]
    assert carb.targets_of(gold, found, [False, True]) == [0, 4 / 5]
    assert carb.targets_of(gold, found, [True, True]) == [1, 0]


def test_facts_alone_are_judged_one_by_one(carb):
    gold = [carb.Tuple("left", "Tom", "home early")]
    found = [carb.Tuple("left", "Tom", "home"), carb.Tuple("left", "Tom", "the home early")]
    assert carb.targets_of(gold, found, [False, False]) == [1, 4 / 5]


def test_gold_arguments_from_the_context_are_dropped(carb, tmp_path):
    file = tmp_path / "gold.tsv"
    file.write_text("Tom left .\tleft\tTom\thome\tC: yesterday\n", encoding="utf-8")
    assert carb.read_gold(file) == {"Tom left .": [carb.Tuple("left", "Tom", "home")]}


def test_extractions_are_read_line_by_line(carb):
    triple = {"head": "Tom", "relation": "left", "tail": "home", "confidence": 0.7, "sentence": "Tom left home ."}
    line = json.dumps({"passage_id": "0", "entities": [], "triples": [triple]})
    expected = {"Tom left home .": [carb.Tuple("left", "Tom", "home", 0.7)]}
    assert carb.read_extractions([line], ["Tom left home ."]) == expected
    with pytest.raises(ValueError, match=r"Expected 2 lines, one a sentence \(got 1\)"):
        carb.read_extractions([line], ["a", "b"])


@pytest.mark.data
def test_openie5_scores_what_is_published(carb, folder):
    gold = carb.read_gold(folder / "dev_gold.tsv")
    found = carb.read_predictions(folder / "system_outputs_dev" / "openie5_output.txt", list(gold))
    result = carb.score(gold, found)
    assert [round(value, 3) for value in result] == [0.240, 0.458, 0.526, 0.406]
