"""Write the trained reading network as an int8 ONNX file."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto

from extractors.training.export import State, add_input, add_layer
from extractors.training.graph import Graph, Range
from graphrag.reading.inputs import MAX_POSITIONS, Window
from graphrag.reading.training.network import ReadingNetwork


def write_weights(network: ReadingNetwork, windows: Sequence[Window], tokenizer: Path, folder: Path) -> None:
    """Write ``model.onnx`` and ``tokenizer.json`` into a folder.

    Parameters
    ----------
    network
        As trained.
    windows
        What the scales of the activations are measured on.
    tokenizer
        The encoder's ``tokenizer.json``.
    folder
        Is made if need be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ranges = _measured_ranges(_model(network, None), windows)
    onnx.save(_model(network, ranges), str(folder / "model.onnx"))
    shutil.copyfile(tokenizer, folder / "tokenizer.json")


def _model(network: ReadingNetwork, ranges: Sequence[Range] | None) -> onnx.ModelProto:
    state: State = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    graph = Graph(ranges)
    states = add_input(graph, state, MAX_POSITIONS)
    for layer in range(len(network.encoder.layers)):
        states = add_layer(graph, state, f"encoder.layers.{layer}.", states)
    # The heads are small: they stay in fp32.
    outputs = {}
    first = [graph.constant(np.array([value])) for value in (0, 1, 1)]
    own = graph.add("Slice", [states, *first])
    for name, value in (("span", states), ("kind", own)):
        product = graph.add("MatMul", [value, graph.constant(state[f"{name}.weight"].T)])
        outputs[name] = (graph.add("Add", [product, graph.constant(state[f"{name}.bias"])]), TensorProto.FLOAT)
    kind = graph.add("Squeeze", [outputs["kind"][0], graph.constant(np.array([1]))])
    outputs["kind"] = (kind, TensorProto.FLOAT)
    if ranges is None:
        outputs |= {f"activation{i}": (name, TensorProto.FLOAT) for i, name in enumerate(graph.activations)}
    return graph.model({"pieces": [1, "pieces"], "shapes": [1, "pieces"]}, outputs)


def _measured_ranges(model: onnx.ModelProto, windows: Sequence[Window]) -> list[Range]:
    """Return what values the activations take in windows."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()][2:]
    ranges: list[Range] = []
    for window in windows:
        feeds = {"pieces": np.array([window.ids]), "shapes": np.array([window.shapes])}
        rows = [values.reshape(-1, values.shape[-1]) for values in session.run(names, feeds)]
        found = [Range(values.min(axis=0), values.max(axis=0)) for values in rows]
        old = ranges or found
        ranges = [
            Range(np.minimum(one.low, other.low), np.maximum(one.high, other.high))
            for one, other in zip(old, found, strict=True)
        ]
    return ranges
