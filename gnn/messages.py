"""Messages of ReaRev: a relation's vector, made once a question, times the probability that arrives by the relation."""

import torch
from torch import Tensor

from gnn.geometric import MessagePassing
from gnn.subgraphs import SubgraphBatch

DENSE_RELATIONS = 64
"""Up to so many relations the sums are a dense matrix: empty cells cost less than looking up the full ones."""


class PairMessages(MessagePassing):
    """Sums, for every node, the relations' vectors times what arrives by them."""

    def __init__(self) -> None:
        super().__init__(aggr="sum", node_dim=0)

    def forward(self, batch: SubgraphBatch, values: Tensor, vectors: Tensor) -> Tensor:
        """Return the messages.

        Parameters
        ----------
        batch
            The graphs.
        values
            What each head sends along all of its arcs, shape ``[num_graphs, num_nodes]``.
        vectors
            Of each graph and relation, shape ``[num_graphs, num_relations, size]``.

        Returns
        -------
        Tensor
            Shape ``[num_graphs, num_nodes, size]``.
        """
        num_relations, num_nodes = batch.num_relations, batch.num_graphs * batch.num_nodes
        sums = batch.pair_sums(values)
        if num_relations <= DENSE_RELATIONS:
            cells = torch.zeros(num_nodes * num_relations)
            cells = cells.index_add(0, batch.pair_tail * num_relations + batch.pair_relation, sums)
            return cells.view(batch.num_graphs, batch.num_nodes, num_relations) @ vectors
        sources = batch.pair_tail // max(batch.num_nodes, 1) * num_relations + batch.pair_relation
        shape = (batch.num_graphs * num_relations, num_nodes)
        ends = torch.stack([sources, batch.pair_tail])
        found = self.propagate(ends, x=(vectors.flatten(0, 1), None), sums=sums, size=shape)
        return found.view(batch.num_graphs, batch.num_nodes, vectors.shape[2])

    def message(self, x_j: Tensor, sums: Tensor) -> Tensor:
        """Return a pair's message, shape ``[num_pairs, size]``."""
        return sums[:, None] * x_j
