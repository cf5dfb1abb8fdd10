"""Reading the whole content of a graph in Neo4j, in the order that all stores have."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graphrag.protocols import HalfMatrix, VectorKind
from graphrag.rows import Edit, MentionRow, SynonymRow, TripleRow
from graphrag.stores import cypher
from graphrag.stores.base import VECTOR_KINDS
from graphrag.stores.neo4j_connection import Neo4jConnection, Values
from graphrag.stores.neo4j_rows import read_edits, read_passage
from graphrag.types import Passage, Triple

FactKeys = tuple[str, str, str]

# The server's order of texts need not be Python's: everything is sorted here.


def read_documents(db: Neo4jConnection) -> list[tuple[str, str]]:
    """Return ``(document_id, fingerprint)`` by id."""
    return sorted((document_id, fingerprint) for document_id, fingerprint in db.table(cypher.DOCUMENTS))


def read_passages(db: Neo4jConnection) -> list[Passage]:
    """Return all passages by id."""
    return sorted(map(read_passage, db.table(cypher.PASSAGES)), key=lambda passage: passage.passage_id)


def read_entities(db: Neo4jConnection) -> list[tuple[str, bool]]:
    """Return ``(key, linked)`` of all entities by key."""
    return sorted((key, linked) for key, linked in db.table(cypher.ENTITIES))


def read_mentions(db: Neo4jConnection) -> list[MentionRow]:
    """Return all mentions by passage id, entity key, surface and label."""
    return [MentionRow(*values) for values in sorted(db.table(cypher.MENTIONS))]


def read_triples(db: Neo4jConnection) -> list[TripleRow]:
    """Return all triples by document id, passage id and position."""
    rows = sorted(db.table(cypher.TRIPLES), key=lambda values: values[:3])
    return [TripleRow(*values[:6], Triple(*values[6:])) for values in rows]  # type: ignore[call-arg]  # six and one


def read_fact_keys(db: Neo4jConnection) -> list[FactKeys]:
    """Return ``(head_key, relation_key, tail_key)`` of all facts in order."""
    return sorted({(head, relation, tail) for head, relation, tail in db.table(cypher.FACTS)})


def read_synonyms(db: Neo4jConnection) -> list[SynonymRow]:
    """Return all synonyms by their keys."""
    return [SynonymRow(*values) for values in sorted(db.table(cypher.SYNONYMS))]


def read_vectors(db: Neo4jConnection, kind: VectorKind, dimension: int) -> HalfMatrix:
    """Return the vectors of one kind in the order of their things; NaN for those that have none yet."""
    found: dict[tuple[Any, ...], bytes] = {}
    for *key, vector in db.table(cypher.VECTORS[kind]):
        found[tuple(key)] = vector
    missing = np.full(dimension, np.nan, dtype="<f2").tobytes()
    data = b"".join(found[key] or missing for key in sorted(found))
    return np.frombuffer(data, dtype="<f2").reshape(len(found), dimension).astype(np.float16, copy=False)


@dataclass(frozen=True)
class GraphContent:
    """Everything in a graph at one moment."""

    meta: Values
    edits: list[Edit]
    documents: list[tuple[str, str]]
    passages: list[Passage]
    entities: list[tuple[str, bool]]
    mentions: list[MentionRow]
    triples: list[TripleRow]
    fact_keys: list[FactKeys]
    synonyms: list[SynonymRow]
    vectors: dict[VectorKind, HalfMatrix]


def read_content(db: Neo4jConnection, meta: Values, dimension: int) -> GraphContent:
    """Return everything, read one after the other: whoever calls makes sure that nothing changes meanwhile."""
    triples = read_triples(db)
    return GraphContent(
        meta=meta,
        edits=read_edits(meta),
        documents=read_documents(db),
        passages=read_passages(db),
        entities=read_entities(db),
        mentions=read_mentions(db),
        triples=triples,
        fact_keys=sorted({(row.head_key, row.relation_key, row.tail_key) for row in triples}),
        synonyms=read_synonyms(db),
        vectors={kind: read_vectors(db, kind, dimension) for kind in VECTOR_KINDS},
    )
