from dataclasses import dataclass, field

import numpy as np
import pytest

from graphrag.errors import ConfigError
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.reasoning import MENTION, TITLE, Reasoning, ReasoningGraph, ReasoningStep
from graphrag.retrieval.gnn_passages import AugmentedReasonerRetriever, PassageReasonerRetriever
from graphrag.retrieval.hipporag import HippoRAGRetriever
from graphrag.retrieval.hipporag2 import HippoRAG2Retriever
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.retrieval.surroundings import FEATURES, PAGERANK_COLUMNS
from graphrag.testing.toy import TOY_ENCODER, ToyExtractor, toy_graph

QUESTION = "Who was the father of Ada Lovelace?"


@dataclass
class LastNodeReasoner:
    """Finds every node equally probable, and keeps what it was shown."""

    max_nodes: int | None = 40
    feature_names: tuple[str, ...] = FEATURES
    shown: list[tuple[tuple[int, ...], ReasoningGraph]] = field(default_factory=list)

    def reason(self, question: str, seeds, graph: ReasoningGraph) -> Reasoning:
        self.shown.append((tuple(seeds), graph))
        probability = np.full(graph.num_nodes, 1 / max(graph.num_nodes, 1))
        weights = np.ones((len(graph.relation_texts), 2))
        return Reasoning(probability, ("who",), (ReasoningStep(probability, np.ones(1), weights),))


def resources(graph: KnowledgeGraph) -> RetrievalResources:
    lexical = LexicalIndex.build([graph.passage(i).full_text for i in range(graph.num_passages)])
    return RetrievalResources(graph, TOY_ENCODER, lexical, ToyExtractor())


def test_shows_the_reasoner_the_surroundings_of_the_question() -> None:
    reasoner = LastNodeReasoner()
    found = PassageReasonerRetriever(resources(toy_graph()), reasoner).retrieve(QUESTION)
    seeds, seen = reasoner.shown[0]
    assert [seed.name for seed in found.seeds] == ["Ada Lovelace"]
    assert seeds == (0,)
    assert seen.nodes[0] == toy_graph().entity_keys.find("ada lovelace")
    assert set(seen.kind.tolist()) >= {0, MENTION, TITLE}
    assert not seen.node_features[:, list(PAGERANK_COLUMNS)].any()
    assert found.passages
    assert found.fallbacks == ()
    assert "Ada Lovelace" not in [candidate.name for candidate in found.candidates]
    assert sum(candidate.score for candidate in found.candidates) <= 1 + 1e-9
    assert found.explanation.tokens == ("who",)
    assert dict(found.explanation.steps[0].mass)


def test_augmentation_unites_the_reasoner_with_pagerank() -> None:
    given, reasoner = resources(toy_graph()), LastNodeReasoner()
    found = AugmentedReasonerRetriever(given, reasoner).retrieve(QUESTION)
    assert found.retriever == "gnn+pagerank"
    assert not reasoner.shown[0][1].node_features[:, list(PAGERANK_COLUMNS)].any()
    assert len({round(entity.score, 6) for entity in found.entities}) > 1  # PageRank tells them apart
    # The reasoner, for which all passages are alike, names them in their order: the rest is PageRank's.
    by_rank = {"p1": 1 / 6, "p2": 1 / 7, "p3": 1 / 8, "p4": 1 / 9, "p5": 1 / 10}
    for retriever in (HippoRAGRetriever(given), HippoRAG2Retriever(given)):
        for hit in retriever.retrieve(QUESTION).passages:
            by_rank[hit.passage_id] += 0.1 / (5 + hit.rank)
    assert {hit.passage_id: hit.score for hit in found.passages} == pytest.approx(by_rank)


def test_what_only_pagerank_finds_is_in_the_union() -> None:
    given, reasoner = resources(toy_graph()), LastNodeReasoner(max_nodes=2)
    alone = PassageReasonerRetriever(given, reasoner).retrieve(QUESTION).passages
    both = AugmentedReasonerRetriever(given, reasoner).retrieve(QUESTION).passages
    assert {hit.passage_id for hit in alone} < {hit.passage_id for hit in both}


def test_a_question_without_a_known_entity_says_so() -> None:
    reasoner = LastNodeReasoner()
    found = PassageReasonerRetriever(resources(toy_graph()), reasoner).retrieve("how is flour used?")
    assert reasoner.shown[0][0]  # the entities of the nearest facts
    assert found.passages
    assert found.fallbacks == ("the question has no entities: ranked by similarity alone",)


def test_an_empty_graph_has_nothing_to_find() -> None:
    found = PassageReasonerRetriever(resources(toy_graph((), (), ())), LastNodeReasoner()).retrieve(QUESTION)
    assert found.passages == ()
    assert found.candidates == ()
    assert found.fallbacks


def test_refuses_a_reasoner_with_other_features() -> None:
    with pytest.raises(ConfigError, match="trained with other features"):
        PassageReasonerRetriever(resources(toy_graph()), LastNodeReasoner(feature_names=("a",)))
