"""The interactive picture: a view of the graph in the widget ipysigma."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain, count
from typing import Any

import networkx as nx
import numpy as np

from graphrag.display import visible
from graphrag.exploration.figure import Theme
from graphrag.exploration.optional import notebook_module
from graphrag.text import normalize_phrase
from graphrag.visualization.labels import shorten
from graphrag.visualization.payload import view_payload
from graphrag.visualization.view import GraphView, ViewNode, entity_node_id

_COLOURS = {
    "light": {
        "paper": "#ffffff", "ink": "#1d2430", "line": "#b9c0ca", "path": "#c2410c",
        "entity": "#7d8ba2", "passage": "#c3ab78", "seed": "#1d4ed8", "answer": "#15803d",
    },
    "dark": {
        "paper": "#12161d", "ink": "#e8ebf0", "line": "#55606f", "path": "#fb923c",
        "entity": "#8b98ad", "passage": "#a88f56", "seed": "#7aa7ff", "answer": "#4ade80",
    },
}  # fmt: skip
_LABEL_WIDTH = 220.0
_MARKUP = re.compile("[<>&\"'`]")
_ASPECT = 2.1
"""Width of the nodes' places for their height, as cells are: the widget fits the larger of them into its height."""
_CAMERA = {"x": 0.5, "y": 0.5, "angle": 0, "ratio": 1.15}
"""So that places of this aspect fill a cell beside an open side bar, and few nodes are under the buttons."""


def show_widget(view: GraphView, *, height: int = 520, theme: Theme = "light") -> Any:
    """Return the widget: zoom, drag, search, click a node for its neighbours; PNG and SVG by its buttons.

    Nodes stand where the static picture has them; the widget's own layout can be started in it.

    Parameters
    ----------
    view
        What to show.
    height
        In pixels.
    theme
        For a light or a dark page.

    Raises
    ------
    MissingDependencyError
        If ipysigma is not installed.
    """
    sigma = notebook_module("ipysigma", "The interactive graph")
    colours = _COLOURS[theme]
    payload = view_payload(view)
    names = searched_names(view)
    layout = _layout(payload["nodes"], names)
    return sigma.Sigma(
        _drawn_graph(view, names, colours),
        layout=layout,
        height=height,
        background_color=colours["paper"],
        raw_node_size="size",
        raw_node_color="color",
        raw_edge_color="color",
        raw_edge_size="size",
        raw_node_label="label",
        raw_edge_label="label",
        default_edge_type="arrow",
        default_node_label_color=colours["ink"],
        default_node_label_size=13,
        show_all_labels=True,
        hide_info_panel=True,
        clickable_edges=True,
        camera_state=_CAMERA,
    )


def _layout(nodes: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Return where the widget places each node."""
    width, height = (np.ptp([node[axis] for node in nodes]) if nodes else 0.0 for axis in "xy")
    stretch = _ASPECT * max(float(height), 1.0) / max(float(width), 1.0)
    return {names[node["id"]]: {"x": stretch * node["x"], "y": -node["y"]} for node in nodes}


def searched_names(view: GraphView) -> dict[str, str]:
    """Return how the widget's search names each node, by the node's id: distinct, and without what markup is made of.

    Examples
    --------
    >>> twice = [ViewNode(f"passage:{number}", "<b>Ada", "passage") for number in (1, 2)]
    >>> searched_names(GraphView("", nodes=(ViewNode("entity:ada", "Ada", "entity"), *twice)))
    {'entity:ada': 'Ada', 'passage:1': 'b Ada (passage)', 'passage:2': 'b Ada (passage), 2'}
    """
    names: dict[str, str] = {}
    used: set[str] = set()
    for node in view.nodes:
        kind = " (passage)" if node.kind == "passage" else ""
        base = shorten(_MARKUP.sub(" ", visible(node.label)), _LABEL_WIDTH, 13.0) + kind
        numbered = (f"{base}, {number}" for number in count(2))
        names[node.node_id] = next(name for name in chain([base], numbered) if name not in used)
        used.add(names[node.node_id])
    return names


def _drawn_graph(view: GraphView, names: dict[str, str], colours: dict[str, str]) -> "nx.MultiDiGraph[str]":
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in view.nodes:
        graph.add_node(
            names[node.node_id],
            label=shorten(visible(node.label), _LABEL_WIDTH, 13.0),
            size=5 + 9 * node.weight,
            color=colours[_role(node)],
            kind=node.kind,
        )
    # A label a pair of nodes, of what the best path walks if there is one: more of them would hide one another.
    steps = [step for path in view.paths[:1] for step in path.steps]
    best = {frozenset(entity_node_id(normalize_phrase(end)) for end in (step.source, step.target)) for step in steps}
    shown = [edge for edge in view.edges if {edge.source, edge.target} in best] or view.edges
    labels: dict[frozenset[str], list[str]] = {}
    for edge in shown:
        labels.setdefault(frozenset((edge.source, edge.target)), []).append(shorten(visible(edge.label), 200.0, 12.0))
    for edge in sorted(view.edges, key=lambda edge: not edge.on_path):
        texts = labels.pop(frozenset((edge.source, edge.target)), [])
        graph.add_edge(
            names[edge.source],
            names[edge.target],
            None,
            label=" / ".join(list(dict.fromkeys(texts))[:2]),
            kind=edge.kind,
            size=4 if edge.on_path else 1.5,
            color=colours["path" if edge.on_path else "line"],
        )
    return graph


def _role(node: ViewNode) -> str:
    return "seed" if node.is_seed else "answer" if node.is_answer else node.kind
