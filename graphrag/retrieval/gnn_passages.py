"""Ranking passages and entities together by a reasoner that sees both, and what retrievers know of them."""

import numpy as np

from graphrag.errors import ConfigError
from graphrag.protocols import FeatureReasoner
from graphrag.retrieval.candidates import choose_candidates
from graphrag.retrieval.explanation import explain
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores
from graphrag.retrieval.surroundings import FEATURES, SurroundingsFinder


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
        reasoning = self.reasoner.reason(question, around.seeds, around.graph)
        probability = np.zeros(graph.num_nodes)
        probability[around.graph.nodes] = reasoning.probability
        entities, passages = probability[: graph.num_entities], probability[graph.num_entities :]
        named = [index for index, _ in around.linked]
        return Scores(
            passages=np.where(passages > 0, passages, -np.inf),
            entities=entities,
            seeds=around.linked,
            fallbacks=around.fallbacks,
            candidates=choose_candidates(entities, named),
            explanation=explain(graph, around.graph, reasoning),
        )
