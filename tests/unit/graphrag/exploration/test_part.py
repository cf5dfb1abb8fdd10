import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graphrag.errors import InputError, MissingDependencyError
from graphrag.exploration.figure import draw_mass
from graphrag.exploration.graph import Graph
from graphrag.exploration.optional import notebook_module
from graphrag.exploration.widget import show_widget
from graphrag.testing.toy import toy_graph
from graphrag.types import Answer, PathStep, ReasoningPath, Retrieval, ScoredEntity
from graphrag.visualization.view import GraphView

STRANGE = ("<script>alert(1)</script>", "$\\frac{1}{$", "知识图谱", "مرحبا \u202e", "a\nb", "x" * 500, "\\")
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(toy_graph())


def answer(graph: Graph) -> Answer:
    step = PathStep("Lord Byron", "was the father of", "Ada Lovelace")
    found = tuple(ScoredEntity(key, key, 1.0) for key in ("lord byron", "ada lovelace", "england"))
    retrieval = Retrieval("Whose father?", "toy", (), entities=found, seeds=found[:1])
    return Answer("Whose father?", "Ada Lovelace", 1.0, "toy", (), (ReasoningPath((step,)),), retrieval)


def test_the_part_of_an_answer(graph: Graph) -> None:
    part = graph.around(answer(graph))
    assert {"Lord Byron", "Ada Lovelace"} <= set(part.entities)
    assert ("Lord Byron", "was the father of", "Ada Lovelace") in {(t.head, t.relation, t.tail) for t in part.triples}
    assert part.to_networkx().number_of_nodes() == len(part.view.nodes)
    # England is connected with nothing that is drawn.
    assert "England" not in part.entities
    assert part.view.notes[-1] == "Left out: 1 without an edge to the others."
    html = part._repr_html_()
    assert "was the father of" in html
    assert "Left out: 1" in html


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_are_drawn_and_saved(graph: Graph, tmp_path: Path, theme: str) -> None:
    picture = graph.neighbourhood("Ada Lovelace", hops=2, passages=True).picture(theme=theme)
    data, size = picture._repr_png_()
    assert data.startswith(PNG)
    assert 0 < size["width"] <= 1000
    assert picture.save(tmp_path / "graph.png").read_bytes().startswith(PNG)
    ElementTree.parse(picture.save(tmp_path / "graph.svg"))
    assert picture.save(tmp_path / "graph.PDF").read_bytes().startswith(b"%PDF")
    assert "inches" in repr(picture)


def test_what_cannot_be_saved(graph: Graph, tmp_path: Path) -> None:
    part = graph.neighbourhood("Ada Lovelace")
    with pytest.raises(InputError, match=r"Expected a file named \.png, \.svg or \.pdf \(got 'graph\.txt'\)"):
        part.save(tmp_path / "graph.txt")
    with pytest.raises(InputError, match=r"Cannot write .*graph\.png: No such file or directory"):
        part.save(tmp_path / "none" / "graph.png")
    with pytest.raises(InputError, match=r"Cannot write .*graph\.html: No such file or directory"):
        part.save(tmp_path / "none" / "graph.html")
    assert "<html" in part.save(tmp_path / "graph.html").read_text(encoding="utf-8")


def test_strange_names_are_drawn(tmp_path: Path) -> None:
    triples = tuple(("", name, name, STRANGE[number - 1]) for number, name in enumerate(STRANGE))
    part = Graph(toy_graph(passages=(), triples=triples, synonyms=())).overview()
    assert len(part.view.nodes) == len(STRANGE)
    svg = part.picture().save(tmp_path / "graph.svg").read_text(encoding="utf-8")
    assert "<script" not in svg
    ElementTree.fromstring(svg)
    widget = part.show()
    labels = [node["attributes"]["label"] for node in widget.data["nodes"]]
    assert len(labels) == len(STRANGE)
    assert not any("\n" in label or "\u202e" in label for label in labels)


def test_an_empty_view_is_drawn() -> None:
    assert draw_mass(GraphView("Empty"), {"PageRank": {}})._repr_png_()[0].startswith(PNG)
    part = Graph(toy_graph(passages=(), triples=(), synonyms=())).overview()
    assert part.picture()._repr_png_()[0].startswith(PNG)


def test_masses_side_by_side(graph: Graph) -> None:
    part = graph.neighbourhood("Ada Lovelace", hops=2)
    first = np.linspace(0, 1, graph.arrays.num_nodes)
    picture = part.compare({"PageRank": first, "GNN $x$": first[::-1].copy()})
    panels = picture.figure.axes
    assert [panel.get_title() for panel in panels] == ["PageRank", "GNN $x$"]
    radii = [[patch.get_radius() for patch in panel.patches] for panel in panels]
    assert len(radii[0]) == len(part.view.nodes)
    # The two masses run opposite ways.
    assert np.corrcoef(radii[0], radii[1])[0, 1] < 0
    centres = [[tuple(patch.center) for patch in panel.patches] for panel in panels]
    assert centres[0] == centres[1]
    with pytest.raises(ValueError, match=r"Expected 'GNN' to have shape \(12,\) \(got \(3,\)\)"):
        part.compare({"GNN": first[:3]})
    with pytest.raises(ValueError, match="Expected 'masses' to hold at least one"):
        part.compare({})


def test_the_widget_shows_the_same_places(graph: Graph) -> None:
    part = graph.around(answer(graph))
    widget = part.show(height=300, theme="dark")
    assert widget.height == "300px"
    assert widget.background_color == "#12161d"


def test_the_widget_labels_the_best_path_alone(graph: Graph) -> None:
    view = replace(graph.neighbourhood("Ada Lovelace", hops=2).view, paths=answer(graph).paths)
    labels = [edge["attributes"]["label"] for edge in show_widget(view).data["edges"]]
    assert list(filter(None, labels)) == ["was the father of"]
    without = [edge["attributes"]["label"] for edge in show_widget(replace(view, paths=())).data["edges"]]
    assert len(set(without)) > 2


def test_a_missing_package_names_the_extra() -> None:
    with pytest.raises(MissingDependencyError, match=r'Pictures needs .* pip install "multihop-graphrag\[notebook\]"'):
        notebook_module("no_such_module", "Pictures")
