"""Ranking passages by the similarity of vectors, exactly."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from graphrag.protocols import FloatMatrix
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.retriever import BaseRetriever, Scores

_BLOCK = 8_192
"""Rows a block: about 12 MB of 384 floats, so that memory-mapped vectors need not fit into memory."""


class DenseRetriever(BaseRetriever):
    """Cosine of the question's vector and the passages' vectors."""

    name = "dense"

    def score(self, question: str) -> Scores:
        """Return the cosines of the passages."""
        return Scores(similarities(self.graph.passage_vectors, self.encoder.encode([question])[0]))


def similarities(vectors: FloatMatrix, query: NDArray[np.float32]) -> FloatVector:
    """Return the dot product of each vector with one.

    Parameters
    ----------
    vectors
        In memory or memory-mapped, shape ``(n, dimension)``.
    query
        Shape ``(dimension,)``.

    Returns
    -------
    ndarray
        Shape ``(n,)``.

    Examples
    --------
    >>> similarities(np.eye(3, dtype=np.float32), np.array([0.0, 0.5, 1.0], dtype=np.float32))
    array([0. , 0.5, 1. ])
    """
    scores = np.empty(len(vectors))

    def fill(start: int) -> None:
        block = np.asarray(vectors[start : start + _BLOCK], dtype=np.float32)
        # Not BLAS: there the bits of a row would depend on the rows beside it.
        scores[start : start + _BLOCK] = np.einsum("ij,j->i", block, query)

    starts = range(0, len(vectors), _BLOCK)
    if len(starts) <= 2:
        for start in starts:
            fill(start)
    else:
        # Reading the vectors takes most of the time, and one core alone cannot read as fast as the memory can.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(fill, starts))
    return scores
