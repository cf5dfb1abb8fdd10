import pytest

from graphrag.graph.paths import find_paths
from graphrag.testing.toy import toy_graph
from graphrag.types import Answer, Retrieval, ScoredPassage
from graphrag.visualization.build import build_view


@pytest.fixture(scope="module")
def graph():
    return toy_graph()


def answer_to(graph, text: str = "London.") -> Answer:
    ada, london = graph.entity_keys.find("ada lovelace"), graph.entity_keys.find("london")
    scores = graph.entity_vectors[:, 0] * 0.0 + 0.1
    hits = tuple(ScoredPassage(graph.passage(i), 1.0 - i / 10, i + 1) for i in range(3))
    paths = find_paths(graph, [ada], [london], scores)
    return Answer("Where?", text, 0.5, "test", (), paths, Retrieval("Where?", "test", hits))


def test_a_question_shows_its_path_and_its_passages(graph) -> None:
    view = build_view(graph, answer=answer_to(graph), max_nodes=60)
    labels = {node.label: node for node in view.nodes if node.kind == "entity"}
    assert labels["Ada Lovelace"].is_seed
    assert labels["London"].is_answer
    assert not labels["Charles Babbage"].is_answer
    walked = {(edge.source, edge.target) for edge in view.edges if edge.on_path}
    assert ("entity:charles babbage", "entity:london") in walked
    assert {node.node_id for node in view.nodes if node.kind == "passage"} == {"passage:p1", "passage:p2", "passage:p3"}
    assert [path.steps[0].source for path in view.paths] == ["Ada Lovelace"] * len(view.paths)


def test_the_end_of_a_path_is_no_answer_unless_the_answer_says_so(graph) -> None:
    view = build_view(graph, answer=answer_to(graph, "Nobody knows."), max_nodes=60)
    assert not any(node.is_answer for node in view.nodes)


def test_few_nodes_are_those_of_the_path(graph) -> None:
    view = build_view(graph, answer=answer_to(graph), max_nodes=4)
    assert {node.label for node in view.nodes} == {"Ada Lovelace", "Analytical Engine", "Charles Babbage", "London"}


def test_an_overview_shows_connected_entities_only(graph) -> None:
    view = build_view(graph, answer=None, max_nodes=60)
    assert view.question == ""
    assert {node.kind for node in view.nodes} == {"entity"}
    ends = {end for edge in view.edges for end in (edge.source, edge.target)}
    assert {node.node_id for node in view.nodes} == ends
    assert view.notes[0].startswith(f"Drawn: {len(view.nodes)} of {graph.num_entities} entities")
