"""The demo corpus keeps what its README promises."""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

DEMO = Path(__file__).parents[2] / "demo"
Row = dict[str, Any]


def _rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


PASSAGES = _rows("passages.jsonl")
QUESTIONS = _rows("questions.jsonl")
PASSAGE_OF = {passage["passage_id"]: passage for passage in PASSAGES}
HOPS = {"bridge": 2, "comparison": 2, "3hop": 3}
CHAINS = [question for question in QUESTIONS if question["type"] != "comparison"]


def _names(text: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE) is not None


def _gold(question: Row) -> list[Row]:
    return [PASSAGE_OF[passage_id] for passage_id in question["gold_passage_ids"]]


def _id(question: Row) -> str:
    return str(question["question_id"])


def test_there_is_enough_of_both() -> None:
    assert len(PASSAGES) >= 90
    assert Counter(question["type"] for question in QUESTIONS) == {"bridge": 14, "comparison": 8, "3hop": 8}


@pytest.mark.parametrize("field", ["passage_id", "title", "text"])
def test_passage_fields_are_filled_and_unique(field: str) -> None:
    values = [passage[field] for passage in PASSAGES]
    assert all(isinstance(value, str) and value.strip() == value != "" for value in values)
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("field", ["question_id", "question"])
def test_question_fields_are_filled_and_unique(field: str) -> None:
    values = [question[field] for question in QUESTIONS]
    assert all(isinstance(value, str) and value.strip() == value != "" for value in values)
    assert len(set(values)) == len(values)


def test_rows_have_the_documented_fields_only() -> None:
    assert {tuple(passage) for passage in PASSAGES} == {("passage_id", "title", "text")}
    expected = ("question_id", "question", "answers", "gold_passage_ids", "type")
    assert {tuple(question) for question in QUESTIONS} == {expected}


def test_passages_are_of_moderate_length() -> None:
    lengths = {passage["passage_id"]: len(passage["text"].split()) for passage in PASSAGES}
    assert {passage_id: length for passage_id, length in lengths.items() if not 50 <= length <= 120} == {}


def test_names_tie_the_passages_into_one_component() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(PASSAGE_OF)
    for passage in PASSAGES:
        graph.add_edges_from(
            (passage["passage_id"], other["passage_id"])
            for other in PASSAGES
            if other is not passage and _names(passage["text"], other["title"])
        )
    apart = sorted(nx.connected_components(graph), key=len)[:-1]
    assert apart == []


@pytest.mark.parametrize("question", QUESTIONS, ids=_id)
def test_gold_passages_exist_one_per_hop(question: Row) -> None:
    gold = question["gold_passage_ids"]
    assert set(gold) <= set(PASSAGE_OF)
    assert len(set(gold)) == len(gold) == HOPS[question["type"]]


@pytest.mark.parametrize("question", QUESTIONS, ids=_id)
def test_the_first_answer_stands_in_a_gold_passage(question: Row) -> None:
    answer = question["answers"][0]
    assert answer in {"yes", "no"} or any(_names(passage["text"], answer) for passage in _gold(question))


@pytest.mark.parametrize("question", CHAINS, ids=_id)
def test_a_chain_is_answered_by_its_last_passage_only(question: Row) -> None:
    *earlier, last = _gold(question)
    assert _names(last["text"], question["answers"][0])
    for answer in question["answers"]:
        assert not _names(question["question"], answer)
        assert not any(_names(passage["text"], answer) for passage in earlier)


@pytest.mark.parametrize("question", CHAINS, ids=_id)
def test_each_hop_names_the_next_and_the_question_names_none(question: Row) -> None:
    gold = _gold(question)
    for passage, following in pairwise(gold):
        assert _names(passage["text"], following["title"])
        assert not _names(question["question"], following["title"])


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q["type"] == "comparison"], ids=_id)
def test_a_comparison_names_both_sides(question: Row) -> None:
    assert all(_names(question["question"], passage["title"]) for passage in _gold(question))
