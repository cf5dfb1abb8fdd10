from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from graphrag.protocols import SeededRetriever
from graphrag.reasoning import Reasoning, ReasoningGraph
from graphrag.retrieval.gnn_entities import EntityRetriever
from graphrag.retrieval.registry import create_retriever
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import TOY_ENCODER, TOY_PASSAGES, TOY_TRIPLES, ToyExtractor, toy_graph


class Neighbours:
    """Says that the neighbours of the seeds are the answers, all alike."""

    def __init__(self, max_nodes: int | None = None) -> None:
        self.max_nodes = max_nodes
        self.seen: list[ReasoningGraph] = []

    def reason(self, question: str, seeds: Sequence[int], graph: ReasoningGraph) -> Reasoning:
        self.seen.append(graph)
        found = np.zeros(graph.num_nodes)
        for head, tail in zip(graph.head, graph.tail, strict=True):
            found[tail] += head in seeds
            found[head] += tail in seeds
        return Reasoning(found / found.sum() if found.any() else found)


def retriever(reasoner: Neighbours, passages=TOY_PASSAGES, triples=TOY_TRIPLES) -> EntityRetriever:
    given = RetrievalResources(toy_graph(passages, triples, ()), TOY_ENCODER, None, ToyExtractor(), lambda: reasoner)
    return create_retriever("gnn", given)  # type: ignore[return-value]


@pytest.mark.parametrize("max_nodes", [None, 3, 100])
def test_entities_and_passages_through_them(max_nodes: int | None) -> None:
    reasoner = Neighbours(max_nodes)
    made = retriever(reasoner)
    found = made.retrieve_seeded("what?", ["Charles Babbage"])
    assert isinstance(made, SeededRetriever)
    assert found.fallbacks == ()
    assert [seed.name for seed in found.seeds] == ["Charles Babbage"]
    assert {entity.name for entity in found.entities} == {"Analytical Engine", "London"}
    assert sum(entity.score for entity in found.entities) == pytest.approx(1)
    assert [candidate.name for candidate in found.candidates][:1] == [found.entities[0].name]
    assert found.passages[0].passage_id == "p2"
    assert max_nodes is None or reasoner.seen[0].num_nodes <= max_nodes
    assert reasoner.seen[0].names is not None


def test_the_whole_graph_is_one_object() -> None:
    reasoner = Neighbours()
    made = retriever(reasoner)
    made.retrieve("x")
    made.retrieve("y")
    assert reasoner.seen[0] is reasoner.seen[1]


def test_what_could_not_be_done_is_said() -> None:
    made = retriever(Neighbours())
    unknown = made.retrieve_seeded("?", ["no such thing"])
    assert "the question names no entity" in unknown.fallbacks
    assert "the reasoner reached no entity" in unknown.fallbacks
    assert unknown.entities == ()
    empty = retriever(Neighbours(), (), ()).retrieve("Who?")
    assert empty.entities == empty.seeds == ()


def test_an_extractor_is_needed() -> None:
    given = RetrievalResources(toy_graph(TOY_PASSAGES, TOY_TRIPLES, ()), TOY_ENCODER)
    with pytest.raises(ValueError, match="Expected 'extractor'"):
        EntityRetriever(replace(given, reasoner=None), Neighbours())
