import shutil
import sqlite3
from pathlib import Path

import pytest

from graphrag.errors import StoreError
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.store_suite import DOCUMENTS, OpenStore, StoreContract, build


class TestSQLiteStore(StoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path):
        stores = []

        def open_store(name: str) -> SQLiteStore:
            stores.append(SQLiteStore(tmp_path / f"{name}.db", create=True))
            return stores[-1]

        yield open_store
        for store in stores:
            store.close()

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match=r"No store at .*none\.db: make one with 'multihop build'"):
            SQLiteStore(tmp_path / "none.db")
        assert not (tmp_path / "none.db").exists()

    def test_garbage_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "garbage.db"
        path.write_bytes(b"\x93garbage" * 1000)
        with pytest.raises(StoreError, match="file is not a database"):
            SQLiteStore(path, create=True)
        assert path.read_bytes() == b"\x93garbage" * 1000

    def test_another_programs_database_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "other.db"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE t (x)")
        connection.close()
        with pytest.raises(StoreError, match="not a multihop store"):
            SQLiteStore(path, create=True)

    def test_another_version_says_what_to_do(self, tmp_path: Path, open_store: OpenStore) -> None:
        build(open_store("a"), DOCUMENTS)
        with sqlite3.connect(tmp_path / "a.db") as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
        with pytest.raises(StoreError, match=r"store version 1 \(got 99\): build it again"):
            SQLiteStore(tmp_path / "a.db")

    def test_a_deleted_document_leaves_no_bytes_behind(self, tmp_path: Path, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        with store.writing():
            store.delete_document("d2")
        store.close()
        assert b"Analytical Engine" not in (tmp_path / "a.db").read_bytes()

    def test_a_damaged_file_is_one_clear_error(self, tmp_path: Path, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        store.close()
        content = bytearray((tmp_path / "a.db").read_bytes())
        content[4096:] = bytes(len(content) - 4096)
        damaged = tmp_path / "damaged.db"
        damaged.write_bytes(content)
        with pytest.raises(StoreError, match="Cannot use the store"):
            SQLiteStore(damaged).statistics()

    def test_a_path_with_strange_characters(self, tmp_path: Path) -> None:
        path = tmp_path / "a b?c#d%20é.db"
        store = SQLiteStore(path, create=True)
        build(store, DOCUMENTS)
        store.close()
        assert path.is_file()
        copy = tmp_path / "copy.db"
        shutil.copy(path, copy)
        with_copy = SQLiteStore(copy)
        assert with_copy.statistics().documents == len(DOCUMENTS)
        with_copy.close()
