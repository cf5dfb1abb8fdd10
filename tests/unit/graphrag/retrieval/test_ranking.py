import numpy as np
import pytest

from graphrag.retrieval.ranking import best


@pytest.mark.parametrize("top_k", [1, 2, 3, 7, 50, 1000])
def test_equals_a_stable_sort_with_ties(top_k: int) -> None:
    scores = np.random.default_rng(0).integers(0, 10, 200).astype(np.float64)
    assert best(scores, top_k).tolist() == np.lexsort((np.arange(200), -scores))[:top_k].tolist()


def test_minus_infinity_is_never_chosen() -> None:
    assert best(np.array([-np.inf, -1.0, -np.inf]), 3).tolist() == [1]
    assert best(np.array([]), 3).tolist() == []


def test_top_k_is_validated() -> None:
    with pytest.raises(ValueError, match=r"Expected 'top_k' to be at least 1 \(got 0\)"):
        best(np.ones(3), 0)
