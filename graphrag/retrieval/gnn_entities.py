"""Answering over a knowledge graph: a reasoner ranks the entities, and passages through them where there are any."""

from collections.abc import Sequence
from time import perf_counter

import numpy as np

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.reasoning_graph import entity_graph, whole_graph
from graphrag.graph.subgraph import subgraph_around
from graphrag.protocols import GraphReasoner
from graphrag.reasoning import ReasoningGraph
from graphrag.retrieval.candidates import choose_candidates
from graphrag.retrieval.explanation import explain
from graphrag.retrieval.linking import known_names, link_entities, question_names
from graphrag.retrieval.ranking import check_top_k
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores
from graphrag.retrieval.walk import entity_walk
from graphrag.text import normalize_phrase
from graphrag.types import Retrieval

DAMPING = 0.7
TOLERANCE = 1e-4
"""PageRank only chooses the nodes that the reasoner sees."""


class ReasonerViews:
    """The graphs that a reasoner wants to see: all of one, or the parts around seed entities.

    Parameters
    ----------
    graph
        The graph.
    max_nodes
        Of a part; None: the whole graph, the same object every time.
    """

    def __init__(self, graph: KnowledgeGraph, max_nodes: int | None) -> None:
        self.graph = graph
        self.max_nodes = max_nodes
        self._whole = whole_graph(self.graph) if max_nodes is None else None
        self._walk = entity_walk(self.graph)

    def around(self, seeds: Sequence[int]) -> tuple[ReasoningGraph, tuple[int, ...]]:
        """Return the graph for some seeds, and the seeds' positions in it.

        Parameters
        ----------
        seeds
            Positions of entities, best first; may be empty.
        """
        if self._whole is not None:
            return self._whole, tuple(seeds)
        scores = np.zeros(self.graph.num_nodes)
        if seeds:
            reset = np.zeros(self.graph.num_entities)
            reset[list(seeds)] = 1
            scores[: self.graph.num_entities] = self._walk.mass(reset, damping=DAMPING, tolerance=TOLERANCE)
        part = subgraph_around(self.graph, seeds, scores, max_nodes=self.max_nodes or 1)
        # The part begins with the seeds, each once.
        return entity_graph(self.graph, part), tuple(range(min(len(set(seeds)), len(part.entities))))


class EntityRetriever(BaseRetriever):
    """Ranks the entities by their probability to be the answer; a passage gets what the entities that it names have.

    Parameters
    ----------
    resources
        With an extractor.
    reasoner
        Its nodes are entities alone.

    Raises
    ------
    ValueError
        If there is no extractor.
    """

    name = "gnn"

    def __init__(self, resources: RetrievalResources, reasoner: GraphReasoner) -> None:
        super().__init__(resources)
        if resources.extractor is None:
            raise ValueError("Expected 'extractor' to find the entities of questions (got None)")
        self.extractor = resources.extractor
        self.reasoner = reasoner
        self.views = ReasonerViews(self.graph, reasoner.max_nodes)

    def score(self, question: str) -> Scores:
        """Return the entities' probabilities, starting from those that the question names."""
        return self.score_seeded(question, ())

    def retrieve_seeded(self, question: str, seed_entities: Sequence[str], *, top_k: int = 5) -> Retrieval:
        """Return the best passages and entities, starting from given entities.

        Parameters
        ----------
        question
            Any text.
        seed_entities
            Names of entities; if the graph has none of them, those that the question names are taken.
        top_k
            How many passages.

        Raises
        ------
        ValueError
            If ``top_k`` is less than 1.
        """
        check_top_k(top_k)
        start = perf_counter()
        return self.retrieval(question, self.score_seeded(question, seed_entities), top_k=top_k, start=start)

    def score_seeded(self, question: str, seed_entities: Sequence[str]) -> Scores:
        """Return the entities' probabilities, starting from given entities."""
        seeds, fallbacks = self._seeds(question, seed_entities)
        graph, positions = self.views.around([seed for seed, _ in seeds])
        reasoning = self.reasoner.reason(question, positions, graph)
        entities = np.zeros(self.graph.num_entities)
        entities[graph.nodes[: graph.num_entities]] = reasoning.probability[: graph.num_entities]
        if not entities.any():
            fallbacks = (*fallbacks, "the reasoner reached no entity")
        passages = self.graph.mentions.sign() @ entities
        return Scores(
            passages=np.where(passages > 0, passages, -np.inf),
            entities=entities,
            seeds=seeds,
            fallbacks=fallbacks,
            # The reasoner has its own opinion of the seeds.
            candidates=choose_candidates(entities, ()),
            explanation=explain(self.graph, graph, reasoning),
        )

    def _names(self, question: str) -> list[str]:
        """Return the names in a question; a graph without texts knows all that can be meant, without any extractor."""
        known = known_names(self.graph, question) if not self.graph.num_passages else []
        return known or question_names(self.graph, self.extractor, question)

    def _seeds(
        self, question: str, seed_entities: Sequence[str]
    ) -> tuple[tuple[tuple[int, float], ...], tuple[str, ...]]:
        """Return positions and weights of the seeds, and what could not be done as intended."""
        found = [self.graph.entity_keys.find(normalize_phrase(name)) for name in seed_entities]
        known = tuple((seed, 1.0) for seed in dict.fromkeys(found) if seed is not None)
        if known:
            return known, ()
        linked = link_entities(self.graph, self.encoder, self._names(question))
        missing = ("the given entities are not in the graph: those in the question were used",) if found else ()
        return linked, missing if linked else (*missing, "the question names no entity")
