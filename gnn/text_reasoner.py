"""A graph network over entities and passages that is trained on some corpora and used on any; it runs without torch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gnn.arcs import NUM_KINDS, Arcs, reached_nodes
from gnn.dense import Array, linear, of_linear, relu, sigmoid, softmax
from gnn.weights_file import Weights, check_shapes
from graphrag.errors import ConfigError
from graphrag.protocols import TokenEncoder
from graphrag.reasoning import Probabilities, Reasoning, ReasoningGraph, ReasoningStep

KIND = "text"
"""What its files of weights say."""

MAX_LAYERS = 64

COSINE_SCALE = 4.0
"""By how much the cosine of question and fact is multiplied before it opens a gate."""


@dataclass(frozen=True)
class _Facts:
    """What a question makes of a graph's arcs that have vectors.

    Parameters
    ----------
    arcs
        Which of the arcs in both directions they are, shape ``(num_facts,)``.
    backward
        1 where they are walked backwards, shape ``(num_facts,)``.
    projected
        Their vectors in the network's dimension, shape ``(num_facts, dim)``.
    cosine
        With the question, shape ``(num_facts,)``.
    """

    arcs: NDArray[np.int64]
    backward: NDArray[np.int64]
    projected: Array
    cosine: Array


class TextReasoner:
    """Scores entities and passages by messages along facts, synonyms, mentions and titles.

    Each layer attends to the question's tokens; what it reads there opens or closes every fact, by the encoder's vector
    of the fact as a sentence. A node adds up its messages, and takes the largest besides. Nothing in it depends on the
    entities and relations that it was trained with, so it works on graphs that it never saw.

    The passages together get half of the probability, the entities the other half; all of it where there are no others.
    A node that no arc connects with a seed or a passage gets none.

    Parameters
    ----------
    weights
        Such as the shipped ones.
    encoder
        The one whose vectors the graph holds.

    Raises
    ------
    ConfigError
        If the weights are not those of such a network, or the encoder does not fit.

    References
    ----------
    Mavromatis and Karypis, "ReaRev", arXiv 2210.13650, section 4.1 (instructions); Luo et al., "GFM-RAG", arXiv
    2502.01113, section 4.2 (one model for all graphs); "GNN-RAG", arXiv 2405.20139, section 4.
    """

    def __init__(self, weights: Weights, encoder: TokenEncoder) -> None:
        if weights.kind != KIND:
            raise ConfigError(f"Expected weights of the kind {KIND!r} (got {weights.kind!r})")
        try:
            self._max_nodes = int(str(weights.options["max_nodes"]))
            self.num_layers = int(str(weights.options["num_layers"]))
            self._feature_names = tuple(str(weights.options["features"]).split("|"))
        except (KeyError, ValueError) as error:
            got = str(dict(weights.options))[:200]
            raise ConfigError(f"Expected the options of a reasoner of kind {KIND!r} (got {got})") from error
        self.num_features = len(self._feature_names)
        dim = len(weights.tensors.get("input.bias", ()))
        check_shapes(weights, _shapes(min(self.num_layers, MAX_LAYERS), dim, encoder.dimension, self.num_features))
        self.encoder = encoder
        self._tensors: Mapping[str, Array] = {name: t.astype(np.float32) for name, t in weights.tensors.items()}

    @property
    def max_nodes(self) -> int | None:
        """How many nodes it was trained to see."""
        return self._max_nodes

    @property
    def feature_names(self) -> tuple[str, ...]:
        """What the columns of ``ReasoningGraph.node_features`` have to be."""
        return self._feature_names

    def reason(self, question: str, seeds: Sequence[int], graph: ReasoningGraph) -> Reasoning:
        """Return the probability of every node.

        Parameters
        ----------
        question
            Its text.
        seeds
            Positions in ``graph.nodes``.
        graph
            With features and vectors of arcs.

        Raises
        ------
        ValueError
            If the graph has no vectors, or other features than the network was trained with.
        """
        features = graph.node_features
        if graph.arc_vectors is None or features is None or features.shape[1] != self.num_features:
            got = "none" if features is None or graph.arc_vectors is None else f"{features.shape[1]} features"
            raise ValueError(f"Expected vectors of arcs and {self.num_features} features a node (got {got})")
        tokens, states = self.encoder.token_states(question)
        if not graph.num_nodes:
            return Reasoning(np.zeros(0), tokens)
        query = self.encoder.encode([question])[0]
        asked = self._linear("question", query)
        reached = reached_nodes(graph, seeds)
        arcs = Arcs.of(graph)
        facts = self._facts(graph.arc_vectors, arcs, query)
        state: Array = relu(self._linear("input", features))
        steps = []
        for layer, (attention, instruction) in enumerate(self._instructions(states, asked)):
            gates = self._gates(layer, arcs, facts, instruction)
            state = self._layer(layer, state, arcs, gates)
            mass = node_probability(self._linear("step", state)[:, 0], graph.num_entities, reached)
            weights = _relation_weights(graph, arcs, gates)
            steps.append(ReasoningStep(mass, attention.astype(np.float64), weights))
        top = np.concatenate([state, features, state * np.tanh(asked)], axis=1)
        logits = self._linear("score", relu(self._linear("top", top)))[:, 0]
        return Reasoning(node_probability(logits, graph.num_entities, reached), tokens, tuple(steps))

    def _facts(self, vectors: Array, arcs: Arcs, query: Array) -> _Facts:
        present = np.flatnonzero(np.any(vectors, axis=1))
        place = np.full(len(vectors), -1, dtype=np.int64)
        place[present] = np.arange(len(present))
        row = place[arcs.origin]
        with_vector = np.flatnonzero(row >= 0)
        row = row[with_vector]
        projected = vectors[present] @ self._tensors["fact.weight"].T
        cosine = vectors[present] @ query
        return _Facts(with_vector, arcs.backward[with_vector], projected[row], cosine[row])

    def _instructions(self, states: Array, asked: Array) -> Iterator[tuple[Array, Array]]:
        """Yield each layer's attention over the tokens, and what it reads there."""
        tokens = self._linear("tokens", states)
        instruction = np.zeros_like(asked)
        for layer in range(self.num_layers):
            sought = self._linear(f"layers.{layer}.seek", np.concatenate([instruction, asked]))
            attention = softmax(np.tanh(sought * tokens) @ self._tensors[f"layers.{layer}.attend"])
            instruction = attention @ tokens
            yield attention, instruction

    def _gates(self, layer: int, arcs: Arcs, facts: _Facts, instruction: Array) -> Array:
        """Return how far each arc is open, in (0, 1), shape ``(num_arcs,)``."""
        logits: Array = self._tensors[f"layers.{layer}.open"][arcs.kind]
        match = self._tensors[f"layers.{layer}.match"] * instruction
        by_direction = facts.projected @ match.T
        of_cosine = self._tensors[f"layers.{layer}.cosine"][facts.backward]
        opened = by_direction[np.arange(len(facts.arcs)), facts.backward] + COSINE_SCALE * of_cosine * facts.cosine
        logits[facts.arcs] = logits[facts.arcs] + opened.astype(np.float32)
        return sigmoid(logits)

    def _layer(self, layer: int, state: Array, arcs: Arcs, gates: Array) -> Array:
        """Return the nodes' states after a layer, shape ``(num_nodes, dim)``."""
        by_kind = np.stack([state @ weight for weight in self._tensors[f"layers.{layer}.message"]])
        messages = by_kind[arcs.kind, arcs.head] * gates[:, None]
        total, largest = np.zeros_like(state), np.zeros_like(state)
        if len(messages):
            tails, starts = np.unique(arcs.tail, return_index=True)
            total[tails] = np.add.reduceat(messages * arcs.scale[:, None], starts)
            largest[tails] = np.maximum.reduceat(messages, starts)
        update: Array = relu(self._linear(f"layers.{layer}.update", np.concatenate([state, total, largest], axis=1)))
        return self._normalized(layer, state + update)

    def _normalized(self, layer: int, state: Array) -> Array:
        centred = state - state.mean(axis=1, keepdims=True)
        deviation = np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 1e-5)
        weight, bias = (self._tensors[f"layers.{layer}.norm.{name}"] for name in ("weight", "bias"))
        normalized: Array = centred / deviation * weight + bias
        return normalized

    def _linear(self, name: str, values: Array) -> Array:
        return linear(self._tensors, name, values)


def _shapes(num_layers: int, dim: int, dimension: int, num_features: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each of the network's tensors."""
    linear_layers = {
        "input": (dim, num_features),
        "question": (dim, dimension),
        "tokens": (dim, dimension),
        "step": (1, dim),
        "top": (dim, 2 * dim + num_features),
        "score": (1, dim),
    }
    shapes: dict[str, tuple[int, ...]] = {"fact.weight": (dim, dimension)}
    for number in range(num_layers):
        layer = f"layers.{number}"
        linear_layers |= {f"{layer}.seek": (dim, 2 * dim), f"{layer}.update": (dim, 3 * dim)}
        shapes |= {
            f"{layer}.attend": (dim,),
            f"{layer}.open": (2 * NUM_KINDS,),
            f"{layer}.match": (2, dim),
            f"{layer}.cosine": (2,),
            f"{layer}.message": (2 * NUM_KINDS, dim, dim),
            f"{layer}.norm.weight": (dim,),
            f"{layer}.norm.bias": (dim,),
        }
    return shapes | of_linear(linear_layers)


def node_probability(logits: Array, num_entities: int, reached: NDArray[np.bool_]) -> Probabilities:
    """Return probabilities of nodes: half for the entities, half for the passages, all for one kind if alone.

    Parameters
    ----------
    logits
        Entities first, then passages, shape ``(num_nodes,)``.
    num_entities
        How many entities there are.
    reached
        Nodes that get a probability, shape ``(num_nodes,)``.

    Returns
    -------
    ndarray
        Sum 1, or 0 if nothing is reached, shape ``(num_nodes,)``.

    Examples
    --------
    >>> node_probability(np.zeros(4, dtype=np.float32), 2, np.array([True, False, True, True])).tolist()
    [0.5, 0.0, 0.25, 0.25]
    """
    probability = np.zeros(len(logits))
    parts = [part for part in (np.flatnonzero(reached[:num_entities]), _passages(reached, num_entities)) if len(part)]
    for part in parts:
        probability[part] = softmax(logits[part].astype(np.float64)) / len(parts)
    return probability


def _passages(reached: NDArray[np.bool_], num_entities: int) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.flatnonzero(reached[num_entities:]) + num_entities
    return found


def _relation_weights(graph: ReasoningGraph, arcs: Arcs, gates: Array) -> Probabilities:
    """Return the mean gate of each relation, forwards and backwards, shape ``(num_relations, 2)``."""
    num_relations = len(graph.relation_texts)
    cell = graph.relation[arcs.origin] * 2 + arcs.backward
    total = np.bincount(cell, weights=gates, minlength=2 * num_relations)
    count = np.bincount(cell, minlength=2 * num_relations)
    return (total / np.maximum(count, 1)).reshape(num_relations, 2)
