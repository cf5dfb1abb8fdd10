"""Personalized PageRank around the nodes where a walk starts: in large graphs, without looking at the rest."""

import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from graphrag.errors import ConvergenceError
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


class _Arcs(NamedTuple):
    """The arcs of some nodes in a row: how many each has, where they lead, and the probability of each."""

    counts: NDArray[np.int64]
    targets: IndexArray
    shares: FloatVector


class LocalPush:
    """Solves the walk on a neighbourhood that grows as long as much mass leaves it.

    Beginning with the nodes where the walk starts, a node joins the neighbourhood when what reaches it from there is
    more than ``threshold`` times its degree: the rule of local push. But where push moves a node's mass again and
    again, each node's arcs are read once here, and the walk within the neighbourhood is then solved as a whole; what
    leaves it is credited where it arrives and not followed further. The time depends on the neighbourhood, not on the
    graph. Deterministic.

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
        self._inverse = np.divide(1.0, self._degree, out=np.zeros_like(self._degree), where=self._degree > 0)

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
        residual, place = self._own.__dict__.pop("arrays", None) or self._zeros()
        inside, arcs = self._grow(nodes, start, residual, place, damping, threshold * total)
        local = place[arcs.targets] - 1
        for touched in (inside, arcs.targets):
            residual[touched], place[touched] = 0, 0
        outside = local < 0
        size = len(inside)
        local[outside] = size  # one more node stands for all that is outside
        ends = np.concatenate([[0], np.cumsum(arcs.counts)]).astype(np.int32)
        walk = csc_array((arcs.shares, local, ends), shape=(size + 1, size))
        first = np.zeros(size)
        first[: len(nodes)] = start
        mass = _solved(walk, first, damping, _TOLERANCE * total)
        left = np.repeat(mass, arcs.counts)[outside] * arcs.shares[outside]
        targets = arcs.targets[outside]
        np.add.at(residual, targets, left)
        beyond = _distinct(targets, place)
        arrived = residual[beyond]
        residual[beyond] = 0
        # Only now, for what an interrupt left behind must not be used again.
        self._own.arrays = residual, place
        # What arrives outside goes on from there, by the factor damping at each step.
        error = float(left.sum()) * damping / (1 - damping) + _TOLERANCE * total / (1 - damping)
        return LocalMass(np.concatenate([inside, beyond]), np.concatenate([mass, arrived]), error)

    def _zeros(self) -> tuple[FloatVector, NDArray[np.int32]]:
        """Return what a thread keeps from question to question: zeros, as many as there are nodes."""
        return np.zeros(len(self._degree)), np.zeros(len(self._degree), np.int32)

    def _grow(
        self,
        nodes: IndexArray,
        start: FloatVector,
        residual: FloatVector,
        place: NDArray[np.int32],
        damping: float,
        threshold: float,
    ) -> tuple[IndexArray, _Arcs]:
        """Return the neighbourhood, the starting nodes first, and its arcs with the probabilities of going along."""
        parts: list[_Arcs] = []
        rounds: list[IndexArray] = []
        frontier, size = nodes, 0
        residual[nodes] = start
        while len(frontier):
            place[frontier] = np.arange(size + 1, size + 1 + len(frontier))
            size += len(frontier)
            rounds.append(frontier)
            arcs = self._arcs(frontier, damping)
            parts.append(arcs)
            np.add.at(residual, arcs.targets, arcs.shares * np.repeat(residual[frontier], arcs.counts))
            reached = arcs.targets[place[arcs.targets] == 0]
            frontier = _distinct(reached[residual[reached] > threshold * self._degree[reached]], place)
        return np.concatenate(rounds), _Arcs(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _arcs(self, nodes: IndexArray, damping: float) -> _Arcs:
        starts = self._starts[nodes]
        counts = self._starts[nodes + 1] - starts
        ends = np.cumsum(counts)
        places = np.repeat(starts - (ends - counts), counts)
        places += np.arange(len(places))
        shares = self._weights[places] * np.repeat(damping * self._inverse[nodes], counts)
        return _Arcs(counts, self._targets[places], shares)


def _distinct(nodes: IndexArray, marks: NDArray[np.int32]) -> IndexArray:
    """Return nodes without repetition, by marks that are zero before and after: sorting takes thrice as long."""
    own = np.arange(len(nodes), dtype=np.int32)
    marks[nodes] = own
    last: IndexArray = nodes[marks[nodes] == own]
    marks[nodes] = 0
    return last


def _solved(walk: csc_array, start: FloatVector, damping: float, tolerance: float) -> FloatVector:
    """Return ``y = walk @ y + start`` on the nodes that ``start`` has."""
    current = previous = start
    weight, distance = 1.0, np.inf
    for iteration in range(_MAX_STEPS):
        following = (walk @ current)[:-1] + start
        distance = float(np.abs(following - current).sum())
        if distance <= tolerance:
            return following
        weight = chebyshev_weight(iteration, weight, damping)
        following = previous + weight * (following - previous)
        previous, current = current, following
    raise ConvergenceError(_MAX_STEPS, distance)
