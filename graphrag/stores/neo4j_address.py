"""Addresses of graphs in Neo4j: ``neo4j://host:7687/database?graph=name&indexes=server``."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from graphrag.errors import ConfigError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
DEFAULT_DATABASE = "neo4j"
DEFAULT_GRAPH = "default"
_GRAPH_NAME = re.compile(r"[\w.-]{1,100}")
_DATABASE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{2,62}")
_FORM = "neo4j://host:7687/database?graph=name"


@dataclass(frozen=True, slots=True)
class Neo4jAddress:
    """Where a graph is.

    Parameters
    ----------
    server
        What the driver connects to: scheme, host and port.
    database
        The database's name.
    graph
        The name of the graph in it.
    server_indexes
        Whether passages are searched by words and by vectors in the server's own indexes.
    """

    server: str
    database: str = DEFAULT_DATABASE
    graph: str = DEFAULT_GRAPH
    server_indexes: bool = False

    def __str__(self) -> str:
        """Return the whole address."""
        options = [f"graph={self.graph}"] if self.graph != DEFAULT_GRAPH else []
        options += ["indexes=server"] if self.server_indexes else []
        return f"{self.server}/{self.database}" + ("?" + "&".join(options) if options else "")


def parse_address(uri: str) -> Neo4jAddress:
    """Return the parts of an address.

    Raises
    ------
    ConfigError
        If it is none.

    Examples
    --------
    >>> parse_address("neo4j://localhost/library?graph=books")
    Neo4jAddress(server='neo4j://localhost', database='library', graph='books', server_indexes=False)
    >>> str(parse_address("bolt://localhost:7687"))
    'bolt://localhost:7687/neo4j'
    """
    try:
        parts = urlsplit(uri)
        has_user = "@" in parts.netloc
        server = f"{parts.scheme}://{parts.netloc}"
        valid = parts.scheme in SCHEMES and bool(parts.hostname) and not parts.fragment
        _ = parts.port
    except ValueError as error:
        raise ConfigError(f"Expected an address like {_FORM}: {error}") from error
    if has_user:
        # Not repeated in the message: what stands there is a secret.
        raise ConfigError(f"Expected an address like {_FORM}, with user and password in NEO4J_USER and NEO4J_PASSWORD")
    options = parse_qs(parts.query, keep_blank_values=True)
    if not valid or options.keys() - {"graph", "indexes"}:
        raise ConfigError(f"Expected an address like {_FORM} (got {uri!r})")
    database = unquote(parts.path.strip("/")) or DEFAULT_DATABASE
    if not _DATABASE_NAME.fullmatch(database):
        raise ConfigError(
            f"Expected the name of a database, 3 to 63 letters, digits, dots or dashes (got {database!r})"
        )
    graph = options.get("graph", [DEFAULT_GRAPH])[-1]
    if not _GRAPH_NAME.fullmatch(graph):
        raise ConfigError(f"Expected the name of a graph, 1 to 100 letters, digits, '_', '.' or '-' (got {graph!r})")
    indexes = options.get("indexes", ["local"])[-1]
    if indexes not in {"local", "server"}:
        raise ConfigError(f"Expected 'indexes' in an address to be local or server (got {indexes!r})")
    return Neo4jAddress(server, database, graph, server_indexes=indexes == "server")
