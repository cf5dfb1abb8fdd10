import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from graphrag.errors import InputError
from graphrag.graph.construction import build_graph
from graphrag.graph.export import export_graph, to_networkx
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.indexing import Indexer
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.toy import toy_graph
from graphrag.types import Document, Passage, Triple

HOSTILE = (
    "<script>alert(1)</script>",
    "quote \" and ' and ` tick",
    "back\\slash \\u0022 \\",
    "}) DETACH DELETE n //",
    "nul \x00 bell \x07 escape \x1b[2J",
    "new\nline\r\ttab \u2028 separator",
    "not a character \ufffe \uffff",
    "🦜 北京 مرحبا \u202e rtl",
    "{braces} {0} {key!r}",
    "]]> &amp; <!-- -->",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    store = SQLiteStore(tmp_path_factory.mktemp("hostile") / "kb.db", create=True)
    passages = tuple(Passage(f"id {name}", name, name, "d", i) for i, name in enumerate(HOSTILE))
    triples = tuple(Triple(name, HOSTILE[i - 1], HOSTILE[i - 2]) for i, name in enumerate(HOSTILE))
    Indexer(store, PatternExtractor(), HashEncoder()).build([Document("d", passages, triples)])
    graph = build_graph(store)
    store.close()
    return graph


@pytest.fixture(params=["toy", "hostile"])
def graph(request: pytest.FixtureRequest, hostile: KnowledgeGraph) -> KnowledgeGraph:
    return toy_graph() if request.param == "toy" else hostile


def expected_counts(graph: KnowledgeGraph) -> dict[str, int]:
    counts = {
        "entity": graph.num_entities, "passage": graph.num_passages, "fact": graph.num_facts,
        "mention": graph.mentions.nnz, "synonym": len(graph.synonyms),
    }  # fmt: skip
    return {kind: count for kind, count in counts.items() if count}


def test_graphml_is_read_by_two_parsers(graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "graph.graphml"
    export_graph(graph, path, "graphml")
    tree = ElementTree.parse(path)
    namespace = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(tree.findall(f".//{namespace}node")) == graph.num_nodes
    read = nx.read_graphml(path, force_multigraph=True)
    kinds = Counter(kind for _, kind in read.nodes(data="kind")) + Counter(kind for *_, kind in read.edges(data="kind"))
    assert kinds == expected_counts(graph)
    assert set(read.nodes) == set(to_networkx(graph).nodes)


def test_graphml_keeps_names(tmp_path: Path) -> None:
    graph = toy_graph()
    path = tmp_path / "graph.graphml"
    export_graph(graph, path, "graphml")
    read = nx.read_graphml(path, force_multigraph=True)
    assert read.nodes["entity:ada lovelace"]["label"] == "Ada Lovelace"
    assert read.nodes["passage:p1"]["text"] == graph.passage_texts[0]
    relations = {data["relation"] for data in read["entity:ada lovelace"]["entity:analytical engine"].values()}
    assert relations == {"wrote notes on", "described"}


def test_json_lines_are_read_back(graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "graph.jsonl"
    export_graph(graph, path, "jsonl")
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    records = [json.loads(line) for line in lines]
    assert Counter(record["kind"] for record in records) == expected_counts(graph)
    assert [r["name"] for r in records if r["kind"] == "entity"] == list(graph.entity_names)
    assert [r["text"] for r in records if r["kind"] == "passage"] == list(graph.passage_texts)
    ids = set(graph.passage_ids)
    assert all(set(r["passage_ids"]) <= ids for r in records if r["kind"] == "fact")


_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')


def test_a_cypher_script_has_one_statement_a_line_and_nothing_but_literals(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    path = tmp_path / "graph.cypher"
    export_graph(graph, path, "cypher")
    text = path.read_text(encoding="ascii")
    lines = text.splitlines()
    assert len(lines) == 2 + sum(expected_counts(graph).values())
    # Without its literals a statement says the same for every name.
    shapes = {re.sub(r"-?\d+(\.\d+)?", "0", re.sub(r"(, )?''", "''", _LITERAL.sub("''", line))) for line in lines}
    shapes = {re.sub(r"\[('')+\]", "[]", shape) for shape in shapes}
    assert len(shapes) <= 2 + len(expected_counts(graph))
    assert all(line.endswith(";") and ";" not in _LITERAL.sub("", line)[:-1] for line in lines)
    assert not any(re.search("DETACH|script|alert", _LITERAL.sub("", line)) for line in lines)


def test_cypher_literals_hold_the_names(hostile: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "graph.cypher"
    export_graph(hostile, path, "cypher")
    literals = {json.loads(literal) for literal in _LITERAL.findall(path.read_text(encoding="ascii"))}
    assert set(HOSTILE) <= literals


@pytest.mark.parametrize("output_format", ["graphml", "jsonl", "cypher"])
def test_exporting_twice_gives_equal_files(tmp_path: Path, output_format: str) -> None:
    for name in ("a", "b"):
        export_graph(toy_graph(), tmp_path / name, output_format)  # type: ignore[arg-type]
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("output_format", ["graphml", "jsonl", "cypher"])
def test_a_file_that_cannot_be_written(tmp_path: Path, output_format: str) -> None:
    with pytest.raises(InputError, match=r"Cannot write .*nowhere/graph: No such file or directory"):
        export_graph(toy_graph(), tmp_path / "nowhere" / "graph", output_format)  # type: ignore[arg-type]


@pytest.mark.parametrize("output_format", ["graphml", "jsonl", "cypher"])
def test_an_empty_graph(tmp_path: Path, output_format: str) -> None:
    export_graph(toy_graph((), (), ()), tmp_path / "empty", output_format)  # type: ignore[arg-type]
    assert (tmp_path / "empty").exists()
