from pathlib import Path

import pytest

from graphrag.errors import StoreError
from graphrag.stores.copying import copy_store
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.store_suite import DOCUMENTS, EDITS, build, correct, document
from graphrag.types import Document, Triple


@pytest.fixture
def stores(tmp_path: Path):
    opened = [SQLiteStore(tmp_path / f"{name}.db", create=True) for name in ("source", "target")]
    yield opened
    for store in opened:
        store.close()


def test_a_copy_is_the_same_and_goes_on_like_its_original(stores: list[SQLiteStore]) -> None:
    source, target = stores
    build(source, DOCUMENTS)
    for edit in EDITS:
        correct(source, edit)
    repeated = Document(
        "twice", triples=(Triple("A", "is", "B"), Triple("A", "is", "B"), Triple("", "is", "B")), title="T"
    )
    build(source, [repeated, document("bad", "FAIL")])
    assert copy_store(source, target) == source.statistics().digest
    assert target.statistics() == source.statistics()
    assert target.settings() == source.settings()
    assert target.version().finished
    for store in stores:
        report = build(store, [*DOCUMENTS, repeated])
        assert (report.added, report.replaced, report.unchanged) == (0, 0, 6)
        with store.writing():
            assert store.undo_edit() == EDITS[-1]
            assert store.undo_edit() == EDITS[-2]
            store.delete_document("d1")
        build(store, [])
    assert target.statistics().digest == source.statistics().digest


def test_an_interrupted_copy_is_continued(stores: list[SQLiteStore], tmp_path: Path) -> None:
    source, _ = stores
    build(source, DOCUMENTS)
    stages: list[str] = []
    copy_store(source, stores[1], progress=lambda stage, *_: stages.append(stage))
    for number in range(len(stages)):
        target = SQLiteStore(tmp_path / f"target{number}.db", create=True)
        calls = 0

        def interrupt(_stage: str, _done: int, _total: int, last: int = number) -> None:
            nonlocal calls
            calls += 1
            if calls > last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            copy_store(source, target, progress=interrupt)
        assert copy_store(source, target) == source.statistics().digest
        target.close()


def test_an_unfinished_store_is_copied_as_it_stands(stores: list[SQLiteStore]) -> None:
    source, target = stores
    with source.writing():
        source.put_documents(DOCUMENTS)
    copy_store(source, target)
    assert not target.version().finished
    assert target.num_pending_passages() == 4
    for store in stores:
        build(store, [])
    assert target.statistics().digest == source.statistics().digest


def test_a_target_that_holds_something_else_is_left_alone(stores: list[SQLiteStore]) -> None:
    source, target = stores
    build(source, DOCUMENTS[:2])
    build(target, DOCUMENTS[2:])
    before = target.statistics().digest
    with pytest.raises(
        StoreError, match=r"target\.db has a document 'd3|d4|kg' that .*source\.db lacks: copy into an empty"
    ):
        copy_store(source, target)
    assert target.statistics().digest == before
    correct(target, EDITS[0])
    with pytest.raises(StoreError, match=r"has corrections that .* lacks"):
        copy_store(source, target)
    with target.writing():
        target.put_settings({"extractor": "other"})
    with pytest.raises(StoreError, match=r"was built with extractor 'other' \(got 'pattern-1' in "):
        copy_store(source, target)
