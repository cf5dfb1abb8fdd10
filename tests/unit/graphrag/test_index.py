from pathlib import Path

import pytest

from graphrag.index import Index, open_index
from graphrag.indexing import Indexer
from graphrag.stores.snapshot import snapshot_folder
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import DOCUMENTS, document
from graphrag.types import Document


@pytest.fixture
def store(tmp_path: Path):
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    build(store, *DOCUMENTS)
    yield store
    store.close()


def build(store: SQLiteStore, *documents: Document) -> None:
    Indexer(store, PatternExtractor(), HashEncoder()).build(documents)


def folders(store: SQLiteStore) -> list[str]:
    return sorted(path.name for path in store.snapshots.iterdir()) if store.snapshots.exists() else []


def current(store: SQLiteStore) -> Path:
    return snapshot_folder(store.snapshots, store.version())


def forbid_building(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(_store: SQLiteStore) -> Index:
        raise AssertionError("the snapshot was not used")

    monkeypatch.setattr(Index, "build", build)


def test_the_second_time_the_snapshot_is_read(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_index(store)
    assert folders(store) == [current(store).name]
    forbid_building(monkeypatch)
    second = open_index(store)
    assert list(second.graph.entity_keys) == list(first.graph.entity_keys)
    assert second.lexical.scores("Analytical Engine").tolist() == first.lexical.scores("Analytical Engine").tolist()


def test_a_change_makes_a_new_snapshot_and_removes_the_old_one(store: SQLiteStore) -> None:
    open_index(store)
    before = current(store)
    build(store, document("new", "Zuse | built | Z3."))
    index = open_index(store)
    assert index.graph.entity_keys.find("zuse") is not None
    assert folders(store) == [current(store).name] != [before.name]


def test_building_the_same_again_keeps_the_snapshot(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    open_index(store)
    build(store, *DOCUMENTS)
    forbid_building(monkeypatch)
    open_index(store)


def test_while_a_build_writes_questions_see_what_was_before(store: SQLiteStore) -> None:
    open_index(store)
    with store.writing():
        store.put_documents([document("new", "Zuse | built | Z3.")])
        index = open_index(store)
    assert index.graph.num_passages == 4
    assert index.graph.version.finished


def test_an_unfinished_store_is_indexed_in_memory(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "new.db", create=True)
    with store.writing():
        store.put_documents([document("new", "Zuse | built | Z3.")])
    index = open_index(store)
    assert index.graph.num_passages == 1
    assert not index.graph.version.finished
    assert folders(store) == []
    store.close()


def test_an_empty_store_has_an_empty_index(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "new.db", create=True)
    index = open_index(store)
    assert (index.graph.num_nodes, index.graph.num_facts, index.lexical.num_texts) == (0, 0, 0)
    store.close()


@pytest.mark.parametrize("name", ["manifest.json", "fact_head.npy", "lexical/lexical.json", "lexical"])
def test_a_damaged_snapshot_is_made_anew(store: SQLiteStore, name: str) -> None:
    intact = open_index(store)
    path = current(store) / name
    if path.is_dir():
        for file in path.iterdir():
            file.write_bytes(b"")
    else:
        path.write_bytes(b"\x00damaged")
    assert Index.load(current(store)) is None
    again = open_index(store)
    assert list(again.graph.entity_keys) == list(intact.graph.entity_keys)
    assert Index.load(current(store)) is not None


def test_a_file_in_the_place_of_the_snapshot_does_not_stop_questions(store: SQLiteStore) -> None:
    store.snapshots.mkdir()
    current(store).mkdir()
    (current(store) / "other").touch()
    assert open_index(store).graph.num_passages == 4
    assert Index.load(current(store)) is not None


def test_two_readers_at_once_share_the_snapshot(store: SQLiteStore) -> None:
    other = SQLiteStore(store.path)
    left, right = Index.build(store), open_index(other)
    assert open_index(store).graph.version == left.graph.version == right.graph.version
    assert len(folders(store)) == 1
    other.close()
