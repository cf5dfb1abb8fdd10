"""Users' own Cypher: only what reads, within limits of time and rows."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from neo4j import Query
from neo4j.exceptions import ClientError, Neo4jError
from neo4j.graph import Node, Path, Relationship

from graphrag.errors import InputError, MissingDependencyError
from graphrag.stores.neo4j_connection import Neo4jConnection

_MAPPINGS = (Mapping, Node, Relationship)
MAX_ROWS = 1_000_000


@dataclass(frozen=True)
class QueryResult:
    """The rows of a query.

    Parameters
    ----------
    columns
        Their names.
    rows
        Values as the driver gives them: see :func:`plain_value`.
    truncated
        Whether there were more rows than asked for.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool

    def to_json_object(self) -> dict[str, object]:
        """Return columns and rows as plain values."""
        rows = [[plain_value(value) for value in row] for row in self.rows]
        return {"columns": list(self.columns), "rows": rows, "truncated": self.truncated}

    def to_frame(self) -> Any:
        """Return a pandas ``DataFrame`` of plain values.

        Raises
        ------
        MissingDependencyError
            If pandas is not installed.
        """
        try:
            import pandas  # noqa: PLC0415  # the base install lacks it
        except ImportError as error:
            raise MissingDependencyError("A pandas table", "notebook") from error
        return pandas.DataFrame(self.to_json_object()["rows"], columns=list(self.columns))


def run_query(
    db: Neo4jConnection, text: str, parameters: Mapping[str, object], *, limit: int, timeout_s: float
) -> QueryResult:
    """Return the rows of a query that only reads.

    Parameters
    ----------
    db
        The connection.
    text
        Cypher; ``$graph`` is the graph's name.
    parameters
        Values of other parameters.
    limit
        Return at most so many rows, from 1 to ``MAX_ROWS``.
    timeout_s
        Seconds after which the server ends the query.

    Raises
    ------
    InputError
        The query writes, is no Cypher, or takes too long.
    StoreError
        The server cannot be used.
    ValueError
        A limit is out of its range.
    """
    _check_limits(limit, timeout_s)
    values = {"graph": db.address.graph, **parameters}
    with db.reading_session() as session:
        try:
            plan = session.run(Query(f"EXPLAIN {text}", timeout=timeout_s), values).consume()
            if plan.query_type != "r":
                raise InputError("Expected a query that only reads (this one writes to the database or its schema)")
            with session.begin_transaction(timeout=timeout_s) as tx:
                result = tx.run(text, values)
                rows = [tuple(record.values()) for record in islice(result, limit)]
                return QueryResult(tuple(result.keys()), rows, truncated=result.peek() is not None)
        except Neo4jError as error:
            raise _explained(error, timeout_s) from error


def _check_limits(limit: int, timeout_s: float) -> None:
    if not 1 <= limit <= MAX_ROWS:
        raise ValueError(f"Expected 'limit' to be in [1, {MAX_ROWS}] (got {limit})")
    if not timeout_s > 0:
        raise ValueError(f"Expected 'timeout_s' to be above 0 (got {timeout_s})")


def _explained(error: Neo4jError, timeout_s: float) -> Exception:
    code, message = str(error.code), " ".join(str(error.message).split())
    if "TransactionTimedOut" in code or code.endswith("LockClientStopped"):
        return InputError(f"The query took longer than {timeout_s:g} s")
    if isinstance(error, ClientError) and ".Statement." in code:
        return InputError(f"Cannot run the query: {message}")
    return error


def plain_value(value: Any) -> Any:  # noqa: PLR0911  # a kind of value each
    """Return a value of a query as JSON can hold it.

    Examples
    --------
    >>> plain_value([1, b"abc", {"a": float("nan")}])
    [1, '(3 bytes)', {'a': 'nan'}]
    """
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return f"({len(value)} bytes)"
    properties = {name: plain_value(item) for name, item in value.items()} if isinstance(value, _MAPPINGS) else {}
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": properties}
    if isinstance(value, Relationship):
        return {"type": value.type, "properties": properties}
    if isinstance(value, Path):
        return {"nodes": plain_value(list(value.nodes)), "relationships": plain_value(list(value.relationships))}
    return properties if isinstance(value, Mapping) else str(value)
