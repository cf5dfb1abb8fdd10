"""Write the trained network as an int8 ONNX file with everything the runtime needs beside it."""

import argparse
import copy
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from extractors.pipeline.annotator import MAX_WINDOW
from extractors.training.batches import Inventory
from extractors.training.config import DEFAULT_CONFIG, TrainingConfig, load_config
from extractors.training.model import Encoder, Network
from extractors.training.network_sizes import sizes

OUTPUTS = ("upos", "xpos", "edits", "starts", "tags", "arcs", "dependents", "heads")


MAX_POSITIONS = MAX_WINDOW + 2


class SmallEmbedding(nn.Module):
    """An embedding in int8 with one scale per row: one scale for all rows costs accuracy."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = (weight.abs().amax(dim=1, keepdim=True) / 127).clamp(min=1e-8)
        self.register_buffer("table", (weight / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, index: Tensor) -> Tensor:
        """Return the rows at an index."""
        return functional.embedding(index, self.table).float() * functional.embedding(index, self.scale)


class Exported(nn.Module):
    """The network for one text without padding: classes chosen, tag probabilities, arc scores, relation parts."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = copy.deepcopy(network)
        encoder = self.network.encoder
        encoder.pieces = SmallEmbedding(network.encoder.pieces.weight.detach())
        encoder.positions = nn.Embedding.from_pretrained(network.encoder.positions.weight.detach()[:MAX_POSITIONS])
        self.eval()

    def forward(self, pieces: Tensor, shapes: Tensor, firsts: Tensor) -> tuple[Tensor, ...]:
        """Return the outputs named in `OUTPUTS` for pieces and shapes (1, pieces) and first pieces (words,)."""
        states = self.network.encoder(pieces, shapes, None)[0]
        words = states.index_select(0, firsts)[None]
        scores = self.network.heads(words, states[None, :1])
        return (
            scores.upos[0].argmax(-1),
            scores.xpos[0].argmax(-1),
            scores.edits[0].argmax(-1),
            scores.boundaries[0],
            scores.tags[0].softmax(-1),
            scores.arcs[0],
            scores.dependents[0],
            scores.heads[0],
        )


def load_network(checkpoint: Path, classes: Inventory, config: TrainingConfig) -> Network:
    """Return the network of a training run."""
    state = torch.load(checkpoint, weights_only=True)["network"]
    network = Network(Encoder(state["encoder.pieces.weight"].shape[0]), sizes(classes, config), 0.0)
    network.load_state_dict(state)
    network.eval()
    return network


def load_classes(path: Path) -> Inventory:
    """Return the classes that a training run wrote beside its checkpoint."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Inventory(**{name: tuple(entries) for name, entries in values.items()})


def write_onnx(network: Network, path: Path) -> None:
    """Write the network in fp32."""
    size = 12
    inputs = (torch.ones(1, size, dtype=torch.long), torch.ones(1, size, dtype=torch.long), torch.arange(1, size - 3))
    pieces, words = (
        torch.export.Dim("pieces", min=2, max=MAX_POSITIONS),
        torch.export.Dim("words", min=1, max=MAX_WINDOW),
    )
    program = torch.onnx.export(
        Exported(network),
        inputs,
        input_names=["pieces", "shapes", "firsts"],
        output_names=list(OUTPUTS),
        dynamic_shapes={"pieces": {1: pieces}, "shapes": {1: pieces}, "firsts": {0: words}},
        opset_version=20,
        dynamo=True,
        verbose=False,
    )
    program.save(str(path))


def quantize(source: Path, target: Path) -> None:
    """Write an int8 copy: weights per output channel, activations when they are known."""
    quantize_dynamic(
        source, target, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"]
    )


def agreement(
    network: Network, path: Path, texts: Sequence[tuple[list[int], list[int], list[int]]]
) -> dict[str, float]:
    """Return per output the share of words for which the ONNX file chooses as the network does in fp32.

    Parameters
    ----------
    network
        In torch, fp32.
    path
        The ONNX file.
    texts
        Pieces, shapes and first pieces of each text.
    """
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    right = dict.fromkeys(("upos", "edits", "tags", "arcs"), 0)
    total = 0
    exact = Exported(network)
    exact.network.encoder.pieces = network.encoder.pieces
    for pieces, shapes, firsts in texts:
        with torch.no_grad():
            expected = exact(torch.tensor([pieces]), torch.tensor([shapes]), torch.tensor(firsts))
        feeds = {"pieces": np.array([pieces]), "shapes": np.array([shapes]), "firsts": np.array(firsts)}
        found = dict(zip(OUTPUTS, session.run(list(OUTPUTS), feeds), strict=True))
        for name in right:
            one, other = expected[OUTPUTS.index(name)].numpy(), found[name]
            same = one == other if one.ndim == 1 else one.argmax(-1) == other.argmax(-1)
            right[name] += int(same.sum())
        total += len(firsts)
    return {name: count / total for name, count in right.items()}


def write_weights(network: Network, classes: Inventory, tokenizer: Path, out: Path) -> None:
    """Write ``model.onnx``, ``relations.npz``, ``classes.json`` and ``tokenizer.json`` into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        write_onnx(network, exact)
        quantize(exact, out / "model.onnx")
    output = network.relation_output
    np.savez_compressed(
        out / "relations.npz",
        weight=output.weight.detach().numpy().astype(np.float16),
        bias=output.bias.detach().numpy().astype(np.float16),
    )
    values = {name: list(getattr(classes, name)) for name in ("upos", "xpos", "edits", "relations")}
    (out / "classes.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    shutil.copyfile(tokenizer, out / "tokenizer.json")


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every weight file."""
    names = ("model.onnx", "relations.npz", "classes.json", "tokenizer.json")
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def main(arguments: Sequence[str] | None = None) -> None:
    """Export from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of the training run")
    parser.add_argument("--encoder", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    options = parser.parse_args(arguments)
    classes = load_classes(options.run / "classes.json")
    network = load_network(options.run / "checkpoint.pt", classes, load_config(options.config))
    write_weights(network, classes, options.encoder / "tokenizer.json", options.out)


if __name__ == "__main__":
    main()
