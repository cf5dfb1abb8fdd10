import sys
from unittest.mock import create_autospec

import pytest

from graphrag.errors import MissingDependencyError
from graphrag.stores.neo4j_connection import Neo4jConnection
from graphrag.stores.neo4j_query import MAX_ROWS, QueryResult, plain_value, run_query


def test_values_become_plain() -> None:
    result = QueryResult(("a", "b"), [(1, b"\x00\x01"), ({"x": (True, None)}, float("inf"))], truncated=False)
    assert result.to_json_object() == {
        "columns": ["a", "b"],
        "rows": [[1, "(2 bytes)"], [{"x": [True, None]}, "inf"]],
        "truncated": False,
    }
    assert plain_value("\x00🦜") == "\x00🦜"


def test_a_frame_needs_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingDependencyError, match=r"A pandas table needs .*multihop-graphrag\[notebook\]"):
        QueryResult(("a",), [(1,)], truncated=False).to_frame()


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"limit": 0, "timeout_s": 1}, rf"Expected 'limit' to be in \[1, {MAX_ROWS}\] \(got 0\)"),
        ({"limit": MAX_ROWS + 1, "timeout_s": 1}, r"\(got 1000001\)"),
        ({"limit": 1, "timeout_s": 0}, r"Expected 'timeout_s' to be above 0 \(got 0\)"),
    ],
)
def test_limits(limits: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run_query(create_autospec(Neo4jConnection, instance=True), "RETURN 1", {}, **limits)  # type: ignore[arg-type]
