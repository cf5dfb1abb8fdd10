"""Several subgraphs side by side as tensors, padded to one number of nodes."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gnn.arcs import connected
from gnn.questions import LabelledQuestion
from gnn.tensors import RelationalGraph


@dataclass(frozen=True)
class SubgraphBatch:
    """The arcs of several graphs; node ``e`` of graph ``b`` is ``b * num_nodes + e``.

    Parameters
    ----------
    num_graphs, num_nodes, num_relations
        ``num_nodes`` is the largest graph's; ``num_relations`` counts both directions, the second half backwards.
    head
        Node of each arc, shape ``[num_arcs]``.
    pair
        Pair of tail and relation that each arc arrives in, ascending, shape ``[num_arcs]``.
    pair_tail, pair_relation
        Of each pair, shape ``[num_pairs]``.
    seeds
        1 over their number at a graph's seeds, shape ``[num_graphs, num_nodes]``.
    reachable
        Nodes that a way leads to from a seed, without the seeds, shape ``[num_graphs, num_nodes]``, bool.
    """

    num_graphs: int
    num_nodes: int
    num_relations: int
    head: Tensor
    pair: Tensor
    pair_tail: Tensor
    pair_relation: Tensor
    seeds: Tensor
    reachable: Tensor

    @classmethod
    def of(
        cls, questions: Sequence[LabelledQuestion], graphs: Sequence[RelationalGraph], relations: dict[str, int]
    ) -> "SubgraphBatch":
        """Put the graphs of some questions together.

        Parameters
        ----------
        questions
            Their seeds are used, and their graphs' relation texts.
        graphs
            The tensors of each question's graph.
        relations
            Number of each relation text that occurs, in [0, ``len(relations)``).
        """
        num_nodes = max((graph.num_nodes for graph in graphs), default=0)
        half = len(relations)
        parts: list[tuple[Tensor, ...]] = []
        num_pairs = 0
        for position, (question, graph) in enumerate(zip(questions, graphs, strict=True)):
            numbers = [relations[text] for text in question.graph.relation_texts]
            number = torch.tensor(numbers + [n + half for n in numbers], dtype=torch.int64)
            shift = position * num_nodes
            parts.append(
                (graph.head + shift, graph.pair + num_pairs, graph.pair_tail + shift, number[graph.pair_relation])
            )
            num_pairs += graph.num_pairs
        head, pair, pair_tail, pair_relation = (torch.cat(column) for column in zip(*parts, strict=True))
        seeds = torch.zeros(len(questions), num_nodes)
        for row, question in enumerate(questions):
            seeds[row, list(question.seeds)] = 1 / max(len(question.seeds), 1)
        reached = _reached(seeds, head, pair_tail[pair])
        return cls(
            len(questions), num_nodes, 2 * half, head, pair, pair_tail, pair_relation, seeds, reached & (seeds == 0)
        )

    def pair_sums(self, values: Tensor) -> Tensor:
        """Return the sum of the heads' values for each pair.

        Parameters
        ----------
        values
            Of each node, shape ``[num_graphs, num_nodes]``.

        Returns
        -------
        Tensor
            Shape ``[num_pairs]``.
        """
        sums = torch.zeros(len(self.pair_tail))
        return sums.index_add(0, self.pair, values.reshape(-1).index_select(0, self.head))


def _reached(seeds: Tensor, head: Tensor, tail: Tensor) -> Tensor:
    """Return which nodes the arcs connect with a seed, however many arcs it takes; arcs have their inverses."""
    reached = connected((seeds > 0).numpy().reshape(-1), head.numpy(), tail.numpy())
    return torch.from_numpy(reached.reshape(seeds.shape))
