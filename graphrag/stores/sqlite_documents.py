"""Giving documents of a SQLite store back as they were put in."""

from collections.abc import Sequence

from graphrag.stores.base import StoredDocument
from graphrag.stores.sqlite_connection import SQLiteConnection
from graphrag.stores.sqlite_rows import read_passages
from graphrag.types import Document, Triple

_DOCUMENT = "SELECT id, title, source, fingerprint FROM documents WHERE document_id = ?"
_TRIPLES = """SELECT head, relation, tail, confidence, sentence FROM triples WHERE document = ? AND passage IS NULL
              ORDER BY position"""


def stored_documents(db: SQLiteConnection, document_ids: Sequence[str]) -> list[Document]:
    """Return documents with passages and imported triples, removed ones among them, by id."""
    documents: list[Document] = []
    for document_id in sorted(document_ids):
        row = db.row(_DOCUMENT, (document_id,))
        if row is None:
            continue
        number, title, source, fingerprint = row
        passages = read_passages(db, "WHERE p.document = ? ORDER BY p.position, p.id", (number,))
        triples = (
            Triple(str(head), str(relation), str(tail), float(str(confidence)), str(sentence))
            for head, relation, tail, confidence, sentence in db.rows(_TRIPLES, (number,))
        )
        documents.append(
            StoredDocument(
                document_id,
                tuple(passages),
                tuple(triples),
                str(title),
                str(source),
                stored_fingerprint=str(fingerprint),
            )
        )
    return documents
