"""A reasoning graph's arcs in both directions, ready for messages or steps, and what can be reached along them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphrag.reasoning import ReasoningGraph

NUM_KINDS = 4
"""Facts, synonyms, mentions, titles; walked backwards they are four kinds more."""

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]


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


@dataclass(frozen=True)
class LeavingArcs:
    """A graph's distinct arcs in both directions, those that leave one node side by side.

    Parameters
    ----------
    starts
        Where each node's arcs begin, and their number at the end, shape ``(num_nodes + 1,)``.
    relation
        Of each arc; ``r + num_relations`` is relation ``r`` walked backwards, shape ``(num_arcs,)``.
    tail
        Where each arc leads, shape ``(num_arcs,)``.
    """

    starts: Integers
    relation: Integers
    tail: Integers

    @classmethod
    def of(cls, graph: ReasoningGraph) -> "LeavingArcs":
        """Return the arcs of a graph, each once however often the graph lists it.

        Examples
        --------
        >>> arcs = LeavingArcs.of(ReasoningGraph(np.arange(3), 3, *np.array([[0, 0, 1], [0, 0, 0], [2, 2, 2]]), ["r"]))
        >>> arcs.starts.tolist(), arcs.relation.tolist(), arcs.tail.tolist()
        ([0, 1, 2, 4], [0, 0, 1, 1], [2, 2, 0, 1])
        """
        num_relations = len(graph.relation_texts)
        # An arc that leaves a node is the inverse of one that arrives there.
        node, arriving, other = distinct_arcs(graph)
        relation = np.where(arriving < num_relations, arriving + num_relations, arriving - num_relations)
        return cls(np.searchsorted(node, np.arange(graph.num_nodes + 1)), relation, other)

    def step(self, scores: Numbers, weights: Numbers) -> Numbers:
        """Return where scores go in one step: the sum of ``weights[r] * scores[h]`` over the arcs ``(h, r, t)``.

        Parameters
        ----------
        scores
            Of the nodes, shape ``(num_nodes,)``.
        weights
            Of the relations in both directions, shape ``(2 * num_relations,)``.

        Returns
        -------
        ndarray
            Shape ``(num_nodes,)``. It takes as long as there are arcs at the nodes whose score is not 0.
        """
        active = np.flatnonzero(scores)
        first = self.starts[active]
        counts = self.starts[active + 1] - first
        arcs = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        sent = np.repeat(scores[active], counts) * weights[self.relation[arcs]]
        return np.bincount(self.tail[arcs], weights=sent, minlength=len(scores)).astype(np.float64, copy=False)


def distinct_arcs(graph: ReasoningGraph) -> tuple[Integers, Integers, Integers]:
    """Return the tails, relations and heads of a graph's distinct arcs and their inverses, ordered by these three.

    Relation ``r`` walked backwards is ``r + num_relations``.
    """
    head = np.concatenate([graph.head, graph.tail]).astype(np.int64)
    tail = np.concatenate([graph.tail, graph.head]).astype(np.int64)
    one_way = graph.relation.astype(np.int64)
    relation = np.concatenate([one_way, one_way + len(graph.relation_texts)])
    columns = np.stack([tail, relation, head])
    columns = columns[:, np.lexsort(columns[::-1])]
    first = np.ones(columns.shape[1], dtype=bool)
    first[1:] = np.any(columns[:, 1:] != columns[:, :-1], axis=0)
    tail, relation, head = columns[:, first]
    return tail, relation, head


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
