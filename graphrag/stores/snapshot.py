"""The knowledge graph on disk: arrays beside the store, memory-mapped, tied to the store's generation."""

import json
import os
import shutil
import time
import tokenize
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from graphrag.errors import StoreError
from graphrag.graph.knowledge_graph import KnowledgeGraph, StringTable
from graphrag.graph.quantization import QuantizedVectors
from graphrag.rows import StoreVersion

FORMAT = 5
_MANIFEST = "manifest.json"
_SCRATCH = ".writing-"
_ABANDONED_AFTER_S = 3600
DAMAGED = (OSError, EOFError, ValueError, LookupError, TypeError, SyntaxError, tokenize.TokenError)
"""What reading damaged JSON or damaged arrays may raise."""


def snapshot_folder(root: Path, version: StoreVersion) -> Path:
    """Return the folder of one generation's snapshot below ``root``."""
    return root / f"{version.store_id[:12]}-{version.generation}"


def publish_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Make a folder that appears complete or not at all; an existing one is left as it is.

    Parameters
    ----------
    folder
        Its final path.
    write
        Told the path of an empty folder, writes the files.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Not a temporary directory of Python's: that one only its owner can read.
        scratch = folder.parent / f"{_SCRATCH}{uuid.uuid4().hex}"
        scratch.mkdir()
        try:
            write(scratch)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        # Another process may have been faster: its snapshot of the same generation is the same.
        if not folder.is_dir():
            raise StoreError(f"Cannot write the snapshot {folder}: {error}") from error


def write_graph(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the arrays of a graph, and last the manifest that makes them valid."""
    shapes = {}
    for field in fields(graph):
        value = getattr(graph, field.name)
        if isinstance(value, StringTable):
            np.save(folder / f"{field.name}.data.npy", value.data)
            np.save(folder / f"{field.name}.offsets.npy", value.offsets)
        elif isinstance(value, csr_array):
            shapes[field.name] = [int(size) for size in value.shape]
            for part in ("data", "indices", "indptr"):
                np.save(folder / f"{field.name}.{part}.npy", getattr(value, part))
        elif isinstance(value, QuantizedVectors):
            for part, array in value._asdict().items():
                np.save(folder / f"{field.name}.{part}.npy", array)
        elif isinstance(value, np.ndarray):
            np.save(folder / f"{field.name}.npy", value)
    version = graph.version
    manifest = {
        "format": FORMAT,
        "store_id": version.store_id,
        "generation": version.generation,
        "finished": version.finished,
        "shapes": shapes,
    }
    with (folder / _MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest, file)
        file.flush()
        os.fsync(file.fileno())


def load_snapshot(folder: Path) -> KnowledgeGraph | None:
    """Return the graph in a folder, memory-mapped; None if there is no snapshot that this version can read."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            return None
        values: dict[str, object] = {
            "version": StoreVersion(manifest["store_id"], manifest["generation"], manifest["finished"])
        }
        for field in fields(KnowledgeGraph):
            if field.name != "version":
                values[field.name] = _read_value(folder, field.name, manifest["shapes"])
        return KnowledgeGraph(**values)  # type: ignore[arg-type]  # checked by the readers of each field
    except DAMAGED:
        # Damaged or of another version: it is derived data, and is made anew.
        return None


def _read_value(folder: Path, name: str, shapes: dict[str, list[int]]) -> object:
    if name in shapes:
        parts = tuple(_read_array(folder / f"{name}.{part}.npy") for part in ("data", "indices", "indptr"))
        rows, columns = shapes[name]
        return csr_array(parts, shape=(rows, columns), copy=False)
    if (folder / f"{name}.codes.npy").exists():
        return QuantizedVectors(*(_read_array(folder / f"{name}.{part}.npy") for part in QuantizedVectors._fields))
    if (folder / f"{name}.offsets.npy").exists():
        return StringTable(_read_array(folder / f"{name}.data.npy"), _read_array(folder / f"{name}.offsets.npy"))
    return _read_array(folder / f"{name}.npy")


def _read_array(path: Path) -> np.ndarray:
    array: np.ndarray
    if path.stat().st_size > 4096:
        array = np.lib.format.open_memmap(path, mode="r")
        return array
    # A memory map of zero bytes does not exist, and one of few is no gain.
    with path.open("rb") as file:
        array = np.lib.format.read_array(file, allow_pickle=False)
    return array


def remove_snapshots(root: Path, *, keep: Path | None = None) -> None:
    """Remove snapshots below ``root``, all but ``keep``; readers that have mapped one go on undisturbed."""
    if not root.is_dir():
        return
    for folder in root.iterdir():
        if folder != keep and not _is_being_written(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_being_written(folder: Path) -> bool:
    if not folder.name.startswith(_SCRATCH):
        return False
    with suppress(OSError):  # it was finished or given up in this moment
        return time.time() - folder.stat().st_mtime <= _ABANDONED_AFTER_S
    return True
