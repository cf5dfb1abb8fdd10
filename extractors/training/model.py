"""The network: the shipped sentence encoder with heads for tags, lemma edits, boundaries, entities and the parse."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from extractors.pipeline.shapes import SHAPES

HIDDEN = 384
INNER = 4 * HIDDEN
ATTENTION_HEADS = 12
HEAD_SIZE = HIDDEN // ATTENTION_HEADS


class Sizes(NamedTuple):
    """How many classes each head tells apart, and the widths of the parser."""

    upos: int
    xpos: int
    edits: int
    tags: int
    relations: int
    arc_size: int
    relation_size: int


class Scores(NamedTuple):
    """What the network says of the words of a batch.

    ``upos``, ``xpos``, ``edits``, ``tags``: (batch, words, classes); ``boundaries``: (batch, words), the logit of
    beginning a sentence; ``arcs``: (batch, words, 1 + words), the score of each possible head, the root first;
    ``dependents``: (batch, words, relation_size) and ``heads``: (batch, 1 + words, relation_size), of which
    `Network.relations` makes relation scores.
    """

    upos: Tensor
    xpos: Tensor
    edits: Tensor
    boundaries: Tensor
    tags: Tensor
    arcs: Tensor
    dependents: Tensor
    heads: Tensor


class EncoderLayer(nn.Module):
    """One transformer layer with the norm after each block (Devlin et al. 2019).

    Parameters
    ----------
    inner
        Units of the feed-forward part.
    heads
        Attention heads, each of `HEAD_SIZE`.
    """

    def __init__(self, inner: int = INNER, heads: int = ATTENTION_HEADS) -> None:
        super().__init__()
        width = heads * HEAD_SIZE
        self.query = nn.Linear(HIDDEN, width)
        self.key = nn.Linear(HIDDEN, width)
        self.value = nn.Linear(HIDDEN, width)
        self.output = nn.Linear(width, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, inner)
        self.down = nn.Linear(inner, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """Return the next hidden states (batch, pieces, hidden); ``bias`` is added to the attention's logits."""

        def split(states: Tensor) -> Tensor:
            return states.unflatten(-1, (-1, HEAD_SIZE)).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias).transpose(1, 2).flatten(2)
        x = self.attention_norm(x + self.output(mixed))
        return self.norm(x + self.down(functional.gelu(self.up(x))))


class Encoder(nn.Module):
    """MiniLM with an embedding of the words' shapes added to its input; without dropout, a seventh of a step's cost."""

    def __init__(self, vocabulary: int, layers: int, inner: int = INNER, heads: int = ATTENTION_HEADS) -> None:
        super().__init__()
        self.pieces = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.Embedding(512, HIDDEN)
        self.types = nn.Parameter(torch.zeros(HIDDEN))
        self.shapes = nn.Embedding(len(SHAPES), HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(EncoderLayer(inner, heads) for _ in range(layers))
        nn.init.zeros_(self.shapes.weight)

    def forward(self, pieces: Tensor, shapes: Tensor, mask: Tensor | None) -> Tensor:
        """Return hidden states (batch, pieces, hidden); ``mask`` is true at pieces that are there, by default all."""
        positions = self.positions.weight[: pieces.shape[1]]
        x = self.norm(self.pieces(pieces) + positions + self.types + self.shapes(shapes))
        bias = None if mask is None else (~mask)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x


def load_encoder(path: Path, layers: Sequence[int]) -> Encoder:
    """Return some layers of the encoder, in order, with the published weights in a ``model.safetensors`` file."""
    state = load_file(str(path))
    encoder = Encoder(state["embeddings.word_embeddings.weight"].shape[0], len(layers))
    names = {
        "pieces.weight": "embeddings.word_embeddings.weight",
        "positions.weight": "embeddings.position_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "output": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm": "output.LayerNorm",
    }
    for place, layer in enumerate(layers):
        for ours, theirs in parts.items():
            for kind in ("weight", "bias"):
                names[f"layers.{place}.{ours}.{kind}"] = f"encoder.layer.{layer}.{theirs}.{kind}"
    new = {ours: state[theirs] for ours, theirs in names.items()}
    new["types"] = state["embeddings.token_type_embeddings.weight"][0]
    new["shapes.weight"] = encoder.shapes.weight.detach()
    encoder.load_state_dict(new)
    return encoder


class Network(nn.Module):
    """Encoder and heads.

    References
    ----------
    Dozat and Manning 2017, "Deep Biaffine Attention for Neural Dependency Parsing", equations 4 to 6 (arcs);
    Kiperwasser and Goldberg 2016, section 5 (relations, by a perceptron over dependent and head, which is cheaper to
    run than a biaffine).
    """

    def __init__(self, encoder: Encoder, sizes: Sizes, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.sizes = sizes
        self.classes = nn.Linear(HIDDEN, sizes.upos + sizes.xpos + sizes.edits + 1 + sizes.tags)
        self.arc_dependent = nn.Linear(HIDDEN, sizes.arc_size)
        self.arc_head = nn.Linear(HIDDEN, sizes.arc_size)
        self.arc_weight = nn.Parameter(torch.zeros(sizes.arc_size, sizes.arc_size))
        self.arc_bias = nn.Linear(sizes.arc_size, 1, bias=False)
        self.relation_dependent = nn.Linear(HIDDEN, sizes.relation_size)
        self.relation_head = nn.Linear(HIDDEN, sizes.relation_size, bias=False)
        self.relation_output = nn.Linear(sizes.relation_size, sizes.relations)
        self.dropout = nn.Dropout(dropout)
        nn.init.orthogonal_(self.arc_weight, gain=0.5)

    def forward(self, pieces: Tensor, shapes: Tensor, mask: Tensor, firsts: Tensor) -> Scores:
        """Return the scores of every head.

        Parameters
        ----------
        pieces, shapes
            Of shape (batch, pieces): word pieces and word shapes.
        mask
            True at pieces that are there.
        firsts
            Of shape (batch, words): the position of each word's first piece.
        """
        states = self.encoder(pieces, shapes, mask)
        words = states.gather(1, firsts[:, :, None].expand(-1, -1, HIDDEN))
        return self.heads(self.dropout(words), self.dropout(states[:, :1]))

    def heads(self, words: Tensor, root: Tensor) -> Scores:
        """Return the scores from word representations (batch, words, hidden) and the text's own (batch, 1, hidden)."""
        sizes = self.sizes
        upos, xpos, edits, boundaries, tags = self.classes(words).split(
            (sizes.upos, sizes.xpos, sizes.edits, 1, sizes.tags), dim=-1
        )
        candidates = torch.cat((root, words), dim=1)
        dependent = self.dropout(torch.relu(self.arc_dependent(words)))
        head = self.dropout(torch.relu(self.arc_head(candidates)))
        arcs = (dependent @ self.arc_weight) @ head.transpose(1, 2) + self.arc_bias(head).transpose(1, 2)
        return Scores(
            upos,
            xpos,
            edits,
            boundaries.squeeze(-1),
            tags,
            arcs,
            self.relation_dependent(words),
            self.relation_head(candidates),
        )

    def relations(self, dependents: Tensor, heads: Tensor) -> Tensor:
        """Return relation scores of pairs, given both representations."""
        return self.relation_output(self.dropout(torch.relu(dependents + heads)))
