"""The ranker's trees."""

from pathlib import Path

import numpy as np
import pytest

from graphrag.errors import ConfigError
from graphrag.retrieval.ranker import DEFAULT_WEIGHTS, TreeRanker

NAMES = ("a", "b")


def stump(**changes: object) -> TreeRanker:
    """Return one tree: a <= 0.5 -> -1, else b <= 2 -> 0, else 3."""
    parts: dict[str, object] = {
        "feature": np.array([[0, -1, 1, -1, -1]], np.int32),
        "threshold": np.array([[0.5, 0, 2, 0, 0]], np.float32),
        "left": np.array([[1, 1, 3, 3, 4]], np.int32),
        "right": np.array([[2, 1, 4, 3, 4]], np.int32),
        "value": np.array([[0, -1, 0, 0, 3]], np.float32),
    } | changes
    return TreeRanker(feature_names=NAMES, **parts)  # type: ignore[arg-type]


def test_rows_go_down_the_tree() -> None:
    rows = np.array([[0.5, 9], [0.6, 2], [0.6, 2.1]], np.float32)
    odds = np.array([-1.0, 0.0, 3.0])
    assert stump().probability(rows) == pytest.approx(1 / (1 + np.exp(-odds)))


def test_no_rows_have_no_probabilities() -> None:
    assert stump().probability(np.zeros((0, 2), np.float32)).shape == (0,)


def test_a_file_holds_the_same_trees(tmp_path: Path) -> None:
    stump().save(tmp_path / "trees.npz")
    rows = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    loaded = TreeRanker.load(tmp_path / "trees.npz", NAMES)
    assert np.array_equal(loaded.probability(rows), stump().probability(rows))


def test_trees_of_other_features_are_refused(tmp_path: Path) -> None:
    stump().save(tmp_path / "trees.npz")
    with pytest.raises(ConfigError, match="trained with other features"):
        TreeRanker.load(tmp_path / "trees.npz", ("a", "c"))


@pytest.mark.parametrize(
    "changes",
    [
        {"left": np.array([[0, 1, 3, 3, 4]], np.int32)},
        {"right": np.array([[9, 1, 4, 3, 4]], np.int32)},
        {"feature": np.array([[2, -1, 1, -1, -1]], np.int32)},
        {"feature": np.array([[0, -2, 1, -1, -1]], np.int32)},
        {"value": np.array([[0]], np.float32)},
    ],
)
def test_a_tree_without_an_end_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    stump(**changes).save(tmp_path / "trees.npz")
    with pytest.raises(ConfigError, match="Expected a ranker's weights"):
        TreeRanker.load(tmp_path / "trees.npz", NAMES)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text", b"\x93NUMPY"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trees.npz").write_bytes(content)
    with pytest.raises(ConfigError, match="Expected a ranker's weights"):
        TreeRanker.load(tmp_path / "trees.npz", NAMES)


def test_objects_are_not_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "trees.npz"
    np.savez(path, feature=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ConfigError, match="Expected a ranker's weights"):
        TreeRanker.load(path, NAMES)


def test_the_shipped_file_is_small() -> None:
    assert DEFAULT_WEIGHTS.stat().st_size < 500_000
