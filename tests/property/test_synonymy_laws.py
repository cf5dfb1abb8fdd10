from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag.graph import synonymy
from graphrag.graph.synonymy import MIN_CHARACTERS, find_synonyms
from graphrag.protocols import HalfMatrix
from graphrag.text import numbers_of

KEYS = [
    f"{word} {number}".strip()
    for word in ("ab", "abc", "film", "the film", "北京 市", "x")
    for number in ("", "1", "2")
]
THRESHOLDS = st.sampled_from([0.3, 0.5, 0.7, 0.8, 1.0])
Pairs = set[tuple[str, str, float]]


@st.composite
def entities(draw: st.DrawFn) -> tuple[list[str], HalfMatrix]:
    keys = sorted(draw(st.sets(st.sampled_from(KEYS), max_size=12)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    vectors = rng.standard_normal((len(keys), 3))
    vectors[draw(st.integers(0, max(0, len(keys) - 1))) :] += 2  # some are close to one another
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return keys, (vectors / lengths).astype(np.float16)


def found(keys: list[str], vectors: HalfMatrix, new: list[int], threshold: float) -> Pairs:
    rows = find_synonyms(keys, vectors, new, threshold=threshold)
    return {(s.first_key, s.second_key, s.similarity) for _, synonyms in rows for s in synonyms}


def brute_force(keys: list[str], vectors: HalfMatrix, threshold: float) -> Pairs:
    exact = vectors.astype(np.longdouble)
    pairs = set()
    for i, first in enumerate(keys):
        for j, second in enumerate(keys[i + 1 :], start=i + 1):
            long_enough = min(sum(map(str.isalnum, key)) for key in (first, second)) >= MIN_CHARACTERS
            cosine = round(float((exact[i] * exact[j]).sum()), 6)
            if long_enough and numbers_of(first) == numbers_of(second) and cosine >= threshold:
                pairs.add((first, second, cosine))
    return pairs


@given(entities(), THRESHOLDS)
def test_equals_brute_force(given_entities: tuple[list[str], HalfMatrix], threshold: float) -> None:
    keys, vectors = given_entities
    assert found(keys, vectors, list(range(len(keys))), threshold) == brute_force(keys, vectors, threshold)


@given(entities(), THRESHOLDS, st.integers(1, 5), st.integers(1, 5))
def test_the_size_of_blocks_does_not_matter(
    given_entities: tuple[list[str], HalfMatrix], threshold: float, rows: int, columns: int
) -> None:
    keys, vectors = given_entities
    with patch.object(synonymy, "_ROWS", rows), patch.object(synonymy, "_COLUMNS", columns):
        assert found(keys, vectors, list(range(len(keys))), threshold) == brute_force(keys, vectors, threshold)


@given(st.data(), entities(), THRESHOLDS)
@settings(max_examples=50)
def test_it_does_not_matter_which_entities_came_first(
    data: st.DataObject, given_entities: tuple[list[str], HalfMatrix], threshold: float
) -> None:
    keys, vectors = given_entities
    is_old = [data.draw(st.booleans()) for _ in keys]
    old = [i for i, flag in enumerate(is_old) if flag]
    first = found([keys[i] for i in old], vectors[old], list(range(len(old))), threshold)
    second = found(keys, vectors, [i for i, flag in enumerate(is_old) if not flag], threshold)
    assert first | second == brute_force(keys, vectors, threshold)
