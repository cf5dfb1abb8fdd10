"""Trees, boundaries and entity spans from scores."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.pipeline.decoding import Span, decode_tree, decode_trees, entity_spans, sentence_starts
from extractors.pipeline.labels import TAG_INDEX, TAGS


def reaches_root(heads: tuple[int, ...], word: int) -> bool:
    for _ in heads:
        if word == 0:
            return True
        word = heads[word - 1]
    return word == 0


def is_tree(heads: tuple[int, ...]) -> bool:
    return heads.count(0) == 1 and all(reaches_root(heads, word) for word in range(1, len(heads) + 1))


def best_tree(scores: np.ndarray) -> float:
    size = len(scores)
    trees = (heads for heads in product(range(size + 1), repeat=size) if is_tree(heads))
    return max(sum(scores[word, head] for word, head in enumerate(heads)) for heads in trees)


@given(st.integers(1, 4), st.integers(0, 10_000))
def test_the_best_tree_with_one_root_is_found(size: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(-9, 10, (size, size + 1)).astype(np.float32)
    heads = tuple(decode_tree(scores).tolist())
    assert is_tree(heads)
    assert sum(scores[word, head] for word, head in enumerate(heads)) == best_tree(scores)


@given(st.integers(6, 60), st.integers(0, 1000))
def test_long_sentences_get_trees(size: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(size, size + 1)).astype(np.float32)
    assert is_tree(tuple(decode_tree(scores).tolist()))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(0, 1000), st.booleans())
def test_the_trees_of_a_text_are_those_of_its_sentences(sizes: list[int], seed: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    shape = (sum(sizes), 1 + sum(sizes))
    scores = (rng.integers(0, 4, shape) if ties else rng.normal(size=shape)).astype(np.float32)
    before = scores.copy()
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    expected = []
    for start, size in zip(starts, sizes, strict=True):
        end = start + size
        block = np.concatenate((scores[start:end, :1], scores[start:end, start + 1 : end + 1]), axis=1)
        expected += [int(head) + start if head else 0 for head in decode_tree(block)]
    assert decode_trees(scores, starts).tolist() == expected
    assert (scores == before).all()


def test_a_greedy_cycle_is_broken_where_it_costs_least() -> None:
    scores = np.array([[1, 0, 9, 0], [3, 9, 0, 0], [0, 5, 4, 0]], np.float32)
    assert decode_tree(scores).tolist() == [2, 0, 1]


def probabilities(*tags: str) -> np.ndarray:
    found = np.zeros((len(tags), len(TAGS)), np.float32)
    found[range(len(tags)), [TAG_INDEX[tag] for tag in tags]] = 1
    return found


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ((), []),
        (("O", "O"), []),
        (("B-ORG", "I-ORG", "O", "B-LOC"), [Span(0, 2, "ORG"), Span(3, 4, "LOC")]),
        (("B-ORG", "B-ORG"), [Span(0, 1, "ORG"), Span(1, 2, "ORG")]),
        (("O", "I-ORG", "I-ORG"), [Span(1, 3, "ORG")]),
        (("B-LOC", "I-ORG", "I-ORG"), [Span(0, 3, "ORG")]),
    ],
)
def test_spans_follow_the_tags(tags: tuple[str, ...], spans: list[Span]) -> None:
    assert entity_spans(probabilities(*tags)) == spans


def test_bounds_are_decided_over_all_labels_together() -> None:
    found = probabilities("O")
    found[0, 0] = 0.4
    found[0, [TAG_INDEX["B-ORG"], TAG_INDEX["B-LOC"]]] = (0.35, 0.25)
    assert entity_spans(found) == [Span(0, 1, "ORG")]


def test_the_first_word_begins_a_sentence() -> None:
    assert sentence_starts(np.array([-5.0, 1, -1], np.float32)).tolist() == [True, True, False]
    assert sentence_starts(np.array([], np.float32)).tolist() == []
