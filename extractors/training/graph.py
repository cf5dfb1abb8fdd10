"""Build ONNX graphs of int8 products by hand: constant scales, one quantization per input, fused attention."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
"""Domain of ONNX Runtime's own operators."""

SMOOTHING = 0.7
"""How much of a channel's width moves from the activations into the weights."""

Array = NDArray[np.generic]
Floats = NDArray[np.float32]


def rounded_columns(weight: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return a weight of shape (inputs, outputs) in int8, and the scale of each output.

    Examples
    --------
    >>> small, scale = rounded_columns(np.array([[127, -254], [-50, 128]], np.float32))
    >>> small.tolist(), scale.tolist()
    ([[127, -127], [-50, 64]], [1.0, 2.0])
    """
    scale = np.maximum(np.abs(weight).max(axis=0) / 127, 1e-9).astype(np.float32)
    return np.rint(weight / scale).astype(np.int8), scale


@dataclass(frozen=True)
class Range:
    """The least and the greatest value of each channel of an activation, both of shape (channels,)."""

    low: Floats
    high: Floats


@dataclass(frozen=True)
class Activation:
    """An activation in uint8 with its scale and zero point: names of the graph; or in fp32, without the latter."""

    value: str
    scale: str = ""
    zero: str = ""


class Graph:
    """A graph in the making; every method adds nodes and returns the names of their outputs.

    Parameters
    ----------
    ranges
        Of the activations, in the order in which they are quantized; without them products are computed in fp32, for
        the ranges to be measured at `activations`.
    """

    def __init__(self, ranges: Sequence[Range] | None = None) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._ranges = ranges
        self.activations: list[str] = []

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

    def quantize(self, value: str, *weights: Floats) -> tuple[Activation, list[Floats]]:
        """Round an activation with one scale for the whole of it; return it and the weights that will read it.

        The weights, of shape (inputs, outputs), take over a part of each channel's width, so that a few wide channels
        do not cost all others their precision.

        References
        ----------
        Xiao et al. 2023, "SmoothQuant", equation 4.
        """
        self.activations.append(value)
        if self._ranges is None:
            return Activation(value), list(weights)
        span = self._ranges[len(self.activations) - 1]
        low, high = span.low, span.high
        if weights:
            factors = smoothing(span, weights)
            value = self.add("Mul", [value, self.constant(1 / factors)])
            weights = tuple(weight * factors[:, None] for weight in weights)
            low, high = low / factors, high / factors
        least, greatest = rounded(np.array([min(0, low.min()), high.max()], np.float32))
        step = np.float32(max(greatest - least, 1e-6) / 255)
        scale, zero = self.constant(np.array(step)), self.constant(np.array(np.rint(-least / step), np.uint8))
        return Activation(self.add("QuantizeLinear", [value, scale, zero]), scale, zero), list(weights)

    def linear(self, value: Activation, weight: Floats, bias: Floats | None) -> str:
        """Multiply by a weight of shape (inputs, outputs) in int8; add a bias."""
        shift = [] if bias is None else [self.constant(bias)]
        if not value.scale:
            product = self.add("MatMul", [value.value, self.constant(weight)])
            return self.add("Add", [product, *shift]) if shift else product
        small, scale = rounded_columns(weight)
        zero = self.constant(np.zeros(len(scale), np.int8))
        inputs = [value.value, self.constant(small), value.scale, self.constant(scale), value.zero, zero, *shift]
        return self.add("MatMulIntegerToFloat", inputs, domain=MICROSOFT)

    def layer_norm(self, value: str, weight: Floats, bias: Floats) -> str:
        """Normalize the last axis."""
        inputs = [value, self.constant(weight), self.constant(bias)]
        return self.add("LayerNormalization", inputs, epsilon=1e-12)

    def model(self, inputs: dict[str, list[str | int]], outputs: dict[str, tuple[str, int]]) -> onnx.ModelProto:
        """Return the graph as a model.

        Parameters
        ----------
        inputs
            Shapes of the integer inputs by name.
        outputs
            By name: the value, and its type (`onnx.TensorProto.FLOAT` or ``INT64``).
        """
        named = [helper.make_node("Identity", [value], [name]) for name, (value, _) in outputs.items()]
        graph = helper.make_graph(
            [*self._nodes, *named],
            "pipeline",
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(name, kind, None) for name, (_, kind) in outputs.items()],
            list(self._constants.values()),
        )
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=9)


def smoothing(span: Range, weights: Sequence[Floats]) -> Floats:
    """Return the factor of each channel, of shape (channels,), that moves from an activation into its readers."""
    wide = np.maximum(np.abs(span.low), np.abs(span.high))
    strong = np.max([np.abs(weight).max(axis=1) for weight in weights], axis=0)
    factors = np.maximum(wide, 1e-3) ** SMOOTHING / np.maximum(strong, 1e-4) ** (1 - SMOOTHING)
    return rounded(factors / np.median(factors))


def rounded(values: Floats) -> Floats:
    """Return values with three significant digits, so that machines that differ in the last bits agree."""
    return np.array([float(f"{value:.3g}") for value in values], np.float32)
