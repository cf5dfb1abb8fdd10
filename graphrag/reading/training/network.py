"""The reading network: MiniLM with word shapes, a head for the span's ends and one for the kind of answer."""

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from extractors.training.model import HIDDEN, Encoder, load_encoder
from graphrag.reading.spans import KINDS

NUM_LAYERS = 6


class Batch(NamedTuple):
    """Windows of one batch and their targets.

    ``pieces``, ``shapes``: (batch, pieces); ``mask``: true at pieces that are there; ``readable``: true where a span
    may be; ``starts``, ``ends``: true at the ends of the answer's occurrences; ``kinds``: (batch,).
    """

    pieces: Tensor
    shapes: Tensor
    mask: Tensor
    readable: Tensor
    starts: Tensor
    ends: Tensor
    kinds: Tensor


class ReadingNetwork(nn.Module):
    """Encoder and heads."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.span = nn.Linear(HIDDEN, 2)
        self.kind = nn.Linear(HIDDEN, len(KINDS))

    def forward(self, pieces: Tensor, shapes: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return logits of start and end, (batch, pieces, 2), and of the kinds, (batch, 4)."""
        states = self.encoder(pieces, shapes, mask)
        return self.span(states), self.kind(states[:, 0])


def loss(network: ReadingNetwork, batch: Batch) -> Tensor:
    """Return the mean loss of a batch: of the kind, and of the span's ends where there is one."""
    span, kind = network(batch.pieces, batch.shapes, batch.mask)
    logits = span.masked_fill(~batch.readable[..., None], -1e4).log_softmax(1)
    has = batch.kinds == 0
    total = functional.cross_entropy(kind, batch.kinds)
    if has.any():
        for side, wanted in enumerate((batch.starts, batch.ends)):
            right = logits[has, :, side].masked_fill(~wanted[has], -1e9).logsumexp(1)
            total = total - 0.5 * right.sum() / len(batch.kinds)
    return total


def new_network(weights: Path) -> ReadingNetwork:
    """Return a network that begins with the published encoder in a ``model.safetensors`` file."""
    torch.manual_seed(1)
    network = ReadingNetwork(load_encoder(weights, range(NUM_LAYERS)))
    network.encoder.pieces.weight.requires_grad_(False)  # nothing gained, a quarter of a step's time
    return network
