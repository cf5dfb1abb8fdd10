import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gnn.text_reasoner import TextReasoner
from gnn.weights_file import Weights
from graphrag.reasoning import ReasoningGraph
from graphrag.retrieval.candidates import choose_candidates
from graphrag.testing.fakes import HashEncoder

DIMENSION, DIM, NUM_FEATURES = 8, 4, 3


class TokenHashEncoder(HashEncoder):
    def token_states(self, text):
        tokens = tuple(text.split())
        return tokens, self.encode(list(tokens))


def random_weights(seed: int = 0) -> Weights:
    rng = np.random.default_rng(seed)
    shapes = {
        "input.weight": (DIM, NUM_FEATURES), "input.bias": (DIM,),
        "question.weight": (DIM, DIMENSION), "question.bias": (DIM,),
        "tokens.weight": (DIM, DIMENSION), "tokens.bias": (DIM,), "fact.weight": (DIM, DIMENSION),
        "step.weight": (1, DIM), "step.bias": (1,), "score.weight": (1, DIM), "score.bias": (1,),
        "top.weight": (DIM, 2 * DIM + NUM_FEATURES), "top.bias": (DIM,),
    }  # fmt: skip
    for layer in range(2):
        layer_shapes = {
            "seek.weight": (DIM, 2 * DIM), "seek.bias": (DIM,), "attend": (DIM,), "open": (8,), "match": (2, DIM),
            "cosine": (2,), "message": (8, DIM, DIM), "update.weight": (DIM, 3 * DIM), "update.bias": (DIM,),
            "norm.weight": (DIM,), "norm.bias": (DIM,),
        }  # fmt: skip
        shapes |= {f"layers.{layer}.{name}": shape for name, shape in layer_shapes.items()}
    tensors = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    return Weights("text", {"max_nodes": 50, "num_layers": 2, "features": "a|b|c"}, tensors)


REASONER = TextReasoner(random_weights(), TokenHashEncoder(DIMENSION))


@st.composite
def graphs(draw):
    num_entities, num_passages = draw(st.integers(1, 8)), draw(st.integers(0, 4))
    num_nodes = num_entities + num_passages
    node = st.integers(0, num_nodes - 1)
    arcs = draw(st.lists(st.tuples(node, st.integers(0, 3), node), max_size=20))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    heads, kinds, tails = np.array(arcs, dtype=np.int32).reshape(-1, 3).T
    vectors = rng.normal(size=(len(arcs), DIMENSION)).astype(np.float32) * (kinds == 0)[:, None]
    features = rng.random((num_nodes, NUM_FEATURES)).astype(np.float32)
    nodes = np.arange(num_nodes, dtype=np.int32)
    return ReasoningGraph(
        nodes, num_entities, heads, kinds, tails, ["r", "same as", "mentions", "is about"],
        kind=kinds, arc_vectors=vectors, node_features=features,
    )  # fmt: skip


@given(graphs(), st.randoms(use_true_random=False))
def test_renumbering_nodes_and_arcs_renumbers_the_result(graph: ReasoningGraph, random) -> None:
    entities = random.sample(range(graph.num_entities), graph.num_entities)
    passages = random.sample(range(graph.num_entities, graph.num_nodes), graph.num_nodes - graph.num_entities)
    order = np.array(entities + passages, dtype=np.int32)  # new position -> old position
    place = np.argsort(order).astype(np.int32)
    arcs = np.array(random.sample(range(graph.num_arcs), graph.num_arcs), dtype=np.int64)
    renumbered = ReasoningGraph(
        graph.nodes, graph.num_entities, place[graph.head[arcs]], graph.relation[arcs], place[graph.tail[arcs]],
        graph.relation_texts, kind=graph.kind[arcs], arc_vectors=graph.arc_vectors[arcs],
        node_features=graph.node_features[order],
    )  # fmt: skip
    found = REASONER.reason("who is it", [int(place[0])], renumbered).probability
    assert found == pytest.approx(REASONER.reason("who is it", [0], graph).probability[order], abs=1e-4)


@given(graphs())
def test_probability_sums_to_one_and_stays_where_arcs_lead(graph: ReasoningGraph) -> None:
    reasoning = REASONER.reason("who is it", [0], graph)
    reached = {0, *range(graph.num_entities, graph.num_nodes)}
    for _ in range(graph.num_nodes):
        for head, tail in zip(graph.head.tolist(), graph.tail.tolist(), strict=True):
            if head in reached or tail in reached:
                reached |= {head, tail}
    for probability in (reasoning.probability, *(step.mass for step in reasoning.steps)):
        assert probability.sum() == pytest.approx(1)
        assert set(np.flatnonzero(probability).tolist()) <= reached


@given(
    st.lists(st.floats(0, 1), max_size=30),
    st.sets(st.integers(0, 29), max_size=3),
    st.floats(0.01, 1, exclude_min=True),
)
@example([0.5, 0.6636563045372051, 3.1563676494512377e-40], set(), 1.0)  # too little to be told from nothing
def test_candidates_are_no_seeds_and_fall_in_probability(weights: list[float], seeds: set[int], share: float) -> None:
    seeds = {seed for seed in seeds if seed < len(weights)}
    found = choose_candidates(np.array(weights, dtype=np.float64), seeds, share=share)
    chances = [chance for _, chance in found]
    assert not seeds & {entity for entity, _ in found}
    assert chances == sorted(chances, reverse=True)
    assert all(chance > 0 for chance in chances)
    assert sum(chances) <= 1 + 1e-6
    assert sum(chances[:-1]) < share + 1e-6
