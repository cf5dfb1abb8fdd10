import numpy as np

from graphrag.graph.reasoning_graph import whole_graph
from graphrag.reasoning import Reasoning, ReasoningStep
from graphrag.retrieval import explanation
from graphrag.retrieval.explanation import explain
from graphrag.testing.toy import toy_graph


def reasoning(graph, **step) -> Reasoning:
    seen = whole_graph(graph)
    parts = {
        "mass": np.zeros(seen.num_nodes),
        "attention": np.array([0.25, 0.75]),
        "relation_weights": np.zeros((len(seen.relation_texts), 2)),
    }
    return Reasoning(np.zeros(seen.num_nodes), ("who", "wrote"), (ReasoningStep(**(parts | step)),))


def test_names_the_nodes_with_mass_the_largest_first() -> None:
    graph = toy_graph()
    mass = np.zeros(graph.num_entities)
    mass[[2, 0]] = 0.7, 0.3
    found = explain(graph, whole_graph(graph), reasoning(graph, mass=mass))
    assert found.tokens == ("who", "wrote")
    assert found.steps[0].mass == ((graph.entity_names[2], 0.7), (graph.entity_names[0], 0.3))
    assert found.steps[0].attention == (0.25, 0.75)
    assert found.steps[0].relations == ()


def test_tells_the_direction_of_relations() -> None:
    graph = toy_graph()
    weights = np.zeros((len(graph.relation_keys), 2))
    weights[1] = 0.2, 0.5
    found = explain(graph, whole_graph(graph), reasoning(graph, relation_weights=weights)).steps[0].relations
    name = graph.relation_keys[1]
    assert [tuple(getattr(r, f) for f in r.__slots__) for r in found] == [(name, False, 0.5), (name, True, 0.2)]


def test_names_at_most_so_many_nodes(monkeypatch) -> None:
    monkeypatch.setattr(explanation, "MAX_NODES", 3)
    graph = toy_graph()
    mass = np.full(graph.num_entities, 1 / graph.num_entities)
    assert len(explain(graph, whole_graph(graph), reasoning(graph, mass=mass)).steps[0].mass) == 3
