"""The store in Neo4j: the graph as people explore it, with everything that a build needs beside it."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graphrag.errors import StoreError
from graphrag.protocols import HalfMatrix, VectorKind
from graphrag.rows import Edit, MentionRow, StoreStatistics, StoreVersion, SynonymRow, TripleRow
from graphrag.stores import cypher, neo4j_reading
from graphrag.stores.base import content_digest, fact_text
from graphrag.stores.neo4j_address import parse_address
from graphrag.stores.neo4j_connection import GraphTransaction, Neo4jConnection, Values
from graphrag.stores.neo4j_documents import put_documents, rehearse_removal, remove_document, stored_documents
from graphrag.stores.neo4j_edits import erase_last_edit, write_edit
from graphrag.stores.neo4j_extractions import put_extractions
from graphrag.stores.neo4j_lock import WriteLock
from graphrag.stores.neo4j_query import QueryResult, run_query
from graphrag.stores.neo4j_reading import GraphContent
from graphrag.stores.neo4j_rows import FAILED, PENDING, read_edits, read_passage
from graphrag.stores.neo4j_search import Neo4jSearch
from graphrag.types import Document, Extraction, Passage, SkippedInput, content_id


class Neo4jStore:
    """A :class:`graphrag.protocols.GraphStore` in a Neo4j database.

    Several graphs can live in one database. User and password come from ``NEO4J_USER`` (default ``neo4j``) and
    ``NEO4J_PASSWORD``; without a password the server must ask for none.

    Parameters
    ----------
    uri
        ``neo4j://host:7687/database?graph=name&indexes=server``; all but the host may be left out.
    create
        Make the graph, with its constraints and indexes, if it is not there.

    Raises
    ------
    ConfigError
        If the address is none.
    StoreError
        The server cannot be reached, refuses the user, is too old, or has no such database or graph.
    """

    def __init__(self, uri: str, *, create: bool = False) -> None:
        self._uri = uri
        self.address = parse_address(uri)
        password = os.environ.get("NEO4J_PASSWORD")
        auth = (os.environ.get("NEO4J_USER", "neo4j"), password) if password else None
        self._db = Neo4jConnection(self.address, auth, create=create)
        self._lock = WriteLock(self._db)
        self._content: GraphContent | None = None
        self.search: Neo4jSearch | None = Neo4jSearch(self._db) if self.address.server_indexes else None
        """Searches passages by the server's own indexes, if the address asks for them."""

    @property
    def uri(self) -> str:
        """The address, as given."""
        return self._uri

    @property
    def snapshots(self) -> Path:
        """A folder in the user's cache."""
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        # The same for all who read the graph, whichever indexes they ask for.
        return Path(cache) / "multihop" / "neo4j" / content_id(str(replace(self.address, server_indexes=False)))

    def close(self) -> None:
        """Close all connections."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write; ``StoreError`` within seconds if another process holds it."""
        self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Make all reads inside see one state of the store: it is read now, as a whole.

        Neo4j shows a transaction what others commit meanwhile. So the content is read at once, and again with all
        changes kept out if something was changed during the first reading.
        """
        if self._content is not None:
            yield
            return
        self._content = self._consistent_content()
        try:
            yield
        finally:
            self._content = None

    def _consistent_content(self) -> GraphContent:
        content = self._read_content()
        if self._db.meta().get("write") == content.meta.get("write"):
            return content
        release = self._db.hold(cypher.LOCK_GRAPH, token="")
        try:
            return self._read_content()
        finally:
            release()

    def _read_content(self) -> GraphContent:
        meta = self._db.meta()
        return neo4j_reading.read_content(self._db, meta, _dimension(meta))

    def _meta(self) -> Values:
        return self._content.meta if self._content is not None else self._db.meta()

    def version(self) -> StoreVersion:
        """Return which content this is."""
        meta = self._meta()
        return StoreVersion(meta["store_id"], meta["generation"], not meta["changed"])

    def settings(self) -> dict[str, str]:
        """Return the settings that the content was made with."""
        return _settings(self._meta())

    def put_settings(self, settings: dict[str, str]) -> None:
        """Record settings, replacing those of the same name."""
        self._db.write(
            lambda change: change.set(
                settings=json.dumps({**_settings(change.meta), **settings}, ensure_ascii=False, sort_keys=True)
            )
        )

    def finish(self) -> None:
        """Begin the next generation, if anything was written since the last; complete the server's own indexes."""

        def work(change: GraphTransaction) -> None:
            if change.meta["changed"]:
                change.set(generation=change.meta["generation"] + 1, changed=False)
                rehearse_removal(change)

        self._db.write(work)
        if self.search is not None:
            self.search.complete()

    def query(
        self, text: str, parameters: Mapping[str, object] | None = None, *, limit: int = 1000, timeout_s: float = 30.0
    ) -> QueryResult:
        """Return the rows of your own Cypher, which may only read; see :func:`graphrag.stores.neo4j_query.run_query`.

        Raises
        ------
        InputError
            The query writes, is no Cypher, or takes too long.
        """
        return run_query(self._db, text, parameters or {}, limit=limit, timeout_s=timeout_s)

    # Documents

    def fingerprints(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Return the fingerprints of those documents that are in the store."""
        return dict(self._db.read(cypher.FINGERPRINTS, documents=self._uids(document_ids)))

    def _uids(self, identities: Iterable[str]) -> list[str]:
        return [content_id(self.address.graph, identity) for identity in identities]

    def put_documents(self, documents: Sequence[Document]) -> list[SkippedInput]:
        """Add documents, replacing those with known ids; return the refused ones."""
        return put_documents(self._db, documents)

    def stored_documents(self, document_ids: Sequence[str]) -> list[Document]:
        """Return documents as they were put, without triples that had an empty end or were there twice."""
        return stored_documents(self._db, self._uids(document_ids))

    def delete_document(self, document_id: str) -> bool:
        """Remove a document and all that only it supports; False if there is none with this id."""
        return remove_document(self._db, document_id)

    # Corrections by hand

    def edits(self) -> list[Edit]:
        """Return the corrections in the order in which they were made."""
        return self._content.edits if self._content is not None else read_edits(self._db.meta())

    def put_edit(self, edit: Edit) -> None:
        """Record a correction and apply it to what is in the store."""
        self._db.write(lambda change: write_edit(change, edit))

    def undo_edit(self) -> Edit | None:
        """Take back the last correction and return it; None if there is none."""
        return self._db.write(erase_last_edit)

    # Extraction

    def num_pending_passages(self) -> int:
        """Return how many passages no extractor has read yet."""
        return self._db.number(cypher.NUM_IN_STATE, state=PENDING)

    def pending_passages(self, limit: int) -> list[Passage]:
        """Return the first passages, by id, that no extractor has read yet."""
        return [read_passage(row) for row in self._db.read(cypher.PENDING_PASSAGES, state=PENDING, limit=limit)]

    def cached_extractions(self, content_hashes: Sequence[str], extractor: str) -> dict[str, Extraction]:
        """Return what an extractor of this identity found earlier, by content hash."""
        graph = self.address.graph
        rows = [{"uid": content_id(graph, h, extractor), "content_hash": h} for h in set(content_hashes)]
        found = self._db.read(cypher.EXTRACTIONS, rows=rows)
        return {content_hash: Extraction.from_json(payload) for content_hash, payload in found}

    def put_extractions(
        self, passages: Sequence[Passage], results: Sequence[Extraction | None], extractor: str
    ) -> None:
        """Record and cache what was found in each passage; None marks a failure."""
        self._db.write(lambda change: put_extractions(change, passages, results, extractor))

    def retry_failed(self) -> int:
        """Make failed passages pending again; return how many there were."""
        return self._db.write(lambda change: int(change.run(cypher.RETRY_FAILED, failed=FAILED, pending=PENDING)[0][0]))

    # Vectors and synonyms

    def num_pending_vectors(self, kind: VectorKind) -> int:
        """Return how many things of this kind have no vector yet."""
        return self._db.number(cypher.NUM_PENDING_VECTORS[kind])

    def pending_vectors(self, kind: VectorKind, limit: int, *, after: int = 0) -> list[tuple[int, str]]:
        """Return ``(row, text)`` of things without a vector, by row, from those after a row."""
        found = self._db.read(cypher.PENDING_VECTORS[kind], after=after, limit=limit)
        if kind == "passage":
            return [(row, Passage("", text, title).full_text) for row, title, text in found]
        if kind == "fact":
            return [(row, fact_text(head, relation, tail)) for row, head, relation, tail in found]
        return [(row, key) for row, key in found]

    def put_vectors(self, kind: VectorKind, rows: Sequence[int], vectors: HalfMatrix) -> None:
        """Record vectors, shape ``(len(rows), dimension)``."""
        values = [
            {"pending": row, "vector": vector.tobytes()}
            for row, vector in zip(rows, vectors.astype("<f2"), strict=True)
        ]

        def work(change: GraphTransaction) -> None:
            change.run_many(cypher.PUT_VECTORS[kind], values)
            change.set(changed=True)

        self._db.write(work)

    def entity_vectors(self) -> tuple[list[str], HalfMatrix, NDArray[np.bool_]]:
        """Return all entity keys in order, their vectors, and whether each has been linked."""
        entities = self._entities()
        matrix = self._vectors("entity")
        return [key for key, _ in entities], matrix, np.array([linked for _, linked in entities], dtype=np.bool_)

    def put_synonyms(self, synonyms: Iterable[SynonymRow], linked: Sequence[str]) -> None:
        """Record synonyms and that the entities ``linked`` have been compared with all."""
        graph = self.address.graph
        rows = [
            {"first": content_id(graph, s.first_key), "second": content_id(graph, s.second_key),
             "similarity": s.similarity}
            for s in synonyms
        ]  # fmt: skip

        def work(change: GraphTransaction) -> None:
            change.run_many(cypher.PUT_SYNONYMS, rows)
            change.run(cypher.SET_LINKED, entities=self._uids(linked))
            change.set(changed=True)

        self._db.write(work)

    # Reading

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield ``(document_id, fingerprint)`` by id."""
        return iter(self._content.documents if self._content else neo4j_reading.read_documents(self._db))

    def passages(self) -> Iterator[Passage]:
        """Yield passages by id."""
        return iter(self._content.passages if self._content else neo4j_reading.read_passages(self._db))

    def _entities(self) -> list[tuple[str, bool]]:
        return self._content.entities if self._content else neo4j_reading.read_entities(self._db)

    def entity_keys(self) -> Iterator[str]:
        """Yield the keys of all entities in order."""
        return (key for key, _ in self._entities())

    def mentions(self) -> Iterator[MentionRow]:
        """Yield mentions by passage id, entity key, surface and label."""
        return iter(self._content.mentions if self._content else neo4j_reading.read_mentions(self._db))

    def triples(self) -> Iterator[TripleRow]:
        """Yield triples by document id, passage id and position."""
        return iter(self._content.triples if self._content else neo4j_reading.read_triples(self._db))

    def fact_keys(self) -> Iterator[tuple[str, str, str]]:
        """Yield ``(head_key, relation_key, tail_key)`` of all facts in order."""
        return iter(self._content.fact_keys if self._content else neo4j_reading.read_fact_keys(self._db))

    def synonyms(self) -> Iterator[SynonymRow]:
        """Yield synonyms by their keys."""
        return iter(self._content.synonyms if self._content else neo4j_reading.read_synonyms(self._db))

    def vectors(self, kind: VectorKind) -> Iterator[HalfMatrix]:
        """Yield blocks of vectors in the order of passages, entity keys or fact keys."""
        matrix = self._vectors(kind)
        if len(matrix):
            yield matrix

    def _vectors(self, kind: VectorKind) -> HalfMatrix:
        if self._content is not None:
            return self._content.vectors[kind]
        return neo4j_reading.read_vectors(self._db, kind, _dimension(self._db.meta()))

    def statistics(self) -> StoreStatistics:
        """Return sizes and the digest."""
        with self.reading():
            content = self._content
            if content is None:
                raise StoreError(f"The content of {self.address} was not read")
            return StoreStatistics(
                documents=len(content.documents),
                passages=len(content.passages),
                entities=len(content.entities),
                facts=len(content.fact_keys),
                triples=len(content.triples),
                synonyms=len(content.synonyms),
                failed_passages=self._db.number(cypher.NUM_IN_STATE, state=FAILED),
                pending=self.num_pending_passages(),
                digest=content_digest(self),
            )


def _settings(meta: Values) -> dict[str, str]:
    settings: dict[str, str] = json.loads(meta["settings"])
    return settings


def _dimension(meta: Values) -> int:
    return int(_settings(meta).get("dimension", "0"))
