"""HippoRAG (the first version): from the question's entities by Personalized PageRank to the facts of passages."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from graphrag.errors import ExtractionError, LanguageModelError
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.linking import link_entities, question_names
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.reset import entity_reset
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores
from graphrag.retrieval.walk import entity_walk


@dataclass(frozen=True, slots=True)
class HippoRAGSettings:
    """Options of :class:`HippoRAGRetriever`.

    Parameters
    ----------
    damping
        Probability of continuing the walk, in [0, 1).
    tolerance
        Error bound of PageRank, positive.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    damping: float = 0.5
    tolerance: float = 1e-5

    def __post_init__(self) -> None:
        if not 0 <= self.damping < 1:
            raise ValueError(f"Expected 'damping' to be in [0, 1) (got {self.damping})")
        if not self.tolerance > 0:
            raise ValueError(f"Expected 'tolerance' to be positive (got {self.tolerance})")


class HippoRAGRetriever(BaseRetriever):
    """The walk goes over entities only; a passage collects the mass of its facts' entities, once a fact.

    Passages whose facts get no mass are not found. A question without entities, or whose entities cannot be extracted,
    is answered by similarity alone, and the retrieval says so.

    Parameters
    ----------
    resources
        With an extractor.
    settings
        Options.

    Raises
    ------
    ValueError
        If there is no extractor.

    References
    ----------
    Gutiérrez et al., "HippoRAG: Neurobiologically Inspired Long-Term Memory for Large Language Models", NeurIPS 2024,
    arXiv 2405.14831, section 2.3.
    """

    name = "hipporag"

    def __init__(self, resources: RetrievalResources, *, settings: HippoRAGSettings = HippoRAGSettings()) -> None:
        super().__init__(resources)
        if resources.extractor is None:
            raise ValueError("Expected 'extractor' to find the entities of questions (got None)")
        self.extractor = resources.extractor
        self.settings = settings
        self.walk = entity_walk(self.graph)
        self.facts_of_passage = csr_array((self.graph.fact_passages.T > 0).astype(np.float64))

    def score(self, question: str) -> Scores:
        """Return the mass of the passages' facts, and the PageRank mass of the entities."""
        try:
            names = question_names(self.graph, self.extractor, question)
        except (ExtractionError, LanguageModelError) as error:
            return self._by_similarity(question, f"the question's entities could not be extracted ({error})")
        seeds = link_entities(self.graph, self.encoder, names)
        if not seeds:
            missing = "no entities" if self.graph.num_entities else "no entities in the graph"
            return self._by_similarity(question, f"the question has {missing}")
        reset = entity_reset([index for index, _ in seeds], self.graph.num_passages_of_entity)
        mass = self.walk.mass(reset, damping=self.settings.damping, tolerance=self.settings.tolerance)
        return Scores(self._passage_scores(mass), entities=mass, seeds=seeds)

    def _passage_scores(self, mass: FloatVector) -> FloatVector:
        facts = mass[self.graph.fact_head] + mass[self.graph.fact_tail]
        passages = self.facts_of_passage @ facts
        return np.where(passages > 0, passages, -np.inf)

    def _by_similarity(self, question: str, reason: str) -> Scores:
        passages = similarities(self.graph.passage_vectors, self.encoder.encode([question])[0])
        return Scores(passages, fallbacks=(f"{reason}: ranked by similarity alone",))
