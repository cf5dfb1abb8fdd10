"""Write the trained network as an int8 ONNX file with everything the runtime needs beside it."""

import argparse
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto

from extractors.pipeline.annotator import MAX_WINDOW
from extractors.training.batches import Inventory
from extractors.training.config import DEFAULT_CONFIG, TrainingConfig, load_config
from extractors.training.corpora import treebank
from extractors.training.graph import MICROSOFT, Graph
from extractors.training.model import ATTENTION_HEADS, Encoder, Network, Scores
from extractors.training.network_sizes import sizes
from extractors.training.readers import Document

OUTPUTS = ("upos", "xpos", "edits", "starts", "tags", "arcs", "dependents", "heads")
FILES = ("model.onnx", "relations.npz", "classes.json", "lemmas.json", "tokenizer.json")
NAMED_PARTS = frozenset({"PROPN", "NUM", "PUNCT", "SYM", "X"})
"""Parts of speech whose words are their own lemmas, or nearly so."""
MAX_POSITIONS = MAX_WINDOW + 2
FFN_PARTS = 2

State = dict[str, NDArray[np.float32]]


def load_network(checkpoint: Path, classes: Inventory, config: TrainingConfig) -> Network:
    """Return the network of a training run."""
    state = torch.load(checkpoint, weights_only=True)["network"]
    network = Network(Encoder(state["encoder.pieces.weight"].shape[0], config.layers), sizes(classes, config), 0.0)
    network.load_state_dict(state)
    network.eval()
    return network


def load_classes(path: Path) -> Inventory:
    """Return the classes that a training run wrote beside its checkpoint."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Inventory(**{name: tuple(entries) for name, entries in values.items()})


def write_onnx(network: Network, path: Path) -> None:
    """Write the network in int8 for one text without padding: weights per output, activations when they are known."""
    state: State = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    graph = Graph()
    states = _embed(graph, state)
    for layer in range(len(network.encoder.layers)):
        states = _layer(graph, state, f"encoder.layers.{layer}.", states)
    outputs = _heads(graph, state, network, states)
    integers = {"upos", "xpos", "edits"}
    kinds = {name: TensorProto.INT64 if name in integers else TensorProto.FLOAT for name in OUTPUTS}
    graph.save(
        str(path),
        {"pieces": [1, "pieces"], "shapes": [1, "pieces"], "firsts": ["words"]},
        {name: (outputs[name], kinds[name]) for name in OUTPUTS},
    )


def _embed(graph: Graph, state: State) -> str:
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
    positions = graph.constant(state["encoder.positions.weight"][:MAX_POSITIONS])
    first = graph.add("Slice", [positions, graph.constant(np.array([0])), size])
    total = graph.add("Add", [graph.add("Add", [pieces, shapes]), first])
    return graph.layer_norm(total, state["encoder.norm.weight"], state["encoder.norm.bias"])


def _layer(graph: Graph, state: State, prefix: str, states: str) -> str:
    """Add one transformer layer."""

    def part(name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        weight = state[f"{prefix}{name}.weight"]
        return (weight.T if weight.ndim == 2 else weight), state[f"{prefix}{name}.bias"]

    small = graph.quantize(states)
    inputs = [graph.linear(small, *part(name)) for name in ("query", "key", "value")]
    mixed = graph.add("MultiHeadAttention", inputs, domain=MICROSOFT, num_heads=ATTENTION_HEADS)
    summed = graph.add("Add", [states, graph.linear(graph.quantize(mixed), *part("output"))])
    states = graph.layer_norm(summed, *part("attention_norm"))
    small = graph.quantize(states)
    up, up_bias = part("up")
    down, down_bias = part("down")
    # In parts, each rounded with its own scale, the wide activation loses less and stays in the cache.
    columns = np.array_split(np.arange(up.shape[1]), FFN_PARTS)
    for number, index in enumerate(columns):
        wide = graph.add("Gelu", [graph.linear(small, up[:, index], up_bias[index])], domain=MICROSOFT)
        narrow = graph.linear(graph.quantize(wide), down[index], None if number else down_bias)
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
    everything = graph.linear(graph.quantize(candidates), weight, bias)
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
    return {
        **{
            name: graph.add("ArgMax", [value], axis=1, keepdims=0)
            for name, value in (("upos", upos), ("xpos", xpos), ("edits", edits))
        },
        "starts": graph.add("Squeeze", [starts, graph.constant(np.array([1]))]),
        "tags": graph.add("Softmax", [tags], axis=1),
        "arcs": arcs,
        "dependents": relation_dependent,
        "heads": relation_head,
    }


def agreement(
    network: Network, path: Path, texts: Sequence[tuple[list[int], list[int], list[int]]]
) -> dict[str, float]:
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
    for pieces, shapes, firsts in texts:
        ids = torch.tensor([pieces])
        with torch.no_grad():
            scores: Scores = network(
                ids, torch.tensor([shapes]), torch.ones_like(ids, dtype=torch.bool), torch.tensor([firsts])
            )
        feeds = {"pieces": np.array([pieces]), "shapes": np.array([shapes]), "firsts": np.array(firsts)}
        found = dict(zip(OUTPUTS, session.run(list(OUTPUTS), feeds), strict=True))
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


def write_weights(
    network: Network, classes: Inventory, lemmas: dict[str, dict[str, str]], tokenizer: Path, out: Path
) -> None:
    """Write the files named in `FILES` into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    write_onnx(network, out / "model.onnx")
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
    lemmas = known_lemmas(treebank(options.data, "train"))
    write_weights(network, classes, lemmas, options.encoder / "tokenizer.json", options.out)


if __name__ == "__main__":
    main()
