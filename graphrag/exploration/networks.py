"""Parts of the graph as networkx graphs."""

import networkx as nx

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.subgraph import Subgraph
from graphrag.visualization.view import entity_node_id, passage_node_id


def networkx_of(graph: KnowledgeGraph, part: Subgraph) -> "nx.MultiDiGraph[str]":
    """Return a part of a graph with the names that ``multihop export --format graphml`` uses.

    Nodes are ``entity:KEY`` (``kind``, ``label``) and ``passage:ID`` (``kind``, ``label``, ``text``); edges have a
    ``kind``: ``fact`` (``relation``, ``support``), ``mention`` or ``synonym`` (``similarity``).
    """
    result: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    entities = [entity_node_id(graph.entity_keys[entity]) for entity in part.entities.tolist()]
    for node, entity in zip(entities, part.entities.tolist(), strict=True):
        result.add_node(node, kind="entity", label=graph.entity_names[entity])
    passages = [passage_node_id(graph.passage_ids[passage]) for passage in part.passages.tolist()]
    for node, passage in zip(passages, part.passages.tolist(), strict=True):
        label, text = graph.passage_titles[passage], graph.passage_texts[passage]
        result.add_node(node, kind="passage", label=label, text=text)
    support = graph.fact_support[part.facts].tolist()
    for fact, head, tail, count in zip(
        part.facts.tolist(), part.fact_head.tolist(), part.fact_tail.tolist(), support, strict=True
    ):
        relation = graph.fact_relations[fact]
        result.add_edge(entities[head], entities[tail], None, kind="fact", relation=relation, support=count)
    for mention_passage, mentioned in part.mentions.tolist():
        result.add_edge(passages[mention_passage], entities[mentioned], None, kind="mention")
    for (first, second), similarity in zip(part.synonyms.tolist(), part.synonym_similarity.tolist(), strict=True):
        result.add_edge(entities[first], entities[second], None, kind="synonym", similarity=similarity)
    return result
