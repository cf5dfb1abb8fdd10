"""Make a smaller network of a trained one, to be trained on with the larger one as its teacher."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from extractors.training.batches import Batch
from extractors.training.model import EncoderLayer, Network


def pruned(network: Network, layers: Sequence[int], inner: int, samples: Sequence[Batch]) -> Network:
    """Return a copy with some of the layers, and in each of these the inner units that move its output most.

    Parameters
    ----------
    network
        The trained one.
    layers
        Which of its layers are kept, in order, from 0.
    inner
        How many inner units a layer keeps.
    samples
        What the units' outputs are measured on.

    References
    ----------
    Molchanov et al. 2017, "Pruning Convolutional Neural Networks for Resource Efficient Inference", section 2.2
    (units by what their activations contribute).
    """
    means = _mean_activations(network, samples)
    smaller = copy.deepcopy(network)
    smaller.encoder.layers = nn.ModuleList(_narrowed(network.encoder.layers[one], means[one], inner) for one in layers)
    return smaller


def _mean_activations(network: Network, samples: Sequence[Batch]) -> list[Tensor]:
    """Return per layer the mean size of each inner unit's activation over the pieces of the samples."""
    sums: list[Tensor] = [torch.zeros(layer.up.out_features) for layer in network.encoder.layers]

    def watch(index: int, mask: Tensor) -> nn.modules.module.RemovableHandle:
        def add(_module: nn.Module, _inputs: object, output: Tensor) -> None:
            sums[index] += functional.gelu(output)[mask].abs().sum(0)

        return network.encoder.layers[index].up.register_forward_hook(add)

    network.eval()
    for batch in samples:
        handles = [watch(index, batch.mask) for index in range(len(sums))]
        with torch.no_grad():
            network.encoder(batch.pieces, batch.shapes, batch.mask)
        for handle in handles:
            handle.remove()
    return sums


def _narrowed(layer: EncoderLayer, activations: Tensor, inner: int) -> EncoderLayer:
    """Return a copy of a layer with the inner units that add most to its output."""
    kept = (activations * layer.down.weight.norm(dim=0)).topk(inner).indices.sort().values
    smaller = EncoderLayer(inner)
    state = {name: value.clone() for name, value in layer.state_dict().items()}
    for name in ("up.weight", "up.bias"):
        state[name] = state[name][kept]
    state["down.weight"] = state["down.weight"][:, kept]
    smaller.load_state_dict(state)
    return smaller
