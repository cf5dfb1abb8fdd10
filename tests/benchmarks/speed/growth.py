"""How building, loading, memory and queries grow with the graph, from 10,000 to 10,000,000 edges.

    python tests/benchmarks/speed/growth.py                     # 10,000 to 1,000,000 edges
    python tests/benchmarks/speed/growth.py --edges 10000000 --vectors-up-to 0

Graphs are made of random numbers with a fixed seed and have hubs; an edge joins two nodes (entities or passages) in the
matrix that PageRank walks on. Each size is built in one process and asked in another. Times are processor time of one
thread, memory is resident memory as the system counts it, memory-mapped pages that were read included. A query starts
from five random entities; the median is over twenty. Retrieval (``dense``, ``hipporag2``) is timed where the graph has
vectors (384 numbers for each passage, entity and fact), without encoding the question.
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

EDGES_PER_ENTITY = 6.0
DIMENSION = 384
NUM_QUERIES = 20
COLUMNS = {
    "edges": "edges",
    "nodes": "nodes",
    "adjacency_s": "adjacency, s",
    "snapshot_s": "write snapshot, s",
    "build_peak_mb": "peak of building, MB",
    "load_ms": "load snapshot, ms",
    "loaded_mb": "resident after loading, MB",
    "first_pagerank_ms": "first PageRank, ms",
    "pagerank_ms": "PageRank, ms",
    "dense_ms": "dense, ms",
    "hipporag2_ms": "hipporag2, ms",
    "query_peak_mb": "peak of asking, MB",
}


def build(num_edges: int, folder: Path, *, dimension: int) -> dict[str, float]:
    """Make a graph, build its adjacency once more and write its snapshot; return what that took."""
    from graphrag.graph.adjacency import build_adjacency  # noqa: PLC0415  # the parent process stays small
    from graphrag.stores.snapshot import write_graph  # noqa: PLC0415
    from graphrag.testing.large import large_graph  # noqa: PLC0415

    graph = large_graph(max(2, round(num_edges / EDGES_PER_ENTITY)), dimension=dimension)
    parts = (graph.fact_head, graph.fact_tail, graph.fact_support, graph.mentions, graph.synonyms)
    seconds, adjacency = timed(
        lambda: build_adjacency(graph.num_entities, graph.num_passages, *parts, graph.synonym_similarity)
    )
    written, _ = timed(lambda: write_graph(graph, folder))
    return {
        "edges": adjacency.nnz // 2,
        "nodes": graph.num_nodes,
        "adjacency_s": seconds,
        "snapshot_s": written,
        "build_peak_mb": peak_mb(),
    }


def ask(folder: Path) -> dict[str, float]:
    """Load a snapshot and ask it; return what that took."""
    import numpy as np  # noqa: PLC0415

    from graphrag.retrieval.dense import DenseRetriever  # noqa: PLC0415
    from graphrag.retrieval.hipporag2 import HippoRAG2Retriever  # noqa: PLC0415
    from graphrag.retrieval.retriever import RetrievalResources  # noqa: PLC0415
    from graphrag.retrieval.walk import RandomWalk  # noqa: PLC0415
    from graphrag.stores.snapshot import load_snapshot  # noqa: PLC0415

    generator = np.random.default_rng(1)
    loading, graph = timed(lambda: load_snapshot(folder))
    if graph is None:
        sys.exit("growth: the snapshot cannot be read")
    found = {"load_ms": 1000 * loading, "loaded_mb": resident_mb()}
    walk = RandomWalk(graph.adjacency, num_entities=graph.num_entities)

    def pagerank() -> None:
        reset = np.zeros(graph.num_nodes)
        reset[generator.choice(graph.num_entities, 5, replace=False)] = 0.2
        walk.mass(reset)

    found["first_pagerank_ms"] = 1000 * timed(pagerank)[0]
    found["pagerank_ms"] = median_ms(pagerank)
    if len(graph.passage_vectors):
        resources = RetrievalResources(graph, RandomEncoder(generator))
        for retriever in (DenseRetriever(resources), HippoRAG2Retriever(resources)):
            retriever.retrieve("warm up")
            found[f"{retriever.name}_ms"] = median_ms(lambda asked=retriever: asked.retrieve("anything"))
    return found | {"query_peak_mb": peak_mb()}


class RandomEncoder:
    """Gives every text a random unit vector: what is timed is the search."""

    identity = "random"
    dimension = DIMENSION

    def __init__(self, generator) -> None:
        self._generator = generator

    def encode(self, texts):
        vectors = self._generator.standard_normal((len(texts), DIMENSION)).astype("float32")
        return vectors / (vectors**2).sum(axis=1, keepdims=True) ** 0.5


def timed(call: Callable):
    """Return the seconds of processor time that a call takes, and its result."""
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def median_ms(call: Callable) -> float:
    """Return the median of the processor times of some calls."""
    return 1000 * sorted(timed(call)[0] for _ in range(NUM_QUERIES))[NUM_QUERIES // 2]


def peak_mb() -> float:
    """Return the most resident memory that this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def resident_mb() -> float | None:
    """Return the resident memory of this process; None where the system does not tell it so."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20 if status.exists() else None


def measure(num_edges: int, *, dimension: int) -> dict[str, float]:
    """Return the figures of one size, from processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        built = _child("build", folder, "--edges", str(num_edges), "--dimension", str(dimension))
        return built | _child("ask", folder)


def _child(*arguments: str) -> dict[str, float]:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, __file__, "--child", *arguments],
        check=True, capture_output=True, text=True, env=os.environ | threads,
    )  # fmt: skip
    return json.loads(done.stdout)


def table(rows: list[dict[str, float]]) -> str:
    """Return the figures in Markdown."""
    keys = [key for key in COLUMNS if any(row.get(key) is not None for row in rows)]
    lines = [[COLUMNS[key] for key in keys], ["---:"] * len(keys)]
    lines += [["" if row.get(key) is None else _figure(row[key]) for key in keys] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or isinstance(value, int) else f"{value:.3g}"


def main() -> None:
    """Measure all sizes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", default="10000,100000,1000000", help="sizes, separated by commas")
    parser.add_argument("--vectors-up-to", type=int, default=1_000_000, metavar="EDGES", help="larger graphs have none")
    parser.add_argument("--json", action="store_true", help="print one JSON list instead of a table")
    parser.add_argument("--child", nargs=2, metavar=("STEP", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--dimension", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        step, folder = arguments.child
        figures = (
            build(int(arguments.edges), Path(folder), dimension=arguments.dimension)
            if step == "build"
            else ask(Path(folder))
        )
        print(json.dumps(figures))
        return
    rows = []
    for size in map(int, arguments.edges.split(",")):
        rows.append(measure(size, dimension=DIMENSION if size <= arguments.vectors_up_to else 0))
        print(f"{size:,} edges: done", file=sys.stderr)
    print(json.dumps(rows) if arguments.json else table(rows))


if __name__ == "__main__":
    main()
