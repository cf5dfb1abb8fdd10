import sqlite3
import threading
from pathlib import Path

import pytest

from graphrag.errors import StoreError
from graphrag.stores.sqlite_connection import SQLiteConnection
from graphrag.stores.sqlite_schema import APPLICATION_ID, SCHEMA_VERSION


@pytest.fixture
def db(tmp_path: Path):
    connection = SQLiteConnection(tmp_path / "kb.db", create=True)
    yield connection
    connection.close()


def set_meta(db: SQLiteConnection, name: str) -> None:
    db.execute("INSERT INTO meta VALUES (?, 'x')", (name,))


def has_meta(db: SQLiteConnection, name: str) -> bool:
    return db.row("SELECT 1 FROM meta WHERE name = ?", (name,)) is not None


def test_a_new_file_is_one_of_ours(db: SQLiteConnection) -> None:
    assert db.number("PRAGMA application_id") == APPLICATION_ID
    assert db.number("PRAGMA user_version") == SCHEMA_VERSION
    assert db.row("PRAGMA journal_mode") == ("wal",)
    assert db.number("PRAGMA foreign_keys") == 1
    assert db.number("PRAGMA trusted_schema") == 0
    assert db.number("PRAGMA secure_delete") == 1


def test_opening_again_keeps_the_store(tmp_path: Path, db: SQLiteConnection) -> None:
    (store_id,) = db.row("SELECT value FROM meta WHERE name = 'store_id'") or ("",)
    again = SQLiteConnection(tmp_path / "kb.db", create=True)
    assert again.row("SELECT value FROM meta WHERE name = 'store_id'") == (store_id,)
    again.close()


def test_an_empty_file_is_only_made_a_store_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreError, match=r"empty\.db is empty: make a store with 'multihop build'"):
        SQLiteConnection(path, create=False)
    assert path.read_bytes() == b""
    SQLiteConnection(path, create=True).close()
    SQLiteConnection(path, create=False).close()


@pytest.mark.parametrize("name", ["folder", "nowhere/kb.db"])
def test_a_path_that_cannot_be_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match=r"Cannot use the store .*unable to open database file"):
        SQLiteConnection(tmp_path / name, create=True)


def test_a_store_that_is_made_by_many_at_once_is_one_store(tmp_path: Path) -> None:
    ids, errors = [], []
    barrier = threading.Barrier(8)

    def make() -> None:
        barrier.wait()
        try:
            connection = SQLiteConnection(tmp_path / "kb.db", create=True)
            ids.append(connection.row("SELECT value FROM meta WHERE name = 'store_id'"))
            connection.close()
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(set(ids)) == 1


def test_a_transaction_is_all_or_nothing(db: SQLiteConnection) -> None:
    def interrupted() -> None:
        with db.transaction():
            set_meta(db, "a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not has_meta(db, "a")
    with db.transaction():
        set_meta(db, "a")
    assert has_meta(db, "a")


def test_a_transaction_inside_another_belongs_to_the_outer_one(db: SQLiteConnection) -> None:
    def fail_outside() -> None:
        with db.transaction():
            with db.transaction():
                set_meta(db, "inner")
            raise ValueError("outer")

    with pytest.raises(ValueError, match="outer"):
        fail_outside()
    assert not has_meta(db, "inner")


def test_readers_see_one_state(tmp_path: Path, db: SQLiteConnection) -> None:
    reader = SQLiteConnection(tmp_path / "kb.db", create=False)
    with reader.transaction(write=False):
        assert not has_meta(reader, "a")
        set_meta(db, "a")
        assert not has_meta(reader, "a")
    assert has_meta(reader, "a")
    reader.close()


def test_a_locked_file_may_be_tried_again(
    tmp_path: Path, db: SQLiteConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphrag.stores.sqlite_connection.BUSY_TIMEOUT_S", 0.01)
    other = SQLiteConnection(tmp_path / "kb.db", create=False)
    with db.transaction(), pytest.raises(StoreError, match="database is locked") as error:
        set_meta(other, "a")
    assert error.value.retryable
    assert isinstance(error.value.__cause__, sqlite3.OperationalError)
    other.close()


def test_other_errors_are_not_tried_again(db: SQLiteConnection) -> None:
    with pytest.raises(StoreError, match="no such table: no_table") as error:
        db.row("SELECT * FROM no_table")
    assert not error.value.retryable


def test_a_text_that_is_no_unicode_is_a_store_error(db: SQLiteConnection) -> None:
    with pytest.raises(StoreError, match="surrogates not allowed"):
        db.row("SELECT 1 FROM meta WHERE name = ?", ("\ud800",))


def test_a_failed_opening_leaves_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()
    for _ in range(3):
        with pytest.raises(StoreError, match="a SQLite database, but not a multihop store"):
            SQLiteConnection(path, create=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other.db"]


def test_small_queries(db: SQLiteConnection) -> None:
    assert db.row("SELECT 1 WHERE 0") is None
    assert db.number("SELECT 1 WHERE 0") == 0
    first = db.insert("INSERT INTO edits (edit) VALUES (?)", ("{}",))
    assert db.insert("INSERT INTO edits (edit) VALUES (?)", ("{}",)) == first + 1
    db.execute_many("INSERT INTO edits (edit) VALUES (?)", [("a",), ("b",)])
    assert db.execute("DELETE FROM edits") == 4


def test_a_checkpoint_brings_everything_into_the_file(tmp_path: Path, db: SQLiteConnection) -> None:
    set_meta(db, "needle")
    db.checkpoint()
    assert b"needle" in (tmp_path / "kb.db").read_bytes()
    assert (tmp_path / "kb.db-wal").stat().st_size == 0


def test_a_transaction_abandoned_by_an_interrupt_does_not_complain_after_closing(tmp_path: Path) -> None:
    connection = SQLiteConnection(tmp_path / "kb.db", create=True)
    transaction = connection.transaction()
    transaction.__enter__()
    connection.close()
    # False: the interrupt goes on, and no other error takes its place.
    assert transaction.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None) is False


def test_rows_abandoned_by_an_interrupt_do_not_complain_after_closing(tmp_path: Path) -> None:
    connection = SQLiteConnection(tmp_path / "kb.db", create=True)
    rows = connection.rows("SELECT name FROM meta")
    next(rows)
    connection.close()
    rows.close()  # type: ignore[attr-defined]  # a generator


@pytest.mark.parametrize("num_rows", [0, 1, 499, 1_100])
def test_rows_are_inserted_by_the_portion(db: SQLiteConnection, num_rows: int) -> None:
    rows = [(f"name {number}", str(number)) for number in range(num_rows)]
    db.insert_rows("INSERT INTO meta VALUES", rows)
    assert db.number("SELECT count(*) FROM meta WHERE name LIKE 'name %'") == num_rows
    assert db.row("SELECT value FROM meta WHERE name = 'name 498'") == (("498",) if num_rows > 498 else None)


def test_a_portion_that_fails_is_told(db: SQLiteConnection) -> None:
    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        db.insert_rows("INSERT INTO meta VALUES", [("a", "1"), ("a", "2")])
    assert not has_meta(db, "a")
