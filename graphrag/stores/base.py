"""What all stores share: the digest of their content, and what a document contributes to the graph."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graphrag.errors import StoreError
from graphrag.graph.corrections import Corrections
from graphrag.graph.subjects import subject_names
from graphrag.protocols import GraphStore, HalfMatrix, VectorKind
from graphrag.rows import MentionRow, TripleRow
from graphrag.text import normalize_phrase
from graphrag.types import Document, Entity, Extraction, Passage, Triple

VECTOR_KINDS: tuple[VectorKind, ...] = ("passage", "entity", "fact")
VECTOR_BLOCK = 4096
"""How many vectors a store yields at a time."""


class MissingStoreError(StoreError):
    """There is no store at an address yet."""


@dataclass(frozen=True, slots=True)
class StoredDocument(Document):
    """A document as a store gives it back: with the fingerprint of the input, of which repeated triples are left out.

    Parameters
    ----------
    stored_fingerprint
        The fingerprint that the store has for it.
    """

    stored_fingerprint: str = ""

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the document as it was put into the store."""
        return self.stored_fingerprint


def content_digest(store: GraphStore) -> str:
    """Return the SHA-256 of a store's logical content.

    Documents, passages, mentions, triples, synonyms and vectors in a fixed order: equal for equal graphs, whatever the
    store, the order of insertion or the number of runs that built it. Where a document was read, what is cached, and
    the passages that failed are not part of it.
    """
    digest = hashlib.sha256()
    for name, rows in _logical_rows(store):
        digest.update(f"\n{name}\n".encode())
        for row in rows:
            digest.update(json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode())
            digest.update(b"\n")
    for kind in VECTOR_KINDS:
        digest.update(f"\n{kind} vectors\n".encode())
        for block in store.vectors(kind):
            digest.update(np.ascontiguousarray(block, dtype="<f2").tobytes())
    return digest.hexdigest()


def _logical_rows(store: GraphStore) -> Iterator[tuple[str, Iterator[list[object]]]]:
    yield "documents", (list(row) for row in store.documents())
    yield (
        "passages",
        (
            [p.passage_id, p.document_id, p.position, p.title, p.text, sorted(p.metadata.items())]
            for p in store.passages()
        ),
    )
    yield "entities", ([key] for key in store.entity_keys())
    yield "mentions", ([m.passage_id, m.entity_key, m.surface, m.label] for m in store.mentions())
    yield "triples", (_triple_values(row) for row in store.triples())
    yield "facts", (list(keys) for keys in store.fact_keys())
    yield "edits", ([e.kind, e.head, e.relation, e.tail, list(e.passage_ids)] for e in store.edits())
    yield "synonyms", ([s.first_key, s.second_key, f"{s.similarity:.6f}"] for s in store.synonyms())


def _triple_values(row: TripleRow) -> list[object]:
    triple = row.triple
    provenance = [row.document_id, row.passage_id, row.position, row.head_key, row.relation_key, row.tail_key]
    return [*provenance, triple.head, triple.relation, triple.tail, repr(triple.confidence), triple.sentence]


NO_CORRECTIONS = Corrections()


def mentions_of(
    passage: Passage, extraction: Extraction, *, corrections: Corrections = NO_CORRECTIONS
) -> list[MentionRow]:
    """Return what a passage names: its entities and the ends of its triples, each way of writing once.

    An end of a triple that is also listed as an entity keeps the entity's label only. A passage without a title also
    names its subject, in every form in which others may.
    """
    labels: dict[str, str] = {}
    ends = (Entity(end) for triple in extraction.triples for end in (triple.head, triple.tail))
    subject = [] if passage.title.strip() else [Entity(name, "SUBJECT") for name in subject_names(passage.text)]
    for entity in (*extraction.entities, *ends, *subject):
        surface = entity.text.strip()
        if normalize_phrase(surface) and not labels.get(surface):
            labels[surface] = entity.label
    identify = corrections.entity_key
    passage_id = passage.passage_id
    return [MentionRow(passage_id, identify(name, passage_id), name, label) for name, label in labels.items()]


def triple_rows(
    document_id: str, passage_id: str, triples: Sequence[Triple], *, corrections: Corrections = NO_CORRECTIONS
) -> list[TripleRow]:
    """Return triples with provenance and keys; those with an empty end or a repeated content are left out.

    Triples that a correction removed are among them: see :meth:`Corrections.is_removed`.
    """
    rows: list[TripleRow] = []
    for triple in dict.fromkeys(triples):
        head, tail = (corrections.entity_key(end, passage_id) for end in (triple.head, triple.tail))
        relation = normalize_phrase(triple.relation)
        if head and tail:
            rows.append(TripleRow(document_id, passage_id, len(rows), head, relation, tail, triple))
    return rows


def fact_text(head_key: str, relation_key: str, tail_key: str) -> str:
    """Return a fact as the encoder reads it.

    Examples
    --------
    >>> fact_text("ada lovelace", "born in", "london")
    'ada lovelace born in london'
    """
    return " ".join(part for part in (head_key, relation_key, tail_key) if part)


def vector_blocks(blobs: Iterator[bytes | None], dimension: int) -> Iterator[HalfMatrix]:
    """Yield blocks of stored vectors (little-endian float16), with NaN rows for None."""
    missing = np.full(dimension, np.nan, dtype="<f2").tobytes()
    block: list[bytes] = []
    for blob in blobs:
        block.append(missing if blob is None else blob)
        if len(block) == VECTOR_BLOCK:
            yield _matrix(block, dimension)
            block = []
    if block:
        yield _matrix(block, dimension)


def _matrix(block: list[bytes], dimension: int) -> HalfMatrix:
    return np.frombuffer(b"".join(block), dtype="<f2").reshape(len(block), dimension).astype(np.float16, copy=False)
