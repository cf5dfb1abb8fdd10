import numpy as np

from graphrag.retrieval.reset import entity_reset, passage_reset, phrase_reset, specificity

COUNTS = np.array([2, 1, 4, 0, 5], dtype=np.int32)


def test_specificity_of_an_entity_without_passages_is_one() -> None:
    assert specificity(COUNTS).tolist() == [0.5, 1, 0.25, 1, 0.2]


def test_entity_reset_does_not_add_up_repeated_seeds() -> None:
    assert entity_reset([2, 2, 3], COUNTS).tolist() == [0, 0, 0.25, 1, 0]
    assert entity_reset([], COUNTS).tolist() == [0] * 5


def test_phrase_reset_follows_the_loop_of_the_definition() -> None:
    random = np.random.default_rng(0)
    counts = random.integers(0, 5, 30)
    heads, tails, scores = random.integers(0, 30, 12), random.integers(0, 30, 12), random.random(12)
    totals, times = np.zeros(30), np.zeros(30)
    for head, tail, score in zip(heads, tails, scores, strict=True):
        for entity in (head, tail):
            totals[entity] += score / counts[entity] if counts[entity] else score
            times[entity] += 1
    means = np.divide(totals, times, out=np.zeros(30), where=times > 0)
    expected = np.zeros(30)
    kept = np.argsort(-means, kind="stable")[:5]
    expected[kept] = means[kept]
    assert np.allclose(phrase_reset(heads, tails, scores, counts, top_k=5), expected)


def test_phrase_reset_keeps_only_the_best() -> None:
    heads, tails = np.array([0, 2]), np.array([1, 3])
    reset = phrase_reset(heads, tails, np.array([1.0, 0.5]), COUNTS, top_k=2)
    assert np.flatnonzero(reset).tolist() == [0, 1]


def test_passage_reset_of_no_passages() -> None:
    assert passage_reset(np.array([])).shape == (0,)
