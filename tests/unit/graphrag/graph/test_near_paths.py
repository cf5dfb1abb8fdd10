from dataclasses import replace

import numpy as np

from graphrag.generation.verbalization import verbalize_path
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.near_paths import BEAM_WIDTH, near_paths
from graphrag.graph.paths import PathFinder
from graphrag.testing.toy import toy_graph
from graphrag.types import Passage

PEOPLE = [
    ("p1", "Ada", "child of", "Byron"),
    ("p1", "Ada", "born in", "London"),
    ("p1", "Ada", "died in", "1852"),
    ("p1", "Byron", "died in", "Greece"),
    ("p1", "Byron", "wrote", "Don Juan"),
    ("p1", "Bell", "invented in", "1852"),
]


def graph_of(similarities: dict[str, float]) -> KnowledgeGraph:
    """Return a graph whose facts have these similarities to a vector of one number, by relation and tail."""
    graph = toy_graph([Passage("p1", "Ada.", "Ada")], PEOPLE, ())
    names = [
        f"{relation} {graph.entity_names[tail]}"
        for relation, tail in zip(graph.fact_relations, graph.fact_tail.tolist(), strict=True)
    ]
    vectors = np.array([[similarities.get(name, 0.0)] for name in names], np.float32)
    return replace(graph, fact_vectors=vectors)


def near(graph: KnowledgeGraph, seeds: list[str], **options: int) -> list[str]:
    finder = PathFinder(graph, np.zeros(graph.num_entities))
    positions = [graph.entity_keys.find(seed) for seed in seeds]
    found = near_paths(finder, positions, np.ones(1, np.float32), **options)
    assert [path.score for path in found] == sorted((path.score for path in found), reverse=True)
    return [verbalize_path(path) for path in found]


def test_the_nearest_fact_comes_first_and_leads_on() -> None:
    lines = near(graph_of({"child of Byron": 0.5, "died in Greece": 0.9, "born in London": 0.2}), ["ada"], max_paths=3)
    assert lines == [
        "Ada -> child of -> Byron -> died in -> Greece",
        "Ada -> child of -> Byron",
        "Ada -> child of -> Byron -> wrote -> Don Juan",
    ]


def test_a_path_goes_against_the_direction_of_a_fact_too() -> None:
    assert near(graph_of({"died in Greece": 0.9}), ["greece"], max_paths=1) == ["Greece <- died in - Byron"]


def test_nothing_leads_through_a_date_or_to_another_seed() -> None:
    lines = near(graph_of({"died in 1852": 0.9, "invented in 1852": 0.9}), ["ada", "byron"])
    assert "Ada -> died in -> 1852" in lines
    assert not any("Bell" in line for line in lines)
    assert not any("child of" in line for line in lines)


def test_of_an_entity_so_many_facts_are_followed() -> None:
    triples = [("p1", "Ada", "knew", f"Person {chr(65 + number)}") for number in range(9)]
    graph = toy_graph([Passage("p1", "Ada.", "Ada")], triples, ())
    assert len(near(replace(graph, fact_vectors=np.ones((9, 1), np.float32)), ["ada"], max_paths=50)) == BEAM_WIDTH


def test_without_seeds_or_facts_there_are_no_paths() -> None:
    graph = graph_of({})
    assert near(graph, []) == []
    assert near(graph, ["ada", "byron", "london", "1852", "greece", "don juan", "bell"]) == []
