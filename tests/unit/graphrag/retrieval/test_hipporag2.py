import numpy as np
import pytest

from graphrag.graph.adjacency import transition
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.retrieval.hipporag2 import HippoRAG2Retriever, HippoRAG2Settings
from graphrag.retrieval.pagerank import personalized_pagerank
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import TOY_ENCODER, TOY_PASSAGES, TOY_TRIPLES, toy_graph

QUESTION = "Where was Charles Babbage born, and did he design the Analytical Engine?"


def retriever(graph: KnowledgeGraph, **settings: float) -> HippoRAG2Retriever:
    return HippoRAG2Retriever(RetrievalResources(graph, TOY_ENCODER), settings=HippoRAG2Settings(**settings))


def test_walks_from_the_nearest_facts_to_passages() -> None:
    found = retriever(toy_graph(), linking_top_k=2).retrieve(QUESTION, top_k=5)
    assert found.passages[0].passage_id == "p2"
    assert len(found.passages) == 5
    assert found.fallbacks == ()
    assert [seed.name for seed in found.seeds] == ["Charles Babbage", "Analytical Engine"]
    assert [entity.score for entity in found.entities] == sorted((e.score for e in found.entities), reverse=True)


def test_equals_the_definition_step_by_step() -> None:
    graph, query = toy_graph(), TOY_ENCODER.encode([QUESTION])[0]
    facts = graph.fact_vectors @ query
    facts = (facts - facts.min()) / (facts.max() - facts.min())
    nearest = np.argsort(-facts, kind="stable")[:2]
    totals, times = np.zeros(graph.num_entities), np.zeros(graph.num_entities)
    for fact in nearest:
        for entity in (graph.fact_head[fact], graph.fact_tail[fact]):
            totals[entity] += facts[fact] / graph.num_passages_of_entity[entity]
            times[entity] += 1
    phrases = np.divide(totals, times, out=np.zeros_like(totals), where=times > 0)
    phrases[np.argsort(-phrases, kind="stable")[2:]] = 0
    for name in ("charles babbage", "analytical engine"):
        entity = graph.entity_keys.find(name)
        phrases[entity] += 0.5 / graph.num_passages_of_entity[entity]
    passages = graph.passage_vectors @ query
    passages = 0.1 * (passages - passages.min()) / (passages.max() - passages.min())
    reset = np.concatenate([phrases, passages])
    expected = personalized_pagerank(transition(graph.adjacency), reset, damping=0.6)

    settings = HippoRAG2Settings(linking_top_k=2, passage_weight=0.1, name_weight=0.5, damping=0.6)
    scores = HippoRAG2Retriever(RetrievalResources(graph, TOY_ENCODER), settings=settings).score(QUESTION)
    assert scores.entities is not None
    assert np.allclose(np.concatenate([scores.entities, scores.passages]), expected, atol=1e-7)
    assert {index for index, _ in scores.seeds} == set(np.flatnonzero(phrases).tolist())


def test_the_walk_starts_from_the_names_of_the_question_too() -> None:
    question = "Was Ada Lovelace born where Charles Babbage was born?"
    published = retriever(toy_graph(), linking_top_k=1, name_weight=0.0).retrieve(question)
    assert [seed.name for seed in published.seeds] == ["Charles Babbage"]
    found = retriever(toy_graph(), linking_top_k=1).retrieve(question)
    assert {seed.name for seed in found.seeds} == {"Charles Babbage", "Ada Lovelace"}


def test_the_same_question_twice_gives_the_same_bits() -> None:
    walker = retriever(toy_graph())
    first, second = walker.score(QUESTION), walker.score(QUESTION)
    assert first.passages.tolist() == second.passages.tolist()


def test_without_facts_similarity_ranks_and_it_is_said() -> None:
    found = retriever(toy_graph(triples=(), synonyms=())).retrieve(QUESTION)
    assert len(found.passages) == 5
    assert found.entities == found.seeds == ()
    assert found.fallbacks == ("the graph has no facts: ranked by similarity alone",)


def test_an_imported_graph_has_entities_but_no_passages() -> None:
    graph = toy_graph((), [("", *triple[1:]) for triple in TOY_TRIPLES])
    found = retriever(graph).retrieve(QUESTION)
    assert found.passages == ()
    assert len(found.entities) == 7
    assert found.seeds


def test_nothing_at_all() -> None:
    found = retriever(toy_graph((), (), ())).retrieve(QUESTION)
    assert found.passages == found.entities == ()
    assert found.fallbacks


def test_one_passage_with_one_fact() -> None:
    graph = toy_graph(TOY_PASSAGES[:1], TOY_TRIPLES[:1], ())
    found = retriever(graph).retrieve("")
    assert [passage.passage_id for passage in found.passages] == ["p1"]


@pytest.mark.parametrize(
    "settings",
    [{"linking_top_k": 0}, {"passage_weight": -1}, {"name_weight": np.nan}, {"damping": 1.0}, {"tolerance": 0.0}],
)
def test_settings_are_validated(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"Expected '{next(iter(settings))}'"):
        HippoRAG2Settings(**settings)
