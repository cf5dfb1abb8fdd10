"""Corrections by hand in a graph in Neo4j, inside one change."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from graphrag.graph.corrections import Corrections
from graphrag.rows import Edit, MentionRow, TripleRow
from graphrag.stores import cypher
from graphrag.stores.base import triple_rows
from graphrag.stores.neo4j_connection import GraphTransaction
from graphrag.stores.neo4j_documents import erase_document, replace_documents
from graphrag.stores.neo4j_rows import (
    delete_orphans,
    fact_uid,
    insert_mentions,
    insert_triples,
    known_facts,
    read_edits,
    triple_of,
)
from graphrag.text import normalize_phrase
from graphrag.types import Document


def write_edit(change: GraphTransaction, edit: Edit) -> None:
    """Record a correction and apply it to what it concerns."""
    if edit.kind == "add":
        replace_documents(change, [Document(edit.document_id, triples=(edit.triple,), source="edited by hand")])
    change.set(edits=[*change.meta["edits"], json.dumps(asdict(edit), ensure_ascii=False)])
    _apply(change, edit)
    change.set(changed=True)


def erase_last_edit(change: GraphTransaction) -> Edit | None:
    """Forget the last correction and apply the others to what it concerned."""
    edits = read_edits(change.meta)
    if not edits:
        return None
    change.set(edits=change.meta["edits"][:-1])
    edit = edits.pop()
    _apply(change, edit)
    if edit.kind == "add" and edit not in edits:
        erase_document(change, edit.document_id)
    change.set(changed=True)
    return edit


def _apply(change: GraphTransaction, edit: Edit) -> None:
    """Give every mention and triple that an edit may concern the keys that its words have now."""
    edits = read_edits(change.meta)
    corrections = Corrections(edits)
    keys = {
        key for name in (edit.head, edit.tail) for key in (normalize_phrase(name), corrections.entity_key(name, ""))
    }
    entities = {change.uid(key) for key in keys}
    _identify_mentions(change, entities, corrections, edits)
    ends = _identify_triples(change, entities, corrections, edits)
    delete_orphans(change, entities | ends, set())


def _identify_mentions(
    change: GraphTransaction, entities: set[str], corrections: Corrections, edits: Sequence[Edit]
) -> None:
    outdated, moved = [], []
    for element_id, passage_id, surface, label, key in change.run(
        cypher.MENTIONS_OF_ENTITIES, entities=sorted(entities)
    ):
        new_key = corrections.entity_key(surface, passage_id)
        if new_key != key:
            outdated.append(element_id)
            moved.append(MentionRow(passage_id, new_key, surface, label))
    change.run(cypher.DELETE_RELATIONSHIPS, ids=outdated)
    insert_mentions(change, moved, edits)


def _identify_triples(
    change: GraphTransaction, entities: set[str], corrections: Corrections, edits: Sequence[Edit]
) -> set[str]:
    """Return the entities at the ends of the triples that changed."""
    outdated, moved, ends = [], [], set()
    for element_id, values, head, tail in change.run(cypher.TRIPLES_OF_ENTITIES, entities=sorted(entities)):
        row = _with_keys(values, corrections)
        if corrections.is_removed(row) or fact_uid(change, row) != values["fact"]:
            outdated.append(element_id)
            moved.append(row)
            ends |= {head, tail}
    for element_id, values in change.run(cypher.REMOVED_TRIPLES):
        row = _with_keys(values, corrections)
        if not corrections.is_removed(row):
            outdated.append(element_id)
            moved.append(row)
    known = known_facts(change, moved)
    change.run(cypher.DELETE_RELATIONSHIPS, ids=outdated)
    insert_triples(change, moved, corrections, edits, known=known)
    return ends


def _with_keys(values: Mapping[str, Any], corrections: Corrections) -> TripleRow:
    """Return a stored triple with the keys that its words have now."""
    rows = triple_rows(values["document_id"], values["passage_id"], [triple_of(values)], corrections=corrections)
    return replace(rows[0], position=values["position"])
