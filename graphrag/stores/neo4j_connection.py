"""A connection to a graph in Neo4j: retried reads, changes that happen exactly once, errors as ``StoreError``."""

import logging
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, GraphDatabase, ManagedTransaction, Session
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graphrag.errors import StoreError
from graphrag.stores import cypher
from graphrag.stores.base import MissingStoreError
from graphrag.stores.neo4j_address import Neo4jAddress
from graphrag.types import content_id

# What the driver logs it also raises; without a handler Python would print it.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

Result = TypeVar("Result")
Values = dict[str, Any]

RETRY_S = 120.0
"""For how long a read or a change is tried again while the server cannot be reached."""
_CONNECT_S = 15.0
_LOST_COMMITS = 5
_MAX_CHARACTERS = 300
_SCHEMA_VERSION = 1
_OLDEST_SERVER = (5, 0)
_FAILURES = (Neo4jError, DriverError, UnicodeEncodeError, OSError)


class GraphTransaction:
    """One change of a graph while it is made.

    Parameters
    ----------
    tx
        The driver's transaction.
    graph
        The graph's name.
    meta
        The properties of the graph's own node.
    """

    def __init__(self, tx: ManagedTransaction, graph: str, meta: Values) -> None:
        self._tx = tx
        self.graph = graph
        self.meta = meta
        self._changes: Values = {}

    def run(self, query: str, **values: Any) -> list[list[Any]]:
        """Run one of :mod:`graphrag.stores.cypher` and return its rows; ``$graph`` is given."""
        return [record.values() for record in self._tx.run(query, values, graph=self.graph)]

    def run_many(self, query: str, rows: list[Any]) -> None:
        """Run a query over ``$rows``, if there are any."""
        if rows:
            self.run(query, rows=rows)

    def uid(self, *parts: str) -> str:
        """Return the identity of a thing of this graph."""
        return content_id(self.graph, *parts)

    def next_rows(self, count: int) -> range:
        """Return numbers that nothing in this graph has had."""
        first = int(self.meta["next_row"])
        self.set(next_row=first + count)
        return range(first, first + count)

    def set(self, **values: Any) -> None:
        """Change properties of the graph's own node when the change is complete."""
        self.meta.update(values)
        self._changes.update(values)

    def complete(self, token: str) -> None:
        """Write the graph's own node; the last statement of a change."""
        self._tx.run(cypher.PUT_GRAPH, graph=self.graph, values={**self._changes, "write": token}).consume()


class Neo4jConnection:
    """A driver for one graph.

    Parameters
    ----------
    address
        Where it is.
    auth
        User and password; None for a server that asks for none.
    create
        Make constraints, indexes and the graph if they are not there.

    Raises
    ------
    StoreError
        The server cannot be reached, refuses the user, is too old, or has no such database or graph.
    """

    def __init__(self, address: Neo4jAddress, auth: tuple[str, str] | None, *, create: bool) -> None:
        self.address = address
        self.user = auth[0] if auth else ""
        self.writer: str | None = None
        """The token that every change must find in the graph; None: any."""
        self.on_retry: Callable[[], None] = lambda: None
        """Called before a change is tried again."""
        with self._translated():
            self._driver: Driver = GraphDatabase.driver(
                address.server,
                auth=auth,
                max_transaction_retry_time=RETRY_S,
                connection_timeout=_CONNECT_S,
                notifications_min_severity="OFF",
                user_agent="multihop-graphrag",
            )
        try:
            with self._translated():
                self._check_server()
                self._open(create=create)
        except BaseException:
            self._driver.close()
            raise

    def _check_server(self) -> None:
        agent = self._driver.get_server_info().agent
        version = tuple(int(number) for number in re.findall(r"\d+", agent.partition("/")[2])[:2])
        if version < _OLDEST_SERVER:
            oldest = ".".join(map(str, _OLDEST_SERVER))
            raise StoreError(f"Expected Neo4j {oldest} or newer at {self.address.server} (got {agent})")

    def _open(self, *, create: bool) -> None:
        if create and not self._has_graph():
            self._create()
        found = self.read(cypher.READ_GRAPH)
        if not found:
            raise MissingStoreError(f"No graph at {self.address}: make one with 'multihop build'")
        schema = found[0][0]["schema"]
        if schema != _SCHEMA_VERSION:
            raise StoreError(
                f"Expected {self.address} to have store version {_SCHEMA_VERSION} (got {schema}): "
                "build it again with this version of multihop"
            )

    def _has_graph(self) -> bool:
        return bool(self.read(cypher.READ_GRAPH))

    def _create(self) -> None:
        with self._session(WRITE_ACCESS) as session:
            if self.number(cypher.READY_INDEXES) < len(cypher.SCHEMA):
                for statement in cypher.SCHEMA:
                    session.run(statement).consume()
                session.run(cypher.AWAIT_INDEXES).consume()
            values = {"graph": self.address.graph, "schema": _SCHEMA_VERSION, "store_id": uuid.uuid4().hex}
            session.execute_write(lambda tx: tx.run(cypher.CREATE_GRAPH, values).consume())

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    @contextmanager
    def _session(self, access: str) -> Iterator[Session]:
        with self._driver.session(database=self.address.database, default_access_mode=access) as session:
            yield session

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except _FAILURES as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> StoreError:
        """Return a driver's or server's error as one clear line."""
        address, server = self.address, self.address.server
        code = str(getattr(error, "code", "") or "")
        said = error.message if isinstance(error, Neo4jError) and code else str(error)
        text = " ".join(str(said).split())[:_MAX_CHARACTERS]
        if code.endswith("CredentialsExpired"):
            reason = f"The password of Neo4j's user {self.user!r} at {server} must be changed before its first use"
        elif code.endswith("AuthenticationRateLimit"):
            reason = f"Neo4j at {server} was given a wrong password too often: wait some seconds"
        elif isinstance(error, AuthError) or code.endswith("Unauthorized"):
            who = f"the password of user {self.user!r}" if self.user else "a connection without a password"
            reason = f"Neo4j at {server} refused {who}: set NEO4J_USER and NEO4J_PASSWORD"
        elif code.endswith("DatabaseNotFound"):
            reason = f"Neo4j at {server} has no database {address.database!r}"
        elif code.endswith(("Forbidden", "ReadOnlyDatabase", "AccessMode", "WriteOnReadOnlyAccessDatabase")):
            reason = f"Neo4j does not let user {self.user!r} write to {address}: {text}"
        elif isinstance(error, (ServiceUnavailable, SessionExpired, OSError)):
            return StoreError(f"Cannot reach Neo4j at {server} (is it running?): {text}", retryable=True)
        elif code.startswith("Neo.DatabaseError."):
            reason = f"Neo4j at {server} failed, see its log (a full disk?): {text}"
        elif isinstance(error, ConfigurationError):
            reason = f"Cannot use {server}: {text}"
        else:
            return StoreError(f"Cannot use the store {address}: {text}", retryable=isinstance(error, TransientError))
        return StoreError(reason)

    def read(self, query: str, **values: Any) -> list[list[Any]]:
        """Return the rows of a query, tried again while the server cannot be reached; ``$graph`` is given."""

        def work(tx: ManagedTransaction) -> list[list[Any]]:
            return [record.values() for record in tx.run(query, values, graph=self.address.graph)]

        with self._translated(), self._session(READ_ACCESS) as session:
            return session.execute_read(work)

    def number(self, query: str, **values: Any) -> int:
        """Return the one number that a query asks for."""
        return int(self.read(query, **values)[0][0])

    def table(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of one of the queries that read a graph in blocks."""
        # The next number is at least as large as the number of passages, entities and facts.
        for columns in self.read(query, blocks=cypher.blocks(self.meta()["next_row"])):
            yield from zip(*columns, strict=True)

    def meta(self) -> Values:
        """Return the properties of the graph's own node."""
        found = self.read(cypher.READ_GRAPH)
        if not found:
            raise StoreError(f"{self.address} was removed")
        properties: Values = found[0][0]
        return properties

    def write(self, work: Callable[[GraphTransaction], Result]) -> Result:
        """Make a change exactly once, whatever happens to the connection.

        Parameters
        ----------
        work
            Makes it; may be called several times, each time in a transaction that knows nothing of the others.
        """
        token = uuid.uuid4().hex
        attempts = 0
        results: list[Result] = []

        def unit(tx: ManagedTransaction) -> None:
            nonlocal attempts
            attempts += 1
            if attempts > 1:
                self.on_retry()
            found = [record.values()[0] for record in tx.run(cypher.LOCK_GRAPH, graph=self.address.graph, token=token)]
            if not found:
                raise StoreError(f"{self.address} was removed")
            if found[0].get("write") == token:
                return  # an earlier attempt was committed, and only the reply was lost
            if self.writer is not None and found[0].get("writer") != self.writer:
                raise StoreError(f"Another build has taken over {self.address}", retryable=True)
            change = GraphTransaction(tx, self.address.graph, found[0])
            results[:] = [work(change)]
            change.complete(token)

        with self._translated():
            for lost in range(1, _LOST_COMMITS + 1):
                try:
                    with self._session(WRITE_ACCESS) as session:
                        session.execute_write(unit)
                    break
                except IncompleteCommit:
                    if lost == _LOST_COMMITS:
                        raise
        return results[0]

    def hold(self, query: str, *, timeout_s: float = 0, **values: Any) -> Callable[[], None]:
        """Run a statement and keep its transaction, and so its locks; return the function that rolls it back.

        Parameters
        ----------
        query
            The statement.
        timeout_s
            After this many seconds the server ends the transaction; 0: never.
        values
            Its parameters; ``$graph`` is given.
        """
        with ExitStack() as stack:
            stack.enter_context(self._translated())
            session = stack.enter_context(self._session(WRITE_ACCESS))
            tx = stack.enter_context(session.begin_transaction(timeout=timeout_s))
            tx.run(query, values, graph=self.address.graph).consume()
            held = stack.pop_all()

        def release() -> None:
            # The server may be gone, and the lock with it.
            with suppress(StoreError):
                tx.close()
                held.close()

        return release

    def run_once(self, query: str, **values: Any) -> None:
        """Run a statement in a transaction of its own, without trying again."""
        with self._translated(), self._session(WRITE_ACCESS) as session:
            session.run(query, values, graph=self.address.graph).consume()

    @contextmanager
    def reading_session(self) -> Iterator[Session]:
        """Open a session that the server lets only read."""
        with self._translated(), self._session(READ_ACCESS) as session:
            yield session
