"""The right to write to a graph in Neo4j: an open transaction, which the server ends when its process is gone."""

import uuid
from collections.abc import Callable

from graphrag.errors import StoreError
from graphrag.stores import cypher
from graphrag.stores.neo4j_connection import Neo4jConnection

_PROBE_S = 0.5
_LONGEST_PROBE_S = 60


class WriteLock:
    """The right to write.

    Two things make it: a node that an open transaction has created and never commits, so that no other transaction can
    create the same; and a token in the graph that every change must find there. The first ends with the connection, the
    second keeps a writer out that was cut off and does not know it.

    Parameters
    ----------
    connection
        The connection to the graph.
    """

    def __init__(self, connection: Neo4jConnection) -> None:
        self._db = connection
        self._release: Callable[[], None] | None = None

    def acquire(self) -> None:
        """Take the right; ``StoreError`` if another holds it."""
        if self._db.meta().get("writer") is not None:
            self._probe()
        self._release = self._hold()
        token = uuid.uuid4().hex
        try:
            self._db.run_once(cypher.SET_WRITER, token=token)
        except BaseException:
            self._drop()
            raise
        self._db.writer = token
        self._db.on_retry = self._renew

    def release(self) -> None:
        """Give the right back; without a server there is nothing left to give back."""
        token, self._db.writer = self._db.writer, None
        self._db.on_retry = lambda: None
        try:
            self._db.run_once(cypher.CLEAR_WRITER, token=token)
        except StoreError:
            # The token that stays behind makes the next writer probe the lock, and the lock is gone.
            return
        finally:
            self._drop()

    def _probe(self) -> None:
        """Find out whether the writer whose token is in the graph is still there."""
        timeout_s = _PROBE_S
        while True:
            try:
                self._hold(timeout_s=timeout_s)()
                return
            except StoreError as error:
                code = str(getattr(error.__cause__, "code", ""))
                if code.endswith("LockClientStopped"):
                    raise self._refusal() from error
                # Not kept waiting by another, but slow, as a server is that has just been started.
                timeout_s *= 4
                if "TransactionTimedOut" not in code or timeout_s > _LONGEST_PROBE_S:
                    raise

    def _refusal(self) -> StoreError:
        return StoreError(
            f"Another build is writing to {self._db.address}: wait for it to finish, or use another store",
            retryable=True,
        )

    def _renew(self) -> None:
        """Take the lock again after the connection was lost; the token still keeps others out."""
        self._drop()
        self._probe()
        self._release = self._hold()

    def _hold(self, *, timeout_s: float = 0) -> Callable[[], None]:
        # A name that no graph can have.
        return self._db.hold(cypher.HOLD_LOCK, lock=f"{self._db.address.graph} (lock)", timeout_s=timeout_s)

    def _drop(self) -> None:
        if self._release is not None:
            self._release()
            self._release = None
