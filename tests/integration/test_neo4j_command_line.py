"""The commands with a graph in a real Neo4j, compared with the same in SQLite."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphrag.cli.main import cli
from graphrag.factory import open_existing_store, open_store
from graphrag.stores.neo4j_store import Neo4jStore

PASSAGES = (
    ("ada", "Ada Lovelace", "Ada Lovelace was born in London. She worked with Charles Babbage."),
    ("babbage", "Charles Babbage", "Charles Babbage designed the Analytical Engine. Charles Babbage died in London."),
    ("london", "London", "London is the capital of England. London lies on the River Thames."),
)
QUESTION = {
    "question_id": "q1", "question": "Who designed the Analytical Engine?", "answers": ["Charles Babbage"],
    "gold_passage_ids": ["babbage"],
}  # fmt: skip


def multihop(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "passages.jsonl"
    path.write_text("\n".join(json.dumps({"passage_id": p, "title": t, "text": x}) for p, t, x in PASSAGES))
    return path


def stats(uri: object) -> dict[str, object]:
    return json.loads(multihop("stats", "--store", uri, "--json").stdout)


def test_every_command(neo4j_uri: Callable[[str], str], corpus: Path, tmp_path: Path) -> None:
    uri, file = neo4j_uri("a"), tmp_path / "kb.db"
    assert open_existing_store(uri) is None
    assert "documents to add or replace  3" in multihop("build", corpus, "--store", uri, "--dry-run").stdout
    for store in (uri, file):
        multihop("build", corpus, "--store", store)
    assert stats(uri) == stats(file)
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(QUESTION))
    found = []
    for store in (uri, file):
        asked = json.loads(multihop("ask", QUESTION["question"], "--store", store, "--json").stdout)
        ranked = json.loads(multihop("retrieve", QUESTION["question"], "--store", store, "--json").stdout)
        measured = json.loads(multihop("eval", "--store", store, "--questions", questions, "--json").stdout)
        recalls = {name: value for name, value in measured["multihop"].items() if name.startswith("recall")}
        found.append((asked["answer"], asked["citations"], asked["paths"], ranked["passages"], recalls))
        multihop("view", "--store", store, "--out", tmp_path / "graph.html", "--question", QUESTION["question"])
        for output_format in ("graphml", "jsonl", "cypher"):
            multihop(
                "export",
                tmp_path / f"{Path(str(store)).suffix}.{output_format}",
                "--store",
                store,
                "--format",
                output_format,
            )
    assert found[0] == found[1]
    for store in (uri, file):
        multihop("edit", "merge", "London", "England", "--store", store)
        multihop("edit", "add", "Ada Lovelace", "died in", "Marylebone", "--store", store)
    assert stats(uri)["digest"] == stats(file)["digest"]
    for store in (uri, file):
        multihop("edit", "undo", "--store", store)
        multihop("delete", "london", "--store", store)
    assert stats(uri)["digest"] == stats(file)["digest"]
    assert multihop("delete", "london", "--store", uri, code=1).stderr.endswith("has no document 'london'\n")


def test_copying_there_and_back(neo4j_uri: Callable[[str], str], corpus: Path, tmp_path: Path) -> None:
    file, back, uri = tmp_path / "kb.db", tmp_path / "back.db", neo4j_uri("copy")
    multihop("build", corpus, "--store", file)
    multihop("edit", "remove", "Charles Babbage", "died in", "London", "--store", file)
    multihop("copy", file, uri)
    assert "digest " + str(stats(file)["digest"]) in multihop("copy", uri, back).stdout
    assert stats(back)["digest"] == stats(uri)["digest"]
    for store in (uri, back):
        multihop("edit", "undo", "--store", store)
        assert "0 documents added, 0 replaced, 3 unchanged" in multihop("build", corpus, "--store", store).stdout
    assert stats(back)["digest"] == stats(uri)["digest"]


def test_several_graphs_in_one_database(neo4j_uri: Callable[[str], str], corpus: Path, tmp_path: Path) -> None:
    first, second, file = neo4j_uri("first"), neo4j_uri("second"), tmp_path / "kb.db"
    for store in (first, second, file):
        multihop("build", corpus, "--store", store)
    multihop("delete", "ada", "--store", first)
    assert stats(second)["digest"] == stats(file)["digest"] != stats(first)["digest"]


def test_cypher(neo4j_uri: Callable[[str], str], corpus: Path) -> None:
    uri = neo4j_uri("query")
    multihop("build", corpus, "--store", uri)
    names = "MATCH (e:Entity {graph: $graph}) WHERE e.key STARTS WITH $start RETURN e.name AS name ORDER BY name"
    table = multihop("cypher", names, "--store", uri, "--param", "start=a")
    assert table.stdout.splitlines()[0].strip() == "name"
    assert "Ada Lovelace" in table.stdout
    found = multihop("cypher", names, "--store", uri, "--param", 'start="a"', "--json", "--limit", 1)
    assert json.loads(found.stdout)["truncated"] is True
    assert json.loads(found.stdout)["columns"] == ["name"]
    assert "note: there are more than these 1 rows" in found.stderr
    path = "MATCH p = (:Document {graph: $graph})-[:HAS_PASSAGE]->(:Passage) RETURN p, [1.5, null] AS list LIMIT 1"
    (row,) = json.loads(multihop("cypher", path, "--store", uri, "--json").stdout)["rows"]
    assert [node["labels"] for node in row[0]["nodes"]] == [["Document"], ["Passage"]]
    assert row[1] == [1.5, None]
    store = open_store(uri)
    assert isinstance(store, Neo4jStore)
    assert store.query("UNWIND [1, 2] AS n RETURN n, 'x' AS text").rows == [(1, "x"), (2, "x")]
    store.close()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("MATCH (n) DETACH DELETE n", "Expected a query that only reads"),
        ("CREATE INDEX x FOR (n:X) ON (n.x)", "Expected a query that only reads"),
        ("MATCH (n) CALL { WITH n DELETE n } IN TRANSACTIONS", "Expected a query that only reads"),
        ("CALL db.createLabel('X')", "Expected a query that only reads"),
        ("MATCH (n", "Cannot run the query: Invalid input"),
        ("RETURN $missing", "Cannot run the query: Expected parameter"),
        ("RETURN 1; RETURN 2", "Cannot run the query: Expected exactly one statement"),
        ("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN max(a * b)", "took longer than 1 s"),
    ],
)
def test_cypher_that_is_refused(neo4j_uri: Callable[[str], str], query: str, message: str) -> None:
    uri = neo4j_uri("refused")
    store = open_store(uri, create=True)
    store.close()
    result = multihop("cypher", query, "--store", uri, "--timeout", 1, code=1)
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_cypher_needs_neo4j(corpus: Path, tmp_path: Path) -> None:
    multihop("build", corpus, "--store", tmp_path / "kb.db")
    result = multihop("cypher", "RETURN 1", "--store", tmp_path / "kb.db", code=2)
    assert "Expected a store in Neo4j, such as neo4j://localhost:7687" in result.stderr
    assert "as NAME=VALUE" in multihop("cypher", "RETURN 1", "--store", "neo4j://x", "--param", "a", code=2).stderr
