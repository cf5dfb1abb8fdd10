"""Build ONNX graphs of int8 products by hand: one quantization per input, fused attention, no exporter."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
"""Domain of ONNX Runtime's own operators."""

Array = NDArray[np.generic]


def rounded_columns(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return a weight of shape (inputs, outputs) in int8, and the scale of each output.

    Examples
    --------
    >>> small, scale = rounded_columns(np.array([[1.27, -4], [-0.5, 2]], np.float32))
    >>> small.tolist(), scale.round(4).tolist()
    ([[127, -127], [-50, 64]], [0.01, 0.0315])
    """
    scale = np.maximum(np.abs(weight).max(axis=0) / 127, 1e-9).astype(np.float32)
    return np.rint(weight / scale).astype(np.int8), scale


class Quantized:
    """An activation in uint8 with its scale and zero point: three names of the graph."""

    def __init__(self, names: list[str]) -> None:
        self.value, self.scale, self.zero = names


class Graph:
    """A graph in the making; every method adds nodes and returns the names of their outputs."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def constant(self, value: Array) -> str:
        """Add a constant."""
        name = f"c{len(self._constants)}"
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, operator: str, inputs: list[str], *, domain: str = "", **attributes: float | str) -> str:
        """Add a node with one output."""
        return self.split(operator, inputs, 1, domain=domain, **attributes)[0]

    def split(
        self, operator: str, inputs: list[str], outputs: int, *, domain: str = "", **attributes: float | str
    ) -> list[str]:
        """Add a node with several outputs."""
        names = [f"n{len(self._nodes)}.{index}" for index in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
        return names

    def quantize(self, value: str) -> Quantized:
        """Round an activation with one scale for the whole of it."""
        return Quantized(self.split("DynamicQuantizeLinear", [value], 3))

    def linear(self, value: Quantized, weight: NDArray[np.float32], bias: NDArray[np.float32] | None) -> str:
        """Multiply by a weight of shape (inputs, outputs) in int8; add a bias."""
        small, scale = rounded_columns(weight)
        zero = self.constant(np.zeros(len(scale), np.int8))
        inputs = [value.value, self.constant(small), value.scale, self.constant(scale), value.zero, zero]
        inputs += [] if bias is None else [self.constant(bias)]
        return self.add("MatMulIntegerToFloat", inputs, domain=MICROSOFT)

    def layer_norm(self, value: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Normalize the last axis."""
        inputs = [value, self.constant(weight), self.constant(bias)]
        return self.add("LayerNormalization", inputs, epsilon=1e-12)

    def save(self, path: str, inputs: dict[str, list[str | int]], outputs: dict[str, tuple[str, int]]) -> None:
        """Write the graph.

        Parameters
        ----------
        path
            Of the file.
        inputs
            Shapes of the integer inputs by name.
        outputs
            By name: the value, and its type (`onnx.TensorProto.FLOAT` or ``INT64``).
        """
        for name, (value, _) in outputs.items():
            self._nodes.append(helper.make_node("Identity", [value], [name]))
        graph = helper.make_graph(
            self._nodes,
            "pipeline",
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(name, kind, None) for name, (_, kind) in outputs.items()],
            list(self._constants.values()),
        )
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        onnx.save(helper.make_model(graph, opset_imports=versions, ir_version=9), path)
