"""Adding, replacing, removing and giving back documents of a graph in Neo4j."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from graphrag.graph.corrections import Corrections
from graphrag.rows import TripleRow
from graphrag.stores import cypher
from graphrag.stores.base import StoredDocument, triple_rows
from graphrag.stores.neo4j_connection import GraphTransaction, Neo4jConnection
from graphrag.stores.neo4j_rows import (
    delete_documents,
    delete_orphans,
    insert_documents,
    insert_triples,
    known_facts,
    read_edits,
    read_passage,
    refusals,
)
from graphrag.types import Document, Passage, SkippedInput, Triple, content_id

MAX_TRIPLES = 20_000
"""How many triples are added or removed in one transaction: the server holds its changes in memory."""


def put_documents(db: Neo4jConnection, documents: Sequence[Document]) -> list[SkippedInput]:
    """Add documents, replacing those with known ids; return the refused ones.

    One transaction, unless there are more than ``MAX_TRIPLES`` imported triples: then the documents have no fingerprint
    until all are there, so that a build which is killed in between adds them again.
    """
    _shrink(db, [document.document_id for document in documents])
    refused, accepted, rest = db.write(lambda change: replace_documents(change, documents))
    for start in range(0, len(rest), MAX_TRIPLES):
        _put_triples(db, rest[start : start + MAX_TRIPLES])
    if rest:
        _put_fingerprints(db, accepted)
    return refused


def replace_documents(
    change: GraphTransaction, documents: Sequence[Document]
) -> tuple[list[SkippedInput], list[Document], list[TripleRow]]:
    """Add documents, and remove old ones with their ids.

    Returns
    -------
    tuple
        The refused documents, the accepted ones, and those of their triples that are too many for one transaction.
    """
    reasons = refusals(change, documents)
    refused = [
        SkippedInput(documents[number].source or documents[number].document_id, reason)
        for number, reason in reasons.items()
    ]
    # Of two documents with one id the later counts, as if they had come one after the other.
    accepted = list({d.document_id: d for number, d in enumerate(documents) if number not in reasons}.values())
    edits = read_edits(change.meta)
    corrections = Corrections(edits)
    triples = [row for d in accepted for row in triple_rows(d.document_id, "", d.triples, corrections=corrections)]
    now, rest = triples[:MAX_TRIPLES], triples[MAX_TRIPLES:]
    known = known_facts(change, now)
    entities, contents = delete_documents(change, [d.document_id for d in accepted])
    insert_documents(change, accepted, complete=not rest)
    insert_triples(change, now, corrections, edits, known=known)
    # Last, so that what the old and the new documents share is kept.
    delete_orphans(change, entities, contents)
    change.set(changed=True)
    return refused, accepted, rest


def _put_triples(db: Neo4jConnection, triples: Sequence[TripleRow]) -> None:
    def work(change: GraphTransaction) -> None:
        edits = read_edits(change.meta)
        insert_triples(change, triples, Corrections(edits), edits, known=known_facts(change, triples))

    db.write(work)


def _put_fingerprints(db: Neo4jConnection, documents: Sequence[Document]) -> None:
    def work(change: GraphTransaction) -> None:
        rows = [{"uid": change.uid(d.document_id), "fingerprint": d.fingerprint} for d in documents]
        change.run_many(cypher.SET_FINGERPRINTS, rows)

    db.write(work)


def remove_document(db: Neo4jConnection, document_id: str) -> bool:
    """Remove a document and all that only it supports; False if there is none with this id."""
    _shrink(db, [document_id])
    return db.write(lambda change: erase_document(change, document_id))


def erase_document(change: GraphTransaction, document_id: str) -> bool:
    """Remove a document of at most ``MAX_TRIPLES`` triples; False if there is none with this id."""
    if not change.run(cypher.FINGERPRINTS, documents=[change.uid(document_id)]):
        return False
    delete_orphans(change, *delete_documents(change, [document_id]))
    change.set(changed=True)
    return True


def rehearse_removal(change: GraphTransaction) -> None:
    """Remove a document that no graph has: the server plans the statements now, and the first removal is quick."""
    nothing = change.uid()
    for query in (cypher.NUM_TRIPLES, cypher.FINGERPRINTS):
        change.run(query, documents=[nothing])
    delete_documents(change, [nothing])
    delete_orphans(change, {nothing}, {nothing})


def _shrink(db: Neo4jConnection, document_ids: Sequence[str]) -> None:
    """Remove most triples of documents that have too many of them for one transaction."""
    graph = db.address.graph
    uids = [content_id(graph, document_id) for document_id in document_ids]
    for uid, count in db.read(cypher.NUM_TRIPLES, documents=uids):
        for _ in range(count // MAX_TRIPLES):
            db.write(partial(_delete_some_triples, document=uid))


def _delete_some_triples(change: GraphTransaction, document: str) -> None:
    change.run(cypher.SET_FINGERPRINTS, rows=[{"uid": document, "fingerprint": ""}])
    ends = change.run(cypher.DELETE_SOME_TRIPLES, document=document, limit=MAX_TRIPLES)
    delete_orphans(change, {uid for pair in ends for uid in pair}, set())
    change.set(changed=True)


def stored_documents(db: Neo4jConnection, uids: Sequence[str]) -> list[Document]:
    """Return documents with passages and imported triples, by id."""
    passages: defaultdict[str, list[Passage]] = defaultdict(list)
    for row in db.read(cypher.PASSAGES_OF_DOCUMENTS, documents=uids):
        passage = read_passage(row)
        passages[passage.document_id].append(passage)
    triples: defaultdict[str, list[tuple[int, Triple]]] = defaultdict(list)
    for query in cypher.IMPORTED_TRIPLES:
        for document_id, position, *words in db.read(query, documents=uids):
            triples[document_id].append((position, Triple(*words)))
    return [
        StoredDocument(
            document_id,
            tuple(sorted(passages[document_id], key=lambda p: p.position)),
            tuple(triple for _, triple in sorted(triples[document_id], key=lambda pair: pair[0])),
            title,
            source,
            stored_fingerprint=fingerprint,
        )
        for document_id, title, source, fingerprint in sorted(db.read(cypher.DOCUMENT_TITLES, documents=uids))
    ]
