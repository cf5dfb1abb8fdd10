"""Weights of reasoners in files: safetensors, with the kind of network and its options in the header."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from graphrag.errors import ConfigError

OVER_PASSAGES = Path(__file__).parent / "weights" / "text.safetensors"
"""The shipped reasoner over passages and entities."""

OVER_ENTITIES = Path(__file__).parent / "weights" / "entities.safetensors"
"""The shipped reasoner over the facts of a knowledge graph."""

FORMAT = "multihop-gnn/1"
MAX_BYTES = 2**30


@dataclass(frozen=True)
class Weights:
    """What a file of weights holds.

    Parameters
    ----------
    kind
        Which network: ``"text"``, ``"transfer"``, ``"rearev"``.
    options
        What the network is made with: JSON values.
    tensors
        By name.
    """

    kind: str
    options: Mapping[str, object]
    tensors: Mapping[str, NDArray[np.generic]]


def check_shapes(weights: Weights, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Check that weights are those that a network has.

    Raises
    ------
    ConfigError
        If one is missing, unknown or of another shape.
    """
    found = {name: tensor.shape for name, tensor in weights.tensors.items()}
    wrong = sorted({name for name, _ in found.items() ^ shapes.items()})
    if wrong:
        reason = f"missing, unknown or of another shape: {', '.join(wrong)}"
        raise ConfigError(f"Expected the weights of a reasoner of kind {weights.kind!r}: {reason[:200]}")


def write_weights(path: Path, weights: Weights) -> None:
    """Write a file, replacing it if it exists."""
    header = {"format": FORMAT, "kind": weights.kind, "options": json.dumps(dict(weights.options), sort_keys=True)}
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in weights.tensors.items()}
    partial = path.with_name(f"{path.name}.part")
    save_file(tensors, partial, metadata=header)
    partial.replace(path)


def read_weights(path: Path) -> Weights:
    """Return what a file holds; nothing in it is run.

    Raises
    ------
    ConfigError
        If the file cannot be read or is something else.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"Expected the weights in {path} to have at most {MAX_BYTES:,} bytes (got more)")
        with safe_open(path, framework="numpy") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no mapping
        if header.get("format") != FORMAT:
            raise ConfigError(f"Expected {path} to hold the weights of a reasoner ({FORMAT})")
        options = json.loads(header["options"])
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ConfigError(f"Cannot read the weights in {path}: {str(error).partition(chr(10))[0]}") from error
    if not isinstance(options, dict):
        raise ConfigError(f"Expected the options in {path} to be a JSON object")
    return Weights(header.get("kind", ""), options, tensors)
