"""Training steps of the reasoners, with sums per tail and relation and with one vector per edge, side by side.

    python tests/benchmarks/speed/gnn_epoch.py --store metaqa.db --questions 3hop/train.txt

prints, for each network, the processor time of both ways over the same questions and the same weights, and the largest
difference of their losses. Without a store a random graph of the size of MetaQA's is used.

    python tests/benchmarks/speed/gnn_epoch.py --memory

prints what one training step takes at most over random graphs of growing size, in all and an arc: of the network's
own way and with one vector per edge.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from gnn.geometric import MessagePassing
from gnn.layers import at_most_one
from gnn.questions import LabelledQuestion
from gnn.rearev import ReaRevNetwork, ReaRevOptions, ReaRevReasoner
from gnn.subgraphs import SubgraphBatch
from gnn.tensors import RelationalGraph
from gnn.transfer_network import PlanBatch, TransferLearner
from graphrag.evaluation.datasets import load_questions
from graphrag.factory import create_encoder, create_graphrag, open_store
from graphrag.reasoning import ReasoningGraph
from graphrag.retrieval.labelling import QuestionLabeller
from graphrag.testing.fakes import HashEncoder


class EdgeTransfer(MessagePassing):
    """One vector (a number a question) per edge."""

    def __init__(self) -> None:
        super().__init__(aggr="sum", node_dim=0)

    def forward(self, scores: Tensor, weights: Tensor, edges: tuple[Tensor, Tensor]) -> Tensor:
        edge_index, edge_type = edges
        return self.propagate(edge_index, x=scores, weights=weights, edge_type=edge_type)

    def message(self, x_j: Tensor, weights: Tensor, edge_type: Tensor) -> Tensor:
        return x_j * weights[edge_type]


class EdgeMessages(MessagePassing):
    """ReaRev's messages with one vector per edge."""

    def __init__(self) -> None:
        super().__init__(aggr="sum", node_dim=0)

    def forward(self, batch: SubgraphBatch, values: Tensor, vectors: Tensor) -> Tensor:
        return self.apart(batch, values, vectors).sum(2)

    def apart(self, batch: SubgraphBatch, values: Tensor, vectors: Tensor) -> Tensor:
        """What arrives forwards and backwards, shape ``[num_graphs, num_nodes, 2, size]``."""
        half = batch.num_relations // 2
        tail, relation = batch.pair_tail[batch.pair], batch.pair_relation[batch.pair]
        found = []
        for direction in (relation < half, relation >= half):
            edge_index = torch.stack([batch.head[direction], tail[direction]])
            source = torch.div(edge_index[0], batch.num_nodes, rounding_mode="floor") * batch.num_relations
            edge_type = source + relation[direction]
            found.append(
                self.propagate(
                    edge_index, p=values.reshape(-1, 1), vectors=vectors.flatten(0, 1), edge_type=edge_type,
                    size=(values.numel(), values.numel()),
                )
            )  # fmt: skip
        return torch.stack(found, dim=1).view(batch.num_graphs, batch.num_nodes, 2, -1)

    def message(self, p_j: Tensor, vectors: Tensor, edge_type: Tensor) -> Tensor:
        return p_j * vectors[edge_type]


class EdgeReaRev(ReaRevNetwork):
    """ReaRev as its paper writes it: every edge has its message, and the update is applied to what arrives."""

    def __init__(self, options: ReaRevOptions) -> None:
        super().__init__(options)
        self.messages = EdgeMessages()

    def _updated(
        self, update: nn.Linear, states: Tensor, batch: SubgraphBatch, probability: Tensor, made: Tensor
    ) -> Tensor:
        arrived = self.messages.apart(batch, probability, made)
        return torch.relu(update(torch.cat([states, arrived.flatten(2)], dim=2)))


def edge_transfer_loss(
    graph: RelationalGraph, plan: PlanBatch, seeds: Sequence[Sequence[int]], answers: Sequence[Sequence[int]]
) -> Tensor:
    """The loss of relation transfer, all steps made, arc by arc."""
    step = EdgeTransfer()
    edges = torch.stack([graph.head, graph.pair_tail[graph.pair]]), graph.pair_relation[graph.pair]
    start = torch.zeros(graph.num_nodes, len(seeds))
    for column, nodes in enumerate(seeds):
        start[list(nodes), column] = 1
    scores, total = start, torch.zeros_like(start)
    for number, weights in enumerate(plan.weights):
        scores = step(scores, weights, edges) * (1 - start * (1 - plan.returning[:, number]))
        total = total + scores * plan.shares[:, number]
        scores = at_most_one(scores)
    gold = torch.zeros_like(start)
    for column, nodes in enumerate(answers):
        gold[list(nodes), column] = 1
    return (torch.log(total.sum(0) + 1e-3) - torch.log((total * gold).sum(0) + 1e-9)).mean()


def steps(
    reasoner: TransferLearner | ReaRevReasoner,
    batches: Sequence[Sequence[LabelledQuestion]],
    loss: Callable[[Sequence[LabelledQuestion]], Tensor],
) -> tuple[float, list[float]]:
    """Return the processor seconds of forward and backward over some batches, and the losses."""
    losses = []
    start = time.process_time()
    for batch in batches:
        value = loss(batch)
        reasoner.network.zero_grad()
        value.backward()
        losses.append(value.item())
    return time.process_time() - start, losses


def compared(reasoner, batches, per_edge) -> dict[str, float]:
    """Time both ways after one batch each to warm up, by turns, and return the best of three."""
    steps(reasoner, batches[:1], reasoner.loss)
    steps(reasoner, batches[:1], per_edge)
    ours, theirs = [], []
    for _ in range(3):
        ours.append(steps(reasoner, batches, reasoner.loss))
        theirs.append(steps(reasoner, batches, per_edge))
    difference = max(abs(a - b) for a, b in zip(ours[0][1], theirs[0][1], strict=True))
    fast, slow = min(t for t, _ in ours), min(t for t, _ in theirs)
    return {"pairs_s": fast, "edges_s": slow, "times_as_fast": slow / fast, "largest_difference": difference}


def transfer(questions: Sequence[LabelledQuestion], batch_size: int) -> dict[str, float]:
    """Relation transfer over the whole graph."""
    reasoner = TransferLearner.fresh(create_encoder())
    batches = [questions[i : i + batch_size] for i in range(0, len(questions), batch_size)]
    return compared(reasoner, batches, transfer_per_edge(reasoner))


def transfer_per_edge(reasoner: TransferLearner) -> Callable[[Sequence[LabelledQuestion]], Tensor]:
    """The same network's loss, one number a question and edge."""

    def loss(batch: Sequence[LabelledQuestion]) -> Tensor:
        graph = reasoner.tensors(batch[0].graph)
        return edge_transfer_loss(graph, reasoner.plan(batch), [q.seeds for q in batch], [q.answers for q in batch])

    return loss


def rearev(questions: Sequence[LabelledQuestion], batch_size: int) -> dict[str, float]:
    """ReaRev over subgraphs."""
    reasoner = ReaRevReasoner.fresh(create_encoder())
    batches = [questions[i : i + batch_size] for i in range(0, len(questions), batch_size)]
    return compared(reasoner, batches, rearev_per_edge(reasoner))


def rearev_per_edge(reasoner: ReaRevReasoner) -> Callable[[Sequence[LabelledQuestion]], Tensor]:
    """The loss of a network with the same weights, one vector an edge."""
    straightforward = ReaRevReasoner(EdgeReaRev(reasoner.network.options), reasoner.encoder)
    straightforward.network.load_state_dict(reasoner.network.state_dict())
    # What is read of the questions is kept, and is no part of the comparison.
    straightforward._reader, straightforward._relations = reasoner._reader, reasoner._relations
    return straightforward.loss


MEMORY_ARCS = (5_000, 10_000, 20_000, 40_000)


def memory(network: str, num_arcs: int, batch_size: int, *, per_edge: bool) -> dict[str, float]:
    """Return the most memory that a training step takes, in a process of its own, beyond what was there before it."""
    context = multiprocessing.get_context("fork")
    found = context.Queue()
    child = context.Process(target=_step_memory, args=(found, network, num_arcs, batch_size, per_edge))
    child.start()
    peak = found.get()
    child.join()
    way = "edges" if per_edge else "pairs"
    return {"arcs": num_arcs, f"{way}_peak_mb": round(peak / 2**20, 1), f"{way}_bytes_an_arc": round(peak / num_arcs)}


def _step_memory(found, network: str, num_arcs: int, batch_size: int, per_edge: bool) -> None:
    graph, rng = random_graph(num_arcs // 3, num_arcs), np.random.default_rng(1)
    kind = {"transfer": TransferLearner, "rearev": ReaRevReasoner}[network]
    reasoner = kind.fresh(HashEncoder(384))
    nodes = rng.integers(0, graph.num_nodes, (batch_size, 4)).tolist()
    batch = [LabelledQuestion("what is it", graph, (seed,), tuple(set(answers))) for seed, *answers in nodes]
    loss = {"transfer": transfer_per_edge, "rearev": rearev_per_edge}[network](reasoner) if per_edge else reasoner.loss
    reasoner.tensors(graph)
    Path("/proc/self/clear_refs").write_text("5")  # Linux: the peak begins anew
    before = _status("VmRSS")
    steps(reasoner, [batch], loss)
    found.put(_status("VmHWM") - before)
    found.close()
    found.join_thread()
    os._exit(0)


def _status(name: str) -> int:
    """Return a number of bytes that Linux says of this process."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return 1024 * int(line.split()[1])


def random_graph(num_nodes: int = 40_000, num_arcs: int = 130_000, num_relations: int = 9) -> ReasoningGraph:
    """A graph with few hubs and many leaves."""
    rng = np.random.default_rng(0)
    head = rng.integers(0, num_nodes, num_arcs).astype(np.int32)
    tail = (num_nodes * rng.random(num_arcs) ** 3).astype(np.int32)
    relation = rng.integers(0, num_relations, num_arcs).astype(np.int32)
    texts = [f"relation {number}" for number in range(num_relations)]
    return ReasoningGraph(np.arange(num_nodes, dtype=np.int32), num_nodes, head, relation, tail, texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--limit", type=int, default=256)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--network", choices=["transfer", "rearev"], action="append")
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1 if arguments.memory else arguments.threads)
    for name in arguments.network or ["transfer", "rearev"]:
        if arguments.memory:
            for num_arcs in MEMORY_ARCS:
                found = memory(name, num_arcs, 8, per_edge=False) | memory(name, num_arcs, 8, per_edge=True)
                sys.stdout.write(json.dumps({"network": name} | found) + "\n")
            continue
        questions = _questions(arguments, None if name == "transfer" else 400)
        found = {"transfer": transfer, "rearev": rearev}[name](questions, arguments.batch_size)
        sys.stdout.write(json.dumps({"network": name, "questions": len(questions)} | found) + "\n")


def _questions(arguments: argparse.Namespace, max_nodes: int | None) -> list[LabelledQuestion]:
    if not arguments.store:
        if max_nodes is not None:
            raise SystemExit("ReaRev's subgraphs need a store: --store … --questions …, or --network transfer")
        graph, rng = random_graph(), np.random.default_rng(1)
        nodes = rng.integers(0, graph.num_nodes, (arguments.limit, 4)).tolist()
        return [LabelledQuestion("what is it", graph, (seed,), tuple(set(answers))) for seed, *answers in nodes]
    store = open_store(arguments.store)
    labeller = QuestionLabeller(create_graphrag(store).graph, max_nodes)
    given = load_questions(arguments.questions, limit=4 * arguments.limit)
    made = (LabelledQuestion(*labeller.labelled(q.question, q.seed_entities, q.answers)) for q in given)
    return [question for question in made if question.seeds and question.answers][: arguments.limit]


if __name__ == "__main__":
    main()
