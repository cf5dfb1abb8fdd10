"""Write the trained network as an int8 ONNX file with everything the runtime needs beside it."""

import argparse
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto

from extractors.pipeline.annotator import MAX_WINDOW
from extractors.pipeline.wordpieces import WordPieces
from extractors.training.batches import Encoding, Inventory, passages
from extractors.training.config import DEFAULT_CONFIG, TrainingConfig, load_config
from extractors.training.corpora import treebank
from extractors.training.graph import MICROSOFT, Graph, Range
from extractors.training.model import HEAD_SIZE, Encoder, Network, Scores
from extractors.training.network_sizes import sizes
from extractors.training.readers import Document

OUTPUTS = ("upos", "xpos", "edits", "starts", "tags", "arcs", "nearest", "relations", "dependents", "heads")
_INTEGERS = frozenset({"upos", "xpos", "edits", "nearest"})
FILES = ("model.onnx", "relations.npz", "classes.json", "lemmas.json", "tokenizer.json")
NAMED_PARTS = frozenset({"PROPN", "NUM", "PUNCT", "SYM", "X"})
"""Parts of speech whose words are their own lemmas, or nearly so."""
MAX_POSITIONS = MAX_WINDOW + 2
FFN_PARTS = 2
NUM_SAMPLES = 300
"""Texts on which the scales of activations are measured."""

State = dict[str, NDArray[np.float32]]


def load_network(checkpoint: Path, classes: Inventory, config: TrainingConfig) -> Network:
    """Return the network of a training run."""
    state = torch.load(checkpoint, weights_only=True)["network"]
    encoder = Encoder(state["encoder.pieces.weight"].shape[0], len(config.layers), config.inner, config.attention_heads)
    network = Network(encoder, sizes(classes, config), 0.0)
    network.load_state_dict(state)
    network.eval()
    return network


def load_classes(path: Path) -> Inventory:
    """Return the classes that a training run wrote beside its checkpoint."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Inventory(**{name: tuple(entries) for name, entries in values.items()})


Text = tuple[list[int], list[int], list[int]]
"""Pieces, shapes and first pieces of a text."""


def write_onnx(network: Network, path: Path, texts: Sequence[Text]) -> None:
    """Write the network in int8 for one text without padding.

    Parameters
    ----------
    network
        In torch.
    path
        Of the file.
    texts
        What the scales of the activations are measured on.
    """
    onnx.save(_model(network, _measured_ranges(_model(network, None), texts)), str(path))


def _model(network: Network, ranges: Sequence[Range] | None) -> onnx.ModelProto:
    """Return the graph in int8; without ranges in fp32, with an output for each activation that they are wanted of."""
    state: State = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    graph = Graph(ranges)
    states = add_input(graph, state, MAX_POSITIONS)
    for layer in range(len(network.encoder.layers)):
        states = add_layer(graph, state, f"encoder.layers.{layer}.", states)
    found = _heads(graph, state, network, states)
    outputs = {name: (found[name], TensorProto.INT64 if name in _INTEGERS else TensorProto.FLOAT) for name in OUTPUTS}
    if ranges is None:
        outputs |= {f"activation{i}": (name, TensorProto.FLOAT) for i, name in enumerate(graph.activations)}
    return graph.model({"pieces": [1, "pieces"], "shapes": [1, "pieces"], "firsts": ["words"]}, outputs)


def _measured_ranges(model: onnx.ModelProto, texts: Sequence[Text]) -> list[Range]:
    """Return what values the activations take in texts."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()][len(OUTPUTS) :]
    ranges: list[Range] = []
    for text in texts:
        rows = [values.reshape(-1, values.shape[-1]) for values in session.run(names, _feeds(text))]
        found = [Range(values.min(axis=0), values.max(axis=0)) for values in rows]
        old = ranges or found
        ranges = [
            Range(np.minimum(one.low, other.low), np.maximum(one.high, other.high))
            for one, other in zip(old, found, strict=True)
        ]
    return ranges


def _feeds(text: Text) -> dict[str, NDArray[np.int64]]:
    pieces, shapes, firsts = text
    return {"pieces": np.array([pieces]), "shapes": np.array([shapes]), "firsts": np.array(firsts)}


def add_input(graph: Graph, state: State, max_positions: int) -> str:
    """Add the input: pieces in int8 with a scale per row (one for all costs accuracy), shapes and positions."""
    table = state["encoder.pieces.weight"]
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, 1e-9).astype(np.float32)
    small = graph.add("Gather", [graph.constant(np.rint(table / scale).astype(np.int8)), "pieces"])
    pieces = graph.add(
        "Mul",
        [graph.add("Cast", [small], to=TensorProto.FLOAT), graph.add("Gather", [graph.constant(scale), "pieces"])],
    )
    shapes = graph.add("Gather", [graph.constant(state["encoder.shapes.weight"] + state["encoder.types"]), "shapes"])
    size = graph.add("Shape", ["pieces"], start=1)
    positions = graph.constant(state["encoder.positions.weight"][:max_positions])
    first = graph.add("Slice", [positions, graph.constant(np.array([0])), size])
    total = graph.add("Add", [graph.add("Add", [pieces, shapes]), first])
    return graph.layer_norm(total, state["encoder.norm.weight"], state["encoder.norm.bias"])


def add_layer(graph: Graph, state: State, prefix: str, states: str) -> str:
    """Add one transformer layer."""

    def part(name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        weight = state[f"{prefix}{name}.weight"]
        return (weight.T if weight.ndim == 2 else weight), state[f"{prefix}{name}.bias"]

    names = ("query", "key", "value")
    small, weights = graph.quantize(states, *(part(name)[0] for name in names))
    inputs = [graph.linear(small, weight, part(name)[1]) for name, weight in zip(names, weights, strict=True)]
    heads = weights[0].shape[1] // HEAD_SIZE
    mixed = graph.add("MultiHeadAttention", inputs, domain=MICROSOFT, num_heads=heads)
    summed = graph.add("Add", [states, graph.linear(graph.quantize(mixed)[0], *part("output"))])
    states = graph.layer_norm(summed, *part("attention_norm"))
    up, up_bias = part("up")
    down, down_bias = part("down")
    small, (up,) = graph.quantize(states, up)
    # In parts, each rounded with its own scale, the wide activation loses less and stays in the cache.
    columns = np.array_split(np.arange(up.shape[1]), FFN_PARTS)
    for number, index in enumerate(columns):
        wide = graph.add("Gelu", [graph.linear(small, up[:, index], up_bias[index])], domain=MICROSOFT)
        narrow = graph.linear(graph.quantize(wide)[0], down[index], None if number else down_bias)
        states = graph.add("Add", [states, narrow])
    return graph.layer_norm(states, *part("norm"))


def _heads(graph: Graph, state: State, network: Network, states: str) -> dict[str, str]:
    """Add all heads as one product over the text's own state and those of its words; return the outputs' values."""
    layers = ("classes", "arc_dependent", "relation_dependent", "arc_head", "relation_head")
    shape = network.sizes
    zeros = np.zeros(shape.relation_size, np.float32)
    weight = np.concatenate([state[f"{name}.weight"] for name in layers]).T
    bias = np.concatenate([state.get(f"{name}.bias", zeros) for name in layers])
    index = graph.add("Concat", [graph.constant(np.array([0])), "firsts"], axis=0)
    flat = graph.add("Squeeze", [states, graph.constant(np.array([0]))])
    candidates = graph.add("Gather", [flat, index], axis=0)
    small, (weight,) = graph.quantize(candidates, weight)
    everything = graph.linear(small, weight, bias)
    words = graph.constant(np.array([1])), graph.constant(np.array([2**31 - 1])), graph.constant(np.array([0]))
    widths = [shape.upos, shape.xpos, shape.edits, 1, shape.tags]
    widths += [shape.arc_size, shape.relation_size, shape.arc_size, shape.relation_size]
    *values, arc_head, relation_head = graph.split(
        "Split", [everything, graph.constant(np.array(widths))], len(widths), axis=1
    )
    upos, xpos, edits, starts, tags, arc_dependent, relation_dependent = (
        graph.add("Slice", [value, *words]) for value in values
    )
    dependent = graph.add("MatMul", [graph.add("Relu", [arc_dependent]), graph.constant(state["arc_weight"])])
    head = graph.add("Relu", [arc_head])
    # The bias of a head is one more row under its product with the dependents.
    side = graph.add("Transpose", [graph.add("MatMul", [head, graph.constant(state["arc_bias.weight"].T)])])
    arcs = graph.add("Add", [graph.add("MatMul", [dependent, graph.add("Transpose", [head])]), side])
    nearest = graph.add("ArgMax", [arcs], axis=1, keepdims=0)
    pairs = graph.add("Add", [relation_dependent, graph.add("Gather", [relation_head, nearest], axis=0)])
    output, output_bias = state["relation_output.weight"].T, state["relation_output.bias"]
    product = graph.add("MatMul", [graph.add("Relu", [pairs]), graph.constant(output)])
    return {
        **{
            name: graph.add("ArgMax", [value], axis=1, keepdims=0)
            for name, value in (("upos", upos), ("xpos", xpos), ("edits", edits))
        },
        "starts": graph.add("Squeeze", [starts, graph.constant(np.array([1]))]),
        "tags": graph.add("Softmax", [tags], axis=1),
        "arcs": arcs,
        "nearest": nearest,
        "relations": graph.add("Add", [product, graph.constant(output_bias)]),
        "dependents": relation_dependent,
        "heads": relation_head,
    }


def agreement(network: Network, path: Path, texts: Sequence[Text]) -> dict[str, float]:
    """Return per output the share of words for which the ONNX file chooses as the network does in fp32.

    Parameters
    ----------
    network
        In torch.
    path
        The ONNX file.
    texts
        Pieces, shapes and first pieces of each text.
    """
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    right = dict.fromkeys(("upos", "edits", "tags", "arcs"), 0)
    total = 0
    for text in texts:
        pieces, shapes, firsts = text
        ids = torch.tensor([pieces])
        with torch.no_grad():
            scores: Scores = network(
                ids, torch.tensor([shapes]), torch.ones_like(ids, dtype=torch.bool), torch.tensor([firsts])
            )
        found = dict(zip(OUTPUTS, session.run(list(OUTPUTS), _feeds(text)), strict=True))
        for name in right:
            choice = found[name] if found[name].ndim == 1 else found[name].argmax(-1)
            right[name] += int((getattr(scores, name)[0].argmax(-1).numpy() == choice).sum())
        total += len(firsts)
    return {name: count / total for name, count in right.items()}


def known_lemmas(documents: Sequence[Document]) -> dict[str, dict[str, str]]:
    """Return, by part of speech and lower-case word, the lemma that a treebank gives most often."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for sentence in (sentence for document in documents for sentence in document):
        for word, upos, lemma in zip(sentence.words, sentence.upos, sentence.lemmas, strict=True):
            if upos not in NAMED_PARTS:
                counts.setdefault((upos, word.lower()), Counter())[lemma] += 1
    lemmas: dict[str, dict[str, str]] = {}
    for (upos, word), found in sorted(counts.items()):
        lemmas.setdefault(upos, {})[word] = found.most_common(1)[0][0]
    return lemmas


def sample_texts(documents: Sequence[Document], encoding: Encoding) -> list[Text]:
    """Return some texts of documents as the network reads them, to measure the scales of activations on."""
    found: list[Text] = []
    for document in documents:
        for run in passages(document, encoding.wordpieces, MAX_WINDOW):
            example = encoding.example(run)
            lengths = list(map(len, example.pieces))
            if len(found) < NUM_SAMPLES and sum(lengths) <= MAX_WINDOW:
                flat = [encoding.wordpieces.start, *chain(*example.pieces), encoding.wordpieces.end]
                shapes = [0, *(s for s, length in zip(example.shapes, lengths, strict=True) for _ in range(length)), 0]
                found.append((flat, shapes, [1 + sum(lengths[:i]) for i in range(len(lengths))]))
    return found


def write_weights(
    network: Network, classes: Inventory, documents: Sequence[Document], tokenizer: Path, out: Path
) -> None:
    """Write the files named in `FILES` into a folder.

    Parameters
    ----------
    network, classes
        As trained.
    documents
        The treebank: lemmas and the scales of activations come from it.
    tokenizer
        The encoder's ``tokenizer.json``.
    out
        The folder.
    """
    out.mkdir(parents=True, exist_ok=True)
    texts = sample_texts(documents, Encoding(WordPieces(tokenizer), classes))
    write_onnx(network, out / "model.onnx", texts)
    lemmas = known_lemmas(documents)
    output = network.relation_output
    np.savez_compressed(
        out / "relations.npz",
        weight=output.weight.detach().numpy().astype(np.float16),
        bias=output.bias.detach().numpy().astype(np.float16),
    )
    values = {name: list(getattr(classes, name)) for name in ("upos", "xpos", "edits", "relations")}
    (out / "classes.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    (out / "lemmas.json").write_text(json.dumps(lemmas, ensure_ascii=False), encoding="utf-8")
    shutil.copyfile(tokenizer, out / "tokenizer.json")


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every weight file."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def main(arguments: Sequence[str] | None = None) -> None:
    """Export from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of the training run")
    parser.add_argument("--data", type=Path, required=True, help="folder with ud_ewt, for known lemmas")
    parser.add_argument("--encoder", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    options = parser.parse_args(arguments)
    classes = load_classes(options.run / "classes.json")
    network = load_network(options.run / "checkpoint.pt", classes, load_config(options.config))
    documents = treebank(options.data, "train")
    write_weights(network, classes, documents, options.encoder / "tokenizer.json", options.out)


if __name__ == "__main__":
    main()
