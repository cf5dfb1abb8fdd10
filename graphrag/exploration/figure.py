"""Pictures for papers: a view of the graph drawn by matplotlib, as PNG, SVG or PDF."""

import io
import warnings
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from graphrag.display import visible
from graphrag.errors import InputError
from graphrag.exploration.optional import notebook_module
from graphrag.visualization.labels import shorten, text_width
from graphrag.visualization.layout import FloatArray, place_nodes
from graphrag.visualization.payload import view_payload
from graphrag.visualization.view import GraphView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Theme = Literal["light", "dark"]

_DPI = 100
_SHOWN_WIDTH = 1_000
_MASS_LABEL_WIDTH = 190.0
_MASS_LABEL_SIZE = 19.0
"""Large: two pictures share the width of a page."""
_MASS_RADIUS = 30.0
_MAX_EDGE_LABELS = 60

_COLOURS: dict[str, dict[str, str]] = {
    "light": {
        "paper": "#ffffff", "ink": "#1d2430", "soft": "#5c6675", "line": "#a9b1bd", "node": "#ffffff", "rim": "#8b95a5",
        "page": "#f6efdf", "page_rim": "#c3ab78", "path": "#c2410c", "seed": "#dbe6ff", "seed_rim": "#1d4ed8",
        "answer": "#d8f5e1", "answer_rim": "#15803d", "mass": "#e07b39",
    },
    "dark": {
        "paper": "#12161d", "ink": "#e8ebf0", "soft": "#9aa5b5", "line": "#55606f", "node": "#222a36", "rim": "#67748a",
        "page": "#2c271b", "page_rim": "#7d6a3d", "path": "#fb923c", "seed": "#1f325c", "seed_rim": "#7aa7ff",
        "answer": "#123d22", "answer_rim": "#4ade80", "mass": "#d9722e",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A drawn picture that a notebook shows and that can be saved.

    Parameters
    ----------
    figure
        For changes by hand.
    """

    figure: "Figure"

    def save(self, path: str | Path) -> Path:
        """Write the picture; the file's suffix says how: ``.png``, ``.svg`` or ``.pdf``.

        Raises
        ------
        InputError
            If it cannot be written, or the suffix is another.
        """
        target = Path(path)
        if target.suffix.lower() not in {".png", ".svg", ".pdf"}:
            raise InputError(f"Expected a file named .png, .svg or .pdf (got {target.name!r})")
        try:
            with _missing_glyphs_are_boxes():
                self.figure.savefig(target, dpi=2 * _DPI, facecolor=self.figure.get_facecolor())
        except OSError as error:
            raise InputError(f"Cannot write {target}: {error.strerror}") from error
        return target

    def __repr__(self) -> str:
        width, height = self.figure.get_size_inches()
        return f"Picture({width:.1f} x {height:.1f} inches; .save('graph.svg') keeps it)"

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        width, height = (float(size) * _DPI for size in self.figure.get_size_inches())
        scale = min(1.0, _SHOWN_WIDTH / width)
        data = io.BytesIO()
        with _missing_glyphs_are_boxes():
            # Two dots a pixel of the page, as sharp screens have.
            self.figure.savefig(data, format="png", dpi=2 * _DPI * scale, facecolor=self.figure.get_facecolor())
        return data.getvalue(), {"width": round(width * scale), "height": round(height * scale)}


def draw_view(view: GraphView, *, theme: Theme = "light") -> Picture:
    """Return the picture of a view: the same places and labels as on its HTML page.

    Parameters
    ----------
    view
        What to draw.
    theme
        For a light or a dark page.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    """
    payload = view_payload(view)
    nodes = payload["nodes"]
    centres = np.array([[node["x"], node["y"]] for node in nodes], dtype=np.float64).reshape(-1, 2)
    boxes = np.array([[node["width"], node["height"]] for node in nodes], dtype=np.float64).reshape(-1, 2)
    figure, (axes,) = _canvas(centres, boxes, ("",), theme)
    labels = _Labels(centres, boxes)
    colours = _COLOURS[theme]
    for edge in payload["edges"]:
        _draw_edge(axes, edge, centres, boxes, colours)
    for edge in sorted(payload["edges"], key=lambda edge: not edge["path"])[:_MAX_EDGE_LABELS]:
        _label_edge(axes, edge, centres, labels, colours)
    for node, centre in zip(nodes, centres, strict=True):
        _draw_box(axes, node, centre, colours)
    return Picture(figure)


def draw_mass(view: GraphView, masses: Mapping[str, Mapping[str, float]], *, theme: Theme = "light") -> Picture:
    """Return pictures of one view side by side, the area of a node its share of the mass that a retriever gave.

    Parameters
    ----------
    view
        What to draw; all pictures have the same places.
    masses
        By the picture's title: mass by node id, not negative.
    theme
        For a light or a dark page.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    ValueError
        If there is no mass to draw.
    """
    if not masses:
        raise ValueError("Expected 'masses' to hold at least one retriever's mass (got none)")
    names = [shorten(node.label, _MASS_LABEL_WIDTH, _MASS_LABEL_SIZE) for node in view.nodes]
    widths = [max(text_width(name, _MASS_LABEL_SIZE), 2 * _MASS_RADIUS) for name in names]
    boxes = np.array(
        [[width + 8, 2 * _MASS_RADIUS + 1.7 * _MASS_LABEL_SIZE] for width in widths], dtype=np.float64
    ).reshape(-1, 2)
    index = {node.node_id: position for position, node in enumerate(view.nodes)}
    edges = [(index[edge.source], index[edge.target], 1.0) for edge in view.edges]
    centres = place_nodes(boxes, edges, [], {})
    figure, panels = _canvas(centres, boxes, tuple(masses), theme)
    for axes, mass in zip(panels, masses.values(), strict=True):
        shares = np.array([mass.get(node.node_id, 0.0) for node in view.nodes])
        _draw_mass_panel(axes, view, (centres, edges, names), shares, _COLOURS[theme])
    return Picture(figure)


def _draw_mass_panel(
    axes: "Axes",
    view: GraphView,
    places: tuple[FloatArray, Sequence[tuple[int, int, float]], Sequence[str]],
    shares: FloatArray,
    colours: Mapping[str, str],
) -> None:
    patches = notebook_module("matplotlib.patches", "Drawing the graph")
    centres, edges, names = places
    for first, second, _ in edges:
        axes.plot(*centres[[first, second]].T, color=colours["line"], linewidth=1, zorder=1)
    radii = 4 + (_MASS_RADIUS - 4) * np.sqrt(shares / max(shares.max(initial=0.0), 1e-300))
    for node, centre, radius, share, name in zip(view.nodes, centres, radii, shares, names, strict=True):
        fill = colours["page"] if node.kind == "passage" else colours["mass"]
        rim = colours["seed_rim"] if node.is_seed else colours["answer_rim"] if node.is_answer else colours["rim"]
        circle = patches.Circle(
            centre, radius, facecolor=fill, edgecolor=rim, linewidth=1 + 1.5 * (rim != colours["rim"]), zorder=2,
            alpha=0.9 if share else 0.5,
        )  # fmt: skip
        axes.add_artist(circle)
        below = centre[1] + radius + 0.7 * _MASS_LABEL_SIZE
        _text(axes, (centre[0], below), name, _MASS_LABEL_SIZE, colours["ink"], paper=colours["paper"])


def _canvas(
    centres: FloatArray, boxes: FloatArray, titles: tuple[str, ...], theme: Theme
) -> "tuple[Figure, list[Axes]]":
    """Return an empty figure with a panel a title, a unit a pixel, y downwards."""
    figures = notebook_module("matplotlib.figure", "Drawing the graph")
    low = (centres - boxes / 2).min(axis=0, initial=0.0) - 16
    high = (centres + boxes / 2).max(axis=0, initial=0.0) + 16
    width, height = np.maximum(high - low, 60.0)
    top = 40.0 if any(titles) else 0.0
    figure = figures.Figure(
        figsize=(len(titles) * width / _DPI, (height + top) / _DPI), dpi=_DPI, facecolor=_COLOURS[theme]["paper"]
    )
    panels = []
    for number, title in enumerate(titles):
        axes = figure.add_axes((number / len(titles), 0.0, 1 / len(titles), height / (height + top)))
        axes.set(xlim=(low[0], low[0] + width), ylim=(low[1] + height, low[1]))
        axes.axis("off")
        axes.set_title(title, fontsize=22 * 72 / _DPI, color=_COLOURS[theme]["ink"], parse_math=False)
        panels.append(axes)
    return figure, panels


class _Labels:
    """Where there is room for the label of an edge: not on a node, not on another label."""

    def __init__(self, centres: FloatArray, boxes: FloatArray) -> None:
        self._taken = [(*(centre - box / 2), *(centre + box / 2)) for centre, box in zip(centres, boxes, strict=True)]

    def take(self, centre: FloatArray, width: float, height: float) -> bool:
        left, top, right, bottom = (
            centre[0] - width / 2, centre[1] - height / 2, centre[0] + width / 2, centre[1] + height / 2,
        )  # fmt: skip
        if any(left < r and right > x and top < b and bottom > y for x, y, r, b in self._taken):
            return False
        self._taken.append((left, top, right, bottom))
        return True


def _draw_edge(
    axes: "Axes", edge: Mapping[str, Any], centres: FloatArray, boxes: FloatArray, colours: Mapping[str, str]
) -> None:
    patches = notebook_module("matplotlib.patches", "Drawing the graph")
    first, second = edge["a"], edge["b"]
    start = _border(centres[first], centres[second], boxes[first])
    end = _border(centres[second], centres[first], boxes[second])
    forward = any(fact["forward"] for fact in edge["facts"])
    backward = any(not fact["forward"] for fact in edge["facts"])
    style = "<|-|>" if forward and backward else "-|>" if forward else "<|-"
    arrow = patches.FancyArrowPatch(
        start, end, arrowstyle=style if edge["kind"] == "fact" else "-", mutation_scale=11, shrinkA=0, shrinkB=0,
        color=colours["path"] if edge["path"] else colours["line"], linewidth=2.2 if edge["path"] else 1.0,
        linestyle=":" if edge["kind"] == "synonym" else "-", zorder=2 if edge["path"] else 1,
    )  # fmt: skip
    axes.add_artist(arrow)


def _border(centre: FloatArray, towards: FloatArray, box: FloatArray) -> tuple[float, float]:
    """Return where a line from a box's centre leaves the box."""
    offset = towards - centre
    scales = (box / 2 + 2) / np.maximum(np.abs(offset), 1e-9)
    x, y = centre + offset * min(1.0, float(scales.min()))
    return float(x), float(y)


def _label_edge(
    axes: "Axes", edge: Mapping[str, Any], centres: FloatArray, labels: _Labels, colours: Mapping[str, str]
) -> None:
    texts = list(dict.fromkeys(fact["short"] for fact in edge["facts"] if fact["short"]))[:2]
    if not texts:
        return
    middle = (centres[edge["a"]] + centres[edge["b"]]) / 2
    width, height = max(text_width(text, 12.0) for text in texts) + 6, 15.0 * len(texts) + 4
    if labels.take(middle, width, height):
        colour = colours["path"] if edge["path"] else colours["soft"]
        _text(axes, (middle[0], middle[1]), "\n".join(texts), 12.0, colour, paper=colours["paper"])


def _draw_box(axes: "Axes", node: Mapping[str, Any], centre: FloatArray, colours: Mapping[str, str]) -> None:
    patches = notebook_module("matplotlib.patches", "Drawing the graph")
    kind = "seed" if node["seed"] else "answer" if node["answer"] else "page" if node["kind"] == "passage" else ""
    width, height = node["width"], node["height"]
    box = patches.FancyBboxPatch(
        (centre[0] - width / 2, centre[1] - height / 2), width, height,
        boxstyle=f"round,pad=0,rounding_size={3 if kind == 'page' else height / 2}",
        facecolor=colours[kind or "node"], edgecolor=colours[f"{kind}_rim" if kind else "rim"],
        linewidth=1.6 if node["major"] else 0.9, zorder=3,
    )  # fmt: skip
    axes.add_artist(box)
    _text(axes, (float(centre[0]), float(centre[1])), node["short"], node["size"], colours["ink"])


def _text(
    axes: "Axes", place: tuple[float, float], text: str, size: float, colour: str, *, paper: str | None = None
) -> None:
    background = {"facecolor": paper, "edgecolor": "none", "pad": 0.8, "alpha": 0.8} if paper else None
    # Names are no formulas, whatever dollar signs are in them.
    axes.text(
        *place, visible(text), fontsize=size * 72 / _DPI, color=colour, ha="center", va="center", parse_math=False,
        zorder=4, bbox=background,
    )  # fmt: skip


@contextmanager
def _missing_glyphs_are_boxes() -> "Iterator[None]":
    """Draw a box for characters that matplotlib's font lacks, and say nothing: the HTML page has them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        yield
