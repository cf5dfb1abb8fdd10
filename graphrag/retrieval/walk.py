"""The walk over a graph: exact where the graph is small, around its starting nodes where it is large."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from graphrag.graph.adjacency import transition
from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph
from graphrag.retrieval.local_push import LocalPush
from graphrag.retrieval.pagerank import FloatVector, check_reset, personalized_pagerank
from graphrag.retrieval.ranking import best

MAX_EXACT_ARCS = 1_500_000
"""Graphs of more arcs (two an edge) are walked locally: exact power iteration takes a tenth of a second there."""

MAX_STARTS = 200
"""Nodes from which the local walk is followed; see :meth:`RandomWalk.solve`."""

THRESHOLD = 1e-6
"""Of the local walk; see :class:`graphrag.retrieval.local_push.LocalPush`."""


class WalkMass(NamedTuple):
    """Where a walk is.

    Parameters
    ----------
    mass
        Probabilities, shape ``(num_nodes,)``, sum 1.
    error
        Bound on the L1 distance to the exact solution.
    """

    mass: FloatVector
    error: float


class RandomWalk:
    """Personalized PageRank on one graph, by the way that suits its size.

    Parameters
    ----------
    adjacency
        Symmetric weights, not negative, shape ``(num_nodes, num_nodes)``.
    num_entities
        Where the passages begin, over which a reset may be spread thinly; by default there are none.
    order
        All nodes, in an order that puts neighbours near one another: the exact way is quicker then
        (:func:`graphrag.graph.adjacency.near_order`); by default as they are.
    max_exact_arcs
        Largest graph that is walked exactly.
    """

    def __init__(
        self,
        adjacency: csr_array,
        *,
        num_entities: int | None = None,
        order: IndexArray | None = None,
        max_exact_arcs: int = MAX_EXACT_ARCS,
    ) -> None:
        self._adjacency = adjacency
        self._num_entities = adjacency.shape[0] if num_entities is None else num_entities
        self._order = np.arange(adjacency.shape[0], dtype=np.int32) if order is None else order
        self.is_exact = adjacency.nnz <= max_exact_arcs
        self._known: tuple[float, FloatVector] | None = None

    def mass(self, reset: FloatVector, *, damping: float = 0.5, tolerance: float = 1e-9) -> FloatVector:
        """Return the probabilities alone; see :meth:`solve`."""
        return self.solve(reset, damping=damping, tolerance=tolerance).mass

    def solve(self, reset: FloatVector, *, damping: float = 0.5, tolerance: float = 1e-9) -> WalkMass:
        """Return where a walk is that begins at ``reset`` again and again.

        In a large graph it is followed from the ``MAX_STARTS`` nodes where it begins most often. What the reset has
        on the other passages is split in two: the same on each, whose walk is known from the first time on, and what
        each has more or less than that, which counts at the passage itself and is not followed.

        Parameters
        ----------
        reset
            Not negative, shape ``(num_nodes,)``.
        damping
            Probability of continuing the walk, in [0, 1).
        tolerance
            Error bound of the exact way.

        Raises
        ------
        ValueError
            If ``reset`` or ``damping`` is not as stated.
        ConvergenceError
            If the walk is not solved in the steps allowed.
        """
        if self.is_exact:
            return WalkMass(self._exact(reset, damping=damping, tolerance=tolerance), tolerance)
        # The comparison first: numbers are searched ten times as slowly as truth values.
        starts = np.flatnonzero(reset != 0).astype(np.int32)
        check_reset(reset, self._adjacency.shape[0], starts)
        if len(starts) > MAX_STARTS:
            return self._spread(reset, damping)
        found = self._local.solve(starts, reset[starts], damping=damping, threshold=THRESHOLD)
        # Nothing but this looks at all nodes.
        mass = np.zeros(len(reset))
        total = float(found.mass.sum())
        mass[found.nodes] = found.mass / total
        return WalkMass(mass, 2 * found.error / total)

    def _spread(self, reset: FloatVector, damping: float) -> WalkMass:
        """Return the walk of a reset that lies on many nodes."""
        level, starts, rest = self._flattened(reset)
        excess = reset[starts] - level * (starts >= self._num_entities)
        found = self._local.solve(starts[excess > 0], excess[excess > 0], damping=damping, threshold=THRESHOLD)
        mass = level * self._even(damping) + rest
        mass[found.nodes] += found.mass
        np.maximum(mass, 0.0, out=mass)
        total = float(mass.sum())
        unfollowed = float(np.abs(rest).sum()) * damping / (1 - damping)
        # Scaling to the sum 1 at most doubles the relative distance.
        return WalkMass(mass / total, 2 * (found.error + unfollowed) / total)

    def _flattened(self, reset: FloatVector) -> tuple[float, IndexArray, FloatVector]:
        """Return the level of the passages that are not followed, the nodes that are, and the others' difference."""
        starts = np.sort(best(np.where(reset > 0, reset, -np.inf), MAX_STARTS)).astype(np.int32)
        rest = reset.copy()
        rest[starts] = 0
        flat = np.zeros(len(reset), np.bool_)
        flat[self._num_entities :] = True
        flat[starts] = False
        level = float(rest[flat].mean()) if flat.any() else 0.0
        rest[flat] -= level
        return level, starts, rest

    def _even(self, damping: float) -> FloatVector:
        """Return the solution that begins with 1 at every passage."""
        if self._known is None or self._known[0] != damping:
            start = np.zeros(self._adjacency.shape[0])
            start[self._num_entities :] = 1
            mass = self._exact(start, damping=damping, tolerance=1e-6)
            self._known = damping, mass * (start.sum() / (1 - damping))
        return self._known[1]

    def _exact(self, reset: FloatVector, *, damping: float, tolerance: float) -> FloatVector:
        check_reset(reset, self._adjacency.shape[0])
        order = self._order
        mass = np.empty(len(reset))
        mass[order] = personalized_pagerank(self._transition, reset[order], damping=damping, tolerance=tolerance)
        return mass

    @cached_property
    def _transition(self) -> csr_array:
        """Return the walk's transitions between the nodes in their order."""
        return transition(csr_array(self._adjacency[self._order][:, self._order]))

    @cached_property
    def _local(self) -> LocalPush:
        return LocalPush(self._adjacency)


def entity_walk(graph: KnowledgeGraph) -> RandomWalk:
    """Return the walk over a graph's entities alone, as HippoRAG makes it."""
    num_entities = graph.num_entities
    order = graph.node_order[graph.node_order < num_entities]
    return RandomWalk(csr_array(graph.adjacency[:num_entities, :num_entities]), order=order)
