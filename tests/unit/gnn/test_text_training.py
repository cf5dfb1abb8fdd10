from pathlib import Path

import numpy as np
import pytest

from graphrag.reasoning import FACT, MENTION, ReasoningGraph

torch = pytest.importorskip("torch")
pytest.importorskip("torch_geometric")

from gnn.text_network import TextExample  # noqa: E402
from gnn.text_reasoner import TextReasoner  # noqa: E402
from gnn.text_training import TextTrainingSettings, train_text  # noqa: E402
from gnn.weights_file import read_weights  # noqa: E402
from graphrag.testing.fakes import HashEncoder  # noqa: E402

DIMENSION = 8


def examples(count: int) -> list[TextExample]:
    """Return graphs in which the gold passage mentions the end of the seed's only fact."""
    rng = np.random.default_rng(0)
    made = []
    for _ in range(count):
        order = rng.permutation(3)
        arcs = [(0, FACT, 1), *((4 + i, MENTION, int(entity)) for i, entity in enumerate(np.array([1, 2, 3])[order]))]
        heads, kinds, tails = np.array(arcs, dtype=np.int32).T
        features = np.zeros((7, 3), dtype=np.float32)
        features[:4, 0], features[4:, 1], features[0, 2] = 1, 1, 1
        vectors = np.zeros((len(arcs), DIMENSION), dtype=np.float32)
        vectors[0, 0] = 1
        graph = ReasoningGraph(
            np.arange(7, dtype=np.int32), 4, heads, kinds, tails, ["r"] * 4,
            kind=kinds, arc_vectors=vectors, node_features=features,
        )  # fmt: skip
        gold = 4 + int(np.flatnonzero(order == 0)[0])
        made.append(
            TextExample(graph, np.ones((2, DIMENSION), np.float32), np.eye(DIMENSION, dtype=np.float32)[0], (gold,), 1)
        )
    return made


def test_learns_to_follow_a_fact_to_a_passage(tmp_path: Path) -> None:
    settings = TextTrainingSettings(
        dim=8, num_layers=2, num_epochs=12, max_nodes=7, feature_names=("a", "b", "c"), hidden_columns=()
    )
    out = tmp_path / "w.safetensors"
    assert train_text(examples(40), examples(3), out, settings=settings) == 1.0  # recall@5 of 3 passages
    again = tmp_path / "again.safetensors"
    train_text(examples(40), examples(3), again, settings=settings)
    first, second = read_weights(out).tensors, read_weights(again).tensors
    assert all(np.array_equal(first[name], second[name]) for name in first)

    class Encoder(HashEncoder):
        def encode(self, texts):
            return np.tile(np.eye(DIMENSION, dtype=np.float32)[0], (len(texts), 1))

        def token_states(self, text):
            return ("a", "b"), np.ones((2, DIMENSION), np.float32)

    reasoner = TextReasoner(read_weights(out), Encoder(DIMENSION))
    for example in examples(5):
        assert int(np.argmax(reasoner.reason("q", [0], example.graph).probability[4:])) + 4 == example.gold[0]


def test_needs_something_to_learn(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Expected 'train' to hold a question with gold nodes"):
        train_text([], [], tmp_path / "w")
