from collections.abc import Sequence

import pytest

from graphrag.errors import LanguageModelError
from graphrag.retrieval.dense import DenseRetriever
from graphrag.retrieval.ircot import IRCoTRetriever, IRCoTSettings
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.testing.toy import TOY_ENCODER, toy_graph
from graphrag.types import Passage, Retrieval, ScoredPassage

RETRIEVER = DenseRetriever(RetrievalResources(toy_graph(), TOY_ENCODER))
QUESTION = "Who was the father of the author of notes?"


class Queries:
    """A retriever that remembers its queries and finds one passage a query, better each time."""

    name = "queries"

    def __init__(self) -> None:
        self.queries: list[str] = []

    def retrieve(self, question: str, *, top_k: int = 5) -> Retrieval:
        self.queries.append(question)
        score = float(len(self.queries))
        hits = [ScoredPassage(Passage("same", "s"), score, 1), ScoredPassage(Passage(question, "x"), score - 0.5, 2)]
        return Retrieval(question, self.name, tuple(hits[:top_k]), fallbacks=("tired",))


def test_each_thought_is_the_next_query_and_passages_keep_their_best_score() -> None:
    retriever = Queries()
    model = ScriptedModel(["The author was Ada.\nMore text", "Her father was Byron.", "So the answer is: Byron."])
    found = IRCoTRetriever(retriever, model, settings=IRCoTSettings(max_steps=5)).retrieve(QUESTION)
    assert retriever.queries == [QUESTION, "The author was Ada.", "Her father was Byron."]
    assert [(hit.passage_id, hit.score, hit.rank) for hit in found.passages] == [
        ("same", 3.0, 1), ("Her father was Byron.", 2.5, 2), ("The author was Ada.", 1.5, 3), (QUESTION, 0.5, 4),
    ]  # fmt: skip
    assert model.asked[2][-1]["content"].endswith("Thoughts so far:\nThe author was Ada.\nHer father was Byron.")
    assert (found.question, found.retriever, found.fallbacks) == (QUESTION, "ircot:queries", ("tired",))


@pytest.mark.parametrize("steps", [1, 3])
def test_steps_are_bounded(steps: int) -> None:
    retriever = Queries()
    numbers = iter(range(100))
    model = ScriptedModel(lambda _: f"Thought {next(numbers)}.")
    IRCoTRetriever(retriever, model, settings=IRCoTSettings(max_steps=steps)).retrieve(QUESTION)
    assert len(model.asked) == steps
    assert len(retriever.queries) == steps + 1


def test_a_repeated_thought_ends_the_search() -> None:
    model = ScriptedModel(["The same."])
    IRCoTRetriever(RETRIEVER, model, settings=IRCoTSettings(max_steps=8)).retrieve(QUESTION)
    assert len(model.asked) == 2


@pytest.mark.parametrize("failure", ["", "outage"])
def test_without_a_thought_what_was_found_stays(failure: str) -> None:
    def reply(_: Sequence[dict[str, str]]) -> str:
        if failure:
            raise LanguageModelError("No answer", retryable=True)
        return " "

    found = IRCoTRetriever(RETRIEVER, ScriptedModel(reply)).retrieve(QUESTION, top_k=3)
    assert found.passages == RETRIEVER.retrieve(QUESTION, top_k=3).passages
    assert "the language model gave no thought (" in found.fallbacks[0]


def test_passages_that_do_not_fit_are_not_shown() -> None:
    model = ScriptedModel(["So the answer is: x"], context_tokens=500)
    IRCoTRetriever(RETRIEVER, model).retrieve(QUESTION)
    assert model.count_tokens(model.asked[0]) <= 500 - 320
    tiny = ScriptedModel(["x"], context_tokens=330)
    assert "does not fit its context" in IRCoTRetriever(RETRIEVER, tiny).retrieve(QUESTION).fallbacks[0]


def test_settings_out_of_range() -> None:
    with pytest.raises(ValueError, match=r"Expected 'max_steps' to be from 1 to 8 \(got 0\)"):
        IRCoTSettings(max_steps=0)
    with pytest.raises(ValueError, match=r"Expected 'top_k' to be at least 1 \(got 0\)"):
        IRCoTSettings(top_k=0)
    with pytest.raises(ValueError, match=r"Expected 'top_k' to be at least 1 \(got 0\)"):
        IRCoTRetriever(RETRIEVER, ScriptedModel(["x"])).retrieve(QUESTION, top_k=0)
