"""The network of :class:`gnn.text_reasoner.TextReasoner` in torch, for training: many questions in one graph."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from gnn.arcs import NUM_KINDS, Arcs
from gnn.geometric import scatter, softmax
from gnn.text_reasoner import COSINE_SCALE, KIND
from gnn.weights_file import Weights
from graphrag.protocols import FloatMatrix
from graphrag.reasoning import ReasoningGraph


@dataclass(frozen=True)
class TextExample:
    """A question with its surroundings and what should be found in them.

    Parameters
    ----------
    graph
        With features and vectors of arcs.
    token_states
        Of the question, shape ``(num_tokens, dimension)``.
    query
        The question's vector, shape ``(dimension,)``.
    gold
        Nodes that should be found: passages, entities or both.
    num_gold
        How many there are in the whole graph; those that are not in ``graph`` count as not found.
    """

    graph: ReasoningGraph
    token_states: FloatMatrix
    query: FloatMatrix
    gold: tuple[int, ...]
    num_gold: int


@dataclass(frozen=True)
class TextBatch:
    """Questions side by side in one graph without arcs between them.

    Parameters
    ----------
    features
        Of the nodes, shape ``[num_nodes, num_features]``.
    question
        Which question each node belongs to, shape ``[num_nodes]``.
    group
        As ``question``, times two, plus one for passages: what competes for probability, shape ``[num_nodes]``.
    gold
        1 for nodes that should be found, shape ``[num_nodes]``.
    head, tail, kind, scale
        As in :class:`gnn.arcs.Arcs`, shape ``[num_arcs]``.
    fact_arcs, fact_rows
        Arcs that have vectors, and where in ``vectors``, shape ``[num_facts]``.
    vectors
        Of the facts, shape ``[num_vectors, dimension]``.
    tokens, token_question
        States of all questions' tokens, and whose they are, shape ``[num_tokens, dimension]`` and ``[num_tokens]``.
    queries
        The questions' vectors, shape ``[num_questions, dimension]``.
    """

    features: Tensor
    question: Tensor
    group: Tensor
    gold: Tensor
    head: Tensor
    tail: Tensor
    kind: Tensor
    scale: Tensor
    fact_arcs: Tensor
    fact_rows: Tensor
    vectors: Tensor
    tokens: Tensor
    token_question: Tensor
    queries: Tensor

    @classmethod
    def of(cls, examples: Sequence[TextExample]) -> "TextBatch":
        """Return questions side by side."""
        graphs = [example.graph for example in examples]
        sizes = [graph.num_nodes for graph in graphs]
        offsets = np.cumsum([0, *sizes])
        arcs = Arcs.of(_side_by_side(graphs, offsets))
        vectors = [graph.arc_vectors for graph in graphs if graph.arc_vectors is not None]
        present = [np.any(block, axis=1) for block in vectors]
        place = np.cumsum(np.concatenate(present)) - 1
        place[~np.concatenate(present)] = -1
        rows = place[arcs.origin]
        gold = np.zeros(offsets[-1], dtype=np.float32)
        for example, offset in zip(examples, offsets[:-1], strict=True):
            gold[np.array(example.gold, dtype=np.int64) + offset] = 1
        question = np.repeat(np.arange(len(examples)), sizes)
        is_passage = np.concatenate([np.arange(g.num_nodes) >= g.num_entities for g in graphs])
        lengths = [len(example.token_states) for example in examples]
        return cls(
            features=torch.from_numpy(np.concatenate([g.node_features for g in graphs if g.node_features is not None])),
            question=torch.from_numpy(question),
            group=torch.from_numpy(question * 2 + is_passage),
            gold=torch.from_numpy(gold),
            head=torch.from_numpy(arcs.head),
            tail=torch.from_numpy(arcs.tail),
            kind=torch.from_numpy(arcs.kind),
            scale=torch.from_numpy(arcs.scale),
            fact_arcs=torch.from_numpy(np.flatnonzero(rows >= 0)),
            fact_rows=torch.from_numpy(rows[rows >= 0]),
            vectors=torch.from_numpy(np.concatenate([v[p] for v, p in zip(vectors, present, strict=True)])).float(),
            tokens=torch.from_numpy(np.concatenate([example.token_states for example in examples])).float(),
            token_question=torch.from_numpy(np.repeat(np.arange(len(examples)), lengths)),
            queries=torch.from_numpy(np.stack([example.query for example in examples])).float(),
        )


def _side_by_side(graphs: Sequence[ReasoningGraph], offsets: np.ndarray) -> ReasoningGraph:
    """Return several graphs as one; of its entities and relations nothing is known."""
    shifted = list(zip(graphs, offsets[:-1].astype(np.int32), strict=True))
    kinds = [np.zeros(g.num_arcs, dtype=np.int32) if g.kind is None else g.kind for g in graphs]
    return replace(
        graphs[0],
        nodes=np.concatenate([g.nodes for g in graphs]),
        head=np.concatenate([g.head + offset for g, offset in shifted]),
        relation=np.concatenate([g.relation for g in graphs]),
        tail=np.concatenate([g.tail + offset for g, offset in shifted]),
        kind=np.concatenate(kinds),
    )


class _Layer(nn.Module):
    """The parameters of a layer; their names are those of the file of weights."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.seek = nn.Linear(2 * dim, dim)
        self.attend = nn.Parameter(torch.randn(dim) / dim**0.5)
        self.open = nn.Parameter(torch.zeros(2 * NUM_KINDS))
        self.match = nn.Parameter(0.1 * torch.randn(2, dim))
        self.cosine = nn.Parameter(torch.ones(2))
        self.message = nn.Parameter(torch.randn(2 * NUM_KINDS, dim, dim) / dim**0.5)
        self.update = nn.Linear(3 * dim, dim)
        self.norm = nn.LayerNorm(dim)


class TextNetwork(nn.Module):
    """The network with dropout.

    Parameters
    ----------
    dimension
        Of the encoder's vectors.
    num_features
        Of a node.
    dim
        Of the states.
    num_layers
        How many there are.
    dropout
        In [0, 1).
    """

    def __init__(
        self, dimension: int, num_features: int, *, dim: int = 32, num_layers: int = 3, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.input = nn.Linear(num_features, dim)
        self.question = nn.Linear(dimension, dim)
        self.tokens = nn.Linear(dimension, dim)
        self.fact = nn.Linear(dimension, dim, bias=False)
        self.layers = nn.ModuleList([_Layer(dim) for _ in range(num_layers)])
        self.step = nn.Linear(dim, 1)
        self.top = nn.Linear(2 * dim + num_features, dim)
        self.score = nn.Linear(dim, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, batch: TextBatch) -> tuple[Tensor, list[Tensor]]:
        """Return the logits of the nodes, and those after each layer, shape ``[num_nodes]``."""
        state = torch.relu(self.input(batch.features))
        asked = self.question(batch.queries)
        tokens = self.tokens(batch.tokens)
        facts = self.fact(batch.vectors)
        owner = batch.question[batch.head[batch.fact_arcs]]
        cosine = (batch.vectors[batch.fact_rows] * batch.queries[owner]).sum(1)
        backward = batch.kind[batch.fact_arcs] // NUM_KINDS
        instruction = torch.zeros_like(asked)
        steps = []
        for layer in self.layers:
            sought = layer.seek(torch.cat([instruction, asked], 1))[batch.token_question]
            attention = softmax(torch.tanh(sought * tokens) @ layer.attend, batch.token_question)
            instruction = scatter(attention[:, None] * tokens, batch.token_question, dim_size=len(asked))
            match = (facts[batch.fact_rows] * instruction[owner] * layer.match[backward]).sum(1)
            opened = match + COSINE_SCALE * layer.cosine[backward] * cosine
            gates = torch.sigmoid(layer.open[batch.kind].index_add(0, batch.fact_arcs, opened))
            state = self._passed(layer, state, batch, gates)
            steps.append(self.step(state)[:, 0])
        top = torch.cat([state, batch.features, state * torch.tanh(asked)[batch.question]], 1)
        return self.score(torch.relu(self.top(self.dropout(top))))[:, 0], steps

    def _passed(self, layer: nn.Module, state: Tensor, batch: TextBatch, gates: Tensor) -> Tensor:
        num_nodes = len(state)
        dropped = self.dropout(state)
        by_kind = torch.einsum("nd,kde->kne", dropped, layer.message).flatten(0, 1)
        messages = by_kind[batch.kind * num_nodes + batch.head] * gates[:, None]
        total = scatter(messages * batch.scale[:, None], batch.tail, dim_size=num_nodes)
        largest = scatter(messages, batch.tail, dim_size=num_nodes, reduce="max")
        normalized: Tensor = layer.norm(state + torch.relu(layer.update(torch.cat([dropped, total, largest], 1))))
        return normalized

    def to_weights(self, *, max_nodes: int, feature_names: Sequence[str]) -> Weights:
        """Return the weights as they are shipped, in half precision."""
        tensors = {name: tensor.detach().numpy().astype(np.float16) for name, tensor in self.state_dict().items()}
        options = {"max_nodes": max_nodes, "num_layers": len(self.layers), "features": "|".join(feature_names)}
        return Weights(KIND, options, tensors)
