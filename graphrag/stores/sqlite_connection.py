"""A SQLite file of ours: opened safely, with transactions, and with every error as a ``StoreError``."""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from graphrag.errors import StoreError
from graphrag.stores.sqlite_schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION

Row = tuple[object, ...]
BUSY_TIMEOUT_S = 30.0
MAX_VALUES = 999
"""How many values every build of SQLite takes in one statement."""


def placeholders(rows: Sequence[Sequence[object]]) -> str:
    """Return the places of rows' values in a statement.

    Examples
    --------
    >>> placeholders([(1, "a"), (2, "b")])
    '(?, ?), (?, ?)'
    """
    return ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))


class SQLiteConnection:
    """One connection to a store's file.

    Parameters
    ----------
    path
        The file.
    create
        Make it if it is not there.

    Raises
    ------
    StoreError
        The file is missing, cannot be opened, or is not a store of ours.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        self._closed = False
        if not create and not path.is_file():
            raise StoreError(f"No store at {path}: make one with 'multihop build'")
        with self._translated():
            mode = "rwc" if create else "rw"
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
            )
            try:
                self._prepare(create=create)
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self, *, create: bool) -> None:
        # A store file may come from anywhere: its schema must not be able to call functions.
        self._connection.execute("PRAGMA trusted_schema = OFF")
        self._connection.execute("PRAGMA cell_size_check = ON")
        # What is deleted is overwritten: a removed document must not stay readable in the file.
        self._connection.execute("PRAGMA secure_delete = ON")
        if not self._num_tables():
            if not create:
                raise StoreError(f"{self.path} is empty: make a store with 'multihop build'")
            self._create()
        # Read after the tables were seen: another process may be making the store in this moment.
        (application_id,) = self._connection.execute("PRAGMA application_id").fetchone()
        if application_id != APPLICATION_ID:
            raise StoreError(f"{self.path} is a SQLite database, but not a multihop store")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version != SCHEMA_VERSION:
            raise StoreError(
                f"Expected {self.path} to have store version {SCHEMA_VERSION} (got {version}): "
                "build it again with this version of multihop"
            )
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA synchronous = NORMAL")

    def _create(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        with self.transaction():
            if self._num_tables():  # another process was faster
                return
            for statement in SCHEMA.split(";\n"):
                if statement.strip():
                    self._connection.execute(statement)
            self._connection.executemany(
                "INSERT INTO meta VALUES (?, ?)",
                [("store_id", uuid.uuid4().hex), ("generation", "0"), ("changed", "0")],
            )
            self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _num_tables(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])

    def close(self) -> None:
        """Close the file; an open transaction is rolled back."""
        self._closed = True
        self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeEncodeError) as error:  # the last: a text that is no Unicode
            retryable = isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
            raise StoreError(f"Cannot use the store {self.path}: {error}", retryable=retryable) from error

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[None]:
        """Run what is inside as one transaction; a transaction inside another belongs to the outer one."""
        if self._connection.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        self.execute("COMMIT")

    def _roll_back(self) -> None:
        # A full disk may have rolled the transaction back already; so has closing, which may come first after Ctrl-C.
        if not self._closed and self._connection.in_transaction:
            self.execute("ROLLBACK")

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement and return how many rows it changed."""
        with self._translated():
            return self._connection.execute(sql, values).rowcount

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for each row of values."""
        with self._translated():
            self._connection.executemany(sql, rows)

    def insert_rows(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Insert rows by as few statements as SQLite allows: three times as fast as one by one.

        Parameters
        ----------
        sql
            The statement up to and with ``VALUES``.
        rows
            Of the same length.
        """
        for some in self.portions(rows):
            self.execute(f"{sql} {placeholders(some)}", list(chain.from_iterable(some)))

    @staticmethod
    def portions(rows: Sequence[Sequence[object]]) -> Iterator[Sequence[Sequence[object]]]:
        """Yield as many rows at a time as one statement takes."""
        size = MAX_VALUES // len(rows[0]) if rows else 1
        return (rows[start : start + size] for start in range(0, len(rows), size))

    def insert(self, sql: str, values: Sequence[object]) -> int:
        """Insert one row and return its id."""
        with self._translated():
            return int(self._connection.execute(sql, values).lastrowid or 0)

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[Row]:
        """Yield the rows of a query."""
        with self._translated():
            # Not "yield from": that closes the cursor with the generator, an error once the file is closed (Ctrl-C).
            for row in self._connection.execute(sql, values):  # noqa: UP028
                yield row

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        return next(iter(self.rows(sql, values)), None)

    def number(self, sql: str, values: Sequence[object] = ()) -> int:
        """Return the one number that a query asks for."""
        row = self.row(sql, values)
        return int(row[0]) if row and isinstance(row[0], int) else 0

    def checkpoint(self) -> None:
        """Bring the write-ahead log into the file and empty it, as far as readers allow."""
        with self._translated():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
