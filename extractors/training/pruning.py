"""Make a smaller network of a trained one, to be trained on with the larger one as its teacher."""

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from extractors.training.batches import Batch
from extractors.training.model import HEAD_SIZE, EncoderLayer, Network


def pruned(network: Network, layers: Sequence[int], inner: int, heads: int, samples: Sequence[Batch]) -> Network:
    """Return a copy with some of the layers, and in each of these the inner units and heads that move its output most.

    Parameters
    ----------
    network
        The trained one.
    layers
        Which of its layers are kept, in order, from 0.
    inner, heads
        How many inner units and attention heads a layer keeps.
    samples
        What the units' outputs are measured on.

    References
    ----------
    Molchanov et al. 2017, "Pruning Convolutional Neural Networks for Resource Efficient Inference", section 2.2
    (units by what their activations contribute); Michel et al. 2019, "Are Sixteen Heads Really Better than One?".
    """
    sizes = _input_sizes(network, samples)
    smaller = copy.deepcopy(network)
    smaller.encoder.layers = nn.ModuleList(
        _narrowed(network.encoder.layers[one], sizes, inner, heads) for one in layers
    )
    return smaller


def _input_sizes(network: Network, samples: Sequence[Batch]) -> dict[nn.Module, Tensor]:
    """Return, for the product that ends each half of a layer, the sizes of what it reads, summed over the samples."""
    sums = {
        product: torch.zeros(product.in_features)
        for layer in network.encoder.layers
        for product in (layer.output, layer.down)
    }

    def watch(product: nn.Module, mask: Tensor) -> nn.modules.module.RemovableHandle:
        def add(_module: nn.Module, inputs: tuple[Tensor]) -> None:
            sums[product] += inputs[0][mask].abs().sum(0)

        return product.register_forward_pre_hook(add)

    network.eval()
    for batch in samples:
        handles = [watch(product, batch.mask) for product in sums]
        with torch.no_grad():
            network.encoder(batch.pieces, batch.shapes, batch.mask)
        for handle in handles:
            handle.remove()
    return sums


def _narrowed(layer: EncoderLayer, sizes: Mapping[nn.Module, Tensor], inner: int, heads: int) -> EncoderLayer:
    """Return a copy of a layer with the inner units and the heads that add most to its output."""
    units = (sizes[layer.down] * layer.down.weight.norm(dim=0)).topk(inner).indices.sort().values
    added = (sizes[layer.output] * layer.output.weight.norm(dim=0)).unflatten(0, (-1, HEAD_SIZE)).sum(1)
    kept = added.topk(heads).indices.sort().values
    columns = (kept[:, None] * HEAD_SIZE + torch.arange(HEAD_SIZE)).flatten()
    smaller = EncoderLayer(inner, heads)
    state = {name: value.clone() for name, value in layer.state_dict().items()}
    for name, rows in (("query", columns), ("key", columns), ("value", columns), ("up", units)):
        for kind in ("weight", "bias"):
            state[f"{name}.{kind}"] = state[f"{name}.{kind}"][rows]
    for name, read in (("output", columns), ("down", units)):
        state[f"{name}.weight"] = state[f"{name}.weight"][:, read]
    smaller.load_state_dict(state)
    return smaller
