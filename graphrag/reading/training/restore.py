"""Read a reader's network back from its int8 ONNX file, to train it further."""

from pathlib import Path

import torch

from extractors.training.restore import ExportedFile
from graphrag.reading.training.network import ReadingNetwork


def restore_network(exported: Path, encoder: Path) -> ReadingNetwork:
    """Return the network of an exported ``model.onnx``, to within the rounding of its weights.

    Parameters
    ----------
    exported
        Written by :func:`graphrag.reading.training.export.write_weights`.
    encoder
        The published ``model.safetensors``: the word pieces, which training leaves as they are, come from it.
    """
    file = ExportedFile(exported)
    network = ReadingNetwork(file.restore_encoder(encoder, file.products()))
    state = network.state_dict()
    biases = [read[0] for read in file.constants("Add") if read and read[0].ndim == 1]
    for name, (weight,), bias in zip(("span", "kind"), file.constants("MatMul"), biases, strict=True):
        state[f"{name}.weight"], state[f"{name}.bias"] = torch.tensor(weight.T), torch.tensor(bias)
    network.load_state_dict(state)
    return network
