import pytest

from graphrag.llm.failures import UnusableReplyError
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.fact_filter import FilteredHippoRAG2Retriever, LLMFactFilter, parse_choice
from graphrag.retrieval.hipporag2 import HippoRAG2Retriever
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.testing.toy import TOY_ENCODER, TOY_PASSAGES, toy_graph

RESOURCES = RetrievalResources(toy_graph(), TOY_ENCODER)
QUESTION = "Where was the designer of the Analytical Engine born?"


def retrieve(*replies: str):
    model = ScriptedModel(list(replies))
    return FilteredHippoRAG2Retriever(RESOURCES, LLMFactFilter(model)).retrieve(QUESTION), model


def test_facts_are_offered_with_numbers_and_chosen_by_number() -> None:
    found, model = retrieve('{"facts": [2]}')
    offered = model.asked[0][-1]["content"].splitlines()
    assert offered[0] == f"Question: {QUESTION}"
    assert [line.split(".")[0] for line in offered[2:]] == ["1", "2", "3", "4", "5"]
    head, _, tail = offered[3].removeprefix("2. ").split("; ")
    assert {seed.name for seed in found.seeds} == {head, tail, "Analytical Engine"}
    assert found.fallbacks == ()
    assert model.schemas[0]["properties"]["facts"]["items"] == {"type": "integer", "enum": [1, 2, 3, 4, 5]}  # type: ignore[index]


def test_all_facts_chosen_is_hipporag_2_without_a_filter() -> None:
    class Everything(LLMFactFilter):
        def choose(self, question, facts):
            return tuple(range(len(facts)))

    filtered = FilteredHippoRAG2Retriever(RESOURCES, Everything(ScriptedModel([""]))).retrieve(QUESTION)
    plain = HippoRAG2Retriever(RESOURCES).retrieve(QUESTION)
    assert filtered.passages == plain.passages
    assert filtered.entities == plain.entities
    assert filtered.seeds == plain.seeds


def test_no_helpful_fact_means_similarity_alone() -> None:
    found, _ = retrieve('{"facts": []}')
    assert found.fallbacks == ("the language model found no helpful fact: ranked by similarity alone",)
    scores = similarities(RESOURCES.graph.passage_vectors, TOY_ENCODER.encode([QUESTION])[0])
    assert found.passages[0].score == pytest.approx(scores.max())
    assert found.entities == ()


def test_an_unusable_choice_means_all_the_nearest_facts() -> None:
    found, model = retrieve("I like fact two.")
    plain = HippoRAG2Retriever(RESOURCES).retrieve(QUESTION)
    assert len(model.asked) == 2
    assert found.passages == plain.passages
    assert found.fallbacks[0].startswith("the language model chose no facts (The model's reply cannot be used: ")


def test_a_graph_without_facts_costs_nothing() -> None:
    model = ScriptedModel(["?"])
    resources = RetrievalResources(toy_graph(TOY_PASSAGES, (), ()), TOY_ENCODER)
    found = FilteredHippoRAG2Retriever(resources, LLMFactFilter(model)).retrieve(QUESTION)
    assert found.fallbacks == ("the graph has no facts: ranked by similarity alone",)
    assert not model.asked
    assert LLMFactFilter(model).choose(QUESTION, []) == ()


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ('{"facts": [3, 1, 3]}', (2, 0)),
        ('{"facts": [1, 2, 3, 4, 5]}', (0, 1, 2, 3)),
        ('{"facts": ["2", null, 99, -1, 0, "²", 1e3]}', (1,)),
        ('{"facts": []}', ()),
        ('{"facts": [2, 1', (1,)),
    ],
)
def test_choices(reply: str, chosen: tuple[int, ...]) -> None:
    assert parse_choice(reply, 5) == chosen


@pytest.mark.parametrize("reply", ["", "2", '{"facts": 2}', '{"facts": [9, 10]}', '{"choice": [1]}'])
def test_no_choice(reply: str) -> None:
    with pytest.raises(UnusableReplyError, match="Expected"):
        LLMFactFilter(ScriptedModel([reply])).choose(QUESTION, ["a; b; c"] * 5)
