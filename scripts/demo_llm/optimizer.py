"""Muon for the matrices, Adam for the rest: few steps suffice."""

import torch
from torch import Tensor, nn


def orthogonalized(update: Tensor, steps: int = 5) -> Tensor:
    """Return about the nearest orthogonal matrix, by a quintic Newton-Schulz iteration.

    References
    ----------
    Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
    """
    x = update / (update.norm() + 1e-7)
    is_tall = x.shape[0] > x.shape[1]
    x = x.T if is_tall else x
    for _ in range(steps):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.T if is_tall else x


class Optimizer:
    """Muon with momentum for the layers' matrices; Adam for embedding and norms."""

    def __init__(self, network: nn.Module, *, muon_rate: float, adam_rate: float) -> None:
        self.matrices = [p for name, p in network.named_parameters() if p.dim() == 2 and "embedding" not in name]
        self.rest = [p for name, p in network.named_parameters() if not (p.dim() == 2 and "embedding" not in name)]
        self.momenta = [torch.zeros_like(p) for p in self.matrices]
        self.adam = torch.optim.AdamW(self.rest, lr=adam_rate, betas=(0.9, 0.98), weight_decay=0.0)
        self.muon_rate, self.adam_rate = muon_rate, adam_rate

    @torch.no_grad()
    def step(self, scale: float) -> None:
        """Apply the gradients at a share of the full rates."""
        for parameter, momentum in zip(self.matrices, self.momenta, strict=True):
            momentum.mul_(0.95).add_(parameter.grad, alpha=0.05)
            update = orthogonalized(parameter.grad * 0.05 + momentum * 0.95)
            rows, columns = parameter.shape
            parameter.mul_(1 - 0.05 * self.muon_rate * scale)
            parameter.add_(update, alpha=-self.muon_rate * scale * max(1, rows / columns) ** 0.5)
            parameter.grad = None
        for group in self.adam.param_groups:
            group["lr"] = self.adam_rate * scale
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)

    def state_dict(self) -> dict:
        """Return what has to be kept."""
        return {"momenta": self.momenta, "adam": self.adam.state_dict()}

    def load_state_dict(self, state: dict) -> None:
        """Take up what was kept."""
        self.momenta = state["momenta"]
        self.adam.load_state_dict(state["adam"])
