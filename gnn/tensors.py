"""A graph as tensors: arcs in both directions, grouped by the node and the relation that they arrive with."""

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from gnn.arcs import distinct_arcs
from graphrag.reasoning import ReasoningGraph


@dataclass(frozen=True)
class RelationalGraph:
    """Distinct arcs of a graph and their inverses, those with one tail and one relation side by side.

    A message depends on its head only through the head's score. So the scores are summed per *pair* of tail and
    relation first, and whatever a relation does is done once a pair instead of once an arc.

    Parameters
    ----------
    num_nodes
        Number of nodes.
    num_relations
        Twice as many as the graph has: relation ``r`` walked backwards is ``r + num_relations // 2``.
    head
        Of each arc, shape ``[num_arcs]``; arcs are ordered by tail, relation and head.
    pair
        Of each arc, ascending, shape ``[num_arcs]``.
    pair_tail, pair_relation
        Of each pair, shape ``[num_pairs]``.
    by_head
        Positions of the arcs in the order of their heads, shape ``[num_arcs]``.
    """

    num_nodes: int
    num_relations: int
    head: Tensor
    pair: Tensor
    pair_tail: Tensor
    pair_relation: Tensor
    by_head: Tensor

    @classmethod
    def of(cls, graph: ReasoningGraph) -> "RelationalGraph":
        """Return the arcs of a graph, each once however often the graph lists it.

        Examples
        --------
        >>> nodes, arc = np.arange(3, dtype=np.int32), np.array
        >>> graph = ReasoningGraph(nodes, 3, arc([0, 0, 1]), arc([0, 0, 0]), arc([2, 2, 2]), ["knows"])
        >>> tensors = RelationalGraph.of(graph)
        >>> tensors.head.tolist(), tensors.pair_tail.tolist(), tensors.pair_relation.tolist()
        ([2, 2, 0, 1], [0, 1, 2], [1, 1, 0])
        """
        num_relations = 2 * len(graph.relation_texts)
        tail, relation, head = distinct_arcs(graph)
        pair_key = tail * num_relations + relation
        keys, pair = np.unique(pair_key, return_inverse=True)
        return cls(
            num_nodes=graph.num_nodes,
            num_relations=num_relations,
            head=torch.from_numpy(head),
            pair=torch.from_numpy(pair.astype(np.int64)),
            pair_tail=torch.from_numpy(keys // max(num_relations, 1)),
            pair_relation=torch.from_numpy(keys % max(num_relations, 1)),
            by_head=torch.from_numpy(np.argsort(head, kind="stable")),
        )

    @property
    def num_pairs(self) -> int:
        """Number of pairs."""
        return len(self.pair_tail)

    def arcs(self, leaving: Tensor, *, into: Tensor | None = None) -> "PairSum":
        """Return the arcs that leave some nodes and, if wished, arrive at some.

        Parameters
        ----------
        leaving, into
            Which nodes, shape ``[num_nodes]``, bool.
        """
        kept = leaving.index_select(0, self.head)
        if into is not None:
            kept &= into.index_select(0, self.pair_tail).index_select(0, self.pair)
        arcs = kept.nonzero().squeeze(1)
        turned = self.by_head.index_select(0, kept.index_select(0, self.by_head).nonzero().squeeze(1))
        head, pair = self.head.index_select(0, arcs), self.pair.index_select(0, arcs)
        # Ascending: the arcs are in the order of their pairs.
        reached, number = torch.unique_consecutive(pair, return_inverse=True)
        place = torch.empty(self.num_pairs, dtype=torch.int64)
        place[reached] = torch.arange(len(reached))
        turned_head = self.head.index_select(0, turned)
        turned_pair = place.index_select(0, self.pair.index_select(0, turned))
        ones, shape = torch.ones(len(arcs)), (len(reached), self.num_nodes)
        return PairSum(
            by_pair=_csr(number, head, ones, shape),
            by_head=_csr(turned_head, turned_pair, ones, shape[::-1]),
            tail=self.pair_tail.index_select(0, reached),
            relation=self.pair_relation.index_select(0, reached),
        )

    @cached_property
    def degrees(self) -> tuple[Tensor, Tensor]:
        """How many arcs leave each node by each relation: CSR, shape ``[num_relations, num_nodes]``, and its transpose.

        As many as arrive at the node by the inverse relation.
        """
        half = self.num_relations // 2
        relation = torch.where(self.pair_relation < half, self.pair_relation + half, self.pair_relation - half)
        sizes = torch.bincount(self.pair, minlength=self.num_pairs).float()
        order = torch.argsort(relation * self.num_nodes + self.pair_tail)
        by_node = torch.argsort(self.pair_tail * self.num_relations + relation)
        shape = (self.num_relations, self.num_nodes)
        return (
            _csr(relation[order], self.pair_tail[order], sizes[order], shape),
            _csr(self.pair_tail[by_node], relation[by_node], sizes[by_node], shape[::-1]),
        )


@dataclass(frozen=True)
class PairSum:
    """The sum of the heads' scores for every pair of tail and relation, as a sparse matrix, and its transpose.

    Parameters
    ----------
    by_pair
        Ones where an arc is: CSR, shape ``[num_pairs, num_nodes]``.
    by_head
        Its transpose: CSR, shape ``[num_nodes, num_pairs]``.
    tail, relation
        Of each pair, shape ``[num_pairs]``; ``tail`` is ascending.
    """

    by_pair: Tensor
    by_head: Tensor
    tail: Tensor
    relation: Tensor


def _csr(rows: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, int]) -> Tensor:
    """Return a matrix from ascending rows."""
    starts = torch.zeros(shape[0] + 1, dtype=torch.int64)
    torch.cumsum(torch.bincount(rows, minlength=shape[0]), 0, out=starts[1:])
    with warnings.catch_warnings():
        # Torch calls all of its CSR "beta"; what is used here is one product.
        warnings.simplefilter("ignore", UserWarning)
        return torch.sparse_csr_tensor(starts, columns, values, shape, check_invariants=False)
