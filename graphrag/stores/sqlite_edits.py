"""Corrections by hand in a SQLite store; callers hold the transaction."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from graphrag.graph.corrections import Corrections
from graphrag.rows import Edit
from graphrag.stores.sqlite_connection import SQLiteConnection
from graphrag.stores.sqlite_rows import delete_orphans, entity_ids, fact_ids, numbers, read_triple_rows
from graphrag.text import normalize_phrase


def read_edits(db: SQLiteConnection) -> list[Edit]:
    """Return all corrections in the order in which they were made."""
    edits = (json.loads(str(text)) for (text,) in db.rows("SELECT edit FROM edits ORDER BY id"))
    return [Edit(**{**values, "passage_ids": tuple(values["passage_ids"])}) for values in edits]


def write_edit(db: SQLiteConnection, edit: Edit) -> None:
    """Record a correction and apply it to the rows that it concerns."""
    db.execute("INSERT INTO edits (edit) VALUES (?)", (json.dumps(asdict(edit), ensure_ascii=False),))
    _apply(db, edit)


def erase_last_edit(db: SQLiteConnection) -> Edit | None:
    """Forget the last correction and apply the others to the rows that it concerned."""
    edits = read_edits(db)
    if not edits:
        return None
    db.execute("DELETE FROM edits WHERE id = (SELECT max(id) FROM edits)")
    _apply(db, edits[-1])
    return edits[-1]


def _apply(db: SQLiteConnection, edit: Edit) -> None:
    """Give every mention and triple that an edit may concern the keys that its words have now.

    The words of a mention and of a triple are kept whatever the corrections are, so an edit is undone by forgetting it.
    """
    corrections = Corrections(read_edits(db))
    entities: set[int] = set()
    for name in (edit.head, edit.tail):
        for key in {normalize_phrase(name), corrections.entity_key(name, "")}:
            entities |= {int(str(row[0])) for row in db.rows("SELECT id FROM entities WHERE key = ?", (key,))}
    _identify_mentions(db, entities, corrections)
    facts = _identify_triples(db, entities, corrections)
    delete_orphans(db, facts, entities)


def _identify_mentions(db: SQLiteConnection, entities: set[int], corrections: Corrections) -> None:
    query = """SELECT m.passage, p.passage_id, m.surface, m.entity FROM mentions m JOIN passages p ON p.id = m.passage
               WHERE m.entity = ?"""
    rows = [row for entity in sorted(entities) for row in db.rows(query, (entity,))]
    keys = [corrections.entity_key(str(surface), str(passage_id)) for _, passage_id, surface, _ in rows]
    ids = entity_ids(db, set(keys))
    changed = [
        (ids[key], passage, entity, surface)
        for key, (passage, _, surface, entity) in zip(keys, rows, strict=True)
        if ids[key] != entity
    ]
    db.execute_many("UPDATE mentions SET entity = ? WHERE passage = ? AND entity = ? AND surface = ?", changed)


def _identify_triples(db: SQLiteConnection, entities: set[int], corrections: Corrections) -> set[int]:
    """Return the facts that the triples stated before."""
    facts: set[int] = set()
    for entity in entities:
        facts |= numbers(db, "SELECT id FROM facts WHERE head = ?1 OR tail = ?1", entity)
    concerned = read_triple_rows(db, facts, corrections)
    ids = fact_ids(db, [row for _, row in concerned], corrections)
    updates: Sequence[tuple[int | None, int]] = [
        (fact, row_id) for fact, (row_id, _) in zip(ids, concerned, strict=True)
    ]
    db.execute_many("UPDATE triples SET fact = ? WHERE rowid = ?", updates)
    return facts
