"""Messages of ReaRev: a relation's vector, made once a question, times the probability that arrives by the relation."""

import torch
from torch import Tensor
from torch_geometric.nn import MessagePassing

from gnn.subgraphs import SubgraphBatch

DENSE_RELATIONS = 64
"""Up to so many relations the sums are a dense matrix: empty cells cost less than looking up the full ones."""


class PairMessages(MessagePassing):
    """Sums, for every node and direction, the relations' vectors times what arrives by them."""

    def __init__(self) -> None:
        super().__init__(aggr="sum", node_dim=0)

    def forward(self, batch: SubgraphBatch, sums: Tensor, vectors: Tensor) -> Tensor:
        """Return the messages.

        Parameters
        ----------
        batch
            The graphs.
        sums
            What arrives in each pair of tail and relation, shape ``[num_pairs]``.
        vectors
            Of each graph and relation, shape ``[num_graphs, num_relations, size]``.

        Returns
        -------
        Tensor
            Forwards and backwards apart, shape ``[num_graphs, num_nodes, 2, size]``.
        """
        half = batch.num_relations // 2
        size = vectors.shape[2]
        if not half:
            return torch.zeros(batch.num_graphs, batch.num_nodes, 2, size)
        if batch.num_relations <= DENSE_RELATIONS:
            cells = torch.zeros(batch.num_graphs * batch.num_nodes * batch.num_relations)
            cells = cells.index_add(0, batch.pair_tail * batch.num_relations + batch.pair_relation, sums)
            cells = cells.view(batch.num_graphs, batch.num_nodes, batch.num_relations)
            found = [cells[:, :, :half] @ vectors[:, :half], cells[:, :, half:] @ vectors[:, half:]]
            return torch.stack(found, dim=2)
        graph = batch.pair_tail // max(batch.num_nodes, 1)
        sources = graph * batch.num_relations + batch.pair_relation
        targets = 2 * batch.pair_tail + (batch.pair_relation >= half).long()
        shape = (batch.num_graphs * batch.num_relations, 2 * batch.num_graphs * batch.num_nodes)
        found = self.propagate(torch.stack([sources, targets]), x=(vectors.flatten(0, 1), None), sums=sums, size=shape)
        return found.view(batch.num_graphs, batch.num_nodes, 2, size)

    def message(self, x_j: Tensor, sums: Tensor) -> Tensor:
        """Return a pair's message, shape ``[num_pairs, size]``."""
        return sums[:, None] * x_j
