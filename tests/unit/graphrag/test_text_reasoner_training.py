from pathlib import Path

import pytest

from graphrag.errors import ConfigError
from graphrag.evaluation.datasets import Question
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.retrieval.surroundings import FEATURES
from graphrag.testing.toy import TOY_ENCODER, ToyExtractor, toy_graph
from graphrag.text_reasoner_training import part_of, read_surroundings, train_text_reasoner

ASKED = "Who was the father of Ada Lovelace?"


def resources() -> RetrievalResources:
    graph = toy_graph()
    lexical = LexicalIndex.build([graph.passage(i).full_text for i in range(graph.num_passages)])
    return RetrievalResources(graph, TOY_ENCODER, lexical, ToyExtractor())


def questions(gold: str, count: int = 60) -> list[Question]:
    return [Question(f"q{number}", ASKED, ("Lord Byron",), (gold, "unknown")) for number in range(count)]


def test_the_parts_depend_on_the_id_alone_and_have_their_shares() -> None:
    parts = [part_of(str(number)) for number in range(5000)]
    assert parts == [part_of(str(number)) for number in range(5000)]
    assert [parts.count(name) / 5000 for name in ("train", "dev", "test")] == pytest.approx([0.8, 0.1, 0.1], abs=0.02)


def test_reads_surroundings_with_gold_passages_and_leaves_the_test_part_out() -> None:
    made, done = resources(), []
    gold = made.graph.passage_ids[0]
    given = questions(gold)
    train, dev = read_surroundings(made, given, done.append)
    parts = [part_of(question.question_id) for question in given]
    assert (len(train), len(dev)) == (parts.count("train"), parts.count("dev"))
    assert min(len(train), len(dev), parts.count("test")) > 0
    assert done == list(range(1, 61))
    seen = {train[0].graph.nodes[place] for place in train[0].gold}
    byron = made.graph.entity_keys.find("lord byron")
    assert seen == {made.graph.num_entities} | ({byron} if byron is not None else set())
    assert train[0].num_gold == 1
    assert train[0].graph.node_features.shape[1] == len(FEATURES)


def test_questions_without_gold_passages_in_the_store_teach_nothing(tmp_path: Path) -> None:
    pytest.importorskip("torch_geometric")
    train, dev = read_surroundings(resources(), questions("elsewhere"), lambda done: None)
    assert (train, dev) == ([], [])
    with pytest.raises(ConfigError, match=r"gold_passage_ids that are in the stores, .* \(got 0 and 0\)"):
        train_text_reasoner(train, dev, tmp_path / "w", TOY_ENCODER)


def test_trains_from_scratch_and_from_weights(tmp_path: Path) -> None:
    pytest.importorskip("torch_geometric")
    made = resources()
    train, dev = read_surroundings(made, questions(made.graph.passage_ids[0], 20), lambda done: None)
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    options = {"num_epochs": 2, "dim": 8}
    assert train_text_reasoner(train, dev, first, TOY_ENCODER, settings=options) == 1.0
    assert train_text_reasoner(train, dev, second, TOY_ENCODER, settings=options, start=first) == 1.0
    assert first.read_bytes() != second.read_bytes()
    with pytest.raises(ConfigError, match="Cannot begin with other weights"):
        train_text_reasoner(train, dev, second, TOY_ENCODER, settings={"dim": 16}, start=first)
