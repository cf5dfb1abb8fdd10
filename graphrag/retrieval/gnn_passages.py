"""Ranking passages and entities together by a reasoner that sees both, and what retrievers know of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from graphrag.errors import ConfigError
from graphrag.protocols import FeatureReasoner
from graphrag.reasoning import ReasoningGraph
from graphrag.retrieval.candidates import choose_candidates
from graphrag.retrieval.explanation import explain
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores
from graphrag.retrieval.surroundings import FEATURES, PAGERANK_COLUMNS, Surroundings, SurroundingsFinder


class PassageReasonerRetriever(BaseRetriever):
    """Shows a reasoner the surroundings of a question and ranks passages by their probability.

    Passages that the reasoner was not shown are not found. A question without a known entity starts from the entities
    of the facts that are nearest to it, and the retrieval says so; in an empty graph nothing is found.

    Parameters
    ----------
    resources
        With extractor and lexical index.
    reasoner
        Sees entities and passages.

    Raises
    ------
    ConfigError
        If the reasoner was trained with other features.
    ValueError
        If extractor or lexical index is missing.

    References
    ----------
    Luo et al., "GFM-RAG", arXiv 2502.01113; Mavromatis and Karypis, "GNN-RAG", arXiv 2405.20139.
    """

    name = "gnn"
    hidden: ClassVar[tuple[int, ...]] = PAGERANK_COLUMNS
    """Features that the reasoner does not get to see."""

    def __init__(self, resources: RetrievalResources, reasoner: FeatureReasoner) -> None:
        super().__init__(resources)
        if tuple(reasoner.feature_names) != FEATURES:
            raise ConfigError("The reasoner was trained with other features: train it again with this version")
        self.reasoner = reasoner
        self.finder = SurroundingsFinder(resources)

    def score(self, question: str) -> Scores:
        """Return the probabilities of passages and entities."""
        graph = self.graph
        around = self.finder.around(question, max_nodes=self.reasoner.max_nodes or graph.num_nodes or 1)
        seen = without_features(around.graph, self.hidden)
        reasoning = self.reasoner.reason(question, around.seeds, seen)
        probability = np.zeros(graph.num_nodes)
        probability[around.graph.nodes] = reasoning.probability
        entities, passages = probability[: graph.num_entities], probability[graph.num_entities :]
        named = [index for index, _ in around.linked]
        return Scores(
            passages=np.where(passages > 0, passages, -np.inf),
            entities=self.entity_scores(entities, around),
            seeds=around.linked,
            fallbacks=around.fallbacks,
            candidates=choose_candidates(entities, named),
            explanation=explain(graph, seen, reasoning),
        )

    def entity_scores(self, probability: FloatVector, around: Surroundings) -> FloatVector:  # noqa: ARG002  # a hook
        """Return what the entities are ranked by: their probabilities, shape ``(num_entities,)``."""
        return probability


class AugmentedReasonerRetriever(PassageReasonerRetriever):
    """Retrieval augmentation: the reasoner's way through the graph and PageRank's together.

    The reasoner sees what both versions of HippoRAG think of every node besides, and the entities are the best of both:
    half of their score is the reasoner's probability, half PageRank's mass.

    Parameters
    ----------
    resources
        With extractor and lexical index.
    reasoner
        Sees entities and passages.

    References
    ----------
    Mavromatis and Karypis, "GNN-RAG", arXiv 2405.20139, section 4.3 (retrieval augmentation).
    """

    name = "gnn+pagerank"
    hidden = ()

    def entity_scores(self, probability: FloatVector, around: Surroundings) -> FloatVector:
        """Return the mean of the reasoner's probabilities and of PageRank's."""
        mass = around.pagerank
        if mass is None or not mass.any():
            return probability
        mean: FloatVector = (probability + mass / mass.sum()) / 2
        return mean


def without_features(graph: ReasoningGraph, columns: Sequence[int]) -> ReasoningGraph:
    """Return a graph whose nodes have 0 in some columns of their features."""
    if graph.node_features is None or not columns:
        return graph
    features = graph.node_features.copy()
    features[:, list(columns)] = 0
    return replace(graph, node_features=features)
