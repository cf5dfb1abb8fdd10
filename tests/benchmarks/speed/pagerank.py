"""Personalized PageRank on a graph of a million nodes: local, exact, and by igraph's prpack, side by side.

Prints the median time of a question of each, how often the first 20 places agree with the exact result, and how the
local walk's time depends on the graph's size.
"""

import argparse
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import igraph
import numpy as np
from scipy.sparse import coo_array, csr_array

from graphrag.graph.adjacency import transition
from graphrag.retrieval.pagerank import FloatVector, personalized_pagerank
from graphrag.retrieval.walk import RandomWalk

Kept = TypeVar("Kept")

ARCS_PER_NODE = 12
NUM_SEEDS = 6
TOP = 20
WEIGHTS = (0.45, 2.0, 2.0, 2.0, 12.0)
"""Like those of our graphs: synonyms, facts, mentions and topics."""


def random_graph(num_nodes: int, seed: int = 0) -> csr_array:
    """Return symmetric weights with hubs: one end of an edge is drawn with a density that falls with the root."""
    rng = np.random.default_rng(seed)
    num_edges = num_nodes * ARCS_PER_NODE // 2
    first = (num_nodes * rng.random(num_edges) ** 2).astype(np.int32)
    second = rng.integers(num_nodes, size=num_edges, dtype=np.int32)
    apart = first != second
    weights = rng.choice(WEIGHTS, apart.sum())
    half = csr_array(coo_array((weights, (first[apart], second[apart])), shape=(num_nodes, num_nodes)))
    return csr_array(half + half.T)


def resets(num_nodes: int, count: int) -> list[FloatVector]:
    """Return questions: a few entities each, with weights."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(count):
        reset = np.zeros(num_nodes)
        reset[rng.choice(num_nodes, NUM_SEEDS, replace=False)] = rng.random(NUM_SEEDS) + 0.1
        found.append(reset)
    return found


def timed(
    run: Callable[[FloatVector], FloatVector], questions: list[FloatVector], keep: Callable[[FloatVector], Kept]
) -> tuple[float, list[Kept]]:
    """Return the median wall time in milliseconds, and what is kept of each result.

    The first question warms up and is asked twice. Like a program that answers questions, this keeps no vector of
    all nodes: memory new to the process takes longer than the walk.
    """
    run(questions[0])
    times, kept = [], []
    for reset in questions:
        start = time.perf_counter()
        mass = run(reset)
        times.append(time.perf_counter() - start)
        kept.append(keep(mass))
    return 1000 * float(np.median(times)), kept


def order(mass: FloatVector) -> list[int]:
    """Return the first places; mass that differs by rounding alone is ordered by position."""
    return np.lexsort((np.arange(len(mass)), -mass.round(12)))[:TOP].tolist()


def whole(mass: FloatVector) -> FloatVector:
    """Return the mass itself."""
    return mass


def by_prpack(adjacency: csr_array) -> Callable[[FloatVector], FloatVector]:
    """Return igraph's personalized PageRank on a graph."""
    upper = adjacency.tocoo()
    kept = upper.row < upper.col
    graph = igraph.Graph(n=adjacency.shape[0], edges=np.c_[upper.row[kept], upper.col[kept]])
    weights = upper.data[kept].tolist()

    def run(reset: FloatVector) -> FloatVector:
        return np.array(
            graph.personalized_pagerank(
                directed=False, weights=weights, reset=reset.tolist(), damping=0.5, implementation="prpack"
            )
        )

    return run


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--exact-questions", type=int, default=20, help="compared with the exact result")
    parser.add_argument("--prpack-questions", type=int, default=2)
    options = parser.parse_args()
    small = RandomWalk(random_graph(100_000), max_exact_arcs=0)
    small_ms, _ = timed(small.mass, resets(100_000, options.questions), order)
    adjacency = random_graph(1_000_000)
    say(f"{adjacency.shape[0]:,} nodes, {adjacency.nnz:,} arcs")
    questions = resets(1_000_000, options.questions)
    local_ms, local = timed(RandomWalk(adjacency, max_exact_arcs=0).mass, questions, order)
    say(f"local: {local_ms:.1f} ms; at 100,000 nodes {small_ms:.1f} ms, {local_ms / small_ms:.2f} times that")
    walk = transition(adjacency)
    exact_ms, exact = timed(
        lambda reset: personalized_pagerank(walk, reset), questions[: options.exact_questions], whole
    )
    agreement = np.mean([np.equal(places, order(mass)) for places, mass in zip(local, exact, strict=False)])
    say(f"exact: {exact_ms:.0f} ms; places among the first {TOP} that agree: {100 * agreement:.1f} %")
    prpack_ms, found = timed(by_prpack(adjacency), questions[: options.prpack_questions], whole)
    distance = max(float(np.abs(a - b).sum()) for a, b in zip(found, exact, strict=False))
    say(f"prpack: {prpack_ms:.0f} ms, {prpack_ms / local_ms:.0f} times the local walk (L1 to ours {distance:.0e})")


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
