"""Corrections by hand survive a rebuild, the deletion of documents, and the way to a real Neo4j and back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graphrag.factory import open_store
from graphrag.generation.best_sentence import BestSentenceReader
from graphrag.pipeline import GraphRAG
from graphrag.stores.copying import copy_store
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import DOCUMENTS, EDITS


def opened(uri: str) -> GraphRAG:
    encoder = HashEncoder()
    store = open_store(uri, create=True)
    return GraphRAG(store, extractor=PatternExtractor(), encoder=encoder, reader=BestSentenceReader(encoder))


def test_corrections_travel(neo4j_uri: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    here, there, back = (opened(str(uri)) for uri in (tmp_path / "kb.db", neo4j_uri("there"), tmp_path / "back.db"))
    here.build(DOCUMENTS)
    uncorrected = here.store.statistics().digest
    for edit in EDITS:
        here.edit(edit)
    corrected = here.store.statistics().digest
    assert copy_store(here.store, there.store) == corrected
    # The copy obeys the corrections when documents go and come.
    for document in DOCUMENTS[:2]:
        there.delete_document(document.document_id)
    there.build(DOCUMENTS)
    assert there.store.statistics().digest == corrected
    assert copy_store(there.store, back.store) == corrected
    back.build(DOCUMENTS)
    assert back.store.statistics().digest == corrected
    assert [back.undo_edit() for _ in EDITS] == list(reversed(EDITS))
    assert back.store.statistics().digest == uncorrected
    for rag in (here, there, back):
        rag.store.close()
