"""What was found in passages, put into a graph in Neo4j, inside one change."""

from collections.abc import Sequence

from graphrag.graph.corrections import Corrections
from graphrag.stores import cypher
from graphrag.stores.base import mentions_of, triple_rows
from graphrag.stores.neo4j_connection import GraphTransaction
from graphrag.stores.neo4j_rows import (
    EXTRACTED,
    FAILED,
    PENDING,
    insert_mentions,
    insert_triples,
    known_facts,
    read_edits,
)
from graphrag.types import Extraction, Passage


def put_extractions(
    change: GraphTransaction, passages: Sequence[Passage], results: Sequence[Extraction | None], extractor: str
) -> None:
    """Record and cache what was found in each passage that is still pending; None marks a failure."""
    uids = [change.uid(passage.passage_id) for passage in passages]
    pending = {row[0] for row in change.run(cypher.STILL_PENDING, passages=uids, state=PENDING)}
    concerned = [pair for pair in zip(passages, results, strict=True) if pair[0].passage_id in pending]
    found = [(passage, extraction) for passage, extraction in concerned if extraction is not None]
    edits = read_edits(change.meta)
    corrections = Corrections(edits)
    mentions = [m for passage, extraction in found for m in mentions_of(passage, extraction, corrections=corrections)]
    insert_mentions(change, mentions, edits)
    triples = [
        row
        for passage, extraction in found
        for row in triple_rows(passage.document_id, passage.passage_id, extraction.triples, corrections=corrections)
    ]
    insert_triples(change, triples, corrections, edits, known=known_facts(change, triples))
    cached = [
        {"uid": change.uid(passage.content_hash, extractor), "content": change.uid(passage.content_hash),
         "extractor": extractor, "payload": extraction.to_json()}
        for passage, extraction in found
    ]  # fmt: skip
    change.run_many(cypher.PUT_EXTRACTIONS, cached)
    states = [
        {"uid": change.uid(passage.passage_id), "state": FAILED if extraction is None else EXTRACTED}
        for passage, extraction in concerned
    ]
    change.run_many(cypher.SET_STATES, states)
    change.set(changed=True)
