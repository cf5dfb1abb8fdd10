import numpy as np
import pytest

from graphrag.reasoning import ReasoningGraph
from graphrag.testing.fakes import HashEncoder

FACTS = [
    ("emma", "written by", "austen"),
    ("persuasion", "written by", "austen"),
    ("emma", "release year", "1815"),
    ("persuasion", "release year", "1817"),
    ("austen", "born in", "steventon"),
    ("atlantis", "located in", "nowhere"),
]


def reasoning_graph(facts) -> ReasoningGraph:
    names = sorted({name for head, _, tail in facts for name in (head, tail)})
    relations = sorted({relation for _, relation, _ in facts})
    columns = ([names.index(h), relations.index(r), names.index(t)] for h, r, t in facts)
    arcs = np.array(list(columns), dtype=np.int32).reshape(-1, 3)
    nodes = np.arange(len(names), dtype=np.int32)
    return ReasoningGraph(nodes, len(names), arcs[:, 0], arcs[:, 1], arcs[:, 2], relations, names=names)


@pytest.fixture
def make_graph():
    return reasoning_graph


@pytest.fixture
def books() -> ReasoningGraph:
    return reasoning_graph(FACTS)


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder(dimension=16)
