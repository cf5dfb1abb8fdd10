import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gnn.arcs import LeavingArcs, distinct_arcs
from graphrag.reasoning import ReasoningGraph

NUM_NODES, RELATIONS = 6, ["r", "s"]
triples = st.lists(
    st.tuples(st.integers(0, NUM_NODES - 1), st.integers(0, 1), st.integers(0, NUM_NODES - 1)), max_size=20
)


def graph_of(facts) -> ReasoningGraph:
    columns = np.array(facts, dtype=np.int32).reshape(-1, 3).T
    return ReasoningGraph(np.arange(NUM_NODES, dtype=np.int32), NUM_NODES, *columns, RELATIONS)


def both_ways(facts) -> set[tuple[int, int, int]]:
    return {(h, r, t) for h, r, t in facts} | {(t, r + 2, h) for h, r, t in facts}


@given(triples)
def test_each_arc_is_there_once_in_both_directions(facts) -> None:
    tail, relation, head = distinct_arcs(graph_of(facts))
    found = list(zip(tail.tolist(), relation.tolist(), head.tolist(), strict=True))
    assert found == sorted((t, r, h) for h, r, t in both_ways(facts))
    arcs = LeavingArcs.of(graph_of(facts))
    node = np.repeat(np.arange(NUM_NODES), np.diff(arcs.starts))
    leaving = list(zip(node.tolist(), arcs.relation.tolist(), arcs.tail.tolist(), strict=True))
    assert len(leaving) == len(both_ways(facts))
    assert set(leaving) == both_ways(facts)


@given(triples, st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=NUM_NODES, max_size=NUM_NODES))
def test_a_step_sums_over_the_arcs(facts, scores) -> None:
    weights = np.array([1.0, 2.0, 4.0, 8.0])
    expected = np.zeros(NUM_NODES)
    for head, relation, tail in both_ways(facts):
        expected[tail] += weights[relation] * scores[head]
    assert LeavingArcs.of(graph_of(facts)).step(np.array(scores), weights).tolist() == expected.tolist()
