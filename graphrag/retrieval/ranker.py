"""Gradient-boosted trees that say how likely a passage is needed: read from a plain file, run without their library."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from graphrag.errors import ConfigError

DEFAULT_WEIGHTS = Path(__file__).parent / "weights" / "ranker.npz"
"""The weights that come with this package."""

MAX_TREES, MAX_NODES = 2_000, 1_024
"""What a file may hold."""

_ARRAYS = ("feature", "threshold", "left", "right", "value")

Array = NDArray[np.float32]


@dataclass(frozen=True)
class TreeRanker:
    """Binary trees, one after the other in the same arrays.

    Parameters
    ----------
    feature_names
        What the columns of the features are.
    feature
        Column that a node looks at, -1 in a leaf, shape ``(num_trees, num_nodes)``.
    threshold
        Rows that are not above go left, of the same shape.
    left, right
        Nodes of the same tree, of the same shape; a leaf's are itself.
    value
        What a leaf adds to the log odds, 0 in other nodes, of the same shape.

    References
    ----------
    Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29, 2001, algorithm 5.
    """

    feature_names: tuple[str, ...]
    feature: NDArray[np.int32]
    threshold: Array
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Array

    def probability(self, features: Array) -> NDArray[np.float64]:
        """Return the probability that each passage is needed.

        Parameters
        ----------
        features
            Shape ``(num_passages, num_features)``.

        Returns
        -------
        ndarray
            In (0, 1), shape ``(num_passages,)``.
        """
        trees = np.arange(len(self.feature))
        rows = np.arange(len(features))[:, None]
        node = np.zeros((len(features), len(trees)), dtype=np.int32)
        while np.any(self.feature[trees, node] >= 0):
            seen = features[rows, np.maximum(self.feature[trees, node], 0)]
            goes_left = seen <= self.threshold[trees, node]
            node = np.where(goes_left, self.left[trees, node], self.right[trees, node])
        odds = self.value[trees, node].astype(np.float64).sum(axis=1)
        probability: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return probability

    def save(self, path: Path) -> None:
        """Write the trees into an uncompressed ``.npz`` file."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        with path.open("wb") as file:
            np.savez(file, features=np.array("|".join(self.feature_names)), **arrays)

    @classmethod
    def load(cls, path: Path, feature_names: Sequence[str]) -> "TreeRanker":
        """Read trees that look at certain features.

        Raises
        ------
        ConfigError
            If the file is missing or damaged, or its trees look at other features.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                names = tuple(str(arrays["features"]).split("|"))
                feature, left, right = (arrays[name].astype(np.int32) for name in ("feature", "left", "right"))
                threshold, value = (arrays[name].astype(np.float32) for name in ("threshold", "value"))
                ranker = cls(names, feature, threshold, left, right, value)
            ranker._check()
        except (OSError, EOFError, LookupError, ValueError, TypeError, NotImplementedError, BadZipFile) as error:
            raise ConfigError(f"Expected a ranker's weights in {path} ({error})") from error
        if names != tuple(feature_names):
            raise ConfigError(f"The ranker in {path} was trained with other features: train it again with this version")
        return ranker

    def _check(self) -> None:
        """Raise ``ValueError`` unless every walk through a tree ends: children have higher numbers than parents."""
        shape = self.feature.shape
        if len(shape) != 2 or not 0 < shape[0] <= MAX_TREES or not 0 < shape[1] <= MAX_NODES:
            raise ValueError(f"Expected up to {MAX_TREES} trees of up to {MAX_NODES} nodes (got {shape})")
        if any(array.shape != shape for array in (self.threshold, self.left, self.right, self.value)):
            raise ValueError("Expected arrays of one shape")
        own = np.arange(shape[1])
        inner = (self.feature >= 0) & (self.feature < len(self.feature_names))
        for child in (self.left, self.right):
            if not np.all(np.where(inner, (child > own) & (child < shape[1]), self.feature == -1)):
                raise ValueError("Expected nodes that lead to later ones, and features that have names")
