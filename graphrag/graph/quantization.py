"""Vectors of one byte a number, which are read four times as fast, with a bound on what rounding took away."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graphrag.protocols import FloatMatrix

_LARGEST_CODE = 127
_BLOCK = 8_192
"""Rows at a time, so that memory-mapped vectors need not fit into memory."""


class QuantizedVectors(NamedTuple):
    """Vectors ``scales[:, None] * codes``, each near the one that it stands for.

    Parameters
    ----------
    codes
        int8, shape ``(n, dimension)``.
    scales
        float32, not negative, shape ``(n,)``.
    error
        The largest length of the difference of a vector and its codes, float32, shape ``()``.
    """

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    error: NDArray[np.float32]


def quantize(vectors: FloatMatrix) -> QuantizedVectors:
    """Return vectors as codes; the largest number of each becomes 127 or -127.

    Parameters
    ----------
    vectors
        In memory or memory-mapped, finite, shape ``(n, dimension)``.

    Examples
    --------
    >>> quantize(np.array([[0.0, -2.0, 1.0]], dtype=np.float32)).codes
    array([[   0, -127,   64]], dtype=int8)
    """
    codes = np.empty(vectors.shape, np.int8)
    scales = np.empty(len(vectors), np.float32)
    error = 0.0
    for start in range(0, len(vectors), _BLOCK):
        rows = slice(start, start + _BLOCK)
        block = np.asarray(vectors[rows], np.float32)
        scale = np.abs(block).max(axis=1, initial=0.0) / np.float32(_LARGEST_CODE)
        inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
        codes[rows] = np.rint(block * inverse[:, None])
        scales[rows] = scale
        error = max(error, float(np.linalg.norm(block - codes[rows] * scale[:, None], axis=1).max()))
    return QuantizedVectors(codes, scales, np.array(error, np.float32))
