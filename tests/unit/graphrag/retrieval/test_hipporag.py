from unittest.mock import create_autospec

import networkx as nx
import numpy as np
import pytest

from graphrag.errors import ExtractionError, LanguageModelError
from graphrag.graph.adjacency import EdgeWeights
from graphrag.retrieval.hipporag import HippoRAGRetriever, HippoRAGSettings
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import TOY_ENCODER, TOY_TRIPLES, ToyExtractor, toy_graph
from graphrag.types import Passage

QUESTION = "Which city was Charles Babbage born in?"


def retriever(**parts: object) -> HippoRAGRetriever:
    return HippoRAGRetriever(
        RetrievalResources(**{"graph": toy_graph(), "encoder": TOY_ENCODER, "extractor": ToyExtractor(), **parts})
    )


def test_walks_from_the_question_s_entities() -> None:
    found = retriever().retrieve(QUESTION, top_k=5)
    assert [seed.name for seed in found.seeds] == ["Charles Babbage"]
    assert found.passages[0].passage_id == "p2"
    assert "p5" not in {passage.passage_id for passage in found.passages}  # no facts: not found
    assert found.entities[0].name == "Charles Babbage"
    assert found.fallbacks == ()


def test_equals_the_definition_by_networkx() -> None:
    graph, weights = toy_graph(), EdgeWeights()
    walk = nx.Graph()
    walk.add_nodes_from(range(graph.num_entities))
    for head, tail, support in zip(graph.fact_head, graph.fact_tail, graph.fact_support, strict=True):
        weight = walk.get_edge_data(head, tail, {"weight": 0})["weight"]
        walk.add_edge(head, tail, weight=weight + weights.fact * support)
    for (first, second), cosine in zip(graph.synonyms, graph.synonym_similarity, strict=True):
        walk.add_edge(first, second, weight=weights.synonym * cosine)
    seed, reset = graph.entity_keys.find("charles babbage"), dict.fromkeys(range(graph.num_entities), 0.0)
    reset[seed] = 1 / graph.num_passages_of_entity[seed]
    mass = nx.pagerank(walk, alpha=0.5, personalization=reset, tol=1e-13, max_iter=1000)
    expected = np.zeros(graph.num_passages)
    for fact, passage in zip(*graph.fact_passages.nonzero(), strict=True):
        expected[passage] += mass[graph.fact_head[fact]] + mass[graph.fact_tail[fact]]
    scores = retriever().score(QUESTION)
    assert np.allclose(np.where(np.isinf(scores.passages), 0, scores.passages), expected, atol=1e-8)


def test_a_fact_stated_twice_in_a_passage_counts_once() -> None:
    twice = toy_graph(triples=(*TOY_TRIPLES, TOY_TRIPLES[3]))
    assert twice.fact_passages.max() == 2
    for facts in (retriever(graph=twice).facts_of_passage, retriever().facts_of_passage):
        assert facts.max() == 1


def test_no_entities_in_the_question() -> None:
    found = retriever().retrieve("who did it?", top_k=5)
    assert len(found.passages) == 5
    assert found.seeds == found.entities == ()
    assert found.fallbacks == ("the question has no entities: ranked by similarity alone",)


@pytest.mark.parametrize("error", [ExtractionError("bad reply"), LanguageModelError("no server")])
def test_entities_that_cannot_be_extracted(error: Exception) -> None:
    extractor = create_autospec(ToyExtractor, instance=True)
    extractor.extract_question.side_effect = error
    found = retriever(extractor=extractor).retrieve(QUESTION)
    assert found.passages
    assert found.fallbacks == (f"the question's entities could not be extracted ({error}): ranked by similarity alone",)


def test_graphs_with_parts_missing() -> None:
    no_facts = retriever(graph=toy_graph(triples=(), synonyms=())).retrieve(QUESTION)
    assert len(no_facts.passages) == 5
    assert no_facts.fallbacks == ("the question has no entities in the graph: ranked by similarity alone",)
    no_passages = retriever(graph=toy_graph((), [("", *triple[1:]) for triple in TOY_TRIPLES])).retrieve(QUESTION)
    assert no_passages.passages == ()
    assert no_passages.entities[0].name == "Charles Babbage"
    assert retriever(graph=toy_graph((), (), ())).retrieve(QUESTION).passages == ()


def test_ties_go_to_the_first_passage() -> None:
    passages = [Passage(f"p{i}", "Ada met Bob.") for i in (3, 1, 2)]
    graph = toy_graph(passages, [(passage.passage_id, "Ada", "met", "Bob") for passage in passages], ())
    found = retriever(graph=graph).retrieve("Did Ada meet Bob?", top_k=2)
    assert [passage.passage_id for passage in found.passages] == ["p1", "p2"]


def test_needs_an_extractor() -> None:
    with pytest.raises(ValueError, match=r"Expected 'extractor' to find the entities of questions \(got None\)"):
        retriever(extractor=None)


@pytest.mark.parametrize("settings", [{"damping": -0.1}, {"tolerance": float("nan")}])
def test_settings_are_validated(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"Expected '{next(iter(settings))}'"):
        HippoRAGSettings(**settings)
