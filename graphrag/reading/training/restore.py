"""Read a network back from its int8 ONNX file, to train it further."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.torch import load_file

from extractors.training.model import Encoder
from graphrag.reading.training.network import ReadingNetwork

Array = NDArray[np.float32]

_PARTS = ("query", "key", "value", "output", "up", "down")


class _File:
    """The nodes of an exported graph, with the constants that they read."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(str(path)).graph
        self._nodes = list(graph.node)
        self._made_by = {output: node for node in graph.node for output in node.output}
        self._constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}

    def constants(self, operator: str) -> Iterator[list[Array]]:
        """Yield the constants that each node of a kind reads, in the graph's order."""
        for node in self._nodes:
            if node.op_type == operator:
                yield [self._constants[name] for name in node.input if name in self._constants]

    def products(self) -> Iterator[tuple[Array, Array | None]]:
        """Yield weight (inputs, outputs) and bias of every int8 product, with the input's smoothing undone."""
        for node in self._nodes:
            if node.op_type != "MatMulIntegerToFloat":
                continue
            small, scale = self._constants[node.input[1]], self._constants[node.input[3]]
            weight = small.astype(np.float32) * scale
            smoothed = self._made_by.get(self._made_by[node.input[0]].input[0])
            if smoothed is not None and smoothed.op_type == "Mul" and smoothed.input[1] in self._constants:
                weight *= self._constants[smoothed.input[1]][:, None]
            yield weight, self._constants[node.input[6]] if len(node.input) > 6 else None


def restore_network(exported: Path, encoder: Path) -> ReadingNetwork:
    """Return the network of an exported ``model.onnx``, to within the rounding of its weights.

    Parameters
    ----------
    exported
        Written by :func:`graphrag.reading.training.export.write_weights`.
    encoder
        The published ``model.safetensors``: the word pieces, which training leaves as they are, come from it.
    """
    file = _File(exported)
    norms = list(file.constants("LayerNormalization"))
    pieces = load_file(str(encoder))["embeddings.word_embeddings.weight"]
    network = ReadingNetwork(Encoder(len(pieces), len(norms) // 2))
    state: dict[str, Array] = {name: value.numpy() for name, value in network.state_dict().items()}
    state["encoder.pieces.weight"] = pieces.numpy()
    state["encoder.norm.weight"], state["encoder.norm.bias"] = norms[0]
    products = file.products()
    for layer in range(len(norms) // 2):
        prefix = f"encoder.layers.{layer}."
        found = [next(products) for _ in range(len(_PARTS) + 2)]
        # The wide layer was written in two parts.
        up = np.concatenate([found[4][0], found[6][0]], axis=1), _joined(found[4][1], found[6][1])
        down = np.concatenate([found[5][0], found[7][0]], axis=0), found[5][1]
        for name, (weight, bias) in zip(_PARTS, [*found[:4], up, down], strict=True):
            state[f"{prefix}{name}.weight"] = weight.T
            if bias is not None:
                state[f"{prefix}{name}.bias"] = bias
        for name, norm in zip(("attention_norm", "norm"), norms[1 + 2 * layer :], strict=False):
            state[f"{prefix}{name}.weight"], state[f"{prefix}{name}.bias"] = norm
    # Shapes and the segment's vector were written as one table; the latter stays zero here.
    shape = state["encoder.shapes.weight"].shape
    tables = (table for read in file.constants("Gather") for table in read)
    state["encoder.shapes.weight"] = next(table for table in tables if table.shape == shape)
    state["encoder.positions.weight"] = next(read[0] for read in file.constants("Slice") if read[0].ndim == 2)
    biases = [read[0] for read in file.constants("Add") if read and read[0].ndim == 1]
    for name, (weight,), bias in zip(("span", "kind"), file.constants("MatMul"), biases, strict=True):
        state[f"{name}.weight"], state[f"{name}.bias"] = weight.T, bias
    network.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    network.encoder.pieces.weight.requires_grad_(False)
    return network


def _joined(first: Array | None, second: Array | None) -> Array | None:
    return None if first is None or second is None else np.concatenate([first, second])
