"""Where nodes stand: reasoning paths from left to right, everything else around them, no two boxes on one another."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path

FloatArray = NDArray[np.float64]

EDGE_LENGTH = 130.0
"""How long an edge likes to be, in pixels at scale 1."""

STRETCH = 1.45
"""Pictures are wider than high, as labels and screens are."""

_LANE_GAP = 96.0
_WAVE = 22.0
_LABEL_ROOM = 52.0
"""Beside a relation's label, for the arrow and some air, in pixels."""
_MARGIN = 9.0
_SLACK = 1.0
"""How much of the margin two boxes may share, in pixels: the last pixel would take most of the steps."""
_STRESS_STEPS = 100
_MAX_RINGS, _RING = 60, 12.0
"""How many rings around a wedged box are searched for room, and how far they are apart in pixels."""


def place_nodes(
    sizes: FloatArray,
    edges: Sequence[tuple[int, int, float]],
    paths: Sequence[Sequence[int]],
    label_widths: Mapping[tuple[int, int], float],
) -> FloatArray:
    """Return the centre of each node, in pixels at scale 1.

    Parameters
    ----------
    sizes
        Width and height of each node's box, shape ``(num_nodes, 2)``.
    edges
        Two nodes and how strongly they attract one another.
    paths
        Nodes of each reasoning path in walking order, best path first.
    label_widths
        How wide the label on each step of a path is, by the step's nodes in walking order.

    Returns
    -------
    FloatArray
        Shape ``(num_nodes, 2)``, y downwards; the same input gives the same picture.

    Examples
    --------
    >>> centres = place_nodes(np.full((3, 2), 40.0), [(0, 1, 1.0), (1, 2, 1.0)], [[0, 1, 2]], {})
    >>> bool(centres[0, 0] < centres[1, 0] < centres[2, 0])
    True
    """
    if len(sizes) == 0:
        return np.zeros((0, 2))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(sizes)))
    graph.add_weighted_edges_from((a, b, w) for a, b, w in edges if a != b)
    fixed = place_paths(sizes, paths, label_widths)
    centres = _around_paths(graph, fixed) if fixed else _without_paths(graph)
    obstacles = _along(centres, paths)
    boxes = np.vstack([sizes, np.full((len(obstacles), 2), 26.0)])
    movable = np.ones(len(boxes), dtype=bool)
    movable[list(fixed)] = False
    movable[len(sizes) :] = False
    return separate_boxes(np.vstack([centres, obstacles]), boxes, movable)[: len(sizes)]


def place_paths(
    sizes: FloatArray, paths: Sequence[Sequence[int]], label_widths: Mapping[tuple[int, int], float]
) -> dict[int, tuple[float, float]]:
    """Return the centres of the nodes on reasoning paths: a column for each step, a gentle wave from left to right.

    Parameters
    ----------
    sizes
        Width and height of each node's box, shape ``(num_nodes, 2)``.
    paths
        Nodes of each path in walking order, best path first.
    label_widths
        How wide the label on each step is, by the step's nodes in walking order.

    Examples
    --------
    >>> sorted(place_paths(np.full((2, 2), 40.0), [[1, 0]], {(1, 0): 100.0}).items())
    [(0, (192.0, 22.0)), (1, (0.0, -22.0))]
    """
    column: dict[int, int] = {}
    for path in paths:
        start = _shift(path, column)
        for step, node in enumerate(path):
            column.setdefault(node, start + step)
    if not column:
        return {}
    first = min(column.values())
    columns: list[list[int]] = [[] for _ in range(max(column.values()) - first + 1)]
    for node, index in column.items():
        columns[index - first].append(node)
    halves = [max((sizes[node, 0] for node in nodes), default=0.0) / 2 for nodes in columns]
    gaps = _label_gaps(paths, {node: index - first for node, index in column.items()}, label_widths, len(columns))
    x = 0.0
    places = {}
    for index, nodes in enumerate(columns):
        if index:
            x += halves[index - 1] + gaps[index - 1] + halves[index]
        wave = _WAVE if index % 2 else -_WAVE
        for lane, node in enumerate(nodes):
            places[node] = (float(x), (lane - (len(nodes) - 1) / 2) * _LANE_GAP + wave)
    return places


def _label_gaps(
    paths: Sequence[Sequence[int]],
    column: Mapping[int, int],
    label_widths: Mapping[tuple[int, int], float],
    num_columns: int,
) -> list[float]:
    """Return the room between each column and the next: for the widest label on a step between them."""
    gaps = [_LABEL_ROOM] * max(num_columns - 1, 0)
    for step in (pair for path in paths for pair in pairwise(path)):
        left, right = sorted((column[step[0]], column[step[1]]))
        if right == left + 1:
            gaps[left] = max(gaps[left], label_widths.get(step, 0.0) + _LABEL_ROOM)
    return gaps


def _shift(path: Sequence[int], column: dict[int, int]) -> int:
    """Return the column in which a path starts so that its first known node stays where it is."""
    return next((column[node] - step for step, node in enumerate(path) if node in column), 0)


def _around_paths(graph: "nx.Graph[int]", fixed: dict[int, tuple[float, float]]) -> FloatArray:
    """Let springs place the other nodes, the paths standing still."""
    scale = np.array([EDGE_LENGTH * STRETCH, EDGE_LENGTH])
    middle = np.mean(list(fixed.values()), axis=0)
    start = nx.circular_layout(graph, scale=2.5)
    places = {node: (np.array(fixed[node]) - middle) / scale if node in fixed else start[node] for node in graph}
    # Weak springs to the paths keep what is not connected with them on the page.
    held = graph.copy()
    apart = ((a, b) for a in graph for b in fixed if a not in fixed and not graph.has_edge(a, b))
    held.add_weighted_edges_from((a, b, 0.05) for a, b in apart)
    result = nx.spring_layout(held, k=1.0, pos=places, fixed=list(fixed), iterations=400, seed=0)
    centres: FloatArray = np.array([result[node] for node in graph]) * scale + middle
    return centres


def _without_paths(graph: "nx.Graph[int]") -> FloatArray:
    """Place the nodes so that distances in the picture are those in the graph."""
    distances = shortest_path(nx.to_scipy_sparse_array(graph, weight=None), directed=False, unweighted=True)
    reached = np.isfinite(distances)
    distances[~reached] = 2.0 + distances[reached].max()
    # The circle parts nodes that scaling puts at the same place.
    circle = 0.01 * np.array(list(nx.circular_layout(graph).values()))
    places = _majorize_stress(distances, _scale_classically(distances) + circle)
    places -= places.mean(axis=0)
    size = EDGE_LENGTH * np.sqrt(len(places)) * 0.55
    centres: FloatArray = places / max(np.abs(places).max(), 1e-9) * np.array([size * STRETCH, size])
    return centres


def _scale_classically(distances: FloatArray) -> FloatArray:
    """Return places from the two largest eigenvectors of the inner products: a start near the least stress.

    References
    ----------
    Torgerson, "Multidimensional Scaling: I. Theory and Method" (1952).
    """
    squares = distances**2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    values, vectors = np.linalg.eigh(-centred / 2)
    places: FloatArray = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0.0))
    return np.pad(places, ((0, 0), (0, 2 - places.shape[1])))


def _majorize_stress(distances: FloatArray, places: FloatArray) -> FloatArray:
    """Return places whose distances are near the wanted ones: what Kamada and Kawai minimise, in few quick steps.

    References
    ----------
    Gansner, Koren and North, "Graph Drawing by Stress Majorization" (2004), equations 6 to 8.
    """
    weights = 1 / (distances + np.eye(len(distances))) ** 2
    np.fill_diagonal(weights, 0.0)
    # The pseudoinverse of the weights' Laplacian, whose null space are the shifts of the whole picture.
    shift = 1 / len(distances)
    inverse = np.linalg.inv(np.diag(weights.sum(axis=1)) - weights + shift) - shift
    for _ in range(_STRESS_STEPS):
        lengths = np.linalg.norm(places[:, None] - places[None], axis=2)
        pulls = -weights * distances / np.maximum(lengths, 1e-9)
        np.fill_diagonal(pulls, 0.0)
        np.fill_diagonal(pulls, -pulls.sum(axis=1))
        places = inverse @ (pulls @ places)
    return places


def _along(centres: FloatArray, paths: Sequence[Sequence[int]]) -> FloatArray:
    """Return points along the paths' edges that other nodes keep away from, shape ``(num_points, 2)``."""
    steps = {(min(a, b), max(a, b)) for path in paths for a, b in pairwise(path)}
    shares = np.linspace(0.2, 0.8, 7)[:, None]
    points = [centres[a] + shares * (centres[b] - centres[a]) for a, b in sorted(steps)]
    return np.vstack(points) if points else np.zeros((0, 2))


def separate_boxes(centres: FloatArray, sizes: FloatArray, movable: NDArray[np.bool_]) -> FloatArray:
    """Return centres moved apart until no two boxes overlap; one that stays wedged in jumps to the nearest free place.

    Parameters
    ----------
    centres, sizes
        Of the boxes, shape ``(num_boxes, 2)``.
    movable
        Which boxes may move, shape ``(num_boxes,)``.

    Examples
    --------
    >>> separate_boxes(np.zeros((2, 2)), np.full((2, 2), 10.0), np.array([True, True])).round().tolist()
    [[0.0, 10.0], [0.0, -9.0]]
    """
    centres = centres.copy()
    # Equal centres have no direction to part in: give each box one of its own.
    centres += 1e-3 * np.arange(len(centres))[::-1, None] * np.array([0.0, 1.0]) * movable[:, None]
    wide, high = ((side[:, None] + side[None]) / 2 + _MARGIN for side in sizes.T)
    share = movable[:, None] * np.where(movable[None, :], 0.5, 1.0)
    np.fill_diagonal(share, 0.0)
    for _ in range(600):
        apart_x, apart_y = (place[:, None] - place[None] for place in centres.T)
        over_x, over_y = wide - np.abs(apart_x), high - np.abs(apart_y)
        one, other = np.nonzero((over_x > _SLACK) & (over_y > _SLACK) & (share > 0))
        if not len(one):
            break
        by_x, by_y, crowd = over_x[one, other], over_y[one, other], np.bincount(one, minlength=len(centres))
        vertical = by_y <= by_x
        for axis, apart, overlap in ((0, apart_x, ~vertical * by_x), (1, apart_y, vertical * by_y)):
            push = overlap * np.where(apart[one, other] < 0, -1.0, 1.0) * share[one, other]
            centres[:, axis] += np.bincount(one, push, minlength=len(centres)) / np.sqrt(np.maximum(crowd, 1))
    for box in np.unique(one[movable[one]]) if len(one) else ():
        centres[box] = _nearest_free_place(centres, wide[box], high[box], box)
    return centres


def _nearest_free_place(centres: FloatArray, wide: FloatArray, high: FloatArray, box: int) -> FloatArray:
    """Return where a box overlaps no other, as near to its place as rings of places around it have one.

    Parameters
    ----------
    centres
        Of all boxes, shape ``(num_boxes, 2)``.
    wide, high
        How far apart the box and each other have to be, shape ``(num_boxes,)``.
    box
        Which box it is.
    """
    angles = np.linspace(0.0, 2 * np.pi, 48, endpoint=False)
    rings = np.arange(_MAX_RINGS)[:, None, None] * _RING * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    places = centres[box] + rings.reshape(-1, 2)
    others = np.arange(len(centres)) != box
    apart = np.abs(places[:, None] - centres[None, others])
    taken = (wide[others] - apart[..., 0] > _SLACK) & (high[others] - apart[..., 1] > _SLACK)
    nearest: FloatArray = places[taken.any(axis=1).argmin()]
    return nearest
