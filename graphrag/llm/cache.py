"""Replies that were paid for once: kept in one SQLite file as they arrive."""

import hashlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

from graphrag.errors import StoreError

_APPLICATION_ID = 0x6D687265  # "mhre"
_BUSY_S = 30


class ReplyCache:
    """Usable replies by what was asked; every one is on disk before the next call ends, so a killed run loses none.

    Parameters
    ----------
    path
        The file; made if it is not there.

    Raises
    ------
    StoreError
        If it cannot be opened or is no such file.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(self.path, timeout=_BUSY_S, check_same_thread=False, isolation_level=None)
            weakref.finalize(self, self._db.close).atexit = False
            self._prepare()
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def _prepare(self) -> None:
        (application_id,) = self._db.execute("PRAGMA application_id").fetchone()
        (num_tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application_id != _APPLICATION_ID and num_tables:
            raise StoreError(f"{self.path} is not a file of replies: name another, or move it away")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        self._db.execute("CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL) WITHOUT ROWID")

    def get(self, key: str) -> str | None:
        """Return the reply with a key, or None.

        Raises
        ------
        StoreError
            If the file cannot be read.
        """
        rows = self._execute("SELECT reply FROM replies WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def put(self, key: str, reply: str) -> None:
        """Keep a reply.

        Raises
        ------
        StoreError
            If the file cannot be written.
        """
        self._execute("INSERT OR REPLACE INTO replies VALUES (?, ?)", (key, reply))

    def close(self) -> None:
        """Close the file, after what other threads are doing with it now."""
        with self._lock:
            self._db.close()

    def _execute(self, statement: str, values: tuple[str, ...]) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._db.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise self._broken(error) from error

    def _broken(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"Cannot use the replies in {self.path}: {error} (deleting the file loses only them)")


def reply_key(
    identity: str, messages: Sequence[Mapping[str, str]], *, max_tokens: int, schema: Mapping[str, object] | None
) -> str:
    """Return the key of a reply: SHA-256 of the model's identity and of everything that it is asked.

    Examples
    --------
    >>> question = [{"role": "user", "content": "Who?"}]
    >>> one, other = (reply_key(name, question, max_tokens=9, schema=None) for name in ("m", "n"))
    >>> one == reply_key("m", question, max_tokens=9, schema=None) != other
    True
    """
    content = json.dumps([identity, list(messages), max_tokens, schema], sort_keys=True)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()
