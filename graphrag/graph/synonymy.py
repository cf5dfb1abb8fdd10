"""Finding entities with similar names: exact nearest neighbours by a blocked matrix product."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from graphrag.protocols import FloatMatrix, HalfMatrix
from graphrag.rows import SynonymRow
from graphrag.text import numbers_of

Positions = NDArray[np.int64]

MIN_CHARACTERS = 3
"""Phrases with fewer letters and digits have no synonyms (HippoRAG, see ALGORITHMS 1)."""

_ROWS, _COLUMNS = 2048, 4096
# A float32 product of 384 terms is off by less than this; pairs above the threshold are computed exactly.
_SLACK = 1e-3


def find_synonyms(
    keys: Sequence[str], vectors: HalfMatrix, new: Sequence[int], *, threshold: float
) -> Iterator[tuple[list[int], list[SynonymRow]]]:
    """Compare new entities with all entities.

    An edge depends on its two ends alone: it is there when the cosine of their names reaches the threshold and both
    names contain the same numbers ("1961 film" and "1962 film" are no synonyms). So the edges of a graph do not depend
    on the order in which its entities came.

    Parameters
    ----------
    keys
        Keys of all entities, sorted.
    vectors
        Their unit vectors, shape ``(len(keys), dimension)``.
    new
        Positions of the entities to compare with all.
    threshold
        Least cosine, in (0, 1].

    Yields
    ------
    tuple
        A block of the positions ``new`` and the synonyms of its entities.

    References
    ----------
    HippoRAG (arXiv 2405.14831), section 2.2: synonymy edges above a similarity of 0.8.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"Expected 'threshold' to be in (0, 1] (got {threshold})")
    eligible = np.array([sum(map(str.isalnum, key)) >= MIN_CHARACTERS for key in keys], dtype=np.bool_)
    number_ids: dict[tuple[str, ...], int] = {}
    numbers = np.array([number_ids.setdefault(numbers_of(key), len(number_ids)) for key in keys], dtype=np.int64)
    # Names with the same numbers stand together, so that few others have to be compared.
    order = np.argsort(numbers, kind="stable")
    in_order = numbers[order]
    place = np.argsort(order)
    places = np.sort(place[np.array(new, dtype=np.int64)])
    is_new = np.zeros(len(keys), dtype=np.bool_)
    is_new[places] = True
    for start in range(0, len(places), _ROWS):
        block = places[start : start + _ROWS]
        first, last = (
            np.searchsorted(in_order, in_order[block[0]]),
            np.searchsorted(in_order, in_order[block[-1]], "right"),
        )
        # A pair of two new entities is found from the one that comes first.
        alike = np.arange(first, last)
        columns = order[alike[~is_new[alike] | (alike >= block[0])]]
        rows = order[block]
        pairs = [np.zeros((0, 2), dtype=np.int64)]
        for one, other in _candidates(vectors, rows[eligible[rows]], columns[eligible[columns]], threshold):
            same = (one != other) & (numbers[one] == numbers[other])
            pairs.append(np.sort(np.stack([one[same], other[same]], axis=1), axis=1))
        yield rows.tolist(), _synonyms(keys, vectors, np.unique(np.concatenate(pairs), axis=0), threshold)


def _candidates(
    vectors: HalfMatrix, rows: Positions, columns: Positions, threshold: float
) -> Iterator[tuple[Positions, Positions]]:
    left: FloatMatrix = vectors[rows].astype(np.float32)
    products = np.empty(len(rows) * min(_COLUMNS, len(columns)), dtype=np.float32)
    for start in range(0, len(columns), _COLUMNS):
        block = columns[start : start + _COLUMNS]
        cosines = products[: len(rows) * len(block)]
        np.matmul(left, vectors[block].astype(np.float32).T, out=cosines.reshape(len(rows), len(block)))
        # In one dimension, NumPy finds what is true seven times as fast as in two.
        i, j = np.divmod(np.flatnonzero(cosines >= threshold - _SLACK), len(block))
        yield rows[i], block[j]


def _synonyms(keys: Sequence[str], vectors: HalfMatrix, pairs: Positions, threshold: float) -> list[SynonymRow]:
    first, second = pairs.T
    similarity = exact_cosine(vectors[first], vectors[second])
    return [
        SynonymRow(keys[i], keys[j], value)
        for i, j, value in zip(first.tolist(), second.tolist(), similarity.tolist(), strict=True)
        if value >= threshold
    ]


def exact_cosine(left: HalfMatrix, right: HalfMatrix) -> NDArray[np.float64]:
    """Return the inner products of the rows of two matrices of unit vectors, rounded to six digits.

    The product of two float16 numbers below 1 is a multiple of 2^-48, so their float64 sum has no rounding error: the
    result is the same on every machine and whatever stands beside a row.

    Parameters
    ----------
    left, right
        Shape ``(n, dimension)``.

    Returns
    -------
    NDArray
        Shape ``(n,)``.

    Examples
    --------
    >>> exact_cosine(np.array([[0.6, 0.8]], np.float16), np.array([[0.8, 0.6]], np.float16))
    array([0.959922])
    """
    products = left.astype(np.float64) * right.astype(np.float64)
    cosine: NDArray[np.float64] = np.round(products.sum(axis=1), 6)
    return cosine
