"""Writing the graph for other programs: GraphML, JSON lines, Cypher."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import networkx as nx

from graphrag.errors import InputError
from graphrag.graph.knowledge_graph import KnowledgeGraph

ExportFormat = Literal["graphml", "jsonl", "cypher"]

# Characters that XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export_graph(graph: KnowledgeGraph, path: Path, output_format: ExportFormat) -> None:
    """Write entities, passages, facts, mentions and synonyms to a file.

    Parameters
    ----------
    graph
        The graph.
    path
        Replaced if it exists.
    output_format
        ``graphml`` (networkx, Gephi, yEd), ``jsonl`` (a record a line) or ``cypher`` (a script for an empty Neo4j).

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        if output_format == "graphml":
            nx.write_graphml(to_networkx(graph), path)
            return
        lines = _json_lines(graph) if output_format == "jsonl" else _cypher_lines(graph)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror}") from error


def to_networkx(graph: KnowledgeGraph) -> "nx.MultiDiGraph[str]":
    """Return the graph: nodes ``entity:KEY`` and ``passage:ID``, an edge for each fact, mention and pair of synonyms.

    Characters that GraphML cannot hold are replaced by U+FFFD.
    """
    result: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for record in _records(graph):
        values = {name: _NOT_XML.sub("\ufffd", v) if isinstance(v, str) else v for name, v in record.items()}
        kind = values.pop("kind")
        if kind == "entity":
            result.add_node(f"entity:{values['key']}", kind=kind, label=values["name"])
        elif kind == "passage":
            result.add_node(f"passage:{values['passage_id']}", kind=kind, label=values["title"], text=values["text"])
        elif kind == "mention":
            result.add_edge(f"passage:{values['passage_id']}", f"entity:{values['entity']}", kind=kind)
        else:
            first, second = ("head", "tail") if kind == "fact" else ("first", "second")
            source, target = f"entity:{values.pop(first)}", f"entity:{values.pop(second)}"
            values.pop("passage_ids", None)  # GraphML has no lists
            result.add_edge(source, target, None, kind=kind, **values)
    return result


def _records(graph: KnowledgeGraph) -> Iterator[dict[str, object]]:
    """Yield every node and edge as plain values, nodes first."""
    keys, ids = list(graph.entity_keys), list(graph.passage_ids)
    for key, name in zip(keys, graph.entity_names, strict=True):
        yield {"kind": "entity", "key": key, "name": name}
    for index, passage_id in enumerate(ids):
        passage = graph.passage(index)
        yield {
            "kind": "passage", "passage_id": passage_id, "document_id": passage.document_id,
            "title": passage.title, "text": passage.text,
        }  # fmt: skip
    for index in range(graph.num_facts):
        span = slice(graph.fact_passages.indptr[index], graph.fact_passages.indptr[index + 1])
        yield {
            "kind": "fact",
            "head": keys[graph.fact_head[index]],
            "relation": graph.fact_relations[index],
            "tail": keys[graph.fact_tail[index]],
            "support": int(graph.fact_support[index]),
            "passage_ids": [ids[passage] for passage in graph.fact_passages.indices[span].tolist()],
        }
    mentions = graph.mentions.tocoo()
    for passage, entity in zip(*(axis.tolist() for axis in mentions.coords), strict=True):
        yield {"kind": "mention", "passage_id": ids[passage], "entity": keys[entity]}
    for (first, second), similarity in zip(graph.synonyms.tolist(), graph.synonym_similarity.tolist(), strict=True):
        yield {"kind": "synonym", "first": keys[first], "second": keys[second], "similarity": similarity}


def _json_lines(graph: KnowledgeGraph) -> Iterator[str]:
    return (json.dumps(record, ensure_ascii=False) for record in _records(graph))


_CYPHER = {
    "entity": "CREATE (:Entity {{key: {key}, name: {name}}});",
    "passage": "CREATE (:Passage {{passage_id: {passage_id}, document_id: {document_id}, "
    "title: {title}, text: {text}}});",
    "fact": "MATCH (a:Entity {{key: {head}}}), (b:Entity {{key: {tail}}}) "
    "CREATE (a)-[:RELATES {{relation: {relation}, support: {support}, passage_ids: {passage_ids}}}]->(b);",
    "mention": "MATCH (p:Passage {{passage_id: {passage_id}}}), (e:Entity {{key: {entity}}}) "
    "CREATE (p)-[:MENTIONS]->(e);",
    "synonym": "MATCH (a:Entity {{key: {first}}}), (b:Entity {{key: {second}}}) "
    "CREATE (a)-[:SYNONYM {{similarity: {similarity}}}]->(b);",
}


def _cypher_lines(graph: KnowledgeGraph) -> Iterator[str]:
    """Yield statements, one a line; a script cannot have parameters, so every value is written as a literal."""
    yield "CREATE INDEX entity_key IF NOT EXISTS FOR (e:Entity) ON (e.key);"
    yield "CREATE INDEX passage_id IF NOT EXISTS FOR (p:Passage) ON (p.passage_id);"
    for record in _records(graph):
        literals = {name: _cypher_literal(value) for name, value in record.items()}
        yield _CYPHER[str(record["kind"])].format(**literals)


def _cypher_literal(value: object) -> str:
    # JSON in ASCII is a subset of Cypher's literals: quotes, backslashes and everything else unusual are escaped.
    return json.dumps(value, ensure_ascii=True)
