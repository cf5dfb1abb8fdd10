"""HippoRAG 2: from the question to facts, and from their entities by Personalized PageRank to passages."""

from dataclasses import dataclass

import numpy as np

from graphrag.graph.knowledge_graph import IndexArray
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.fusion import min_max
from graphrag.retrieval.nearest import nearest
from graphrag.retrieval.question_names import QuestionNames, question_words
from graphrag.retrieval.ranking import best
from graphrag.retrieval.reset import entity_reset, passage_reset, phrase_reset
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores
from graphrag.retrieval.walk import RandomWalk


@dataclass(frozen=True, slots=True)
class HippoRAG2Settings:
    """Options of :class:`HippoRAG2Retriever`.

    Parameters
    ----------
    linking_top_k
        How many facts the question is linked to, and from how many of their entities the walk starts; at least 1.
    passage_weight
        Reset weight of the passage nearest to the question, not negative.
    name_weight
        Reset weight of an entity that the question names and one passage mentions, not negative.
    damping
        Probability of continuing the walk, in [0, 1).
    tolerance
        Error bound of PageRank, positive.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    linking_top_k: int = 5
    passage_weight: float = 0.05
    name_weight: float = 1.0
    damping: float = 0.5
    tolerance: float = 1e-5

    def __post_init__(self) -> None:
        if self.linking_top_k < 1:
            raise ValueError(f"Expected 'linking_top_k' to be at least 1 (got {self.linking_top_k})")
        for name, weight in (("passage_weight", self.passage_weight), ("name_weight", self.name_weight)):
            if not 0 <= weight < np.inf:
                raise ValueError(f"Expected '{name}' to be finite and not negative (got {weight})")
        if not 0 <= self.damping < 1:
            raise ValueError(f"Expected 'damping' to be in [0, 1) (got {self.damping})")
        if not self.tolerance > 0:
            raise ValueError(f"Expected 'tolerance' to be positive (got {self.tolerance})")


class HippoRAG2Retriever(BaseRetriever):
    """HippoRAG 2 without a language model: nothing filters the facts that are nearest to the question.

    These are often all about one of its names, or about none. So, unlike the published one, the walk also starts from
    the entities that the question names, found by the graph's own names (recall@5 with and without: 2WikiMultiHopQA
    .880 and .816, HotpotQA .874 and .822, MuSiQue .770 and .718); ``name_weight=0`` is the published way.

    A graph without facts is ranked by similarity alone, and the retrieval says so. In a graph without passages no
    passage is found, but entities are.

    Parameters
    ----------
    resources
        Graph and encoder.
    settings
        Options.

    References
    ----------
    Gutiérrez et al., "From RAG to Memory: Non-Parametric Continual Learning for Large Language Models", ICML 2025,
    arXiv 2502.14802, section 3.
    """

    name = "hipporag2"

    def __init__(self, resources: RetrievalResources, *, settings: HippoRAG2Settings = HippoRAG2Settings()) -> None:
        super().__init__(resources)
        self.settings = settings
        self.walk = RandomWalk(self.graph.adjacency, num_entities=self.graph.num_entities, order=self.graph.node_order)
        self._names = QuestionNames(self.graph)

    def score(self, question: str) -> Scores:
        """Return the PageRank mass of passages and entities."""
        graph, settings = self.graph, self.settings
        query = self.encoder.encode([question])[0]
        by_vector = similarities(graph.passage_vectors, query)
        if not graph.num_facts:
            return Scores(by_vector, fallbacks=("the graph has no facts: ranked by similarity alone",))
        found = nearest(graph.fact_vectors, graph.fact_codes, query, settings.linking_top_k)
        kept, fallbacks = self._kept(question, found.indices)
        if not len(kept):
            return Scores(by_vector, fallbacks=fallbacks)
        scaled = min_max(np.append(found.scores, found.lowest))
        facts = found.indices[kept]
        phrases = phrase_reset(
            graph.fact_head[facts],
            graph.fact_tail[facts],
            scaled[kept],
            graph.num_passages_of_entity,
            top_k=settings.linking_top_k,
        )
        named = [name.entity for name in self._names.find(question_words(question))]
        phrases += settings.name_weight * entity_reset(named, graph.num_passages_of_entity)
        reset = np.concatenate([phrases, passage_reset(by_vector, weight=settings.passage_weight)])
        mass = self.walk.mass(reset, damping=settings.damping, tolerance=settings.tolerance)
        seeds = best(np.where(phrases > 0, phrases, -np.inf), settings.linking_top_k + len(named)).tolist()
        return Scores(
            passages=mass[graph.num_entities :],
            entities=mass[: graph.num_entities],
            seeds=tuple((index, float(phrases[index])) for index in seeds),
            fallbacks=fallbacks,
        )

    def _kept(self, question: str, facts: IndexArray) -> tuple[IndexArray, tuple[str, ...]]:  # noqa: ARG002
        """Return which of the nearest facts the walk starts from, by their places, and what was done instead."""
        return np.arange(len(facts), dtype=np.int32), ()
