"""Personalized PageRank around the nodes where a walk starts: in large graphs, without looking at the rest."""

import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from graphrag.errors import ConvergenceError
from graphrag.graph.adjacency import inverse_degrees
from graphrag.graph.knowledge_graph import IndexArray
from graphrag.retrieval.pagerank import FloatVector, chebyshev_weight

_TOLERANCE = 1e-7
"""Error of the solution on the neighbourhood, as a share of the mass."""

_MAX_STEPS = 500


class LocalMass(NamedTuple):
    """What :meth:`LocalPush.solve` found.

    Parameters
    ----------
    nodes
        Those that have mass, without repetition, shape ``(num_found,)``.
    mass
        Of each of them, positive, shape ``(num_found,)``.
    error
        Bound on the sum of what is missing over all nodes; no mass is too large by more than rounding.
    """

    nodes: IndexArray
    mass: FloatVector
    error: float


class _Neighbourhood(NamedTuple):
    """The nodes around some, and the arcs of those of them whose own are followed.

    Parameters
    ----------
    nodes
        All that an arc leads to, the starting ones first, without repetition.
    inside
        Places in ``nodes`` of those that are followed, the starting ones first.
    counts
        How many arcs each node inside has.
    targets, shares
        Where each arc leads, as a place in ``nodes``, and the probability of going along it.
    """

    nodes: IndexArray
    inside: NDArray[np.int64]
    counts: NDArray[np.int64]
    targets: NDArray[np.int64]
    shares: FloatVector


class LocalPush:
    """Solves the walk on a neighbourhood that grows as long as much mass leaves it.

    Beginning with the nodes where the walk starts, a node joins the neighbourhood when what reaches it from there is
    more than ``threshold`` times its degree: the rule of local push. But where push moves a node's mass again and
    again, each node's arcs are read once here, and the walk is then solved as a whole on the arcs that were read. What
    leaves the neighbourhood is credited where it arrives, and comes back along the same arcs: the graph is undirected,
    so that they are known without reading those nodes' own. Without what comes back, the first 20 places of a walk on a
    million nodes agree with the exact ones as well only at a fifth of the threshold, in twice the time. What goes
    further away is not followed. The time depends on the neighbourhood, not on the graph. Deterministic.

    Parameters
    ----------
    adjacency
        Symmetric weights, not negative, shape ``(num_nodes, num_nodes)``.

    References
    ----------
    Andersen, Chung and Lang, "Local Graph Partitioning using PageRank Vectors", FOCS 2006, section 3 (the rule).
    """

    def __init__(self, adjacency: csr_array) -> None:
        self._starts = adjacency.indptr.astype(np.int64)
        self._targets, self._weights = adjacency.indices, adjacency.data
        self._degree = np.asarray(adjacency.sum(axis=0), dtype=np.float64)
        self._own = threading.local()
        self._inverse = inverse_degrees(self._degree)

    def solve(
        self, nodes: IndexArray, start: FloatVector, *, damping: float = 0.5, threshold: float = 1e-6
    ) -> LocalMass:
        """Return the solution of ``y = damping * W D^-1 @ y + start`` around the nodes where ``start`` is positive.

        Parameters
        ----------
        nodes, start
            Where the walk starts, without repetition, and with what mass, positive; both of shape ``(num_starts,)``.
        damping
            Probability of continuing the walk, in [0, 1).
        threshold
            Of a node's mass per degree, positive; the smaller, the larger the neighbourhood. Relative to the sum of
            ``start``.

        Raises
        ------
        ValueError
            If ``damping`` or ``threshold`` is out of range.
        ConvergenceError
            If the walk on the neighbourhood is not solved after 500 steps, which only a ``damping`` near 1 can cause.
        """
        if not 0 <= damping < 1:
            raise ValueError(f"Expected 'damping' to be in [0, 1) (got {damping})")
        if not threshold > 0:
            raise ValueError(f"Expected 'threshold' to be positive (got {threshold})")
        if not len(nodes):
            return LocalMass(nodes, start, 0.0)
        total = float(start.sum())
        near = self._grow(nodes, start, damping, threshold * total)
        walk = _KnownArcs(near, self._degree, damping)
        first = np.zeros(len(near.nodes))
        first[: len(nodes)] = start
        mass = _solved(walk, first, damping, _TOLERANCE * total)
        # What is lost would have gone on, by the factor damping at each step.
        error = (float((mass * walk.lost).sum()) + _TOLERANCE * total) / (1 - damping)
        return LocalMass(near.nodes, mass, error)

    def _grow(self, nodes: IndexArray, start: FloatVector, damping: float, threshold: float) -> _Neighbourhood:
        """Return the neighbourhood.

        Only ``place`` is as large as the graph: arrays of the nodes seen stay in the processor's cache, while each look
        into a larger one waits for memory. NumPy's ``take`` needs half of the time of brackets.
        """
        # Taken away meanwhile, for what an interrupt leaves behind must not be used again.
        place = self._own.__dict__.pop("place", None)
        if place is None:
            place = np.zeros(len(self._degree), np.int32)
        place[nodes] = np.arange(1, len(nodes) + 1)
        seen, mass, limit = nodes, start, threshold * self._degree[nodes]
        is_inside = np.zeros(len(nodes), np.bool_)
        frontier = np.arange(len(nodes), dtype=np.int64)
        rounds: list[tuple[NDArray[np.int64] | FloatVector, ...]] = []
        while len(frontier):
            is_inside[frontier] = True
            counts, reached, shares = self._arcs(seen[frontier], damping)
            numbers = place.take(reached)
            is_new = numbers == 0
            unseen = reached[is_new]
            fresh = _number_new(unseen, place, len(seen))
            numbers[is_new] = place.take(unseen)
            targets = numbers.astype(np.int64) - 1
            rounds.append((frontier, counts, targets, shares))
            moved = np.bincount(targets, weights=shares * np.repeat(mass[frontier], counts))
            seen = np.concatenate([seen, fresh])
            limit = np.concatenate([limit, threshold * self._degree.take(fresh)])
            is_inside = np.concatenate([is_inside, np.zeros(len(fresh), np.bool_)])
            mass = np.concatenate([mass, np.zeros(len(fresh))])
            mass[: len(moved)] += moved
            frontier = np.flatnonzero((mass > limit) & ~is_inside)
        place[seen] = 0
        self._own.place = place
        return _Neighbourhood(seen, *(np.concatenate(column) for column in zip(*rounds, strict=True)))

    def _arcs(self, nodes: IndexArray, damping: float) -> tuple[NDArray[np.int64], IndexArray, FloatVector]:
        """Return how many arcs each node has, where they lead, and the probability of going along each."""
        starts = self._starts[nodes]
        counts = self._starts[nodes + 1] - starts
        ends = np.cumsum(counts)
        places = np.repeat(starts - (ends - counts), counts)
        places += np.arange(len(places))
        shares = self._weights.take(places)
        shares *= np.repeat(damping * self._inverse[nodes], counts)
        return counts, self._targets.take(places), shares


def _number_new(nodes: IndexArray, place: NDArray[np.int32], num_seen: int) -> IndexArray:
    """Return nodes without repetition, and write into ``place``, zero for them before, how many were seen by then.

    Sorting them would take thrice as long.
    """
    own = np.arange(1, len(nodes) + 1, dtype=np.int32)
    place[nodes] = own
    last: IndexArray = nodes[place.take(nodes) == own]
    place[last] = np.arange(num_seen + 1, num_seen + 1 + len(last))
    return last


class _KnownArcs:
    """The walk along the arcs of a neighbourhood, from its nodes to those around it and back.

    Parameters
    ----------
    near
        The neighbourhood.
    degree
        Of all nodes of the graph.
    damping
        See :meth:`LocalPush.solve`.

    Attributes
    ----------
    lost
        Of a node's mass, what goes along arcs that were not read, shape ``(num_nodes,)``.
    """

    def __init__(self, near: _Neighbourhood, degree: FloatVector, damping: float) -> None:
        num_nodes, num_inside = len(near.nodes), len(near.inside)
        self._inside = near.inside
        ends = np.concatenate([[0], np.cumsum(near.counts)]).astype(np.int32)
        targets = near.targets.astype(np.int32)
        self._out = csc_array((near.shares, targets, ends), shape=(num_nodes, num_inside))
        is_outside = np.ones(num_nodes, np.bool_)
        is_outside[near.inside] = False
        own = degree.take(near.nodes)
        inverse = inverse_degrees(own) * is_outside
        # An arc weighs the same both ways; those between two nodes inside are in what goes out already.
        back = near.shares * np.repeat(own[near.inside], near.counts) * inverse.take(near.targets)
        self._back = csr_array((back, targets, ends), shape=(num_inside, num_nodes))
        self.lost = damping * is_outside - np.bincount(near.targets, weights=back, minlength=num_nodes)

    def step(self, mass: FloatVector) -> FloatVector:
        """Return where the mass is after a step."""
        following: FloatVector = np.asarray(self._out @ mass[self._inside])
        following[self._inside] += np.asarray(self._back @ mass)
        return following


def _solved(walk: _KnownArcs, start: FloatVector, damping: float, tolerance: float) -> FloatVector:
    """Return ``y = walk.step(y) + start``."""
    current = previous = start
    weight, distance = 1.0, np.inf
    for iteration in range(_MAX_STEPS):
        following = walk.step(current) + start
        distance = float(np.abs(following - current).sum())
        if distance <= tolerance:
            return following
        weight = chebyshev_weight(iteration, weight, damping)
        following = previous + weight * (following - previous)
        previous, current = current, following
    raise ConvergenceError(_MAX_STEPS, distance)
