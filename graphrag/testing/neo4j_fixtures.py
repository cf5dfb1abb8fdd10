"""Fixtures for tests that need a Neo4j server; ``tests/conftest.py`` makes them known."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from neo4j import GraphDatabase

from graphrag.stores.neo4j_address import parse_address
from graphrag.testing.neo4j_server import SERVERS, Neo4jServer, ServerUnavailableError, ServerVersion, find_java

_REMOVE = (
    "MATCH (n) WHERE n.graph STARTS WITH $prefix DETACH DELETE n",
    "MATCH (n:KnowledgeGraph) WHERE n.name STARTS WITH $prefix DELETE n",
)


def server_versions() -> list[str]:
    """Return the versions to test with: all in CI, else the newest that this machine's Java can run.

    ``NEO4J_TEST_VERSIONS`` (separated by commas) asks for others, ``NEO4J_TEST_URI`` for a server that runs already.
    """
    if os.environ.get("NEO4J_TEST_URI"):
        return ["running"]
    asked = os.environ.get("NEO4J_TEST_VERSIONS")
    if asked:
        return asked.split(",")
    names = [version.name for version in SERVERS]
    if os.environ.get("CI") == "true":
        return names
    return next(([version.name] for version in SERVERS if _has_java(version.java)), names[:1])


def own_server_versions() -> list[ServerVersion]:
    """Return the versions for tests that start, kill and stop servers of their own."""
    names = server_versions()
    return [version for version in SERVERS if version.name in names]


def _has_java(versions: tuple[int, ...]) -> bool:
    try:
        find_java(versions)
    except ServerUnavailableError:
        return False
    return True


@dataclass(frozen=True)
class RunningServer:
    """A server for tests: its address, and how to log in."""

    uri: str
    user: str
    password: str


@pytest.fixture(scope="session", params=server_versions())
def neo4j_server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """Return a server; skip the test where there can be none."""
    if request.param == "running":
        user, password = os.environ.get("NEO4J_USER", "neo4j"), os.environ.get("NEO4J_PASSWORD", "")
        yield RunningServer(os.environ["NEO4J_TEST_URI"], user, password)
        return
    version = next(version for version in SERVERS if version.name == request.param)
    try:
        with Neo4jServer(version) as server:
            yield RunningServer(server.uri, server.user, server.password)
    except ServerUnavailableError as error:
        pytest.skip(f"no Neo4j {version.name}: {error}")


@pytest.fixture
def neo4j_uri(neo4j_server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Return a function from names to addresses of graphs that are this test's alone and go with it."""
    monkeypatch.setenv("NEO4J_USER", neo4j_server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_server.password)
    prefix = f"test-{uuid4().hex[:12]}-"
    yield lambda name: f"{neo4j_server.uri}?graph={prefix}{name}"
    address = parse_address(neo4j_server.uri)
    with GraphDatabase.driver(address.server, auth=(neo4j_server.user, neo4j_server.password)) as driver:
        for query in _REMOVE:
            driver.execute_query(query, prefix=prefix, database_=address.database)
