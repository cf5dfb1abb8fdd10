"""The vectors nearest to a question's, exactly, without reading them all in full."""

from typing import NamedTuple

import numpy as np
import simsimd
from numpy.typing import NDArray

from graphrag.graph.knowledge_graph import IndexArray
from graphrag.graph.quantization import QuantizedVectors, quantize
from graphrag.protocols import FloatMatrix
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.ranking import best, check_top_k

MIN_ROWS = 16_384
"""Fewer vectors are all compared in full."""

_MAX_SHARE = 0.1
"""Where more of the vectors cannot be told apart by their codes, all are compared in full."""

_ROUNDING = 1e-5
"""More than the rounding of a dot product of unit vectors in single precision."""


class Nearest(NamedTuple):
    """The vectors with the largest dot products.

    Parameters
    ----------
    indices
        Best first; the smaller position wins a tie, shape ``(top_k,)`` or less.
    scores
        Their dot products, shape like ``indices``.
    lowest
        The smallest dot product of any vector; infinite where there is none.
    """

    indices: IndexArray
    scores: FloatVector
    lowest: float


def nearest(vectors: FloatMatrix, codes: QuantizedVectors, query: NDArray[np.float32], top_k: int) -> Nearest:
    """Return the vectors nearest to one, the same as by :func:`graphrag.retrieval.dense.similarities` of all.

    Codes of one byte a number bound each dot product; only the vectors that may be among the best, or the worst of all,
    are read in full.

    Parameters
    ----------
    vectors
        Of length 1 or 0, in memory or memory-mapped, shape ``(n, dimension)``.
    codes
        Of the same vectors.
    query
        Of length 1 or 0, shape ``(dimension,)``.
    top_k
        At least 1.

    Raises
    ------
    ValueError
        If ``top_k`` is less than 1.
    """
    check_top_k(top_k)
    if len(vectors) >= max(MIN_ROWS, top_k):
        about, error = _estimates(codes, query)
        # One may be among the best if it could be as good as the last of them could be bad.
        top = np.flatnonzero(about >= np.partition(about, -top_k)[-top_k] - 2 * error)
        bottom = np.flatnonzero(about <= about.min() + 2 * error)
        if len(top) + len(bottom) <= _MAX_SHARE * len(vectors):
            scores = similarities(vectors[top], query)
            chosen = best(scores, top_k)
            return Nearest(
                top[chosen].astype(np.int32), scores[chosen], float(similarities(vectors[bottom], query).min())
            )
    scores = similarities(vectors, query)
    chosen = best(scores, top_k)
    return Nearest(chosen, scores[chosen], float(scores.min(initial=np.inf)))


def _estimates(codes: QuantizedVectors, query: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return about each vector's dot product with the query, and how far off it may be (Cauchy and Schwarz)."""
    asked = quantize(query[None])
    # Sums of integers: the same on every processor.
    products = np.asarray(simsimd.cdist(codes.codes, asked.codes, "dot"))[:, 0]
    about = products.astype(np.float32)
    about *= codes.scales
    about *= asked.scales[0]
    return about, float(codes.error + asked.error * (1 + codes.error)) + _ROUNDING
