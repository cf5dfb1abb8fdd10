"""Ranking passages by the question's words."""

import numpy as np

from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores


class BM25Retriever(BaseRetriever):
    """BM25; passages that share no word with the question are not found.

    Parameters
    ----------
    resources
        With a lexical index.

    Raises
    ------
    ValueError
        If there is no lexical index, or one of other passages.
    """

    name = "bm25"

    def __init__(self, resources: RetrievalResources) -> None:
        super().__init__(resources)
        self.lexical = lexical_index(resources)

    def score(self, question: str) -> Scores:
        """Return the BM25 scores of the passages."""
        passages, fallbacks = lexical_scores(self.lexical, question)
        return Scores(passages, fallbacks=fallbacks)


def lexical_index(resources: RetrievalResources) -> LexicalIndex:
    """Return the lexical index of some resources; ``ValueError`` if it is missing or does not fit the graph."""
    num_passages = resources.graph.num_passages
    if resources.lexical is None:
        raise ValueError("Expected 'lexical' to be an index of the graph's passages (got None)")
    if resources.lexical.num_texts != num_passages:
        raise ValueError(f"Expected 'lexical' to index {num_passages} passages (got {resources.lexical.num_texts})")
    return resources.lexical


def lexical_scores(lexical: LexicalIndex, question: str) -> tuple[FloatVector, tuple[str, ...]]:
    """Return BM25 scores, ``-inf`` for passages without a shared word, and what to tell if there is none with one."""
    found = lexical.scores(question).astype(np.float64)
    scores = np.where(found > 0, found, -np.inf)
    return scores, () if found.any() else ("no passage has a word of the question: found none by words",)
