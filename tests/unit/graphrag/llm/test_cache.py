import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphrag.errors import StoreError
from graphrag.llm.cache import ReplyCache, reply_key


def test_replies_survive(tmp_path: Path) -> None:
    first = ReplyCache(tmp_path / "replies")
    first.put("k", "reply \u2028 🦆")
    second = ReplyCache(tmp_path / "replies")  # while the first is still open, as after a kill
    assert second.get("k") == "reply \u2028 🦆"
    assert second.get("other") is None
    first.close()
    second.close()


def test_many_threads(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "replies")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: cache.put(str(n), str(n * n)), range(200)))
        assert list(pool.map(lambda n: cache.get(str(n)), range(200))) == [str(n * n) for n in range(200)]
    cache.close()


def test_closing_waits_for_other_threads(tmp_path: Path) -> None:
    for attempt in range(20):
        cache = ReplyCache(tmp_path / f"replies{attempt}")

        def use(number: int, cache: ReplyCache = cache) -> bool:
            try:
                cache.put(str(number), "x" * 1000)
            except StoreError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            done = [pool.submit(use, number) for number in range(200)]
            done[20].result()
            cache.close()
            kept = sum(future.result() for future in done)
        assert kept >= 1


def test_another_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    with pytest.raises(StoreError, match=r"mine\.db is not a file of replies"):
        ReplyCache(path)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "replies"
    path.write_text("this is no database, whatever its name says; " * 10)
    with pytest.raises(StoreError, match=r"Cannot use the replies in .*file is not a database"):
        ReplyCache(path)
    with pytest.raises(StoreError, match="unable to open database file"):
        ReplyCache(tmp_path / "no" / "folder")


def test_a_file_that_breaks_later(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "replies")
    cache.close()
    with pytest.raises(StoreError, match="Cannot use the replies"):
        cache.get("k")


@pytest.mark.parametrize(
    "changed", [{"identity": "n"}, {"content": "Whom?"}, {"max_tokens": 8}, {"schema": {"type": "object"}}]
)
def test_everything_that_is_asked_is_in_the_key(changed: dict[str, object]) -> None:
    def key(identity="m", content="Who?", max_tokens=9, schema=None) -> str:
        return reply_key(identity, [{"role": "user", "content": content}], max_tokens=max_tokens, schema=schema)

    assert key() != key(**changed)
