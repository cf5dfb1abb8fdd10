"""Doing slow calls side by side."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_order(function: Callable[[Item], Result], items: Sequence[Item], *, in_flight: int) -> Iterator[Result]:
    """Yield the function's results in the order of the items, with at most so many calls at the same time.

    When the caller stops early, calls that have not begun never do, and those that have are waited for.

    Parameters
    ----------
    function
        Called in other threads if ``in_flight`` is above 1; what it raises is raised here, in the item's turn.
    items
        Its arguments.
    in_flight
        At least 1.

    Raises
    ------
    ValueError
        If ``in_flight`` is below 1.

    Examples
    --------
    >>> list(map_in_order(abs, [-1, 2, -3], in_flight=2))
    [1, 2, 3]
    """
    if in_flight < 1:
        raise ValueError(f"Expected 'in_flight' to be at least 1 (got {in_flight})")
    if in_flight == 1:
        yield from map(function, items)
        return
    pool = ThreadPoolExecutor(in_flight)
    try:
        for future in [pool.submit(function, item) for item in items]:
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)
