"""The network of llama.cpp's architecture "llama", small, in plain torch."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Sizes:
    """The network's shape; every width a multiple of 32, as Q8_0 wants it."""

    vocabulary: int
    width: int = 192
    layers: int = 4
    heads: int = 6
    inner: int = 448
    context: int = 2048
    epsilon: float = 1e-5
    rope_base: float = 100_000.0

    @property
    def head_width(self) -> int:
        """Coordinates of an attention head."""
        return self.width // self.heads


class Norm(nn.Module):
    """RMSNorm."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Return vectors of unit root mean square, weighted."""
        return functional.rms_norm(x, x.shape[-1:], self.weight, self.epsilon)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Return vectors turned by their positions, neighbouring coordinates in pairs, as llama.cpp has them."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


class Layer(nn.Module):
    """Attention and feed-forward, each behind a norm and beside a residual."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        w, inner = sizes.width, sizes.inner
        self.sizes = sizes
        self.attn_norm, self.ffn_norm = Norm(w, sizes.epsilon), Norm(w, sizes.epsilon)
        self.q, self.k, self.v, self.o = (nn.Linear(w, w, bias=False) for _ in range(4))
        self.gate, self.up, self.down = (
            nn.Linear(w, inner, bias=False),
            nn.Linear(w, inner, bias=False),
            nn.Linear(inner, w, bias=False),
        )

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Return the vectors after this layer."""
        batch, length, width = x.shape
        shape = (batch, length, self.sizes.heads, self.sizes.head_width)
        joined = _joined(self.attn_norm(x), self.q, self.k, self.v)
        q, k, v = (part.reshape(shape).transpose(1, 2) for part in joined)
        attended = functional.scaled_dot_product_attention(
            rotated(q, cos, sin), rotated(k, cos, sin), v, is_causal=True
        )
        x = x + self.o(attended.transpose(1, 2).reshape(batch, length, width))
        gate, up = _joined(self.ffn_norm(x), self.gate, self.up)
        return x + self.down(functional.silu(gate) * up)


def _joined(x: Tensor, *parts: nn.Linear) -> tuple[Tensor, ...]:
    """Return what some matrices make of the same vectors, in one product."""
    return functional.linear(x, torch.cat([part.weight for part in parts])).chunk(len(parts), -1)


class Network(nn.Module):
    """Token ids in, vectors before the output layer out; the embedding serves as output layer too."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.embedding = nn.Embedding(sizes.vocabulary, sizes.width)
        self.layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.layers))
        self.norm = Norm(sizes.width, sizes.epsilon)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02 if parameter is self.embedding.weight else sizes.width**-0.5)
        for layer in self.layers:
            nn.init.zeros_(layer.o.weight)
            nn.init.zeros_(layer.down.weight)
        self._begin_with_copying()
        angles = torch.outer(
            torch.arange(sizes.context), sizes.rope_base ** (-torch.arange(0, sizes.head_width, 2) / sizes.head_width)
        )
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    @torch.no_grad()
    def _begin_with_copying(self) -> None:
        """Let two layers begin as what copies names: heads look one token back, or for the same token before.

        Of the width, the first two thirds hold the token, the last third the token before it; coordinate 0 is constant.

        References
        ----------
        Olsson et al., "In-context Learning and Induction Heads", arXiv 2209.11895.
        """
        sizes = self.sizes
        h, content = sizes.head_width, sizes.width * 2 // 3
        before = sizes.width - content
        self.embedding.weight.normal_(std=0.1)
        self.embedding.weight[:, 0] = 0.3
        self.embedding.weight[:, content:] = 0
        one = torch.linalg.qr(torch.randn(content, before))[0].T
        one[:, 0] = 0
        angles = sizes.rope_base ** (-torch.arange(0, h, 2) / h)
        first = self.layers[0]
        for head in range(before // h):
            rows = slice(head * h, (head + 1) * h)
            first.q.weight[rows] = 0
            first.k.weight[rows] = 0
            fast = torch.arange(0, h // 2, 1)[angles > 0.01]
            first.q.weight[head * h + 2 * fast, 0] = 1.9
            first.k.weight[head * h + 2 * fast, 0] = 1.9 * angles[fast].cos()
            first.k.weight[head * h + 2 * fast + 1, 0] = 1.9 * angles[fast].sin()
            first.v.weight[rows] = 0
            first.v.weight[rows, :content] = one[rows]
            first.o.weight[content + head * h : content + (head + 1) * h, rows] = 0.1 * torch.eye(h)
        second = self.layers[1]
        slow = torch.arange(h)[(angles < 0.005).repeat_interleave(2)]
        for head in range(content // h):
            rows = slice(head * h, (head + 1) * h)
            mixed = torch.linalg.qr(torch.randn(before, len(slow)))[0].T * 2.0
            second.q.weight[rows] = 0
            second.k.weight[rows] = 0
            second.q.weight[head * h + slow, :content] = mixed @ one
            second.k.weight[head * h + slow, content:] = mixed
            second.v.weight[rows] = 0
            second.v.weight[rows, rows] = torch.eye(h)
            second.o.weight[rows, rows] = 0.2 * torch.eye(h)

    @torch.no_grad()
    def begin_with_shapes(self, shapes: Tensor) -> None:
        """Let tokens of the same shape begin alike; ``shapes`` has a row per token and a column per property."""
        content = self.sizes.width * 2 // 3
        self.embedding.weight[:, 1:content] += 0.1 * shapes @ torch.randn(shapes.shape[1], content - 1)

    def forward(self, ids: Tensor) -> Tensor:
        """Return a vector for every token."""
        x = self.embedding(ids)
        cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, cos, sin)
        return self.norm(x)

    def logits(self, x: Tensor) -> Tensor:
        """Return how likely each token follows."""
        return x @ self.embedding.weight.T
