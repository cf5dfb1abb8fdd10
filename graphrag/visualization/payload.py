"""Turns a view into what the page's script draws: placed nodes, bundled edges, passages and paths."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from graphrag.text import normalize_phrase, split_sentences
from graphrag.types import Explanation, ReasoningPath
from graphrag.visualization.labels import one_line, shorten, text_width
from graphrag.visualization.layout import FloatArray, place_nodes
from graphrag.visualization.view import GraphView, ViewEdge, ViewNode, passage_node_id

Payload = dict[str, Any]
"""A JSON object."""

_ATTRACTION = {"fact": 1.0, "synonym": 1.2, "mention": 0.45}
_SHOWN_MASS = 5
_RELATION_WIDTH = 170.0
_RELATION_SIZE = 12.5
_LABEL_WIDTH = {True: 190.0, False: 150.0}


def view_payload(view: GraphView) -> Payload:
    """Return a view as the JSON object that ``view.js`` reads.

    Parameters
    ----------
    view
        What to show.

    Examples
    --------
    >>> sorted(view_payload(GraphView("Empty")))
    ['answer', 'edges', 'explanation', 'nodes', 'notes', 'passages', 'paths', 'question', 'title']
    """
    paths = [_path_nodes(path, _entity_indices(view.nodes)) for path in view.paths]
    # The most important first: the script labels them in this order while there is room.
    on_path = {node for path in paths for node in path}
    order = sorted(range(len(view.nodes)), key=lambda i: _importance(view.nodes[i], i in on_path), reverse=True)
    position = {old: new for new, old in enumerate(order)}
    nodes = tuple(view.nodes[i] for i in order)
    paths = [[position[node] for node in path] for path in paths]
    on_path = {position[node] for node in on_path}
    passages = _passages(view)
    bundles = _bundle_edges(view.edges, {node.node_id: i for i, node in enumerate(nodes)}, paths)
    shapes = [_shape(node, i in on_path) for i, node in enumerate(nodes)]
    centres = _centres(shapes, bundles, paths)
    return {
        "title": one_line(view.title),
        "question": one_line(view.question),
        "answer": view.answer,
        "nodes": [_node_payload(*parts) for parts in zip(nodes, shapes, centres.tolist(), strict=True)],
        "edges": [_edge_payload(pair, edges, nodes, passages) for pair, edges in bundles.items()],
        "passages": list(passages.values()),
        "paths": [_path_payload(*parts, bundles) for parts in zip(view.paths, paths, strict=True)],
        "notes": list(view.notes),
        "explanation": _explanation_payload(view.explanation) if view.explanation else None,
    }


def _explanation_payload(explanation: Explanation) -> Payload:
    """Return the steps of a reasoner: the tokens with their attention in five levels, and where the mass was."""
    steps = []
    for step in explanation.steps:
        largest = max(step.attention, default=0.0) or 1.0
        tokens = [
            {"text": token, "attention": round(share, 4), "level": min(4, int(5 * share / largest))}
            for token, share in _words(explanation.tokens, step.attention)
        ]
        mass = [{"name": one_line(name), "share": round(share, 4)} for name, share in step.mass[:_SHOWN_MASS]]
        steps.append({"tokens": tokens, "mass": mass})
    return {"steps": steps}


def _words(tokens: Sequence[str], attention: Sequence[float]) -> list[tuple[str, float]]:
    """Return whole words with the attention of their pieces together; marks such as ``[CLS]`` keep theirs."""
    words: list[tuple[str, float]] = []
    for token, share in zip(tokens, attention, strict=True):
        if token.startswith("##") and words:
            text, before = words.pop()
            words.append((text + token[2:], before + share))
        else:
            words.append((token, share))
    return words


def _entity_indices(nodes: Sequence[ViewNode]) -> dict[str, int]:
    """Return where each entity is, by its normalised label."""
    return {normalize_phrase(node.label): i for i, node in enumerate(nodes) if node.kind == "entity"}


def _path_nodes(path: ReasoningPath, entities: Mapping[str, int]) -> list[int]:
    """Return the nodes that a path visits, in order; without those that the view does not show."""
    names = [step.source for step in path.steps] + [step.target for step in path.steps[-1:]]
    found = [entities.get(normalize_phrase(name)) for name in names]
    return [node for node in found if node is not None]


def _importance(node: ViewNode, on_path: bool) -> tuple[bool, bool, float]:
    return (on_path or node.is_seed or node.is_answer, node.kind == "entity", node.weight)


def _shape(node: ViewNode, on_path: bool) -> Payload:
    """Return a node's shortened label with its size: large for what the question is about."""
    major = on_path or node.is_seed or node.is_answer
    size = 15.0 if major else 11.0 + round(2.0 * node.weight, 1)
    short = shorten(node.label, _LABEL_WIDTH[major], size)
    return {
        "short": short,
        "size": size,
        "major": major,
        "width": round(text_width(short, size) + (38.0 if node.kind == "passage" else 24.0), 1),
        "height": round(size + (17.0 if major else 12.0), 1),
    }


def _centres(shapes: Sequence[Payload], bundles: "Bundles", paths: Sequence[Sequence[int]]) -> FloatArray:
    """Return where the nodes stand."""
    sizes = np.array([[shape["width"], shape["height"]] for shape in shapes]).reshape(-1, 2)
    springs = [(a, b, _ATTRACTION[edges[0].kind]) for (a, b), edges in bundles.items()]
    steps = {pair for path in paths for pair in pairwise(path)}
    label_widths = {pair: _label_width(edges) for pair, edges in bundles.items() if pair in steps}
    return place_nodes(sizes, springs, paths, label_widths)


def _label_width(edges: Sequence[ViewEdge]) -> float:
    """Return how wide the label of a bundle is: its two longest lines, with room for an arrow."""
    lines = [shorten(edge.label, _RELATION_WIDTH, _RELATION_SIZE) for edge in edges if edge.kind != "mention"]
    return max((text_width(line, _RELATION_SIZE) for line in lines[:2]), default=0.0) + 16.0


def _node_payload(node: ViewNode, shape: Payload, centre: Sequence[float]) -> Payload:
    return {
        "id": node.node_id,
        "label": node.label,
        "kind": node.kind,
        "weight": round(node.weight, 3),
        "seed": node.is_seed,
        "answer": node.is_answer,
        "x": round(centre[0], 1),
        "y": round(centre[1], 1),
        **shape,
    }


Bundles = dict[tuple[int, int], list[ViewEdge]]
"""Edges between the same two nodes, the pair in walking order of its path, else in the first edge's direction."""


def _bundle_edges(edges: Sequence[ViewEdge], index: Mapping[str, int], paths: Sequence[Sequence[int]]) -> Bundles:
    """Return the edges by the pairs of nodes they connect; those on a path come first."""
    bundles: Bundles = {pair: [] for path in paths for pair in pairwise(path)}
    for edge in sorted(edges, key=lambda edge: (not edge.on_path, edge.kind != "fact")):
        pair = (index[edge.source], index[edge.target])
        if pair[::-1] in bundles and pair not in bundles:
            pair = pair[::-1]
        bundles.setdefault(pair, []).append(edge)
    return {pair: found for pair, found in bundles.items() if found}


def _edge_payload(
    pair: tuple[int, int], edges: Sequence[ViewEdge], nodes: Sequence[ViewNode], passages: Mapping[str, Payload]
) -> Payload:
    names = [nodes[end].label for end in pair]
    source = nodes[pair[0]].node_id
    positions = {passage_id: i for i, passage_id in enumerate(passages)}
    facts = []
    for edge in edges:
        cited = [passage_id for passage_id in edge.passage_ids if passage_id in passages]
        facts.append(
            {
                "label": edge.label,
                "short": shorten(edge.label, _RELATION_WIDTH, _RELATION_SIZE),
                "forward": edge.source == source,
                "path": edge.on_path,
                "kind": edge.kind,
                "passages": [positions[passage_id] for passage_id in cited],
                "sentence": best_sentence(passages[cited[0]]["text"], names) if cited else "",
            }
        )
    return {
        "a": pair[0],
        "b": pair[1],
        "kind": edges[0].kind,
        "path": any(edge.on_path for edge in edges),
        "facts": facts,
    }


def best_sentence(text: str, names: Sequence[str]) -> str:
    """Return the first of the sentences that contain most of some names; empty if none contains any.

    Parameters
    ----------
    text
        A passage.
    names
        What to look for, in any case.

    Examples
    --------
    >>> best_sentence("Ada was born in 1815. Ada knew Babbage.", ["Ada", "Babbage"])
    'Ada knew Babbage.'
    """
    wanted = [name.casefold() for name in names if name]
    best, most = "", 0
    for start, end in split_sentences(text):
        sentence = text[start:end]
        folded = sentence.casefold()
        found = sum(name in folded for name in wanted)
        if found > most:
            best, most = sentence, found
    return best


def _passages(view: GraphView) -> dict[str, Payload]:
    """Return the passages by id: those that are nodes, then the others."""
    prefix = passage_node_id("")
    nodes = [node for node in view.nodes if node.kind == "passage"]
    found: dict[str, Payload] = {}
    for node in nodes:
        passage_id = node.node_id.removeprefix(prefix)
        found[passage_id] = {"id": passage_id, "title": node.label, "text": node.detail, "node": node.node_id}
    for passage in view.passages:
        title = passage.title or passage.passage_id
        found.setdefault(passage.passage_id, {"id": passage.passage_id, "title": title, "text": passage.text})
    return found


def _path_payload(path: ReasoningPath, nodes: Sequence[int], bundles: Bundles) -> Payload:
    pairs = set(pairwise(nodes)) | {(b, a) for a, b in pairwise(nodes)}
    steps = [
        {"source": step.source, "relation": step.relation, "target": step.target, "forward": step.forward}
        for step in path.steps
    ]
    return {
        "score": round(path.score, 4),
        "steps": steps,
        "nodes": list(nodes),
        "edges": [i for i, pair in enumerate(bundles) if pair in pairs],
    }
