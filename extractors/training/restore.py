"""Read networks back from their int8 ONNX files, to train them further."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.torch import load_file

from extractors.training.batches import Inventory
from extractors.training.config import TrainingConfig
from extractors.training.model import HEAD_SIZE, Encoder, Network
from extractors.training.network_sizes import sizes

Array = NDArray[np.float32]

_PARTS = ("query", "key", "value", "output", "up", "down")


class ExportedFile:
    """The nodes of an exported graph, with the constants that they read.

    Parameters
    ----------
    path
        An ONNX file that :mod:`extractors.training.graph` made.
    """

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

    def restore_encoder(self, pieces: Path, products: Iterator[tuple[Array, Array | None]]) -> Encoder:
        """Return the encoder of the file, its weights to within their rounding.

        Parameters
        ----------
        pieces
            The published ``model.safetensors``: the word pieces, which training leaves as they are, come from it.
        products
            Of the file; those of the encoder are taken from it.
        """
        norms = list(self.constants("LayerNormalization"))
        of_layers = [[next(products) for _ in range(len(_PARTS) + 2)] for _ in range(len(norms) // 2)]
        table = load_file(str(pieces))["embeddings.word_embeddings.weight"].numpy()
        # The wide layer was written in two parts.
        inner = of_layers[0][4][0].shape[1] + of_layers[0][6][0].shape[1]
        heads = of_layers[0][0][0].shape[1] // HEAD_SIZE
        encoder = Encoder(len(table), len(of_layers), inner, heads)
        state: dict[str, Array] = {name: value.numpy() for name, value in encoder.state_dict().items()}
        state["pieces.weight"] = table
        state["norm.weight"], state["norm.bias"] = norms[0]
        for layer, found in enumerate(of_layers):
            prefix = f"layers.{layer}."
            up = np.concatenate([found[4][0], found[6][0]], axis=1), _joined(found[4][1], found[6][1])
            down = np.concatenate([found[5][0], found[7][0]], axis=0), found[5][1]
            for name, (weight, bias) in zip(_PARTS, [*found[:4], up, down], strict=True):
                state[f"{prefix}{name}.weight"] = weight.T
                if bias is not None:
                    state[f"{prefix}{name}.bias"] = bias
            for name, norm in zip(("attention_norm", "norm"), norms[1 + 2 * layer :], strict=False):
                state[f"{prefix}{name}.weight"], state[f"{prefix}{name}.bias"] = norm
        # Shapes and the segment's vector were written as one table; the latter stays zero here.
        shape = state["shapes.weight"].shape
        tables = (table for read in self.constants("Gather") for table in read)
        state["shapes.weight"] = next(table for table in tables if table.shape == shape and table.dtype == np.float32)
        positions = next(read[0] for read in self.constants("Slice") if read[0].ndim == 2)
        state["positions.weight"] = np.concatenate([positions, state["positions.weight"][len(positions) :]])
        encoder.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
        encoder.pieces.weight.requires_grad_(False)
        return encoder


def restore_pipeline(exported: Path, pieces: Path, classes: Inventory, config: TrainingConfig) -> Network:
    """Return the network of an exported pipeline's ``model.onnx``, to within the rounding of its weights.

    Parameters
    ----------
    exported
        Written by :func:`extractors.training.export.write_weights`.
    pieces
        The published ``model.safetensors`` of the encoder.
    classes, config
        The classes of the heads and their widths, as they were when the pipeline was trained.
    """
    file = ExportedFile(exported)
    products = file.products()
    network = Network(file.restore_encoder(pieces, products), sizes(classes, config), config.dropout)
    ((weight, bias),) = products
    if bias is None:
        raise ValueError("Expected heads with biases")
    state: dict[str, Array] = {name: value.numpy() for name, value in network.state_dict().items()}
    heads = ("classes", "arc_dependent", "relation_dependent", "arc_head", "relation_head")
    widths = [len(state[f"{name}.weight"]) for name in heads]
    for name, columns in zip(heads, np.split(np.arange(sum(widths)), np.cumsum(widths)[:-1]), strict=True):
        state[f"{name}.weight"] = weight[:, columns].T
        if name != "relation_head":
            state[f"{name}.bias"] = bias[columns]
    arc_weight, arc_bias, relation_output = (read[0] for read in file.constants("MatMul") if read)
    state["arc_weight"] = arc_weight
    state["arc_bias.weight"] = arc_bias.T
    state["relation_output.weight"] = relation_output.T
    (state["relation_output.bias"],) = (read[0] for read in file.constants("Add") if read and read[0].ndim == 1)
    network.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return network


def _joined(first: Array | None, second: Array | None) -> Array | None:
    return None if first is None or second is None else np.concatenate([first, second])
