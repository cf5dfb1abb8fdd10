"""A reasoning graph's arcs in both directions, ready for messages, and what can be reached along them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    reached = np.zeros(graph.num_nodes, dtype=bool)
    reached[np.asarray(seeds, dtype=np.int64)] = True
    reached[graph.num_entities :] = True
    head = np.concatenate([graph.head, graph.tail])
    tail = np.concatenate([graph.tail, graph.head])
    return connected(reached, head, tail)


def connected(starts: NDArray[np.bool_], head: NDArray[np.integer], tail: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return which nodes arcs lead to from some nodes, however many it takes.

    Parameters
    ----------
    starts
        Nodes that are reached at once, shape ``(num_nodes,)``.
    head, tail
        Nodes of the arcs, each walked from head to tail, shape ``(num_arcs,)``.

    Examples
    --------
    >>> connected(np.array([True, False, False, False]), np.array([0, 1]), np.array([1, 2])).tolist()
    [True, True, True, False]
    """
    reached = starts.copy()
    count = -1
    while count != (count := int(np.count_nonzero(reached))):
        reached[tail[reached[head]]] = True
    return reached
