"""How errors of the driver and the server read; the integration tests provoke most of them for real."""

import pytest
from neo4j.exceptions import (
    ClientError,
    ConfigurationError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graphrag.stores.neo4j_address import Neo4jAddress
from graphrag.stores.neo4j_connection import Neo4jConnection


def server_error(code: str, message: str = "what  the\nserver says") -> Neo4jError:
    kind = TransientError if ".TransientError." in code else ClientError
    error = kind(message)
    error._neo4j_code, error._message = code, message
    return error


@pytest.mark.parametrize(
    ("error", "message", "retryable"),
    [
        (server_error("Neo.ClientError.Security.CredentialsExpired"), "must be changed before its first use", False),
        (server_error("Neo.ClientError.Security.AuthenticationRateLimit"), "wrong password too often: wait", False),
        (server_error("Neo.ClientError.Security.Unauthorized"), "set NEO4J_USER and NEO4J_PASSWORD", False),
        (server_error("Neo.ClientError.Database.DatabaseNotFound"), "has no database 'books'", False),
        (server_error("Neo.ClientError.Security.Forbidden"), "does not let user 'ada' write to bolt://x/books", False),
        (server_error("Neo.DatabaseError.Transaction.TransactionLogError"), "see its log (a full disk?)", False),
        (server_error("Neo.TransientError.Transaction.DeadlockDetected"), "Cannot use the store bolt://x/books", True),
        (ServiceUnavailable("no route"), "Cannot reach Neo4j at bolt://x (is it running?): no route", True),
        (SessionExpired("gone"), "Cannot reach Neo4j at bolt://x (is it running?): gone", True),
        (ConfigurationError("bad scheme"), "Cannot use bolt://x: bad scheme", False),
        (server_error("Neo.ClientError.General.Other", "long " * 1000), "Cannot use the store", False),
    ],
)
def test_errors_are_one_clear_line(error: Exception, message: str, retryable: bool) -> None:
    connection = object.__new__(Neo4jConnection)  # without a server
    connection.address, connection.user = Neo4jAddress("bolt://x", "books"), "ada"
    explained = connection._explained(error)
    assert message in str(explained)
    assert "\n" not in str(explained)
    assert len(str(explained)) < 500
    assert explained.retryable is retryable
