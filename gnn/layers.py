"""What one step over a graph does, computed once per (tail, relation) pair instead of once per arc."""

from typing import Any

import torch
from torch import Tensor

from gnn.tensors import PairSum


class _RelationStep(torch.autograd.Function):
    """The derivative by hand: it needs two sparse products and keeps two matrices, whatever the number of arcs."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, weights: Tensor, arcs: PairSum) -> Tensor:  # torch's
        sums = arcs.by_pair @ scores
        pair_weights = weights.index_select(0, arcs.relation)
        ctx.arcs = arcs
        ctx.num_relations = len(weights)
        ctx.save_for_backward(sums, pair_weights)
        return torch.zeros_like(scores).index_add_(0, arcs.tail, sums * pair_weights)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, None]:  # torch's
        sums, pair_weights = ctx.saved_tensors
        arcs = ctx.arcs
        at_pairs = gradient.index_select(0, arcs.tail)
        by_relation = torch.zeros(ctx.num_relations, gradient.shape[1])
        by_relation.index_add_(0, arcs.relation, at_pairs * sums)
        by_score = arcs.by_head @ at_pairs.mul_(pair_weights) if ctx.needs_input_grad[0] else None
        return by_score, by_relation, None


def relation_step(scores: Tensor, weights: Tensor, arcs: PairSum) -> Tensor:
    """Return where scores go in one step: ``y[e, q] = sum of w[r, q] x[e', q]`` over the arcs ``(e', r, e)``.

    Parameters
    ----------
    scores
        ``x``, one column a question, shape ``[num_nodes, num_questions]``.
    weights
        ``w``, shape ``[num_relations, num_questions]``.
    arcs
        All those that leave nodes with a score.
    """
    result: Tensor = _RelationStep.apply(scores, weights, arcs)
    return result


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, matrix: Tensor, transposed: Tensor, values: Tensor) -> Tensor:  # torch's
        ctx.transposed = transposed
        return matrix @ values

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None, Tensor]:  # torch's
        return None, None, ctx.transposed @ gradient


def sparse_product(matrix: Tensor, transposed: Tensor, values: Tensor) -> Tensor:
    """Return ``matrix @ values`` with a derivative for ``values``, whose matrix is given too."""
    result: Tensor = _Product.apply(matrix, transposed, values)
    return result


class _AtMostOne(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scores: Tensor) -> Tensor:  # noqa: ARG004  # torch's
        return scores.clamp(max=1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:  # noqa: ARG004  # torch's
        return gradient


def at_most_one(scores: Tensor) -> Tensor:
    """Return scores cut at 1 with the gradient of the scores as they were (TransferNet, equation 6)."""
    result: Tensor = _AtMostOne.apply(scores)
    return result
