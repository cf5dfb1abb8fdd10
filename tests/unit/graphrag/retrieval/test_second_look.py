import numpy as np
import pytest

from graphrag.retrieval.second_look import CUT, LAST, MIN_LEFT, look_again

OPEN = np.array([0.9, 0.8, 0.7, 0.6, 0.20, 0.15, 0.14, 0.01])


class Judge:
    def __init__(self, **logits):
        self.logits = {int(name[1:]): value for name, value in logits.items()}
        self.asked = []

    def __call__(self, chosen):
        self.asked.append(list(chosen))
        return np.array([self.logits.get(one, 0.0) for one in chosen], np.float32)


def test_what_answers_better_moves_before_the_cut():
    judge = Judge(p4=-5.0, p6=8.0)
    again = look_again(OPEN, judge)
    assert np.argsort(-again).tolist() == [0, 1, 2, 3, 6, 4, 5, 7]
    assert judge.asked == [[3, 4, 5, 6]]


def test_the_order_before_the_cut_stays():
    judge = Judge(p4=90.0, p0=-3.0)
    assert look_again(OPEN, judge).tolist() == OPEN.tolist()


def test_probabilities_are_exchanged_and_none_is_made_up():
    rng = np.random.default_rng(0)
    for _ in range(200):
        probability = rng.random(int(rng.integers(0, 30))) ** 3
        again = look_again(probability, lambda chosen: rng.normal(size=len(chosen)) * 20)
        assert sorted(again) == sorted(probability)
        top = set(np.argsort(-probability, kind="stable")[:LAST])
        assert all(again[i] == probability[i] for i in range(len(probability)) if i not in top)


def test_the_order_of_the_candidates_does_not_matter():
    order = np.random.default_rng(1).permutation(len(OPEN))
    logits = np.random.default_rng(2).normal(size=len(OPEN)) * 9
    again = look_again(OPEN, lambda chosen: logits[chosen])
    shuffled = look_again(OPEN[order], lambda chosen: logits[order][chosen])
    assert shuffled.tolist() == again[order].tolist()


@pytest.mark.parametrize(
    "probability",
    [
        np.array([]),
        np.linspace(0.9, 0.5, CUT),
        np.array([0.9, 0.8, 0.7, 0.6, 0.5, MIN_LEFT / 2]),  # nothing is missing
        np.array([0.99] * CUT + [0.03]),  # far behind
    ],
)
def test_nobody_is_asked_where_it_is_clear(probability):
    judge = Judge()
    assert look_again(probability, judge).tolist() == probability.tolist()
    assert judge.asked == []
