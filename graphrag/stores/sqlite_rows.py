"""Reading, inserting and deleting the rows of a SQLite store; callers hold the transaction."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from graphrag.graph.corrections import Corrections
from graphrag.protocols import VectorKind
from graphrag.rows import MentionRow, TripleRow
from graphrag.stores.base import triple_rows
from graphrag.stores.sqlite_connection import SQLiteConnection, placeholders
from graphrag.types import Document, Passage, Triple

TABLES: dict[VectorKind, str] = {"passage": "passages", "entity": "entities", "fact": "facts"}

PENDING_TEXTS: dict[VectorKind, str] = {
    "passage": "SELECT id, title, text FROM passages WHERE vector IS NULL AND id > ? ORDER BY id LIMIT ?",
    "entity": "SELECT id, key FROM entities WHERE vector IS NULL AND id > ? ORDER BY id LIMIT ?",
    "fact": """SELECT f.id, h.key, f.relation_key, t.key FROM facts f JOIN entities h ON h.id = f.head
               JOIN entities t ON t.id = f.tail WHERE f.vector IS NULL AND f.id > ? ORDER BY f.id LIMIT ?""",
}

_FACT_ORDER = "JOIN entities h ON h.id = f.head JOIN entities t ON t.id = f.tail ORDER BY h.key, f.relation_key, t.key"
ALL_FACTS = f"SELECT h.key, f.relation_key, t.key FROM facts f {_FACT_ORDER}"
ALL_VECTORS: dict[VectorKind, str] = {
    "passage": "SELECT vector FROM passages ORDER BY passage_id",
    "entity": "SELECT vector FROM entities ORDER BY key",
    "fact": f"SELECT f.vector FROM facts f {_FACT_ORDER}",
}
ALL_MENTIONS = """SELECT p.passage_id, e.key, m.surface, m.label FROM mentions m JOIN passages p ON p.id = m.passage
                  JOIN entities e ON e.id = m.entity ORDER BY p.passage_id, e.key, m.surface"""
ALL_SYNONYMS = """SELECT a.key, b.key, s.similarity FROM synonyms s JOIN entities a ON a.id = s.first
                  JOIN entities b ON b.id = s.second ORDER BY a.key, b.key"""
_ALL_TRIPLES = """SELECT d.document_id, coalesce(p.passage_id, ''), t.position, h.key, f.relation_key, e.key,
                         t.head, t.relation, t.tail, t.confidence, t.sentence
                  FROM triples t JOIN documents d ON d.id = t.document LEFT JOIN passages p ON p.id = t.passage
                  JOIN facts f ON f.id = t.fact JOIN entities h ON h.id = f.head JOIN entities e ON e.id = f.tail
                  ORDER BY 1, 2, 3"""


def read_passages(db: SQLiteConnection, condition: str, values: Sequence[object] = ()) -> Iterator[Passage]:
    """Yield passages; ``condition`` is one of this package's own SQL fragments."""
    query = f"""SELECT p.passage_id, p.text, p.title, d.document_id, p.position, p.metadata
                FROM passages p JOIN documents d ON d.id = p.document {condition}"""
    for passage_id, text, title, document_id, position, metadata in db.rows(query, values):
        yield Passage(
            str(passage_id), str(text), str(title), str(document_id), int(str(position)), json.loads(str(metadata))
        )


def read_triples(db: SQLiteConnection) -> Iterator[TripleRow]:
    """Yield all triples by document id, passage id and position."""
    for document_id, passage_id, position, head_key, relation_key, tail_key, *words in db.rows(_ALL_TRIPLES):
        head, relation, tail, confidence, sentence = words
        triple = Triple(str(head), str(relation), str(tail), float(str(confidence)), str(sentence))
        keys = (str(head_key), str(relation_key), str(tail_key))
        yield TripleRow(str(document_id), str(passage_id), int(str(position)), *keys, triple)


def read_triple_rows(db: SQLiteConnection, facts: set[int], corrections: Corrections) -> list[tuple[int, TripleRow]]:
    """Return ``(row, triple)`` of the triples that state some facts or were removed, with the keys they have now."""
    query = """SELECT t.rowid, d.document_id, coalesce(p.passage_id, ''), t.position, t.head, t.relation, t.tail
               FROM triples t JOIN documents d ON d.id = t.document LEFT JOIN passages p ON p.id = t.passage WHERE """
    found = list(db.rows(query + "t.fact IS NULL"))
    for fact in sorted(facts):
        found += db.rows(query + "t.fact = ?", (fact,))
    result = []
    for row_id, document_id, passage_id, position, head, relation, tail in found:
        triple = Triple(str(head), str(relation), str(tail))
        (row,) = triple_rows(str(document_id), str(passage_id), [triple], corrections=corrections)
        result.append((int(str(row_id)), replace(row, position=int(str(position)))))
    return result


def passage_conflict(db: SQLiteConnection, document: Document) -> str:
    """Return why a document cannot be stored: a passage id that another document has, or that it has twice."""
    ids = [passage.passage_id for passage in document.passages]
    if len(set(ids)) < len(ids):
        return "two passages of this document have the same id"
    query = "SELECT d.document_id FROM passages p JOIN documents d ON d.id = p.document WHERE p.passage_id = ?"
    for passage_id in ids:
        owner = db.row(query, (passage_id,))
        if owner is not None and owner[0] != document.document_id:
            return f"its passage id {passage_id!r} belongs to document {owner[0]!r} already"
    return ""


def set_aside(db: SQLiteConnection, document: int) -> None:
    """Give a document and its passages random ids, so that its successor can have theirs; it is deleted afterwards."""
    db.execute("UPDATE documents SET document_id = hex(randomblob(16)) WHERE id = ?", (document,))
    db.execute("UPDATE passages SET passage_id = hex(randomblob(16)) WHERE document = ?", (document,))


def insert_document(db: SQLiteConnection, document: Document, corrections: Corrections) -> None:
    """Add a document, its passages and the triples that it brings itself."""
    row = db.insert(
        "INSERT INTO documents (document_id, fingerprint, title, source) VALUES (?, ?, ?, ?)",
        (document.document_id, document.fingerprint, document.title, document.source),
    )
    db.execute_many(
        """INSERT INTO passages (passage_id, document, position, title, text, metadata, content_hash)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [
            (p.passage_id, row, p.position, p.title, p.text, _json(dict(p.metadata)), p.content_hash)
            for p in document.passages
        ],
    )
    triples = triple_rows(document.document_id, "", document.triples, corrections=corrections)
    insert_triples(db, [(row, None, triple) for triple in triples], corrections)


def _json(metadata: dict[str, str | int | float | bool]) -> str:
    return json.dumps(metadata, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def insert_mentions(db: SQLiteConnection, mentions: Sequence[tuple[int, MentionRow]]) -> None:
    """Add mentions, each with the row of its passage."""
    entities = entity_ids(db, {mention.entity_key for _, mention in mentions})
    values = [(passage, entities[m.entity_key], m.surface, m.label) for passage, m in mentions]
    db.insert_rows("INSERT OR IGNORE INTO mentions VALUES", values)


def insert_triples(
    db: SQLiteConnection, triples: Sequence[tuple[int, int | None, TripleRow]], corrections: Corrections
) -> None:
    """Add triples, each with the rows of its document and passage, and the facts that they state."""
    facts = fact_ids(db, [row for _, _, row in triples], corrections)
    values = [
        (document, passage, row.position, fact, *_words(row.triple))
        for (document, passage, row), fact in zip(triples, facts, strict=True)
    ]
    db.insert_rows("INSERT INTO triples VALUES", values)


def fact_ids(db: SQLiteConnection, triples: Sequence[TripleRow], corrections: Corrections) -> list[int | None]:
    """Return the ids of the facts that triples state, made where they are new; None for removed ones."""
    kept = [None if corrections.is_removed(row) else row for row in triples]
    entities = entity_ids(db, {key for row in kept if row for key in (row.head_key, row.tail_key)})
    facts = [(entities[row.head_key], row.relation_key, entities[row.tail_key]) if row else None for row in kept]
    wanted = list(dict.fromkeys(fact for fact in facts if fact))
    db.insert_rows("INSERT OR IGNORE INTO facts (head, relation_key, tail) VALUES", wanted)
    found: dict[tuple[object, ...], int] = {}
    for some in db.portions(wanted):
        # In this order of the join, every wanted fact is looked up in the index.
        query = f"""WITH wanted(head, relation_key, tail) AS (VALUES {placeholders(some)})
                    SELECT f.head, f.relation_key, f.tail, f.id FROM wanted w CROSS JOIN facts f
                    ON f.head = w.head AND f.relation_key = w.relation_key AND f.tail = w.tail"""
        found |= {row[:3]: int(str(row[3])) for row in db.rows(query, list(chain.from_iterable(some)))}
    return [found[fact] if fact else None for fact in facts]


def _words(triple: Triple) -> tuple[str, str, str, float, str]:
    return triple.head, triple.relation, triple.tail, triple.confidence, triple.sentence


def entity_ids(db: SQLiteConnection, keys: set[str]) -> dict[str, int]:
    """Return the ids of entities by key, made where they are new."""
    wanted = [(key,) for key in sorted(keys)]
    db.insert_rows("INSERT OR IGNORE INTO entities (key) VALUES", wanted)
    found: dict[str, int] = {}
    for some in db.portions(wanted):
        query = f"SELECT key, id FROM entities WHERE key IN ({', '.join('?' * len(some))})"
        found |= {str(key): int(str(row)) for key, row in db.rows(query, list(chain.from_iterable(some)))}
    return found


def delete_document(db: SQLiteConnection, document: int) -> None:
    """Remove a document, and every fact, entity, synonym and cached extraction that nothing else supports."""
    of_document = "IN (SELECT id FROM passages WHERE document = ?)"
    facts = numbers(db, "SELECT DISTINCT fact FROM triples WHERE document = ? AND fact IS NOT NULL", document)
    entities = numbers(db, f"SELECT DISTINCT entity FROM mentions WHERE passage {of_document}", document)
    hashes = [row[0] for row in db.rows("SELECT DISTINCT content_hash FROM passages WHERE document = ?", (document,))]
    db.execute("DELETE FROM triples WHERE document = ?", (document,))
    db.execute(f"DELETE FROM mentions WHERE passage {of_document}", (document,))
    db.execute("DELETE FROM passages WHERE document = ?", (document,))
    db.execute("DELETE FROM documents WHERE id = ?", (document,))
    delete_orphans(db, facts, entities)
    db.execute_many(
        """DELETE FROM extractions WHERE content_hash = ?1
           AND NOT EXISTS (SELECT 1 FROM passages WHERE content_hash = ?1)""",
        [(content_hash,) for content_hash in hashes],
    )


def numbers(db: SQLiteConnection, query: str, value: int) -> set[int]:
    """Return the numbers in the first column of a query."""
    return {int(str(row[0])) for row in db.rows(query, (value,))}


def delete_orphans(db: SQLiteConnection, facts: set[int], entities: set[int]) -> None:
    """Remove those of some facts that no triple states, then those of some entities that nothing names any more."""
    entities = set(entities)
    for fact in facts:
        entities |= numbers(db, "SELECT head FROM facts WHERE id = ?1 UNION SELECT tail FROM facts WHERE id = ?1", fact)
    db.execute_many(
        "DELETE FROM facts WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM triples WHERE fact = ?1)", [(f,) for f in facts]
    )
    supported = """SELECT EXISTS (SELECT 1 FROM mentions WHERE entity = ?1)
                   OR EXISTS (SELECT 1 FROM facts WHERE head = ?1) OR EXISTS (SELECT 1 FROM facts WHERE tail = ?1)"""
    orphans = [(entity,) for entity in sorted(entities) if not db.number(supported, (entity,))]
    db.execute_many("DELETE FROM synonyms WHERE first = ?", orphans)
    db.execute_many("DELETE FROM synonyms WHERE second = ?", orphans)
    db.execute_many("DELETE FROM entities WHERE id = ?", orphans)
