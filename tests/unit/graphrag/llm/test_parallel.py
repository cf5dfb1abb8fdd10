import threading
import time

import pytest

from graphrag.llm.parallel import map_in_order


def test_results_come_in_order_with_as_many_calls_at_once_as_allowed() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def slow(item: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02 * (item % 3))
        with lock:
            running -= 1
        return item * item

    assert list(map_in_order(slow, range(24), in_flight=6)) == [n * n for n in range(24)]
    assert 1 < most <= 6


def test_one_at_a_time_is_done_when_it_is_asked_for() -> None:
    seen: list[int] = []
    results = map_in_order(seen.append, [1, 2, 3], in_flight=1)
    next(results)
    assert seen == [1]


def test_an_error_comes_in_its_turn_and_what_has_not_begun_never_does() -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        if item == 2:
            raise KeyError(item)
        time.sleep(0.01)
        return item

    results = map_in_order(work, range(1000), in_flight=2)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(KeyError):
        list(results)
    time.sleep(0.05)
    assert len(begun) < 20


@pytest.mark.parametrize("in_flight", [0, -1])
def test_at_least_one(in_flight: int) -> None:
    with pytest.raises(ValueError, match=rf"Expected 'in_flight' to be at least 1 \(got {in_flight}\)"):
        list(map_in_order(abs, [1], in_flight=in_flight))
