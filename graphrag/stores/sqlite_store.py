"""The embedded store: one SQLite file, crash-safe, readable while a build writes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from graphrag.errors import StoreError
from graphrag.graph.corrections import Corrections
from graphrag.protocols import HalfMatrix, VectorKind
from graphrag.rows import Edit, MentionRow, StoreStatistics, StoreVersion, SynonymRow, TripleRow
from graphrag.stores import sqlite_rows as rows
from graphrag.stores.base import content_digest, fact_text, mentions_of, triple_rows, vector_blocks
from graphrag.stores.sqlite_connection import SQLiteConnection
from graphrag.stores.sqlite_documents import stored_documents
from graphrag.stores.sqlite_edits import erase_last_edit, read_edits, write_edit
from graphrag.stores.sqlite_schema import EXTRACTED, FAILED, PENDING
from graphrag.types import Document, Extraction, Passage, SkippedInput


class SQLiteStore:
    """A :class:`graphrag.protocols.GraphStore` in one file.

    The file runs in write-ahead mode: readers see the last commit while a build writes. The right to write is a lock
    on a file beside it, which the operating system releases when its process ends, however it ends.

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

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = Path(path)
        self._db = SQLiteConnection(self.path, create=create)
        # One lock for all names of the file.
        self._lock = FileLock(f"{self.path.resolve()}.lock", timeout=0)

    @property
    def uri(self) -> str:
        """The path, as given."""
        return str(self.path)

    @property
    def snapshots(self) -> Path:
        """A folder beside the file."""
        path = self.path.resolve()
        return path.with_name(f"{path.name}.snapshots")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write; ``StoreError`` at once if another process holds it."""
        try:
            self._lock.acquire()
        except Timeout as error:
            message = f"Another build is writing to {self.path}: wait for it to finish, or use another store"
            raise StoreError(message, retryable=True) from error
        except OSError as error:
            raise StoreError(f"Cannot write beside {self.path}: {error}") from error
        try:
            yield
            self._db.checkpoint()
        finally:
            self._lock.release()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Make all reads inside see one state of the store."""
        with self._db.transaction(write=False):
            # SQLite fixes the state that a transaction sees at its first read.
            self.version()
            yield

    def version(self) -> StoreVersion:
        """Return which content this is."""
        meta = dict(self._meta("store_id", "generation", "changed"))
        return StoreVersion(meta["store_id"], int(meta["generation"]), meta["changed"] == "0")

    def _meta(self, *names: str) -> Iterator[tuple[str, str]]:
        for name in names:
            row = self._db.row("SELECT value FROM meta WHERE name = ?", (name,))
            if row is None:
                raise StoreError(f"{self.path} is damaged: it has no '{name}'")
            yield name, str(row[0])

    def settings(self) -> dict[str, str]:
        """Return the settings that the content was made with."""
        pairs = self._db.rows("SELECT substr(name, 9), value FROM meta WHERE name LIKE 'setting:%'")
        return {str(name): str(value) for name, value in pairs}

    def put_settings(self, settings: dict[str, str]) -> None:
        """Record settings, replacing those of the same name."""
        with self._db.transaction():
            named = [(f"setting:{name}", value) for name, value in settings.items()]
            self._db.execute_many("INSERT OR REPLACE INTO meta VALUES (?, ?)", named)

    def finish(self) -> None:
        """Begin the next generation, if anything was written since the last."""
        with self._db.transaction():
            if not self.version().finished:
                self._db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'generation'")
                self._db.execute("UPDATE meta SET value = '0' WHERE name = 'changed'")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._db.transaction():
            self._db.execute("UPDATE meta SET value = '1' WHERE name = 'changed'")
            yield

    # Documents

    def fingerprints(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Return the fingerprints of those documents that are in the store."""
        found = {}
        for document_id in document_ids:
            row = self._db.row("SELECT fingerprint FROM documents WHERE document_id = ?", (document_id,))
            if row is not None:
                found[document_id] = str(row[0])
        return found

    def put_documents(self, documents: Sequence[Document]) -> list[SkippedInput]:
        """Add documents, replacing those with known ids; return the refused ones."""
        refused = []
        with self._changing():
            corrections = Corrections(self.edits())
            for document in documents:
                reason = rows.passage_conflict(self._db, document)
                if reason:
                    refused.append(SkippedInput(document.source or document.document_id, reason))
                    continue
                # New rows come before the old ones go, so that what both support is kept and needs no work again.
                replaced = self._db.row("SELECT id FROM documents WHERE document_id = ?", (document.document_id,))
                if replaced is not None:
                    rows.set_aside(self._db, int(str(replaced[0])))
                rows.insert_document(self._db, document, corrections)
                if replaced is not None:
                    rows.delete_document(self._db, int(str(replaced[0])))
        return refused

    def stored_documents(self, document_ids: Sequence[str]) -> list[Document]:
        """Return documents as they were put, without triples that had an empty end or were there twice."""
        return stored_documents(self._db, document_ids)

    def delete_document(self, document_id: str) -> bool:
        """Remove a document and all that only it supports; False if there is none with this id."""
        row = self._db.row("SELECT id FROM documents WHERE document_id = ?", (document_id,))
        if row is None:
            return False
        with self._changing():
            rows.delete_document(self._db, int(str(row[0])))
        return True

    # Corrections by hand

    def edits(self) -> list[Edit]:
        """Return the corrections in the order in which they were made."""
        return read_edits(self._db)

    def put_edit(self, edit: Edit) -> None:
        """Record a correction and apply it to what is in the store."""
        with self._changing():
            if edit.kind == "add":
                self.put_documents([Document(edit.document_id, triples=(edit.triple,), source="edited by hand")])
            write_edit(self._db, edit)

    def undo_edit(self) -> Edit | None:
        """Take back the last correction and return it; None if there is none."""
        if not self.edits():
            return None
        with self._changing():
            edit = erase_last_edit(self._db)
            if edit is not None and edit.kind == "add" and edit not in self.edits():
                self.delete_document(edit.document_id)
        return edit

    # Extraction

    def num_pending_passages(self) -> int:
        """Return how many passages no extractor has read yet."""
        return self._db.number("SELECT count(*) FROM passages WHERE state = 0")

    def pending_passages(self, limit: int) -> list[Passage]:
        """Return the first passages, by id, that no extractor has read yet."""
        return list(rows.read_passages(self._db, "WHERE p.state = 0 ORDER BY p.passage_id LIMIT ?", (limit,)))

    def cached_extractions(self, content_hashes: Sequence[str], extractor: str) -> dict[str, Extraction]:
        """Return what an extractor of this identity found earlier, by content hash."""
        query = "SELECT payload FROM extractions WHERE content_hash = ? AND extractor = ?"
        found = {}
        for content_hash in set(content_hashes):
            row = self._db.row(query, (content_hash, extractor))
            if row is not None:
                found[content_hash] = Extraction.from_json(str(row[0]))
        return found

    def put_extractions(
        self, passages: Sequence[Passage], results: Sequence[Extraction | None], extractor: str
    ) -> None:
        """Record and cache what was found in each passage; None marks a failure."""
        with self._changing():
            corrections = Corrections(self.edits())
            mentions: list[tuple[int, MentionRow]] = []
            triples: list[tuple[int, int | None, TripleRow]] = []
            for passage, extraction in zip(passages, results, strict=True):
                row = self._db.row(
                    "SELECT id, document FROM passages WHERE passage_id = ? AND state = ?",
                    (passage.passage_id, PENDING),
                )
                if row is None:
                    continue
                passage_row, document_row = int(str(row[0])), int(str(row[1]))
                if extraction is not None:
                    named = mentions_of(passage, extraction, corrections=corrections)
                    mentions += [(passage_row, mention) for mention in named]
                    stated = triple_rows(
                        passage.document_id, passage.passage_id, extraction.triples, corrections=corrections
                    )
                    triples += [(document_row, passage_row, row) for row in stated]
                    cached = (passage.content_hash, extractor, extraction.to_json())
                    self._db.execute("INSERT OR REPLACE INTO extractions VALUES (?, ?, ?)", cached)
                state = FAILED if extraction is None else EXTRACTED
                self._db.execute("UPDATE passages SET state = ? WHERE id = ?", (state, passage_row))
            rows.insert_mentions(self._db, mentions)
            rows.insert_triples(self._db, triples, corrections)

    def retry_failed(self) -> int:
        """Make failed passages pending again; return how many there were."""
        with self._db.transaction():
            return self._db.execute("UPDATE passages SET state = ? WHERE state = ?", (PENDING, FAILED))

    # Vectors and synonyms

    def num_pending_vectors(self, kind: VectorKind) -> int:
        """Return how many things of this kind have no vector yet."""
        return self._db.number(f"SELECT count(*) FROM {rows.TABLES[kind]} WHERE vector IS NULL")

    def pending_vectors(self, kind: VectorKind, limit: int, *, after: int = 0) -> list[tuple[int, str]]:
        """Return ``(row, text)`` of things without a vector, by row, from those after a row."""
        found = self._db.rows(rows.PENDING_TEXTS[kind], (after, limit))
        if kind == "passage":
            return [(int(str(row)), Passage("", str(text), str(title)).full_text) for row, title, text in found]
        if kind == "fact":
            return [(int(str(row)), fact_text(str(h), str(r), str(t))) for row, h, r, t in found]
        return [(int(str(row)), str(key)) for row, key in found]

    def put_vectors(self, kind: VectorKind, rows_: Sequence[int], vectors: HalfMatrix) -> None:
        """Record vectors, shape ``(len(rows), dimension)``."""
        values = [(vector.tobytes(), row) for row, vector in zip(rows_, vectors.astype("<f2"), strict=True)]
        with self._changing():
            self._db.execute_many(f"UPDATE {rows.TABLES[kind]} SET vector = ? WHERE id = ?", values)

    def entity_vectors(self) -> tuple[list[str], HalfMatrix, NDArray[np.bool_]]:
        """Return all entity keys in order, their vectors, and whether each has been linked."""
        found = list(self._db.rows("SELECT key, linked FROM entities ORDER BY key"))
        blocks = list(self.vectors("entity"))
        matrix = np.concatenate(blocks) if blocks else np.zeros((0, self._dimension()), dtype=np.float16)
        linked = np.array([bool(flag) for _, flag in found], dtype=np.bool_)
        return [str(key) for key, _ in found], matrix, linked

    def put_synonyms(self, synonyms: Iterable[SynonymRow], linked: Sequence[str]) -> None:
        """Record synonyms and that the entities ``linked`` have been compared with all."""
        insert = """INSERT OR IGNORE INTO synonyms
                    SELECT a.id, b.id, ? FROM entities a, entities b WHERE a.key = ? AND b.key = ?"""
        with self._changing():
            self._db.execute_many(insert, [(s.similarity, s.first_key, s.second_key) for s in synonyms])
            self._db.execute_many("UPDATE entities SET linked = 1 WHERE key = ?", [(key,) for key in linked])

    # Reading

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield ``(document_id, fingerprint)`` by id."""
        for document_id, fingerprint in self._db.rows(
            "SELECT document_id, fingerprint FROM documents ORDER BY document_id"
        ):
            yield str(document_id), str(fingerprint)

    def passages(self) -> Iterator[Passage]:
        """Yield passages by id."""
        return rows.read_passages(self._db, "ORDER BY p.passage_id")

    def entity_keys(self) -> Iterator[str]:
        """Yield the keys of all entities in order."""
        return (str(key) for (key,) in self._db.rows("SELECT key FROM entities ORDER BY key"))

    def mentions(self) -> Iterator[MentionRow]:
        """Yield mentions by passage id, entity key, surface and label."""
        return (MentionRow(*map(str, row)) for row in self._db.rows(rows.ALL_MENTIONS))

    def triples(self) -> Iterator[TripleRow]:
        """Yield triples by document id, passage id and position."""
        return rows.read_triples(self._db)

    def fact_keys(self) -> Iterator[tuple[str, str, str]]:
        """Yield ``(head_key, relation_key, tail_key)`` of all facts in order."""
        return ((str(h), str(r), str(t)) for h, r, t in self._db.rows(rows.ALL_FACTS))

    def synonyms(self) -> Iterator[SynonymRow]:
        """Yield synonyms by their keys."""
        return (SynonymRow(str(a), str(b), float(str(s))) for a, b, s in self._db.rows(rows.ALL_SYNONYMS))

    def vectors(self, kind: VectorKind) -> Iterator[HalfMatrix]:
        """Yield blocks of vectors in the order of passages, entity keys or fact keys."""
        blobs = (row[0] if isinstance(row[0], bytes) else None for row in self._db.rows(rows.ALL_VECTORS[kind]))
        return vector_blocks(blobs, self._dimension())

    def _dimension(self) -> int:
        return int(self.settings().get("dimension", "0"))

    def statistics(self) -> StoreStatistics:
        """Return sizes and the digest."""
        with self.reading():
            counts = {
                table: self._db.number(f"SELECT count(*) FROM {table}")
                for table in ("documents", "passages", "entities", "facts", "triples", "synonyms")
            }
            failed = self._db.number("SELECT count(*) FROM passages WHERE state = ?", (FAILED,))
            return StoreStatistics(
                **counts, failed_passages=failed, pending=self.num_pending_passages(), digest=content_digest(self)
            )
