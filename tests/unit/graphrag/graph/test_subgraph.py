import numpy as np
import pytest

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.subgraph import Subgraph, connected_nodes, subgraph_around
from graphrag.testing.toy import toy_graph


def scores(graph: KnowledgeGraph, **values: float) -> np.ndarray:
    node_scores = np.zeros(graph.num_nodes)
    for name, value in values.items():
        entity = graph.entity_keys.find(name.replace("_", " "))
        node_scores[graph.num_entities + graph.passage_ids.find(name) if entity is None else entity] = value
    return node_scores


def described(graph: KnowledgeGraph, part: Subgraph) -> tuple[list[str], list[str]]:
    return [graph.entity_names[i] for i in part.entities], [graph.passage_ids[i] for i in part.passages]


def test_seeds_first_then_the_best() -> None:
    graph = toy_graph()
    node_scores = scores(graph, p2=0.4, london=0.3, analytical_engine=0.2, p1=0.1, england=0.05)
    part = subgraph_around(graph, [graph.entity_keys.find("charles babbage")], node_scores, max_nodes=5)
    assert described(graph, part) == (["Charles Babbage", "London", "Analytical Engine"], ["p2", "p1"])


def test_holds_exactly_the_edges_among_its_nodes() -> None:
    graph = toy_graph()
    part = subgraph_around(graph, [0], np.random.default_rng(1).random(graph.num_nodes), max_nodes=8)
    inside = set(part.entities.tolist())
    expected = [f for f in range(graph.num_facts) if {graph.fact_head[f], graph.fact_tail[f]} <= inside]
    assert part.facts.tolist() == expected
    assert part.entities[part.fact_head].tolist() == graph.fact_head[expected].tolist()
    assert part.entities[part.fact_tail].tolist() == graph.fact_tail[expected].tolist()
    assert part.fact_relation_type.tolist() == graph.fact_relation_type[expected].tolist()
    mentions = {(p, e) for p, e in zip(*graph.mentions.nonzero(), strict=True) if p in part.passages and e in inside}
    assert {(part.passages[p], part.entities[e]) for p, e in part.mentions} == mentions
    assert len(part.mentions) == len(mentions) > 0


def test_the_whole_graph() -> None:
    graph = toy_graph()
    part = subgraph_around(graph, [], np.ones(graph.num_nodes), max_nodes=1000)
    assert part.entities.tolist() == list(range(graph.num_entities))
    assert part.passages.tolist() == list(range(graph.num_passages))
    assert part.facts.tolist() == list(range(graph.num_facts))
    assert part.synonyms.tolist() == graph.synonyms.tolist()
    assert part.synonym_similarity.tolist() == [0.9]
    assert len(part.mentions) == graph.mentions.nnz


def test_nodes_without_score_are_left_out() -> None:
    graph = toy_graph()
    part = subgraph_around(graph, [3, 3], scores(graph, london=1.0), max_nodes=10)
    assert described(graph, part) == (["Charles Babbage", "London"], [])
    assert part.synonyms.shape == part.mentions.shape == (0, 2)


def test_more_seeds_than_nodes() -> None:
    graph = toy_graph()
    assert subgraph_around(graph, [4, 2, 1], np.ones(graph.num_nodes), max_nodes=2).entities.tolist() == [4, 2]


def test_empty_graph() -> None:
    part = subgraph_around(toy_graph((), (), ()), [], np.empty(0), max_nodes=5)
    assert len(part.entities) == len(part.passages) == len(part.facts) == len(part.mentions) == 0


def test_wrong_arguments() -> None:
    graph = toy_graph()
    with pytest.raises(ValueError, match=r"Expected 'max_nodes' to be at least 1 \(got 0\)"):
        subgraph_around(graph, [], np.ones(graph.num_nodes), max_nodes=0)
    with pytest.raises(ValueError, match=r"Expected 'node_scores' to have shape \(12,\) \(got \(3,\)\)"):
        subgraph_around(graph, [], np.ones(3), max_nodes=5)
    with pytest.raises(ValueError, match=r"Expected 'seeds' to be in \[0, 7\) \(got \[7\]\)"):
        subgraph_around(graph, [7], np.ones(graph.num_nodes), max_nodes=5)


def test_connected_nodes_grow_from_the_centre() -> None:
    graph = toy_graph()
    node_scores = np.random.default_rng(2).random(graph.num_nodes)
    centre = graph.entity_keys.find("london")
    nodes = connected_nodes(graph.adjacency, centre, node_scores, max_nodes=graph.num_nodes).tolist()
    # Bread names nothing.
    assert sorted(nodes) == [node for node in range(graph.num_nodes) if graph.adjacency[[node]].nnz]
    assert nodes[0] == centre
    for number in range(1, len(nodes)):
        reached = np.unique(graph.adjacency[nodes[:number]].indices)
        assert nodes[number] == max(set(reached.tolist()) - set(nodes[:number]), key=lambda node: node_scores[node])
    assert connected_nodes(graph.adjacency, centre, scores(graph, england=1.0), max_nodes=9).tolist() == [
        centre, graph.entity_keys.find("england"),
    ]  # fmt: skip
