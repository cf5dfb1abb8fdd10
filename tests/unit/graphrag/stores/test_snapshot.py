import json
import os
import threading
import time
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from graphrag.errors import StoreError
from graphrag.graph.knowledge_graph import KnowledgeGraph, StringTable
from graphrag.graph.quantization import QuantizedVectors
from graphrag.rows import StoreVersion
from graphrag.stores.snapshot import load_snapshot, publish_folder, remove_snapshots, snapshot_folder, write_graph
from graphrag.testing.toy import toy_graph


def assert_equal_graphs(left: KnowledgeGraph, right: KnowledgeGraph) -> None:
    for field in fields(KnowledgeGraph):
        one, other = getattr(left, field.name), getattr(right, field.name)
        if isinstance(one, StringTable):
            assert list(one) == list(other), field.name
        elif isinstance(one, csr_array):
            assert one.shape == other.shape
            assert (one != other).nnz == 0, field.name
            assert one.dtype == other.dtype
        elif isinstance(one, QuantizedVectors):
            for part, same in zip(one, other, strict=True):
                np.testing.assert_array_equal(part, same, err_msg=field.name, strict=True)
        elif isinstance(one, np.ndarray):
            np.testing.assert_array_equal(one, other, err_msg=field.name, strict=True)
        else:
            assert one == other, field.name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "snapshots" / "abc-1"
    publish_folder(folder, lambda path: write_graph(toy_graph(), path))
    return folder


def test_what_is_written_is_read_back(folder: Path) -> None:
    graph = load_snapshot(folder)
    assert graph is not None
    assert_equal_graphs(graph, toy_graph())


def test_an_empty_graph_is_read_back(tmp_path: Path) -> None:
    empty = toy_graph((), (), ())
    write_graph(empty, tmp_path)
    graph = load_snapshot(tmp_path)
    assert graph is not None
    assert_equal_graphs(graph, empty)


def test_large_arrays_are_memory_maps(tmp_path: Path) -> None:
    passages = toy_graph().passage_vectors
    graph = toy_graph()
    large = KnowledgeGraph(
        **{f.name: getattr(graph, f.name) for f in fields(graph)} | {"passage_vectors": np.tile(passages, (50, 1))}
    )
    write_graph(large, tmp_path)
    loaded = load_snapshot(tmp_path)
    assert loaded is not None
    assert isinstance(loaded.passage_vectors, np.memmap)
    assert not loaded.passage_vectors.flags.writeable


@pytest.mark.parametrize(
    "manifest",
    [b"", b"{", b"[]", b"null", b'"text"', b"{}", b'{"format": 1}', b"\xff\xfe", b"\x00" * 100]
    + [
        json.dumps({"format": form, "store_id": "a", "generation": 1, "finished": True, "shapes": shapes}).encode()
        for form, shapes in [(2, {}), (1, None), (1, {}), (1, {"mentions": 5}), (1, {"mentions": [1, 2, 3]})]
    ],
)
def test_a_damaged_manifest_is_no_snapshot(folder: Path, manifest: bytes) -> None:
    (folder / "manifest.json").write_bytes(manifest)
    assert load_snapshot(folder) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 4096, b"PK\x03\x04 no archive", b"\x93NUMPY", b"\x93NUMPY\x01\x00\x10\x00{'descr': ((((\n"],
)
@pytest.mark.parametrize("name", ["fact_head.npy", "adjacency.indptr.npy", "entity_keys.offsets.npy"])
def test_a_damaged_array_is_no_snapshot(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert load_snapshot(folder) is None


def test_a_missing_or_cut_array_is_no_snapshot(folder: Path) -> None:
    path = folder / "passage_vectors.npy"
    whole = path.read_bytes()
    for size in (0, 5, 64, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert load_snapshot(folder) is None
    path.unlink()
    assert load_snapshot(folder) is None
    assert load_snapshot(folder / "nowhere") is None


def test_an_array_of_objects_is_not_loaded(folder: Path) -> None:
    np.save(folder / "fact_head.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert load_snapshot(folder) is None


def test_a_folder_is_named_after_store_and_generation(tmp_path: Path) -> None:
    version = StoreVersion("0123456789abcdef", 7, finished=True)
    assert snapshot_folder(tmp_path, version) == tmp_path / "0123456789ab-7"


@pytest.mark.parametrize("error", [RuntimeError("killed"), KeyboardInterrupt()])
def test_a_writer_that_fails_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    def write(path: Path) -> None:
        (path / "half").write_text("half")
        raise error

    with pytest.raises(type(error)):
        publish_folder(tmp_path / "snapshots" / "abc-1", write)
    assert list((tmp_path / "snapshots").iterdir()) == []


def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match=r"Cannot write the snapshot .*abc-1: .*No space left on device"):
        publish_folder(tmp_path / "abc-1", write)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("a file")
    with pytest.raises(StoreError, match="Cannot write the snapshot"):
        publish_folder(tmp_path / "snapshots" / "abc-1", lambda _: None)


def test_a_folder_that_is_there_is_left_as_it_is(folder: Path) -> None:
    publish_folder(folder, lambda path: (path / "other").touch())
    assert not (folder / "other").exists()
    assert load_snapshot(folder) is not None
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_publishing_at_once_gives_one_whole_folder(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots" / "abc-1"
    barrier = threading.Barrier(6)
    errors: list[BaseException] = []

    def write(path: Path) -> None:
        write_graph(toy_graph(), path)
        barrier.wait()

    def publish() -> None:
        try:
            publish_folder(folder, write)
        except BaseException as error:  # reported by the test's thread
            errors.append(error)

    threads = [threading.Thread(target=publish) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    graph = load_snapshot(folder)
    assert graph is not None
    assert_equal_graphs(graph, toy_graph())


def test_removing_keeps_one_and_what_others_are_writing(folder: Path) -> None:
    root = folder.parent
    for name in ("abc-0", ".writing-now", ".writing-old"):
        (root / name).mkdir()
    two_hours_ago = time.time() - 7200
    os.utime(root / ".writing-old", (two_hours_ago, two_hours_ago))
    remove_snapshots(root, keep=folder)
    assert sorted(path.name for path in root.iterdir()) == [".writing-now", "abc-1"]
    remove_snapshots(root)
    assert [path.name for path in root.iterdir()] == [".writing-now"]
    remove_snapshots(root / "nowhere")


def test_removing_while_others_finish_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / ".writing-gone"
    monkeypatch.setattr(Path, "iterdir", lambda _: iter([gone]))
    remove_snapshots(tmp_path)


def test_a_removed_snapshot_stays_readable_for_those_who_opened_it(folder: Path) -> None:
    graph = load_snapshot(folder)
    assert graph is not None
    remove_snapshots(folder.parent)
    assert_equal_graphs(graph, toy_graph())
