"""Relation transfer: scores move over the whole graph, one relation a step; the relations' weights explain where to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from gnn.layers import at_most_one, relation_step, sparse_product
from gnn.questions import NUM_PLACES, LabelledQuestion, QuestionBatch
from gnn.reasoner import NetworkReasoner
from gnn.tensors import RelationalGraph
from graphrag.reasoning import Probabilities, Reasoning, ReasoningGraph, ReasoningStep

_EPSILON = 1e-9
_NOWHERE = 1e-3
"""Counts as a score that is no answer: without it a question that leads nowhere would look answered."""
_RETURNING = -4.0
"""Logit of what a seed keeps before training."""
_COSINE_SCALE = 8.0
"""By how much the cosine of what a step reads and a relation is multiplied, before training."""
_COVERED = 5.0
"""Cost, in logits, of reading a token again, before training."""
_COUNT_SCALE = 0.1


@dataclass(frozen=True, slots=True)
class TransferOptions:
    """Sizes of :class:`TransferNetwork`.

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
        If a size is less than 1, or ``dropout`` out of range.
    """

    dimension: int = 384
    size: int = 96
    num_steps: int = 3
    dropout: float = 0.1

    def __post_init__(self) -> None:
        for name in ("dimension", "size", "num_steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"Expected '{name}' to be at least 1 (got {getattr(self, name)})")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"Expected 'dropout' to be in [0, 1) (got {self.dropout})")


@dataclass(frozen=True)
class Plan:
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


class TransferNetwork(nn.Module):
    """At each step the question's tokens are attended to, and what is attended to gives every relation a weight.

    A relation's weight comes from its text, so the network can be used on graphs with other relations. Part of it is
    the cosine of the relation and what the step reads, both as the encoder knows them: words that no training showed
    lead to relations of like meaning. A step knows what the one before it read, seldom reads a token twice, and sees
    where each token stands from the name: what is said next to the name is walked first.

    What comes back to a seed is cut to a part that is learned and begins near 0: "films that share a director with X"
    never means X, "the parent of X's child" may.

    Parameters
    ----------
    options
        Sizes.

    References
    ----------
    Shi et al., "TransferNet: An Effective and Transparent Framework for Multi-hop Question Answering over Relation
    Graph", EMNLP 2021, arXiv 2104.07302, section 3. Cosines, places and coverage are ours.
    """

    def __init__(self, options: TransferOptions = TransferOptions()) -> None:
        super().__init__()
        self.options = options
        dimension, size = options.dimension, options.size
        self.token = nn.Linear(dimension, size)
        self.place = nn.Embedding(NUM_PLACES, size)
        self.question = nn.Linear(dimension, size)
        self.steps = nn.ModuleList(nn.Linear(2 * size, size) for _ in range(options.num_steps))
        self.covered = nn.Parameter(torch.tensor(_COVERED))
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

    def forward(self, questions: QuestionBatch, relations: Tensor) -> Plan:
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
        counts = (torch.relu(self.counted(tokens)) * questions.mask[:, :, None]).sum(1) * _COUNT_SCALE
        shares = self.length(torch.cat([asked, counts], dim=1)).softmax(1)
        return Plan(attention, weights, shares, self.returning(asked).sigmoid())


def transferred(graph: RelationalGraph, plan: Plan, seeds: Sequence[Sequence[int]]) -> list[Tensor]:
    """Return the scores of all nodes after each step, each of shape ``[num_nodes, num_questions]``.

    Scores go on at most as 1, so that what many ways lead to is not preferred.

    Parameters
    ----------
    graph
        The graph.
    plan
        The relations' weights.
    seeds
        Nodes of each question.
    """
    (scores, at_seeds), steps = _seeded(graph.num_nodes, seeds), []
    for weights, returning in zip(plan.weights, plan.returning.unbind(1), strict=True):
        arcs = graph.arcs((scores > 0).any(1))
        scores = _cut(relation_step(scores, weights, arcs), at_seeds, returning)
        steps.append(scores)
        scores = at_most_one(scores)
    return steps


def answer_loss(
    graph: RelationalGraph, plan: Plan, seeds: Sequence[Sequence[int]], answers: Sequence[Sequence[int]]
) -> Tensor:
    """Return minus the mean log-probability of the answers, which count as one event.

    Of a step's scores it needs those of the answers and the sum of all. The sum follows from the numbers of arcs that
    leave each node by each relation: so the last and largest step is never made.

    Parameters
    ----------
    graph, plan, seeds
        As for :func:`transferred`.
    answers
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


class TransferReasoner(NetworkReasoner[TransferNetwork]):
    """:class:`graphrag.protocols.GraphReasoner` over the whole graph by relation transfer.

    Its questions of one batch must share one graph.
    """

    kind = "transfer"

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
        return answer_loss(self.tensors(graph), self._plan(questions), seeds, answers)

    def reason_many(self, questions: Sequence[LabelledQuestion]) -> list[Reasoning]:
        """Return what the network thinks of every node, question by question; answers are not looked at."""
        with torch.inference_mode():
            plan = self._plan(questions)
            steps = self._steps(questions, plan)
            scores = _mixed(steps, plan)
        return [self._reasoning(question, i, scores, steps, plan) for i, question in enumerate(questions)]

    def best(self, questions: Sequence[LabelledQuestion]) -> list[int | None]:
        """Return the most probable node of each question; None where no node can be reached."""
        with torch.inference_mode():
            plan = self._plan(questions)
            scores = _mixed(self._steps(questions, plan), plan)
        if not len(scores):
            return [None] * len(questions)
        values, nodes = scores.max(0)
        return [node if value > 0 else None for value, node in zip(values.tolist(), nodes.tolist(), strict=True)]

    def _shared_graph(self, questions: Sequence[LabelledQuestion]) -> ReasoningGraph:
        graph = questions[0].graph
        if any(question.graph is not graph for question in questions):
            raise ValueError("Expected 'questions' to share one graph (got several)")
        return graph

    def _plan(self, questions: Sequence[LabelledQuestion]) -> Plan:
        plan: Plan = self.network(self.batch(questions), self.relation_vectors(questions[0].graph))
        return plan

    def _steps(self, questions: Sequence[LabelledQuestion], plan: Plan) -> list[Tensor]:
        return transferred(self.tensors(self._shared_graph(questions)), plan, [q.seeds for q in questions])

    def _reasoning(
        self, question: LabelledQuestion, column: int, scores: Tensor, steps: Sequence[Tensor], plan: Plan
    ) -> Reasoning:
        tokens = self.tokens(question)
        explained = [
            ReasoningStep(
                mass=_shares(mass[:, column]),
                attention=_shares(attention[column, : len(tokens)]),
                relation_weights=_directions(weights[:, column], question.graph),
            )
            for mass, attention, weights in zip(steps, plan.attention, plan.weights, strict=True)
        ]
        return Reasoning(_shares(scores[:, column]), tokens, tuple(explained))


def _mixed(steps: Sequence[Tensor], plan: Plan) -> Tensor:
    """Return the scores over all steps, shape ``[num_nodes, num_questions]``."""
    scores = torch.zeros_like(steps[0])
    for number, step in enumerate(steps):
        scores += step * plan.shares[:, number]
    return scores


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


def _shares(scores: Tensor) -> Probabilities:
    """Return scores divided by their sum, if that is positive, in double precision."""
    values: Probabilities = scores.double().numpy()
    total = values.sum()
    return values / total if total > 0 else values


def _directions(weights: Tensor, graph: ReasoningGraph) -> Probabilities:
    """Return weights with one row a relation: forwards, backwards."""
    values: Probabilities = weights.double().numpy().reshape(2, len(graph.relation_texts)).T
    return values
