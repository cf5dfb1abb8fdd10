"""A reasoning graph's arcs in both directions, ready for messages, and what can be reached along them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graphrag.reasoning import ReasoningGraph

NUM_KINDS = 4
"""Facts, synonyms, mentions, titles; walked backwards they are four kinds more."""

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Arcs:
    """A graph's arcs in both directions, in the order of their tails.

    Parameters
    ----------
    head, tail
        Nodes, shape ``(num_arcs,)``.
    kind
        In [0, ``2 * NUM_KINDS``), the second half backwards, shape ``(num_arcs,)``.
    origin
        Which arc of the reasoning graph it is, shape ``(num_arcs,)``.
    scale
        One over the geometric mean of the numbers of arcs of this kind at head and tail, shape ``(num_arcs,)``.
    """

    head: Integers
    tail: Integers
    kind: Integers
    origin: Integers
    scale: NDArray[np.float32]

    @property
    def backward(self) -> Integers:
        """1 for arcs that are walked backwards, else 0, shape ``(num_arcs,)``."""
        return self.kind // NUM_KINDS

    @classmethod
    def of(cls, graph: ReasoningGraph) -> "Arcs":
        """Return the arcs of a graph."""
        one_way = np.zeros(graph.num_arcs, dtype=np.int64) if graph.kind is None else graph.kind.astype(np.int64)
        tail = np.concatenate([graph.tail, graph.head]).astype(np.int64)
        order = np.argsort(tail, kind="stable")
        head = np.concatenate([graph.head, graph.tail]).astype(np.int64)[order]
        kind = np.concatenate([one_way, one_way + NUM_KINDS])[order]
        origin = np.tile(np.arange(graph.num_arcs), 2)[order]
        tail = tail[order]
        crowd = _crowd(kind, head, graph.num_nodes) * _crowd(kind, tail, graph.num_nodes)
        return cls(head, tail, kind, origin, (1 / np.sqrt(crowd)).astype(np.float32))


def _crowd(kind: Integers, end: Integers, num_nodes: int) -> Integers:
    """Return how many arcs of its kind each arc's end has."""
    cell = kind * num_nodes + end
    counts: Integers = np.bincount(cell, minlength=1)[cell]
    return counts


def reached_nodes(graph: ReasoningGraph, seeds: Sequence[int]) -> NDArray[np.bool_]:
    """Return which nodes arcs connect with a seed or a passage, in either direction, shape ``(num_nodes,)``.

    Passages are places to start from too: words and vectors have found them.
    """
    num_nodes = graph.num_nodes
    ones = np.ones(graph.num_arcs, dtype=np.int8)
    links = coo_array((ones, (graph.head, graph.tail)), shape=(num_nodes, num_nodes))
    _, part = connected_components(links, directed=False)
    starts = np.concatenate([np.asarray(seeds, dtype=np.int64), np.arange(graph.num_entities, num_nodes)])
    reached: NDArray[np.bool_] = np.isin(part, part[starts])
    return reached
