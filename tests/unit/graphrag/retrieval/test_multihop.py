"""The retriever multihop, with trees that look at one feature."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from graphrag.errors import ConfigError
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.multihop import MultihopRetriever, feature_reader
from graphrag.retrieval.passage_features import FEATURES
from graphrag.retrieval.ranker import TreeRanker
from graphrag.retrieval.registry import create_retriever
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.retrieval.second_look import CUT
from graphrag.testing.toy import TOY_ENCODER, toy_graph
from graphrag.types import Passage


def trees(feature: str, path: Path) -> Path:
    """Write one tree that gives more to passages where a feature is above 0, and return its file."""
    ranker = TreeRanker(
        FEATURES,
        feature=np.array([[FEATURES.index(feature), -1, -1]], np.int32),
        threshold=np.zeros((1, 3), np.float32),
        left=np.array([[1, 1, 2]], np.int32),
        right=np.array([[2, 1, 2]], np.int32),
        value=np.array([[0, -2, 2]], np.float32),
    )
    ranker.save(path)
    return path


def resources(ranker: Path | None = None) -> RetrievalResources:
    graph = toy_graph()
    texts = [graph.passage(index).full_text for index in range(graph.num_passages)]
    return RetrievalResources(graph, TOY_ENCODER, LexicalIndex.build(texts), ranker=ranker)


def feature(name: str, question: str) -> dict[str, float]:
    """Return a feature of every candidate by the passage's id."""
    given = resources()
    found = feature_reader(given).read(question)
    column = found.features[:, FEATURES.index(name)].tolist()
    ids = [given.graph.passage_ids[index] for index in found.passages.tolist()]
    return {passage_id: round(value, 4) for passage_id, value in zip(ids, column, strict=True)}


def test_the_trees_order_the_passages(tmp_path: Path) -> None:
    retriever = MultihopRetriever(resources(trees("named parents", tmp_path / "trees.npz")))
    found = retriever.retrieve("Where was Charles Babbage born?", top_k=2)
    # The passage about Charles Babbage, which the question names, leads to the one about London.
    assert found.passages[0].passage.passage_id == "p3"
    assert found.passages[0].score == pytest.approx(1 / (1 + np.exp(-2)))
    assert [seed.name for seed in found.seeds] == ["Charles Babbage"]
    assert found.entities[0].name == "Charles Babbage"


def test_a_judge_decides_what_comes_before_the_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passages = [Passage(f"x{n}", f"Ada Lovelace lived in house {n}.", "", f"x{n}") for n in range(CUT + 2)]
    triples = [(passage.passage_id, "Ada Lovelace", "lived in", f"house {n}") for n, passage in enumerate(passages)]
    graph = toy_graph(passages, triples, ())
    index = LexicalIndex.build([passage.full_text for passage in passages])
    given = RetrievalResources(graph, TOY_ENCODER, index, ranker=trees("named parents", tmp_path / "trees.npz"))

    class Judge:
        def judge(self, question: str, passages: Sequence[Passage]) -> NDArray[np.float32]:
            assert question == "Where did Ada Lovelace live?"
            return np.array([9.0 * (passage.passage_id == "x6") for passage in passages], np.float32)

    monkeypatch.setattr(TreeRanker, "probability", lambda self, features: np.linspace(0.3, 0.2, len(features)))
    alone, judged = (MultihopRetriever(replace(given, judge=judge)) for judge in (None, Judge()))
    question = "Where did Ada Lovelace live?"
    last = alone.retrieve(question, top_k=7).passages[-1].passage_id
    assert last == "x6"
    assert judged.retrieve(question, top_k=CUT).passages[-1].passage_id == last


def test_names_lead_to_the_passages_about_them() -> None:
    question = "Who was the father of Ada Lovelace?"
    assert feature("words of name", question) == {"p1": 2, "p2": 0, "p3": 0, "p4": 0, "p5": 0}
    assert feature("passages of topic", question)["p1"] == 1
    assert feature("best child by name", question)["p4"] == feature("share of name", question)["p1"] > 0
    assert feature("named parents", "Was Charles Babbage British?") == {"p1": 0, "p2": 0, "p3": 1, "p4": 0, "p5": 0}


def test_facts_are_bridges() -> None:
    to_london = feature("fact to it from a named passage", "Where was Charles Babbage born?")
    assert to_london["p3"] > 0
    assert to_london["p1"] == to_london["p4"] == 0
    assert feature("fact to a child", "Where was Charles Babbage born?")["p2"] == to_london["p3"]
    assert feature("best fact", "Bread?")["p5"] == 0


def test_words_are_weighed_by_their_rarity() -> None:
    in_text = feature("words in text", "Is bread made of flour?")
    assert in_text["p5"] == max(in_text.values()) > 0
    assert feature("words in title", "Is bread made of flour?")["p5"] > 0
    assert all(0 <= share <= 1 for share in in_text.values())


def test_a_question_without_names_says_so(tmp_path: Path) -> None:
    retriever = MultihopRetriever(resources(trees("words in text", tmp_path / "trees.npz")))
    found = retriever.retrieve("what is baked?")
    assert found.passages[0].passage.passage_id == "p5"
    assert found.fallbacks == ("the question names nothing in the graph: the walk began at its nearest passages",)


@pytest.mark.parametrize("question", ["", "???", "the of and", "𝔄𝔡𝔞 " * 200, "a\ud800b"])
def test_odd_questions_find_something(tmp_path: Path, question: str) -> None:
    retriever = MultihopRetriever(resources(trees("hybrid", tmp_path / "trees.npz")))
    scores = retriever.score(question)
    assert np.isfinite(scores.passages[scores.passages > -np.inf]).all()


def test_a_graph_without_passages_is_walked(tmp_path: Path) -> None:
    graph = toy_graph([], [("", head, relation, tail) for head, relation, tail in [("Ada", "knew", "Byron")]], ())
    given = RetrievalResources(graph, TOY_ENCODER, LexicalIndex.build([]), ranker=trees("hybrid", tmp_path / "t.npz"))
    found = create_retriever("multihop", given).retrieve("Who knew Byron?")
    assert found.passages == ()
    assert {entity.name for entity in found.entities} == {"Ada", "Byron"}


def test_an_index_is_needed(tmp_path: Path) -> None:
    given = resources(trees("hybrid", tmp_path / "trees.npz"))
    with pytest.raises(ValueError, match="Expected 'lexical'"):
        MultihopRetriever(replace(given, lexical=None))


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Expected a ranker's weights in .*none\.npz"):
        MultihopRetriever(resources(tmp_path / "none.npz"))
