import json
import re
from itertools import pairwise

import numpy as np
import pytest

from graphrag.types import PathStep, ReasoningPath
from graphrag.visualization.draw import draw_html
from graphrag.visualization.payload import view_payload
from graphrag.visualization.view import GraphView, ViewEdge, ViewNode

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!-- -->",
    "\u202eright\u2028",
    "北京",
    "",
)


def view_of(names, paths=()) -> GraphView:
    nodes = tuple(ViewNode(f"entity:{i}", name, "entity", weight=1 / (i + 1)) for i, name in enumerate(names))
    edges = tuple(
        ViewEdge(f"entity:{i}", f"entity:{i + 1}", f"relation {name}", on_path=True)
        for i, name in enumerate(names[:-1])
    )
    return GraphView("title", "Which?", "That.", nodes, edges, tuple(paths))


def chain(names) -> ReasoningPath:
    return ReasoningPath(tuple(PathStep(a, f"relation {a}", b) for a, b in pairwise(names)))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_data_and_never_markup(name: str) -> None:
    page = draw_html(view_of([name, "b"]))
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, flags=re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["nodes"][0]["label"] == name
    assert "<" not in data[1]
    assert page.count("<script") == 2


def test_nothing_is_asked_of_the_network() -> None:
    page = draw_html(view_of(["a", "b"]))
    assert "default-src 'none'" in page
    # The only addresses are the names of XML name spaces.
    assert set(re.findall(r"https?://[^\"' ]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(link|img|iframe|object)\b", page)


def test_equal_views_give_equal_pages() -> None:
    names = [f"name {i}" for i in range(30)]
    assert draw_html(view_of(names, [chain(names[:4])])) == draw_html(view_of(names, [chain(names[:4])]))


def test_no_two_labels_overlap() -> None:
    names = [f"A rather long name, number {i}" for i in range(40)]
    payload = view_payload(view_of(names, [chain(names[:5])]))
    boxes = np.array([[n["x"], n["y"], n["width"], n["height"]] for n in payload["nodes"]])
    gap = np.abs(boxes[:, None, :2] - boxes[None, :, :2]) - (boxes[:, None, 2:] + boxes[None, :, 2:]) / 2
    overlapping = (gap < 0).all(axis=2)
    np.fill_diagonal(overlapping, False)
    assert not overlapping.any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"nodes": (ViewNode("a", "a", "entity"),) * 2}, "Expected every 'node_id' to be unique"),
        ({"edges": (ViewEdge("a", "b"),)}, "Expected edges between nodes of the view"),
        ({"nodes": tuple(ViewNode(str(i), "a", "entity") for i in range(501))}, "Expected at most 500 nodes"),
    ],
)
def test_views_that_cannot_be_drawn_are_refused(arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GraphView("title", **arguments)
