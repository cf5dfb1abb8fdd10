"""Inserting and deleting what a graph in Neo4j consists of, inside one change."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphrag.graph.corrections import Corrections
from graphrag.rows import Edit, MentionRow, TripleRow
from graphrag.stores import cypher
from graphrag.stores.neo4j_connection import GraphTransaction, Values
from graphrag.text import normalize_phrase
from graphrag.types import Document, Passage, Triple

PENDING, EXTRACTED, FAILED = 0, 1, 2
"""States of a passage."""


def read_edits(meta: Mapping[str, Any]) -> list[Edit]:
    """Return the corrections in the properties of a graph's own node."""
    edits = (json.loads(text) for text in meta["edits"])
    return [Edit(**{**values, "passage_ids": tuple(values["passage_ids"])}) for values in edits]


def read_passage(values: Sequence[Any]) -> Passage:
    """Return a passage from its id, text, title, document id, position and metadata."""
    passage_id, text, title, document_id, position, metadata = values
    return Passage(passage_id, text, title, document_id, position, json.loads(metadata))


def refusals(change: GraphTransaction, documents: Sequence[Document]) -> dict[int, str]:
    """Return why some documents, by position, cannot be stored: a passage id of another document, or one twice."""
    uids = [change.uid(p.passage_id) for d in documents for p in d.passages]
    owner: dict[str, str] = dict(change.run(cypher.PASSAGE_OWNERS, passages=uids)) if uids else {}
    owned: dict[str, set[str]] = {}
    for document_id, passage_id in change.run(
        cypher.DOCUMENT_PASSAGES, documents=[change.uid(d.document_id) for d in documents]
    ):
        owned.setdefault(document_id, set()).add(passage_id)
    refused: dict[int, str] = {}
    for number, document in enumerate(documents):
        reason = _refusal(document, owner)
        if reason:
            refused[number] = reason
            continue
        # As if the documents came one after the other: what this one gives up, a later one may have.
        for passage_id in owned.pop(document.document_id, set()):
            owner.pop(passage_id, None)
        owned[document.document_id] = {passage.passage_id for passage in document.passages}
        owner.update(dict.fromkeys(owned[document.document_id], document.document_id))
    return refused


def _refusal(document: Document, owner: Mapping[str, str]) -> str:
    ids = [passage.passage_id for passage in document.passages]
    if len(set(ids)) < len(ids):
        return "two passages of this document have the same id"
    for passage_id in ids:
        if owner.get(passage_id, document.document_id) != document.document_id:
            return f"its passage id {passage_id!r} belongs to document {owner[passage_id]!r} already"
    return ""


def insert_documents(change: GraphTransaction, documents: Sequence[Document], *, complete: bool) -> None:
    """Add documents and their passages, not their triples.

    Parameters
    ----------
    change
        The change.
    documents
        The documents.
    complete
        Whether all their triples come in the same change; else they get no fingerprint yet, so that a build which is
        killed before the rest is there adds them again.
    """
    rows = [
        {"uid": change.uid(d.document_id), "graph": change.graph, "document_id": d.document_id, "title": d.title,
         "source": d.source, "fingerprint": d.fingerprint if complete else ""}
        for d in documents
    ]  # fmt: skip
    change.run_many(cypher.CREATE_DOCUMENTS, rows)
    passages = [(document.document_id, passage) for document in documents for passage in document.passages]
    numbers = change.next_rows(len(passages))
    values = [_passage_values(change, *pair, number) for pair, number in zip(passages, numbers, strict=True)]
    change.run_many(cypher.CREATE_PASSAGES, [{"source": change.uid(v["document_id"]), "values": v} for v in values])


def _passage_values(change: GraphTransaction, document_id: str, passage: Passage, number: int) -> Values:
    return {
        "uid": change.uid(passage.passage_id),
        "graph": change.graph,
        "passage_id": passage.passage_id,
        "document_id": document_id,
        "position": passage.position,
        "title": passage.title,
        "text": passage.text,
        "metadata": json.dumps(dict(passage.metadata), ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "content": change.uid(passage.content_hash),
        "state": PENDING,
        "pending": number,
    }


def delete_documents(change: GraphTransaction, document_ids: Sequence[str]) -> tuple[set[str], set[str]]:
    """Remove documents with their passages and triples; return the entities and texts that may now be unsupported."""
    documents = [change.uid(document_id) for document_id in document_ids]
    entities = {uid for ends in change.run(cypher.DELETE_TRIPLES, documents=documents) for uid in ends}
    contents = set()
    for content, named in change.run(cypher.DELETE_PASSAGES, documents=documents):
        contents.add(content)
        entities.update(named)
    change.run(cypher.DELETE_DOCUMENTS, documents=documents)
    return entities, contents


def delete_orphans(change: GraphTransaction, entities: set[str], contents: set[str]) -> None:
    """Remove those of some entities that nothing names any more, and what was found in texts that are gone."""
    if entities:
        change.run(cypher.DELETE_ORPHANS, entities=sorted(entities))
    if contents:
        change.run(cypher.DELETE_EXTRACTIONS, contents=sorted(contents))


def insert_mentions(change: GraphTransaction, mentions: Sequence[MentionRow], edits: Sequence[Edit]) -> None:
    """Add mentions, and the entities that are new."""
    _insert_entities(change, ((m.entity_key, m.surface) for m in mentions), edits)
    rows = [
        {
            "passage": change.uid(m.passage_id),
            "entity": change.uid(m.entity_key),
            "surface": m.surface,
            "label": m.label,
        }
        for m in mentions
    ]
    change.run_many(cypher.CREATE_MENTIONS, rows)


def _insert_entities(change: GraphTransaction, names: Iterable[tuple[str, str]], edits: Sequence[Edit]) -> None:
    """Add the entities among ``(key, name)`` that are new, with the first name or a correction's as caption."""
    captions: dict[str, str] = {}
    for key, name in names:
        captions.setdefault(key, name)
    captions.update({key: e.tail for e in edits if (key := normalize_phrase(e.tail)) in captions and _renames(e)})
    numbers = change.next_rows(len(captions))
    rows = [
        {"uid": change.uid(key), "key": key, "name": captions[key], "pending": number}
        for key, number in zip(sorted(captions), numbers, strict=True)
    ]
    change.run_many(cypher.CREATE_ENTITIES, rows)


def _renames(edit: Edit) -> bool:
    return edit.kind in {"merge", "split"}


Fact = tuple[int | None, bytes | None]
"""What the triples of one fact share: its number while it has no vector, and its vector."""


def fact_uid(change: GraphTransaction, row: TripleRow) -> str:
    """Return the identity of the fact that a triple states."""
    return change.uid(row.head_key, row.relation_key, row.tail_key)


def known_facts(change: GraphTransaction, triples: Iterable[TripleRow]) -> dict[str, Fact]:
    """Return those facts that triples state and that the graph has, by identity."""
    uids = sorted({fact_uid(change, row) for row in triples})
    if not uids:
        return {}
    return {uid: (pending, vector) for uid, pending, vector in change.run(cypher.KNOWN_FACTS, facts=uids)}


def insert_triples(
    change: GraphTransaction,
    triples: Sequence[TripleRow],
    corrections: Corrections,
    edits: Sequence[Edit],
    *,
    known: Mapping[str, Fact],
) -> None:
    """Add triples; those that a correction removed are kept aside.

    Parameters
    ----------
    change
        The change.
    triples
        With the keys that they have now.
    corrections, edits
        The corrections by hand.
    known
        Facts whose vectors are known: see :func:`known_facts`.
    """
    removed: list[TripleRow] = []
    kept: list[TripleRow] = []
    for row in triples:
        (removed if corrections.is_removed(row) else kept).append(row)
    names = [pair for row in kept for pair in ((row.head_key, row.triple.head), (row.tail_key, row.triple.tail))]
    _insert_entities(change, names, edits)
    facts = dict(known)
    new = list(dict.fromkeys(uid for row in kept if (uid := fact_uid(change, row)) not in facts))
    facts.update({uid: (number, None) for uid, number in zip(new, change.next_rows(len(new)), strict=True)})
    change.run_many(cypher.CREATE_TRIPLES, [_triple_parameters(change, row, facts) for row in kept])
    change.run_many(cypher.CREATE_REMOVED, [{"values": _triple_values(change, row)} for row in removed])


def _triple_parameters(change: GraphTransaction, row: TripleRow, facts: Mapping[str, Fact]) -> Values:
    fact = fact_uid(change, row)
    pending, vector = facts[fact]
    shared = {"vector": vector} if vector is not None else {"pending": pending}
    values = {**_triple_values(change, row), "fact": fact, "relation_key": row.relation_key, **shared}
    return {"head": change.uid(row.head_key), "tail": change.uid(row.tail_key), "values": values}


def _triple_values(change: GraphTransaction, row: TripleRow) -> Values:
    return {
        "graph": change.graph,
        "source": change.uid(row.document_id),
        "document_id": row.document_id,
        "passage_id": row.passage_id,
        "position": row.position,
        "head": row.triple.head,
        "relation": row.triple.relation,
        "tail": row.triple.tail,
        "confidence": row.triple.confidence,
        "sentence": row.triple.sentence,
    }


def triple_of(values: Mapping[str, Any]) -> Triple:
    """Return the triple in the properties of a relationship."""
    return Triple(values["head"], values["relation"], values["tail"], values["confidence"], values["sentence"])
