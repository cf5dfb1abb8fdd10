from collections.abc import Callable, Iterator, Sequence

import neo4j
import pytest
from neo4j.exceptions import IncompleteCommit

from graphrag.errors import StoreError
from graphrag.stores import neo4j_documents
from graphrag.stores.neo4j_connection import Neo4jConnection
from graphrag.stores.neo4j_store import Neo4jStore
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.store_suite import DOCUMENTS, OpenStore, StoreContract, build
from graphrag.types import Document, Triple

MANY = Document("many", triples=tuple(Triple(f"A{i % 5}", "is", f"B{i}") for i in range(20)))

_DIGESTS: dict[tuple[tuple[Document, ...], ...], str] = {}


class TestNeo4jStore(StoreContract):
    @pytest.fixture
    def open_store(self, neo4j_uri: Callable[[str], str]) -> Iterator[OpenStore]:
        stores = []

        def open_store(name: str) -> Neo4jStore:
            stores.append(Neo4jStore(neo4j_uri(name), create=True))
            return stores[-1]

        yield open_store
        for store in stores:
            store.close()

    def digest(self, open_store: OpenStore, name: str, *batches: Sequence[Document]) -> str:
        """Return the digest of a build; what was built in the same way before is not built again."""
        key = tuple(tuple(batch) for batch in batches)
        if key not in _DIGESTS:
            _DIGESTS[key] = super().digest(open_store, name, *batches)
        return _DIGESTS[key]

    def test_the_digest_is_that_of_sqlite(self, open_store: OpenStore, tmp_path) -> None:
        here, there = SQLiteStore(tmp_path / "kb.db", create=True), open_store("a")
        for store in (here, there):
            build(store, [*DOCUMENTS, MANY])
        assert there.statistics() == here.statistics()
        here.close()

    def test_a_change_whose_reply_was_lost_happens_once(
        self, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store, original = open_store("a"), neo4j.Session.execute_write
        calls = 0

        def lossy(*arguments, **options):
            nonlocal calls
            original(*arguments, **options)
            calls += 1
            if calls == 1:
                raise IncompleteCommit("the connection was lost")

        with store.writing():
            monkeypatch.setattr(neo4j.Session, "execute_write", lossy)
            assert store.put_documents([MANY]) == []
        assert calls == 2
        assert len(list(store.triples())) == 20

    @pytest.mark.parametrize("parts", [1, 3, 5])
    def test_many_triples_are_written_in_parts(
        self, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch, parts: int
    ) -> None:
        whole = self.digest(open_store, "whole", [MANY, *DOCUMENTS])
        monkeypatch.setattr(neo4j_documents, "MAX_TRIPLES", 4)
        store, original, calls = open_store("a"), Neo4jConnection.write, 0

        def killed(*arguments):
            nonlocal calls
            calls += 1
            if calls > parts:
                raise KeyboardInterrupt
            return original(*arguments)

        with store.writing():
            monkeypatch.setattr(Neo4jConnection, "write", killed)
            with pytest.raises(KeyboardInterrupt):
                store.put_documents([MANY])
            monkeypatch.setattr(Neo4jConnection, "write", original)
        assert store.fingerprints(["many"]) == {"many": ""}
        build(store, [MANY, *DOCUMENTS])
        assert store.statistics().digest == whole
        with store.writing():
            assert store.delete_document("many")
        build(store, [])
        assert store.statistics().digest == self.digest(open_store, "rest", DOCUMENTS)

    def test_another_version_says_what_to_do(self, open_store: OpenStore, neo4j_uri: Callable[[str], str]) -> None:
        open_store("a")._db.run_once("MATCH (g:KnowledgeGraph {name: $graph}) SET g.schema = 99")
        with pytest.raises(StoreError, match=r"to have store version 1 \(got 99\): build it again"):
            open_store("a")

    def test_an_older_server(self, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("graphrag.stores.neo4j_connection._OLDEST_SERVER", (9999, 1))
        with pytest.raises(StoreError, match=r"Expected Neo4j 9999\.1 or newer at neo4j://.* \(got Neo4j/\d+"):
            open_store("a")
