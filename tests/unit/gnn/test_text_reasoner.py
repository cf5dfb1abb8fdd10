from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnn.arcs import Arcs, reached_nodes
from gnn.text_reasoner import TextReasoner, node_probability
from gnn.weights_file import Weights, read_weights, write_weights
from graphrag.errors import ConfigError
from graphrag.reasoning import FACT, MENTION, SYNONYM, TITLE, ReasoningGraph
from graphrag.testing.fakes import HashEncoder

torch = pytest.importorskip("torch")
pytest.importorskip("torch_geometric")

from gnn.text_network import TextBatch, TextExample, TextNetwork  # noqa: E402

DIMENSION, NUM_FEATURES = 16, 5


class TokenHashEncoder(HashEncoder):
    def token_states(self, text: str) -> tuple[tuple[str, ...], np.ndarray]:
        tokens = ("[CLS]", *text.split(), "[SEP]")
        return tokens, self.encode(list(tokens))


ENCODER = TokenHashEncoder(DIMENSION)


def network_weights(num_layers: int = 2, seed: int = 0) -> Weights:
    torch.manual_seed(seed)
    network = TextNetwork(DIMENSION, NUM_FEATURES, dim=8, num_layers=num_layers)
    return network.to_weights(max_nodes=50, feature_names=[f"f{i}" for i in range(NUM_FEATURES)])


def graph_of(num_entities: int, num_passages: int, arcs: list[tuple[int, int, int]], seed: int = 0) -> ReasoningGraph:
    """Return a graph with arcs (head, kind, tail), random features, and vectors of its facts."""
    rng = np.random.default_rng(seed)
    heads, kinds, tails = np.array(arcs, dtype=np.int32).reshape(-1, 3).T
    vectors = rng.normal(size=(len(arcs), DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) if len(arcs) else 1
    vectors[kinds != FACT] = 0
    num_nodes = num_entities + num_passages
    return ReasoningGraph(
        nodes=np.arange(num_nodes, dtype=np.int32),
        num_entities=num_entities,
        head=heads,
        relation=kinds,
        tail=tails,
        relation_texts=["knows", "same as", "mentions", "is about"],
        kind=kinds,
        arc_vectors=vectors,
        node_features=rng.random((num_nodes, NUM_FEATURES)).astype(np.float32),
    )


SMALL = graph_of(4, 2, [(0, FACT, 1), (1, FACT, 2), (0, FACT, 1), (2, SYNONYM, 3), (4, MENTION, 0), (5, TITLE, 3)])


def test_computes_what_the_trained_network_computes() -> None:
    weights = network_weights()
    network = TextNetwork(DIMENSION, NUM_FEATURES, dim=8, num_layers=2).eval()
    network.load_state_dict({name: torch.from_numpy(t.astype(np.float32)) for name, t in weights.tensors.items()})
    question = "who knows whom"
    other = TextExample(graph_of(2, 1, [(2, MENTION, 0)], 5), ENCODER.encode(["x"]), ENCODER.encode(["x"])[0], (), 1)
    mine = TextExample(SMALL, ENCODER.token_states(question)[1], ENCODER.encode([question])[0], (), 1)
    with torch.no_grad():
        logits, steps = network(TextBatch.of([other, mine]))
    reasoning = TextReasoner(weights, ENCODER).reason(question, [0], SMALL)
    everywhere = np.ones(6, dtype=bool)
    for found, expected in zip(
        [reasoning.probability, *(step.mass for step in reasoning.steps)], [logits, *steps], strict=True
    ):
        assert found == pytest.approx(node_probability(expected[3:].numpy(), 4, everywhere), abs=1e-5)


def test_gives_each_kind_of_node_half_and_explains_itself() -> None:
    reasoning = TextReasoner(network_weights(), ENCODER).reason("who knows whom", [0], SMALL)
    assert reasoning.probability[:4].sum() == pytest.approx(0.5)
    assert reasoning.probability.sum() == pytest.approx(1)
    assert reasoning.tokens == ("[CLS]", "who", "knows", "whom", "[SEP]")
    for step in reasoning.steps:
        assert step.mass.sum() == pytest.approx(1)
        assert step.attention.sum() == pytest.approx(1)
        assert step.relation_weights.shape == (4, 2)
        assert np.all((step.relation_weights > 0) & (step.relation_weights < 1))


def test_gives_nothing_to_what_nothing_connects_with_a_seed_or_a_passage() -> None:
    graph = graph_of(5, 0, [(0, FACT, 1), (2, FACT, 3)])
    reasoning = TextReasoner(network_weights(), ENCODER).reason("q", [0], graph)
    assert np.flatnonzero(reasoning.probability).tolist() == [0, 1]
    assert reasoning.probability.sum() == pytest.approx(1)
    assert not TextReasoner(network_weights(), ENCODER).reason("q", [], graph).probability.any()


@pytest.mark.parametrize(
    "graph",
    [
        graph_of(0, 0, []),
        graph_of(3, 0, []),
        graph_of(0, 2, []),
        graph_of(1, 0, [(0, FACT, 0)]),
        graph_of(2, 1, [(0, FACT, 1)] * 3 + [(2, MENTION, 2)]),
    ],
    ids=["empty", "no arcs", "passages alone", "self-loop", "duplicates and a loop at a passage"],
)
def test_takes_odd_graphs(graph: ReasoningGraph) -> None:
    seeds = [0] if graph.num_nodes else []
    reasoning = TextReasoner(network_weights(), ENCODER).reason("q", seeds, graph)
    assert np.all(np.isfinite(reasoning.probability))
    assert reasoning.probability.sum() == pytest.approx(1 if graph.num_nodes else 0)


def test_takes_ten_thousand_relations() -> None:
    graph = graph_of(101, 0, [(i % 100, FACT, i % 100 + 1) for i in range(10_000)])
    graph = replace(graph, relation=np.arange(10_000, dtype=np.int32), relation_texts=[f"r{i}" for i in range(10_000)])
    reasoning = TextReasoner(network_weights(), ENCODER).reason("q", [0], graph)
    assert reasoning.probability.sum() == pytest.approx(1)
    assert reasoning.steps[0].relation_weights.shape == (10_000, 2)


def test_refuses_other_weights_and_other_features() -> None:
    weights = network_weights()
    with pytest.raises(ConfigError, match="Expected weights of the kind 'text' \\(got 'transfer'\\)"):
        TextReasoner(replace(weights, kind="transfer"), ENCODER)
    for options in ({}, {**weights.options, "num_layers": "many"}):
        with pytest.raises(ConfigError, match="Expected the options of a reasoner of kind 'text'"):
            TextReasoner(replace(weights, options=options), ENCODER)
    fewer = {name: tensor for name, tensor in weights.tensors.items() if name != "score.bias"}
    for wrong in (
        replace(weights, options={**weights.options, "num_layers": 10**9}),
        replace(weights, options={**weights.options, "features": "f0"}),
        replace(weights, tensors=fewer),
        replace(weights, tensors={}),
    ):
        with pytest.raises(ConfigError, match="missing, unknown or of another shape: "):
            TextReasoner(wrong, ENCODER)
    graph = replace(SMALL, node_features=np.zeros((6, 3), dtype=np.float32))
    with pytest.raises(ValueError, match=r"and 5 features a node \(got 3 features\)"):
        TextReasoner(weights, ENCODER).reason("q", [0], graph)
    with pytest.raises(ValueError, match=r"\(got none\)"):
        TextReasoner(weights, ENCODER).reason("q", [0], replace(SMALL, arc_vectors=None))


def test_weights_survive_a_file(tmp_path: Path) -> None:
    weights = network_weights()
    write_weights(tmp_path / "w.safetensors", weights)
    again = read_weights(tmp_path / "w.safetensors")
    assert again.kind == weights.kind
    assert again.options == weights.options
    assert all(np.array_equal(again.tensors[name], tensor) for name, tensor in weights.tensors.items())


def test_refuses_files_that_hold_something_else(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ConfigError, match="Cannot read the weights"):
        read_weights(tmp_path / "w.safetensors")
    with pytest.raises(ConfigError, match="Cannot read the weights"):
        read_weights(tmp_path / "missing.safetensors")


def test_arcs_go_both_ways_in_the_order_of_their_tails() -> None:
    arcs = Arcs.of(SMALL)
    assert len(arcs.head) == 2 * SMALL.num_arcs
    assert np.all(np.diff(arcs.tail) >= 0)
    there = sorted(zip(arcs.head.tolist(), arcs.tail.tolist(), (arcs.kind % 4).tolist(), strict=True))
    back = sorted(zip(arcs.tail.tolist(), arcs.head.tolist(), (arcs.kind % 4).tolist(), strict=True))
    assert there == back
    # Two equal facts from 0 to 1, and one on to 2: of facts walked forwards, 0 has two, 1 is reached by two.
    first = (arcs.head == 0) & (arcs.tail == 1) & (arcs.backward == 0)
    assert arcs.scale[first] == pytest.approx(0.5)


def test_reaches_both_ways() -> None:
    graph = graph_of(4, 0, [(1, FACT, 0), (2, FACT, 3)])
    assert reached_nodes(graph, [0]).tolist() == [True, True, False, False]
