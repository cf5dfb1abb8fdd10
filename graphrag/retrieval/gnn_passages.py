"""Ranking passages and entities together by a reasoner that sees both, and what retrievers know of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from graphrag.errors import ConfigError
from graphrag.protocols import FeatureReasoner
from graphrag.reasoning import ReasoningGraph
from graphrag.retrieval.candidates import choose_candidates
from graphrag.retrieval.explanation import explain
from graphrag.retrieval.fusion import reciprocal_rank_fusion
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.ranking import best
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores
from graphrag.retrieval.surroundings import FEATURES, PAGERANK_COLUMNS, Surroundings, SurroundingsFinder

UNION_WEIGHTS = (1.0, 0.1, 0.1)
"""In the union, of the reasoner, ``hipporag`` and ``hipporag2``.

Chosen, with the next, on 372 questions of HotpotQA and MuSiQue that the shipped reasoner was not trained on."""

UNION_CONSTANT = 5.0
"""Of the reciprocal rank fusion."""

_UNION_DEPTH = 1000


class PassageReasonerRetriever(BaseRetriever):
    """Shows a reasoner the surroundings of a question and ranks passages by their probability.

    What PageRank thinks of the nodes is hidden from the reasoner: it finds the way through the graph by itself.
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
        seen = without_features(around.graph, PAGERANK_COLUMNS)
        reasoning = self.reasoner.reason(question, around.seeds, seen)
        probability = np.zeros(graph.num_nodes)
        probability[around.graph.nodes] = reasoning.probability
        entities, passages = probability[: graph.num_entities], probability[graph.num_entities :]
        named = [index for index, _ in around.linked]
        return Scores(
            passages=self.passage_scores(np.where(passages > 0, passages, -np.inf), around),
            entities=self.entity_scores(entities, around),
            seeds=around.linked,
            fallbacks=around.fallbacks,
            candidates=choose_candidates(entities, named),
            explanation=explain(graph, seen, reasoning),
        )

    def passage_scores(self, probability: FloatVector, around: Surroundings) -> FloatVector:  # noqa: ARG002  # a hook
        """Return what the passages are ranked by, ``-inf``: not found, shape ``(num_passages,)``.

        Parameters
        ----------
        probability
            The passages' probabilities, ``-inf``: not found, shape ``(num_passages,)``.
        around
            What the reasoner was shown.
        """
        return probability

    def entity_scores(self, probability: FloatVector, around: Surroundings) -> FloatVector:  # noqa: ARG002  # a hook
        """Return what the entities are ranked by: their probabilities, shape ``(num_entities,)``."""
        return probability


class AugmentedReasonerRetriever(PassageReasonerRetriever):
    """Retrieval augmentation: the union of what the reasoner and PageRank find.

    Passages are ranked by reciprocal rank fusion of the reasoner and, with small weights, both versions of HippoRAG:
    what PageRank puts first takes places that the reasoner's own first ones leave. The entities are the best of both:
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

    def passage_scores(self, probability: FloatVector, around: Surroundings) -> FloatVector:
        """Return the fused reciprocal ranks."""
        rankings = [best(scores, _UNION_DEPTH) for scores in (probability, *around.walks)]
        fused = reciprocal_rank_fusion(rankings, len(probability), constant=UNION_CONSTANT, weights=UNION_WEIGHTS)
        return np.where(fused > 0, fused, -np.inf)

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
