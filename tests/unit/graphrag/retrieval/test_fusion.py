import numpy as np

from graphrag.retrieval.fusion import min_max, reciprocal_rank_fusion


def test_min_max_keeps_the_order_and_fills_the_range() -> None:
    scores = np.random.default_rng(0).normal(size=50).astype(np.float32)
    scaled = min_max(scores)
    assert (scaled.min(), scaled.max()) == (0, 1)
    assert np.argsort(scaled).tolist() == np.argsort(scores).tolist()


def test_constant_scores_become_one() -> None:
    assert min_max(np.zeros(3)).tolist() == [1, 1, 1]


def test_agreement_beats_one_first_place() -> None:
    fused = reciprocal_rank_fusion([np.array([0, 1]), np.array([2, 1])], 4)
    assert np.argmax(fused) == 1
    assert fused[0] == fused[2] == 1 / 61
    assert fused[3] == 0


def test_nothing_found() -> None:
    assert reciprocal_rank_fusion([np.array([], dtype=np.int32)], 2).tolist() == [0, 0]


def test_a_ranking_of_small_weight_decides_between_equals_only() -> None:
    rankings = [np.array([0, 1, 2]), np.array([3, 2, 1])]
    fused = reciprocal_rank_fusion(rankings, 4, constant=0, weights=[1, 0.1])
    assert fused.tolist() == [1, 1 / 2 + 0.1 / 3, 1 / 3 + 0.1 / 2, 0.1]
