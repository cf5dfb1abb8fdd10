"""Relation transfer: scores move over the whole graph, one relation a step; the relations' weights explain where to.

It runs without torch. What learns its weights is :mod:`gnn.transfer_network`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gnn.arcs import LeavingArcs, Numbers
from gnn.dense import Array, linear, normalized, of_linear, relu, sigmoid, softmax
from gnn.questions import NUM_PLACES, distinct_seeds, question_text, read_question, token_places
from gnn.weights_file import Weights, check_shapes
from graphrag.errors import ConfigError
from graphrag.protocols import FloatMatrix, TokenEncoder
from graphrag.reasoning import Probabilities, Reasoning, ReasoningGraph, ReasoningStep

KIND = "transfer"
"""What its files of weights say."""

MAX_SIZE, MAX_STEPS = 2**16, 64

COUNT_SCALE = 0.1
"""By how much what tokens say about the number of steps is multiplied before it is summed."""


@dataclass(frozen=True, slots=True)
class TransferOptions:
    """Sizes of the network.

    Parameters
    ----------
    dimension
        Of the encoder's vectors.
    size
        Of the states that are learned.
    num_steps
        How far answers may be from the seeds.
    dropout
        Share of the states that are left out while training, in [0, 1).

    Raises
    ------
    ValueError
        If a size or ``dropout`` is out of range.
    """

    dimension: int = 384
    size: int = 96
    num_steps: int = 3
    dropout: float = 0.1

    def __post_init__(self) -> None:
        for name, most in (("dimension", MAX_SIZE), ("size", MAX_SIZE), ("num_steps", MAX_STEPS)):
            if not 1 <= getattr(self, name) <= most:
                raise ValueError(f"Expected '{name}' to be in [1, {most}] (got {getattr(self, name)})")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"Expected 'dropout' to be in [0, 1) (got {self.dropout})")

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of each of the network's tensors."""
        layers = {
            "token": (self.size, self.dimension),
            "question": (self.size, self.dimension),
            "forwards": (self.size, self.dimension),
            "backwards": (self.size, self.dimension),
            "relation": (self.size, self.size),
            "counted": (self.size, self.size),
            "length": (self.num_steps, 2 * self.size),
            "returning": (self.num_steps, self.size),
        } | {f"steps.{step}": (self.size, 2 * self.size) for step in range(self.num_steps)}
        return of_linear(layers) | {"place.weight": (NUM_PLACES, self.size), "covered": (1,), "cosine": (2,)}


@dataclass(frozen=True)
class Plan:
    """What is made of a question before the graph is looked at.

    Parameters
    ----------
    attention
        Over the tokens at each step, rows sum to 1, shape ``(num_steps, num_tokens)``.
    weights
        Of the relations at each step, first forwards, then backwards, rows sum to 1, shape
        ``(num_steps, 2 * num_relations)``.
    shares
        How much each step's scores count, sum 1, shape ``(num_steps,)``.
    returning
        Part of a step's score that a seed keeps, in [0, 1], shape ``(num_steps,)``.
    """

    attention: Array
    weights: Array
    shares: Array
    returning: Array


def walked(arcs: LeavingArcs, plan: Plan, seeds: Sequence[int]) -> list[Numbers]:
    """Return the scores of all nodes after each step, each of shape ``(num_nodes,)``.

    Scores go on at most as 1, so that what many ways lead to is not preferred.

    Parameters
    ----------
    arcs
        Of the graph.
    plan
        Of the question.
    seeds
        Where to start; distinct.
    """
    places = np.array(seeds, dtype=np.int64)
    scores, steps = np.zeros(len(arcs.starts) - 1), []
    scores[places] = 1
    for weights, returning in zip(plan.weights.astype(np.float64), plan.returning, strict=True):
        arrived = arcs.step(np.minimum(scores, 1), weights)
        arrived[places] *= returning
        steps.append(arrived)
        scores = arrived
    return steps


def mixed(steps: Sequence[Numbers], plan: Plan) -> Numbers:
    """Return the scores over all steps, shape ``(num_nodes,)``."""
    total = np.zeros_like(steps[0])
    for share, scores in zip(plan.shares, steps, strict=True):
        total += share * scores
    return total


class TransferReasoner:
    """:class:`graphrag.protocols.GraphReasoner` over the whole graph by relation transfer.

    At each step the question's tokens are attended to, and what is attended to gives every relation a weight. A
    relation's weight comes from its text, so the weights can be used on graphs with other relations. Part of it is the
    cosine of the relation and what the step reads, both as the encoder knows them: words that no training showed lead
    to relations of like meaning. A step knows what the one before it read, seldom reads a token twice, and sees where
    each token stands from the name: what is said next to the name is walked first.

    What comes back to a seed is cut to a part that is learned and begins near 0: "films that share a director with X"
    never means X, "the parent of X's child" may.

    Parameters
    ----------
    weights
        What ``multihop train gnn`` wrote, or the shipped ones.
    encoder
        The one that they were learned with.

    Raises
    ------
    ConfigError
        If the weights are not those of such a network, or the encoder does not fit.

    References
    ----------
    Shi et al., "TransferNet: An Effective and Transparent Framework for Multi-hop Question Answering over Relation
    Graph", EMNLP 2021, arXiv 2104.07302, section 3. Cosines, places and coverage are ours.
    """

    def __init__(self, weights: Weights, encoder: TokenEncoder) -> None:
        try:
            self.options = TransferOptions(**weights.options)  # type: ignore[arg-type]  # checked here
        except (TypeError, ValueError) as error:
            raise ConfigError(f"Expected the weights of a reasoner of kind {KIND!r}: {str(error)[:200]}") from error
        if self.options.dimension != encoder.dimension:
            raise ConfigError(
                f"Expected an encoder of vectors of length {self.options.dimension} (got {encoder.dimension})"
            )
        check_shapes(weights, self.options.shapes)
        self.encoder = encoder
        self._tensors: Mapping[str, Array] = {name: t.astype(np.float32) for name, t in weights.tensors.items()}
        self._last: tuple[ReasoningGraph, LeavingArcs, FloatMatrix] | None = None

    @property
    def max_nodes(self) -> None:
        """The whole graph is wanted."""
        return None

    def reason(self, question: str, seeds: Sequence[int], graph: ReasoningGraph) -> Reasoning:
        """Return what is found of every node; see :class:`graphrag.protocols.GraphReasoner`.

        Without seeds, or in a graph without arcs at the seeds, no node can be reached: all probabilities are 0.

        Raises
        ------
        ValueError
            If a seed is no node.
        """
        starts = distinct_seeds(seeds, graph)
        tokens, states = read_question(self.encoder, question_text(question, starts, graph))
        arcs, relations = self._of(graph)
        plan = self.plan(tokens, states, relations)
        steps = walked(arcs, plan, starts)
        explained = [
            ReasoningStep(normalized(mass), normalized(attention.astype(np.float64)), _directions(weights))
            for mass, attention, weights in zip(steps, plan.attention, plan.weights, strict=True)
        ]
        return Reasoning(normalized(mixed(steps, plan)), tokens, tuple(explained))

    def plan(self, tokens: Sequence[str], states: FloatMatrix, relations: FloatMatrix) -> Plan:
        """Return where a question leads.

        Parameters
        ----------
        tokens, states
            Of the question, as :func:`gnn.questions.read_question` returns them.
        relations
            The encoder's vectors of the relations' texts, shape ``(num_relations, dimension)``.
        """
        read = self._linear("token", states) + self._tensors["place.weight"][token_places(tokens)]
        asked = self._linear("question", states.mean(axis=0))
        keys = np.concatenate([self._linear("forwards", relations), self._linear("backwards", relations)])
        scale = np.repeat(self._tensors["cosine"], len(relations))
        covered, context = np.zeros(len(tokens), dtype=np.float32), np.zeros_like(asked)
        attention, weights = [], []
        for step in range(self.options.num_steps):
            focus = np.tanh(self._linear(f"steps.{step}", np.concatenate([asked, context])))
            attended = softmax(read @ focus - self._tensors["covered"] * covered)
            covered = covered + attended
            context = attended @ read
            sought = attended @ states
            cosine = relations @ (sought / max(float(np.linalg.norm(sought)), 1e-12))
            attention.append(attended)
            weights.append(softmax(keys @ self._linear("relation", context) + scale * np.tile(cosine, 2)))
        # How many relations a question names is a sum over its tokens, which their mean does not know.
        counts = relu(self._linear("counted", read)).sum(axis=0) * np.float32(COUNT_SCALE)
        shares = softmax(self._linear("length", np.concatenate([asked, counts])))
        return Plan(np.stack(attention), np.stack(weights), shares, sigmoid(self._linear("returning", asked)))

    def _of(self, graph: ReasoningGraph) -> tuple[LeavingArcs, FloatMatrix]:
        """Return a graph's arcs and the vectors of its relations; those of the last graph are kept."""
        if self._last is None or self._last[0] is not graph:
            self._last = graph, LeavingArcs.of(graph), self.encoder.encode(list(graph.relation_texts))
        return self._last[1:]

    def _linear(self, name: str, values: Array) -> Array:
        return linear(self._tensors, name, values)


def _directions(weights: Array) -> Probabilities:
    """Return weights with one row a relation: forwards, backwards."""
    values: Probabilities = weights.astype(np.float64).reshape(2, -1).T
    return values
