"""Confidence with and without gold passages."""

import numpy as np
import pytest

from graphrag.evaluation.abstention import area_under_roc, measure_abstention
from graphrag.evaluation.datasets import Question
from graphrag.types import Passage, Reading, Retrieval, ScoredPassage


class Ranking:
    name = "fixed"

    def __init__(self, ids: list[str]) -> None:
        self.ids = ids

    def retrieve(self, question: str, *, top_k: int = 5) -> Retrieval:
        hits = [ScoredPassage(Passage(i, "text"), 1.0, rank) for rank, i in enumerate(self.ids[:top_k], start=1)]
        return Retrieval(question, self.name, tuple(hits))


class Trusting:
    """Is as sure as the share of its passages that are good; below a half it does not answer."""

    def __init__(self) -> None:
        self.seen: list[list[tuple[str, int]]] = []

    def read(self, question, passages, paths) -> Reading:
        self.seen.append([(hit.passage_id, hit.rank) for hit in passages])
        share = sum(hit.passage_id.startswith("good") for hit in passages) / len(passages)
        return Reading("yes" if share >= 0.5 else "", share, (), "scripted")


def test_gold_passages_are_replaced_by_the_next_best() -> None:
    reader = Trusting()
    questions = [Question("1", "?", ("yes",), ("good1", "good2")), Question("2", "?", ("yes",), ())]
    found = measure_abstention(questions, Ranking(["good1", "a", "good2", "b", "c"]), reader, top_k=3)
    assert reader.seen == [[("good1", 1), ("a", 2), ("good2", 3)], [("a", 1), ("b", 2), ("c", 3)]]
    assert found.with_gold == pytest.approx((2 / 3,))
    assert found.without_gold == (0.0,)
    assert (found.abstained_with_gold, found.abstained_without_gold) == (0.0, 1.0)
    assert found.area_under_roc == 1.0


def test_questions_without_gold_passages_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match=r"Expected 'questions' with gold passages \(got none\)"):
        measure_abstention([Question("1", "?", ("yes",), ())], Ranking([]), Trusting())


def test_the_area_is_that_of_all_pairs() -> None:
    generator = np.random.default_rng(3)
    positive, negative = generator.integers(0, 6, 40).tolist(), generator.integers(0, 5, 30).tolist()
    wins = [(p > n) + (p == n) / 2 for p in positive for n in negative]
    assert area_under_roc(positive, negative) == pytest.approx(np.mean(wins))
    assert area_under_roc(negative, positive) == pytest.approx(1 - np.mean(wins))
    assert area_under_roc([1.0], [1.0]) == 0.5
    with pytest.raises(ValueError, match=r"Expected scores of both kinds \(got 0 and 1\)"):
        area_under_roc([], [1.0])


def test_a_reader_that_searches_finds_no_gold_passage_either() -> None:
    class Searching(Trusting):
        def read_searching(self, question, passages, paths, search) -> tuple[Reading, tuple[ScoredPassage, ...]]:
            return self.read(question, search("something else"), paths), ()

    reader = Searching()
    measure_abstention([Question("1", "?", ("yes",), ("good1",))], Ranking(["good1", "a", "b"]), reader, top_k=2)
    assert reader.seen == [[("good1", 1), ("a", 2)], [("a", 1), ("b", 2)]]
