"""ReaRev: states of entities, instructions decoded from the question, and stages that revise the instructions."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

import torch
from torch import Tensor, nn

from gnn.dense import normalized
from gnn.learner import Learner
from gnn.messages import PairMessages
from gnn.question_batch import QuestionBatch
from gnn.questions import LabelledQuestion, distinct_seeds
from gnn.subgraphs import SubgraphBatch
from graphrag.reasoning import Probabilities, Reasoning, ReasoningGraph, ReasoningStep

_EPSILON = 1e-8


@dataclass(frozen=True, slots=True)
class ReaRevOptions:
    """Sizes of :class:`ReaRevNetwork`.

    Parameters
    ----------
    dimension
        Of the encoder's vectors.
    size
        Of the states that are learned.
    num_steps
        Layers, and so how far the first stage sees.
    num_instructions
        Decoded from each question.
    num_stages
        How often the layers are gone through, with instructions revised in between.
    max_nodes
        Of the subgraphs.

    Raises
    ------
    ValueError
        If a number is less than 1.
    """

    dimension: int = 384
    size: int = 48
    num_steps: int = 3
    num_instructions: int = 2
    num_stages: int = 2
    max_nodes: int = 400

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value < 1:
                raise ValueError(f"Expected '{name}' to be at least 1 (got {value})")


@dataclass(frozen=True)
class Reasoned:
    """What the network thinks of a batch.

    Parameters
    ----------
    logits
        Before the softmax over a graph's nodes, shape ``[num_graphs, num_nodes]``.
    mass
        Probability after each layer of each stage, each of shape ``[num_graphs, num_nodes]``.
    attention
        Per instruction over the tokens, each of shape ``[num_graphs, num_tokens]``.
    relation_weights
        Length of each relation's message, mean over the instructions, for each entry of ``mass``, each of shape
        ``[num_graphs, num_relations]``.
    """

    logits: Tensor
    mass: list[Tensor]
    attention: list[Tensor]
    relation_weights: list[Tensor]


class ReaRevNetwork(nn.Module):
    """Entity states take in messages that depend on relations and instructions, weighted by the heads' probabilities.

    Parameters
    ----------
    options
        Sizes.

    References
    ----------
    Mavromatis and Karypis, "ReaRev: Adaptive Reasoning for Question Answering over Knowledge Graphs", EMNLP 2022
    findings, arXiv 2210.13650, section 4; with the probabilities summed per tail and relation before a relation's
    vector is made use of, and the update applied to the relations' vectors.
    """

    def __init__(self, options: ReaRevOptions = ReaRevOptions()) -> None:
        super().__init__()
        self.options = options
        dimension, size, layers = options.dimension, options.size, range(options.num_steps)
        instructions = range(options.num_instructions)
        self.token = nn.Linear(dimension, size)
        self.query = nn.ModuleList(nn.Linear(size, size) for _ in instructions)
        self.combine = nn.Linear(4 * size, size)
        self.attend = nn.Linear(size, 1)
        self.forwards = nn.Linear(dimension, size)
        self.backwards = nn.Linear(dimension, size)
        self.initial = nn.Linear(size, size, bias=False)
        self.relation = nn.ModuleList(nn.Linear(size, size) for _ in layers)
        self.update = nn.ModuleList(nn.Linear((1 + 2 * options.num_instructions) * size, size) for _ in layers)
        self.score = nn.Linear(size, 1)
        self.gate = nn.ModuleList(nn.Linear(3 * size, size, bias=False) for _ in instructions)
        self.revise = nn.ModuleList(nn.Linear(3 * size, size, bias=False) for _ in instructions)
        self.messages = PairMessages()

    def forward(self, batch: SubgraphBatch, relations: Tensor, questions: QuestionBatch) -> Reasoned:
        """Return the logits of all nodes.

        Parameters
        ----------
        batch
            The graphs.
        relations
            The encoder's vectors of the relations' texts, shape ``[num_relations / 2, dimension]``.
        questions
            One a graph.
        """
        instructions, attention = self._instructions(questions)
        vectors = torch.cat([self.forwards(relations), self.backwards(relations)])
        everywhere = self.initial(vectors).expand(batch.num_graphs, -1, -1)
        states = torch.relu(self.messages(batch, torch.ones_like(batch.seeds), everywhere))
        mass, weights = [], []
        logits = torch.zeros_like(batch.seeds)
        for stage in range(self.options.num_stages):
            probability = batch.seeds
            for relation, update in zip(self.relation, self.update, strict=True):
                # Of every question, relation and instruction: [num_graphs, num_relations, num_instructions * size].
                made = torch.relu(relation(vectors)[None, :, None, :] * instructions[:, None]).flatten(2)
                states = self._updated(update, states, batch, probability, made)
                logits = self.score(states).squeeze(2)
                probability = logits.masked_fill(~(batch.reachable | (batch.seeds > 0)), -1e9).softmax(1)
                mass.append(probability)
                weights.append(made.norm(dim=2))
            if stage + 1 < self.options.num_stages:
                instructions = self._revised(instructions, torch.einsum("bn,bnd->bd", batch.seeds, states))
        return Reasoned(logits, mass, attention, weights)

    def _updated(
        self, update: nn.Linear, states: Tensor, batch: SubgraphBatch, probability: Tensor, made: Tensor
    ) -> Tensor:
        """Return ``relu(update([states; what arrives forwards; what arrives backwards]))``.

        The update is linear, and the relations are fewer than the nodes: so it is applied to their vectors ``made``
        before these are sent, not to what arrives.
        """
        size, sent, half = states.shape[2], made.shape[2], batch.num_relations // 2
        own, forwards, backwards = update.weight.split([size, sent, sent], dim=1)
        ready = torch.cat([made[:, :half] @ forwards.T, made[:, half:] @ backwards.T], dim=1)
        arrived = self.messages(batch, probability, ready)
        return torch.relu(nn.functional.linear(states, own, update.bias) + arrived)

    def _instructions(self, questions: QuestionBatch) -> tuple[Tensor, list[Tensor]]:
        """Return the instructions, shape ``[num_questions, num_instructions, size]``, and what they attended to."""
        tokens, asked = self.token(questions.states), self.token(questions.mean)
        instruction = torch.zeros_like(asked)
        found, attention = [], []
        for query in self.query:
            focus = query(asked)
            combined = self.combine(torch.cat([instruction, focus, focus - instruction, focus * instruction], dim=1))
            scores = self.attend(combined[:, None] * tokens).squeeze(2)
            attended = scores.masked_fill(~questions.mask, -1e9).softmax(1)
            instruction = (attended[:, None] @ tokens).squeeze(1)
            found.append(instruction)
            attention.append(attended)
        return torch.stack(found, dim=1), attention

    def _revised(self, instructions: Tensor, seen: Tensor) -> Tensor:
        """Return instructions that take in the states of the seeds, shape ``[num_questions, size]``."""
        revised = []
        for old, gate, revise in zip(instructions.unbind(1), self.gate, self.revise, strict=True):
            both = torch.cat([old, seen, old - seen], dim=1)
            opened = torch.sigmoid(gate(both))
            revised.append(opened * revise(both) + (1 - opened) * old)
        return torch.stack(revised, dim=1)


class ReaRevReasoner(Learner[ReaRevNetwork]):
    """:class:`graphrag.protocols.GraphReasoner` over a subgraph; the seeds are never the answer."""

    kind = "rearev"
    settings = {"batch_size": 16, "learning_rate": 1e-3, "epochs": 10}  # noqa: RUF012  # read only

    @classmethod
    def network_of(cls, options: Mapping[str, object]) -> ReaRevNetwork:
        """Return a network with fresh weights."""
        return ReaRevNetwork(ReaRevOptions(**options))  # type: ignore[arg-type]  # checked there

    @property
    def max_nodes(self) -> int:
        """Nodes of a subgraph."""
        return self.network.options.max_nodes

    def loss(self, questions: Sequence[LabelledQuestion]) -> Tensor:
        """Return minus the mean log-probability of the answers, which count as one event."""
        batch, found = self._reasoned(questions)
        probability = _probability(found.logits, batch)
        answers = torch.zeros_like(probability)
        for row, question in enumerate(questions):
            answers[row, list(question.answers)] = 1
        return -torch.log((probability * answers).sum(1) + _EPSILON).mean()

    def best(self, questions: Sequence[LabelledQuestion]) -> list[int | None]:
        """Return the most probable node of each question; None where no node can be reached."""
        with torch.inference_mode():
            batch, found = self._reasoned(questions)
            probability = _probability(found.logits, batch)
        if not batch.num_nodes:
            return [None] * len(questions)
        values, nodes = probability.max(1)
        return [node if value > 0 else None for value, node in zip(values.tolist(), nodes.tolist(), strict=True)]

    def reasoner(self) -> Self:
        """Return itself."""
        return self

    def reason(self, question: str, seeds: Sequence[int], graph: ReasoningGraph) -> Reasoning:
        """Return what is found of every node; see :class:`graphrag.protocols.GraphReasoner`.

        Without seeds, or in a graph without arcs at the seeds, no node can be reached: all probabilities are 0.

        Raises
        ------
        ValueError
            If a seed is no node.
        """
        return self.reason_many([LabelledQuestion(question, graph, distinct_seeds(seeds, graph), ())])[0]

    def reason_many(self, questions: Sequence[LabelledQuestion]) -> list[Reasoning]:
        """Return what is found of every node, question by question; answers are not looked at."""
        with torch.inference_mode():
            batch, found = self._reasoned(questions)
            probability = _probability(found.logits, batch)
        numbers = _relation_numbers(questions)
        return [self._reasoning(question, row, probability, found, numbers) for row, question in enumerate(questions)]

    def _reasoned(self, questions: Sequence[LabelledQuestion]) -> tuple[SubgraphBatch, Reasoned]:
        numbers = _relation_numbers(questions)
        batch = SubgraphBatch.of(questions, [self.tensors(question.graph) for question in questions], numbers)
        return batch, self.network(batch, self.text_vectors(list(numbers)), self.batch(questions))

    def _reasoning(
        self,
        question: LabelledQuestion,
        row: int,
        probability: Tensor,
        found: Reasoned,
        numbers: Mapping[str, int],
    ) -> Reasoning:
        graph, tokens = question.graph, self.tokens(question)
        attention = torch.stack(found.attention)[:, row, : len(tokens)].mean(0)
        rows = torch.tensor([numbers[text] for text in graph.relation_texts], dtype=torch.int64)
        steps = [
            ReasoningStep(
                mass=_part(mass[row], graph),
                attention=normalized(attention.double().numpy()),
                relation_weights=weights[row].reshape(2, -1)[:, rows].T.double().numpy(),
            )
            for mass, weights in zip(found.mass, found.relation_weights, strict=True)
        ]
        return Reasoning(_part(probability[row], graph), tokens, tuple(steps))


def _relation_numbers(questions: Sequence[LabelledQuestion]) -> dict[str, int]:
    """Return a number for each relation text of some graphs."""
    texts = itertools.chain.from_iterable(question.graph.relation_texts for question in questions)
    return {text: number for number, text in enumerate(dict.fromkeys(texts))}


def _probability(logits: Tensor, batch: SubgraphBatch) -> Tensor:
    """Return the softmax over what can be reached; 0 everywhere where that is nothing."""
    masked = logits.masked_fill(~batch.reachable, -1e9).softmax(1)
    return masked * batch.reachable


def _part(values: Tensor, graph: ReasoningGraph) -> Probabilities:
    return normalized(values[: graph.num_nodes].double().numpy())
