import networkx as nx
import numpy as np
import pytest

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.paths import PathLimits, find_paths
from graphrag.testing.timing import ProcessorTime
from graphrag.testing.toy import toy_graph
from graphrag.types import ReasoningPath


def paths(
    graph: KnowledgeGraph, seeds: list[str], targets: list[str], scores: dict[str, float] | None = None, **limits: int
) -> tuple[ReasoningPath, ...]:
    node_scores = np.ones(graph.num_entities)
    for name, score in (scores or {}).items():
        node_scores[graph.entity_keys.find(name)] = score
    positions = [[graph.entity_keys.find(name) for name in names] for names in (seeds, targets)]
    return find_paths(graph, *positions, node_scores, limits=PathLimits(**limits))


def lines(found: tuple[ReasoningPath, ...]) -> list[list[tuple[str, str, str, bool]]]:
    return [[(step.source, step.relation, step.target, step.forward) for step in path.steps] for path in found]


def test_walks_with_and_against_the_direction_of_facts() -> None:
    found = paths(toy_graph(), ["london"], ["ada lovelace"])
    assert lines(found) == [
        [
            ("London", "was born in", "Charles Babbage", False),
            ("Charles Babbage", "designed", "Analytical Engine", True),
            ("Analytical Engine", relation, "Ada Lovelace", False),
        ]
        for relation in ("described", "wrote notes on")
    ]
    assert found[0].passage_ids == ("p2", "p1")


def test_keeps_every_relation_in_both_directions() -> None:
    triples = [
        ("", "a", "r1", "b"),
        ("", "a", "r2", "b"),
        ("", "b", "r1", "a"),
        ("", "b", "r1", "a"),
        ("", "a", "r", "a"),
    ]
    found = paths(toy_graph((), triples, ()), ["a"], ["b"])
    assert lines(found) == [[("a", "r1", "b", False)], [("a", "r1", "b", True)], [("a", "r2", "b", True)]]  # by support


def test_synonym_edges_are_walked_and_marked() -> None:
    found = paths(toy_graph(), ["byron"], ["lord byron"])
    assert lines(found) == [[("Byron", "same as", "Lord Byron", True)]]
    assert found[0].steps[0].kind == "synonym"
    assert found[0].passage_ids == ()


def test_ranked_by_mean_score_then_length() -> None:
    triples = [("", "s", "r", "low"), ("", "s", "r", "high"), ("", "high", "r", "far"), ("", "s", "r", "level")]
    graph = toy_graph((), triples, ())
    scores = {"s": 1.0, "low": 0.1, "high": 4.0, "far": 2.5, "level": 4.0}
    found = paths(graph, ["s"], ["low", "far", "level", "high"], scores)
    assert [path.steps[-1].target for path in found] == ["level", "high", "far", "low"]
    assert [path.score for path in found] == [2.5, 2.5, 2.5, 0.55]
    assert [len(path.steps) for path in found] == [1, 1, 2, 1]


def test_only_the_shortest_and_each_pair_once() -> None:
    triples = [("", "a", "r", "b"), ("", "b", "r", "c"), ("", "a", "r", "c")]
    found = paths(toy_graph((), triples, ()), ["a", "c", "a"], ["a", "c", "c"])
    assert lines(found) == [[("a", "r", "c", True)]]


def test_no_path_through_another_seed() -> None:
    triples = [("", "a", "r", "b"), ("", "b", "r", "c"), ("", "a", "r", "d")]
    graph = toy_graph((), triples, ())
    found = paths(graph, ["a", "b"], ["c", "d", "b"], {"b": 2.0})
    assert lines(found) == [[("a", "r", "b", True)], [("b", "r", "c", True)], [("a", "r", "d", True)]]
    assert len(paths(graph, ["a"], ["c"])[0].steps) == 2


@pytest.mark.parametrize("seed", range(8))
def test_equals_networkx_on_random_graphs(seed: int) -> None:
    random = np.random.default_rng(seed)
    pairs = random.integers(0, 25, (40, 2))
    graph = toy_graph((), [("", f"n{h:02}", "r", f"n{t:02}") for h, t in pairs], ())
    simple = nx.Graph([(f"n{h:02}", f"n{t:02}") for h, t in pairs])
    nodes = sorted(simple)
    for source, target in random.choice(nodes, (10, 2)):
        expected = set()
        if source != target and nx.has_path(simple, source, target):
            expected = {tuple(path) for path in nx.all_shortest_paths(simple, source, target) if len(path) <= 5}
        found = paths(graph, [source], [target], max_paths=1000, max_paths_per_pair=1000)
        assert {(path.steps[0].source, *(step.target for step in path.steps)) for path in found} == expected


def test_limits() -> None:
    chain = toy_graph((), [("", f"n{i}", "r", f"n{i + 1}") for i in range(6)], ())
    assert len(paths(chain, ["n0"], ["n4", "n5"])) == 1
    assert len(paths(chain, ["n0"], ["n4", "n5"], max_length=5)) == 2
    assert paths(chain, ["n0"], ["n3"], max_expansions=2) == ()
    assert len(paths(chain, ["n0"], ["n3"], max_expansions=3)) == 1
    parallel = toy_graph((), [("", "a", f"r{i}", "b") for i in range(9)] + [("", "a", "r", "c")], ())
    assert len(paths(parallel, ["a"], ["b", "c"], max_paths_per_pair=4)) == 5
    assert len(paths(parallel, ["a"], ["b", "c"], max_paths=3)) == 3


def test_the_best_neighbors_are_looked_at() -> None:
    star = toy_graph((), [("", "hub", "r", f"n{i}") for i in range(9)], ())
    assert lines(paths(star, ["hub"], ["n7"], {"n7": 2.0}, max_neighbors=1)) == [[("hub", "r", "n7", True)]]
    assert paths(star, ["hub"], ["n7"], max_neighbors=1) == ()


def test_hubs_do_not_blow_up() -> None:
    triples = [("", hub, f"r{i % 3}", f"n{i}") for i in range(2500) for hub in ("h1", "h2")]
    graph = toy_graph((), triples, ())
    paths(graph, ["h1"], ["n1"])  # the first call makes the index of facts by entity
    with ProcessorTime() as taken:
        found = paths(graph, ["h1", "n1", "n2", "n3"], ["h2", *(f"n{i}" for i in range(20))])
    assert taken.seconds < 2
    assert len(found) == 20


def test_nothing_connects_them() -> None:
    graph = toy_graph((), [("", "a", "r", "b"), ("", "c", "r", "d")], ())
    assert paths(graph, ["a"], ["d", "a"]) == ()
    assert paths(graph, [], ["a"]) == paths(graph, ["a"], []) == ()
    assert find_paths(toy_graph((), (), ()), [], [], np.empty(0)) == ()


def test_wrong_arguments() -> None:
    with pytest.raises(ValueError, match=r"Expected 'targets' to be in \[0, 7\) \(got \[7\]\)"):
        find_paths(toy_graph(), [0], [7], np.ones(7))
    with pytest.raises(ValueError, match=r"Expected 'seeds' to be in \[0, 7\) \(got \[-1\]\)"):
        find_paths(toy_graph(), [-1], [0], np.ones(7))
    with pytest.raises(ValueError, match=r"Expected 'node_scores' to have 7 numbers or more \(got 6\)"):
        find_paths(toy_graph(), [0], [1], np.ones(6))


@pytest.mark.parametrize("name", ["max_length", "max_paths", "max_paths_per_pair", "max_expansions", "max_neighbors"])
def test_limits_are_validated(name: str) -> None:
    with pytest.raises(ValueError, match=rf"Expected '{name}' to be at least 1 \(got 0\)"):
        PathLimits(**{name: 0})
