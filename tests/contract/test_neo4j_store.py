from collections.abc import Callable, Iterator

import pytest

from graphrag.stores.neo4j_store import Neo4jStore
from graphrag.testing.store_suite import OpenStore, StoreContract


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
