"""What layers do to one question's vectors, in NumPy: reasoners that use their weights run without torch."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_Float = TypeVar("_Float", np.float32, np.float64)


def linear(tensors: Mapping[str, Array], name: str, values: Array) -> Array:
    """Return ``values`` times the weight of a layer plus its bias, shape ``(..., num_outputs)``.

    Parameters
    ----------
    tensors
        Weights and biases, named as torch names them.
    name
        Of the layer.
    values
        Shape ``(..., num_inputs)``.
    """
    result: Array = values @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
    return result


def of_linear(layers: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the weights and biases of linear layers.

    Parameters
    ----------
    layers
        Numbers of outputs and inputs, by name.
    """
    weights: dict[str, tuple[int, ...]] = {f"{name}.weight": shape for name, shape in layers.items()}
    return weights | {f"{name}.bias": shape[:1] for name, shape in layers.items()}


def softmax(logits: NDArray[_Float]) -> NDArray[_Float]:
    """Return positive numbers that sum to 1, shape as given, one axis."""
    weights = np.exp(logits - logits.max(initial=-np.inf))
    normalized: NDArray[_Float] = weights / weights.sum()
    return normalized


def normalized(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values, none of them negative, divided by their sum if that is positive, shape as given."""
    total = values.sum()
    return values / total if total > 0 else values


def relu(values: Array) -> Array:
    """Return values, 0 for the negative ones."""
    return np.maximum(values, 0)


def sigmoid(logits: Array) -> Array:
    """Return numbers in [0, 1]."""
    # The usual form overflows far below zero.
    result: Array = 0.5 * (1 + np.tanh(0.5 * logits))
    return result
