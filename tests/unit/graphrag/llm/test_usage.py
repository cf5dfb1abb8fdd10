from concurrent.futures import ThreadPoolExecutor

from graphrag.llm.usage import Usage, UsageCounter


def test_threads_lose_no_call() -> None:
    counter = UsageCounter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: counter.add(prompt_tokens=n, completion_tokens=1), range(1000)))
    assert counter.total == Usage(1000, 499_500, 1000)


def test_sums_and_differences() -> None:
    assert Usage(1, 2, 3) + Usage(4, 5, 6) - Usage(1, 2, 3) == Usage(4, 5, 6)
