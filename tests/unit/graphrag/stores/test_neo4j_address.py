import pytest

from graphrag.errors import ConfigError
from graphrag.stores.neo4j_address import Neo4jAddress, parse_address


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("neo4j://localhost", Neo4jAddress("neo4j://localhost", "neo4j", "default")),
        ("neo4j+s://db.example:7687/", Neo4jAddress("neo4j+s://db.example:7687", "neo4j", "default")),
        ("bolt://127.0.0.1:1/books", Neo4jAddress("bolt://127.0.0.1:1", "books", "default")),
        ("neo4j://[::1]:7687/books?graph=a-1.b_c", Neo4jAddress("neo4j://[::1]:7687", "books", "a-1.b_c")),
    ],
)
def test_addresses(uri: str, expected: Neo4jAddress) -> None:
    assert parse_address(uri) == expected
    assert parse_address(str(expected)) == expected


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("neo4j://", r"Expected an address like neo4j://host:7687/database\?graph=name \(got 'neo4j://'\)"),
        ("http://localhost", r"\(got 'http://localhost'\)"),
        ("neo4j://localhost:port", r"Expected an address like .*: Port could not be cast"),
        ("neo4j://localhost?grph=x", r"\(got 'neo4j://localhost\?grph=x'\)"),
        ("neo4j://localhost/a/b", r"Expected the name of a database.*\(got 'a/b'\)"),
        ("neo4j://localhost/x}) DETACH DELETE n", "Expected the name of a database"),
        ("neo4j://localhost?graph=", r"Expected the name of a graph.*\(got ''\)"),
        ("neo4j://localhost?graph=a b", "Expected the name of a graph"),
    ],
)
def test_what_is_no_address(uri: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_address(uri)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(ConfigError, match="in NEO4J_USER and NEO4J_PASSWORD") as caught:
        parse_address("neo4j://ada:secret@localhost")
    assert "secret" not in str(caught.value)
