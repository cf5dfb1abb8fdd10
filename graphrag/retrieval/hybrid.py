"""Ranking passages by words and vectors together."""

from dataclasses import dataclass

import numpy as np

from graphrag.retrieval.bm25 import lexical_index, lexical_scores
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.fusion import reciprocal_rank_fusion
from graphrag.retrieval.ranking import best
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores


@dataclass(frozen=True, slots=True)
class HybridSettings:
    """Options of :class:`HybridRetriever`.

    Parameters
    ----------
    constant
        Of the reciprocal rank fusion, not negative.
    depth
        How many passages of each ranking count, at least 1.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    constant: float = 60.0
    depth: int = 1000

    def __post_init__(self) -> None:
        if not self.constant >= 0:
            raise ValueError(f"Expected 'constant' not to be negative (got {self.constant})")
        if self.depth < 1:
            raise ValueError(f"Expected 'depth' to be at least 1 (got {self.depth})")


class HybridRetriever(BaseRetriever):
    """Reciprocal rank fusion of BM25 and the cosine of vectors.

    Parameters
    ----------
    resources
        With a lexical index.
    settings
        Options.

    Raises
    ------
    ValueError
        If there is no lexical index, or one of other passages.
    """

    name = "hybrid"

    def __init__(self, resources: RetrievalResources, *, settings: HybridSettings = HybridSettings()) -> None:
        super().__init__(resources)
        self.lexical = lexical_index(resources)
        self.settings = settings

    def score(self, question: str) -> Scores:
        """Return the fused scores of the passages; those that neither ranking names are not found."""
        by_words, fallbacks = lexical_scores(self.lexical, question)
        by_vector = similarities(self.graph.passage_vectors, self.encoder.encode([question])[0])
        rankings = [best(scores, self.settings.depth) for scores in (by_words, by_vector)]
        fused = reciprocal_rank_fusion(rankings, self.graph.num_passages, constant=self.settings.constant)
        return Scores(np.where(fused > 0, fused, -np.inf), fallbacks=fallbacks)
