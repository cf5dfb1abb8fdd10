"""Whatever a name consists of, both stores give it back unchanged."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphrag.stores.base import content_digest
from graphrag.stores.neo4j_store import Neo4jStore
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.store_suite import STRANGE_NAMES
from graphrag.types import Document, Entity, Extraction, Passage, Triple

# All characters but lone surrogates, which no store can keep and reading input replaces.
names = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)
_numbers = itertools.count()


def fill(store: SQLiteStore | Neo4jStore, found: list[str]) -> str:
    """Put names everywhere where a name can be, and return the digest."""
    passages = [Passage(f"{i}{n}", n, n, "d", i, {n: n, "flag": True, "x": 0.1}) for i, n in enumerate(found)]
    triples = tuple(
        Triple(a, b, c, 0.125, a) for a, b, c in zip(found, found[::-1], found[1:] + found[:1], strict=True)
    )
    with store.writing():
        store.put_settings({"dimension": "2", "name": found[-1]})
        store.put_documents([Document("d", tuple(passages), triples, found[0], found[0]), Document(found[0])])
        store.put_extractions(passages, [Extraction((Entity(p.text, p.text),), triples) for p in passages], "test")
        for kind in ("passage", "entity", "fact"):
            rows = [row for row, _ in store.pending_vectors(kind, 1000)]
            store.put_vectors(kind, rows, np.full((len(rows), 2), 0.5, dtype=np.float16))
        store.finish()
    assert list(store.passages()) == sorted(passages, key=lambda p: p.passage_id)
    assert {row.triple for row in store.triples()} <= set(triples)
    assert store.settings()["name"] == found[-1]
    assert list(store.entity_keys()) == sorted(store.entity_keys())
    return content_digest(store)


@pytest.fixture
def new_stores(neo4j_uri: Callable[[str], str], tmp_path: Path) -> Callable[[], list[SQLiteStore | Neo4jStore]]:
    def new() -> list[SQLiteStore | Neo4jStore]:
        number = next(_numbers)
        file = tmp_path / f"{number}.db"
        return [SQLiteStore(file, create=True), Neo4jStore(neo4j_uri(str(number)), create=True)]

    return new


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(names, min_size=1, max_size=4))
@example(list(STRANGE_NAMES))
@example(["\x00", "`", "'}) DETACH DELETE n //", "\ufffe\uffff", "a\u0301", "\U0010ffff", "$graph", "\\u0000"])
def test_names_survive_in_both_stores(new_stores: Callable[[], list], found: list[str]) -> None:
    stores = new_stores()
    try:
        first, second = (fill(store, found) for store in stores)
        assert first == second
    finally:
        for store in stores:
            store.close()
