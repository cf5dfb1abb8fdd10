"""The commands about stores as such: copy and cypher."""

import json
from collections.abc import Sequence

import click

from graphrag.cli.console import note, print_json, printable, progress_bars
from graphrag.errors import ConfigError
from graphrag.factory import open_store
from graphrag.stores.copying import copy_store
from graphrag.stores.neo4j_query import QueryResult, plain_value
from graphrag.stores.neo4j_store import Neo4jStore

_CELL_CHARACTERS = 60


def copy_command(from_uri: str, to_uri: str) -> None:
    """Copy a store and say that the copy is the same."""
    source = open_store(from_uri)
    try:
        target = open_store(to_uri, create=True)
        try:
            with progress_bars() as bars:
                digest = copy_store(source, target, progress=bars)
        finally:
            target.close()
    finally:
        source.close()
    click.echo(f"copied {from_uri} to {to_uri}, digest {digest}")


def cypher_command(
    query: str, uri: str, parameters: Sequence[str], *, limit: int, timeout_s: float, as_json: bool
) -> None:
    """Run a query that only reads and print its rows."""
    values = dict(map(_parameter, parameters))
    store = open_store(uri)
    try:
        if not isinstance(store, Neo4jStore):
            raise ConfigError(f"Expected a store in Neo4j, such as neo4j://localhost:7687 (got {uri!r})")
        result = store.query(query, values, limit=limit, timeout_s=timeout_s)
    finally:
        store.close()
    if result.truncated:
        note(f"note: there are more than these {limit:,} rows; --limit shows more")
    if as_json:
        print_json(result.to_json_object())
    else:
        _print_table(result)


def _parameter(text: str) -> tuple[str, object]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise ConfigError(f"Expected a parameter as NAME=VALUE (got {text!r})")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value  # not JSON: a text


def _print_table(result: QueryResult) -> None:
    table = [[_cell(value) for value in row] for row in ([*result.columns], *result.rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for number, row in enumerate(table):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            click.echo("  ".join("-" * width for width in widths))


def _cell(value: object) -> str:
    plain = plain_value(value)
    text = printable(plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False))
    return text if len(text) <= _CELL_CHARACTERS else text[: _CELL_CHARACTERS - 1] + "…"
