"""The network of :class:`gnn.transfer_reasoner.TransferReasoner` in torch, for training: many questions at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from gnn.arcs import LeavingArcs
from gnn.layers import at_most_one, relation_step, sparse_product
from gnn.learner import Learner
from gnn.question_batch import QuestionBatch
from gnn.questions import NUM_PLACES, LabelledQuestion
from gnn.tensors import RelationalGraph
from gnn.transfer_reasoner import COUNT_SCALE, KIND, Plan, TransferOptions, TransferReasoner, mixed, walked
from graphrag.protocols import TokenEncoder
from graphrag.reasoning import ReasoningGraph

_EPSILON = 1e-9
_NOWHERE = 1e-3
"""Counts as a score that is no answer: without it a question that leads nowhere would look answered."""
_RETURNING = -4.0
"""Logit of what a seed keeps before training."""
_COSINE_SCALE = 8.0
"""By how much the cosine of what a step reads and a relation is multiplied, before training."""
_COVERED = 5.0
"""Cost, in logits, of reading a token again, before training."""


@dataclass(frozen=True)
class PlanBatch:
    """What the network makes of questions before it looks at the graph.

    Parameters
    ----------
    attention
        Per step over the tokens, each of shape ``[num_questions, num_tokens]``.
    weights
        Of the relations per step, each of shape ``[num_relations, num_questions]``, columns sum to 1.
    shares
        How much each step's scores count, shape ``[num_questions, num_steps]``, rows sum to 1.
    returning
        Part of a step's score that a seed keeps, in [0, 1], shape ``[num_questions, num_steps]``.
    """

    attention: list[Tensor]
    weights: list[Tensor]
    shares: Tensor
    returning: Tensor

    def plans(self) -> list[Plan]:
        """Return the plan of each question; its attention goes on over the tokens that are not there, with zeros."""
        attention = torch.stack(self.attention, dim=1).numpy()
        weights = torch.stack(self.weights).permute(2, 0, 1).contiguous().numpy()
        columns = zip(attention, weights, self.shares.numpy(), self.returning.numpy(), strict=True)
        return [Plan(*column) for column in columns]


class TransferNetwork(nn.Module):
    """What :class:`gnn.transfer_reasoner.TransferReasoner` says of it, with dropout.

    Parameters
    ----------
    options
        Sizes.
    """

    def __init__(self, options: TransferOptions) -> None:
        super().__init__()
        self.options = options
        dimension, size = options.dimension, options.size
        self.token = nn.Linear(dimension, size)
        self.place = nn.Embedding(NUM_PLACES, size)
        self.question = nn.Linear(dimension, size)
        self.steps = nn.ModuleList(nn.Linear(2 * size, size) for _ in range(options.num_steps))
        self.covered = nn.Parameter(torch.full((1,), _COVERED))
        self.relation = nn.Linear(size, size)
        self.forwards = nn.Linear(dimension, size)
        self.backwards = nn.Linear(dimension, size)
        self.cosine = nn.Parameter(torch.full((2,), _COSINE_SCALE))
        self.counted = nn.Linear(size, size)
        self.length = nn.Linear(2 * size, options.num_steps)
        self.returning = nn.Linear(size, options.num_steps)
        self.dropout = nn.Dropout(options.dropout)
        nn.init.normal_(self.place.weight, std=0.1)
        nn.init.zeros_(self.returning.weight)
        nn.init.constant_(self.returning.bias, _RETURNING)

    def forward(self, questions: QuestionBatch, relations: Tensor) -> PlanBatch:
        """Return where the questions lead.

        Parameters
        ----------
        questions
            The questions.
        relations
            The encoder's vectors of the relations' texts, shape ``[num_relations / 2, dimension]``.
        """
        tokens = self.dropout(self.token(questions.states)) + self.place(questions.places)
        asked = self.dropout(self.question(questions.mean))
        keys = self.dropout(torch.cat([self.forwards(relations), self.backwards(relations)]))
        covered = torch.zeros(questions.mask.shape)
        context = torch.zeros_like(asked)
        attention, weights = [], []
        for step in self.steps:
            focus = torch.tanh(step(torch.cat([asked, context], dim=1)))
            logits = (tokens @ focus[:, :, None]).squeeze(2) - self.covered * covered
            attended = logits.masked_fill(~questions.mask, -1e9).softmax(1)
            covered = covered + attended
            context = (attended[:, None, :] @ tokens).squeeze(1)
            read = functional.normalize((attended[:, None, :] @ questions.states).squeeze(1), dim=1)
            cosine = read @ relations.T
            likeness = torch.cat([cosine * self.cosine[0], cosine * self.cosine[1]], dim=1)
            attention.append(attended)
            weights.append((self.relation(context) @ keys.T + likeness).softmax(1).T.contiguous())
        # How many relations a question names is a sum over its tokens, which their mean does not know.
        counts = (torch.relu(self.counted(tokens)) * questions.mask[:, :, None]).sum(1) * COUNT_SCALE
        shares = self.length(torch.cat([asked, counts], dim=1)).softmax(1)
        return PlanBatch(attention, weights, shares, self.returning(asked).sigmoid())


def answer_loss(
    graph: RelationalGraph, plan: PlanBatch, seeds: Sequence[Sequence[int]], answers: Sequence[Sequence[int]]
) -> Tensor:
    """Return minus the mean log-probability of the answers, which count as one event.

    Of a step's scores it needs those of the answers and the sum of all. The sum follows from the numbers of arcs that
    leave each node by each relation: so the last and largest step is never made.

    Parameters
    ----------
    graph
        The graph.
    plan
        The relations' weights.
    seeds, answers
        Nodes of each question.
    """
    start, at_seeds = _seeded(graph.num_nodes, seeds)
    scores, asked = start, _at(answers)
    wanted = torch.zeros(graph.num_nodes, dtype=torch.bool)
    wanted[torch.cat([asked[0], at_seeds[0]])] = True
    found, total = torch.zeros(len(seeds)), torch.zeros(len(seeds))
    for number, (weights, returning) in enumerate(zip(plan.weights, plan.returning.unbind(1), strict=True)):
        active, share = (scores > 0).any(1), plan.shares[:, number]
        near = relation_step(scores, weights, graph.arcs(active, into=wanted))
        all_scores = (weights * sparse_product(*graph.degrees, scores)).sum(0)
        lost = near[at_seeds] * (1 - returning)[at_seeds[1]]
        kept = near[asked] * (1 - start[asked] * (1 - returning)[asked[1]])
        found = found + share * torch.zeros(len(seeds)).index_add(0, asked[1], kept)
        total = total + share * (all_scores - torch.zeros(len(seeds)).index_add(0, at_seeds[1], lost))
        if number + 1 < len(plan.weights):
            scores = at_most_one(_cut(relation_step(scores, weights, graph.arcs(active)), at_seeds, returning))
    return (torch.log(total.clamp(min=0) + _NOWHERE) - torch.log(found + _EPSILON)).mean()


class TransferLearner(Learner[TransferNetwork]):
    """Learns relation transfer. Its questions of one batch must share one graph."""

    kind = KIND

    def __init__(self, network: TransferNetwork, encoder: TokenEncoder) -> None:
        super().__init__(network, encoder)
        self._arcs: tuple[ReasoningGraph, LeavingArcs] | None = None

    @property
    def max_nodes(self) -> None:
        """The whole graph is wanted."""
        return None

    @classmethod
    def network_of(cls, options: Mapping[str, object]) -> TransferNetwork:
        """Return a network with fresh weights."""
        return TransferNetwork(TransferOptions(**options))  # type: ignore[arg-type]  # checked there

    def loss(self, questions: Sequence[LabelledQuestion]) -> Tensor:
        """Return minus the mean log-probability of the answers."""
        graph = self._shared_graph(questions)
        seeds, answers = [q.seeds for q in questions], [q.answers for q in questions]
        return answer_loss(self.tensors(graph), self.plan(questions), seeds, answers)

    def best(self, questions: Sequence[LabelledQuestion]) -> list[int | None]:
        """Return the most probable node of each question; None where no node can be reached."""
        arcs = self._leaving(self._shared_graph(questions))
        with torch.inference_mode():
            plans = self.plan(questions).plans()
        return [_best(arcs, plan, question.seeds) for plan, question in zip(plans, questions, strict=True)]

    def reasoner(self) -> TransferReasoner:
        """Return the reasoner that has learned what the network has by now."""
        return TransferReasoner(self.weights(), self.encoder)

    def plan(self, questions: Sequence[LabelledQuestion]) -> PlanBatch:
        """Return where questions lead."""
        plan: PlanBatch = self.network(self.batch(questions), self.relation_vectors(questions[0].graph))
        return plan

    def _leaving(self, graph: ReasoningGraph) -> LeavingArcs:
        """Return a graph's arcs; those of the last graph are kept."""
        if self._arcs is None or self._arcs[0] is not graph:
            self._arcs = graph, LeavingArcs.of(graph)
        return self._arcs[1]

    def _shared_graph(self, questions: Sequence[LabelledQuestion]) -> ReasoningGraph:
        graph = questions[0].graph
        if any(question.graph is not graph for question in questions):
            raise ValueError("Expected 'questions' to share one graph (got several)")
        return graph


def _best(arcs: LeavingArcs, plan: Plan, seeds: Sequence[int]) -> int | None:
    scores = mixed(walked(arcs, plan, seeds), plan)
    place = int(np.argmax(scores)) if len(scores) else 0
    return place if len(scores) and scores[place] > 0 else None


def _cut(scores: Tensor, seeds: tuple[Tensor, Tensor], returning: Tensor) -> Tensor:
    """Return scores of which each question's seeds keep a part; those given are lost."""
    return scores.index_put_(seeds, scores[seeds] * returning[seeds[1]])


def _at(nodes: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return rows and columns of the nodes of each question."""
    rows = torch.tensor([node for some in nodes for node in some], dtype=torch.int64)
    return rows, torch.tensor([column for column, some in enumerate(nodes) for _ in some], dtype=torch.int64)


def _seeded(num_nodes: int, seeds: Sequence[Sequence[int]]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Return 1 at the seeds and 0 elsewhere, shape ``[num_nodes, num_questions]``, and where the seeds are."""
    places = _at(seeds)
    scores = torch.zeros(num_nodes, len(seeds))
    scores[places] = 1
    return scores, places
