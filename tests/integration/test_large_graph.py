"""Exploring a graph of 200,000 entities: every call takes less than two seconds of a processor, or limits itself."""

from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from graphrag.errors import LinkingError
from graphrag.exploration.graph import Graph, GraphLimitWarning
from graphrag.testing.large import large_graph
from graphrag.testing.timing import ProcessorTime
from graphrag.testing.toy import toy_graph
from graphrag.types import Answer, Retrieval, ScoredPassage
from graphrag.visualization.draw import draw_html

MAX_SECONDS = 2.0
HUB = "Entity 000000"


@pytest.fixture(scope="module")
def graph() -> Graph:
    # What is imported once is not the time of the calls.
    part = Graph(toy_graph()).overview()
    part.picture()._repr_png_()
    part.show()
    return Graph(large_graph(200_000))


def unknown_name(graph: Graph) -> None:
    with pytest.raises(
        LinkingError, match=r"There is no entity 'Entity 12345' in the graph; did you mean 'Entity \d+'"
    ):
        graph.neighbourhood("Entity 12345")


def limited_networkx(graph: Graph) -> None:
    with pytest.warns(GraphLimitWarning, match="20,000 of 300,000 nodes, the best connected"):
        assert graph.to_networkx().number_of_nodes() == 20_000


def around_an_answer(graph: Graph) -> None:
    path = graph.paths(HUB, "Entity 000001")[0]
    passage = graph.passage("p000000").passage
    retrieval = Retrieval("Which?", "toy", (ScoredPassage(passage, 1.0, 1),))
    answer = Answer("Which?", "Entity 000001", 1.0, "toy", ("p000000",), (path,), retrieval)
    assert {HUB, "Entity 000001"} <= set(graph.around(answer).entities)


def compared(graph: Graph) -> None:
    part = graph.neighbourhood(HUB)
    mass = np.linspace(0.0, 1.0, graph.arrays.num_nodes)
    assert part.compare({"one": mass, "other": mass[::-1]})._repr_png_()[0]


CALLS: dict[str, Callable[[Graph], object]] = {
    "statistics": lambda graph: graph.statistics(),
    "html": lambda graph: graph._repr_html_(),
    "to_networkx": limited_networkx,
    "to_pandas": lambda graph: graph.to_pandas(),
    "search": lambda graph: graph.search("entity 00001"),
    "neighbourhood": lambda graph: graph.neighbourhood("Entity 123456", hops=1),
    "neighbourhood of a hub": lambda graph: graph.neighbourhood(HUB, hops=3, max_nodes=100),
    "page": lambda graph: draw_html(graph.neighbourhood("Entity 000001").view),
    "picture of a hub": lambda graph: graph.neighbourhood(HUB, hops=2).picture()._repr_png_(),
    "widget of a hub": lambda graph: graph.neighbourhood(HUB, hops=2).show(),
    "masses side by side": compared,
    "around an answer": around_an_answer,
    "paths": lambda graph: graph.paths("Entity 100000", "Entity 150000", max_length=6),
    "paths between hubs": lambda graph: graph.paths(HUB, "Entity 000001"),
    "passage": lambda graph: graph.passage("p050000"),
    "overview": lambda graph: graph.overview(),
    "unknown name": unknown_name,
}


@pytest.mark.parametrize("name", CALLS)
def test_every_call_is_quick(graph: Graph, name: str) -> None:
    with ProcessorTime() as taken:
        CALLS[name](graph)
    assert taken.seconds < MAX_SECONDS


def test_what_was_shown_is_complete(graph: Graph, tmp_path: Path) -> None:
    part = graph.neighbourhood(HUB, hops=2, max_nodes=60)
    assert len(part.view.nodes) == 60
    assert nx.is_connected(part.to_networkx().to_undirected())
    assert "of 200,000 entities" in part.view.notes[0]
    assert part.save(tmp_path / "part.html").stat().st_size > 10_000
