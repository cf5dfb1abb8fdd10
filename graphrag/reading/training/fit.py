"""The training loop: a learning rate that ends in time, checkpoints, and going on where a run stopped."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from graphrag.memory import keep_memory
from graphrag.reading.training.network import Batch, ReadingNetwork, loss

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FitSettings:
    """Options of :func:`fit`: seconds of processor time, the highest learning rate, and the checkpoint.

    ``report_steps``: every so many a line is logged.
    """

    seconds: float
    learning_rate: float
    checkpoint: Path
    checkpoint_seconds: float = 180
    warm_up: float = 0.04
    report_steps: int = 100


def fit(
    network: ReadingNetwork,
    batches: Callable[[int], Iterator[Batch]],
    settings: FitSettings,
    evaluate: Callable[[ReadingNetwork], str] | None = None,
) -> None:
    """Train until the time is over; the learning rate rises, then falls linearly to zero at the end.

    Parameters
    ----------
    network
        Changed in place.
    batches
        Given the number of steps done, returns the batches that follow: a run that goes on sees new ones.
    settings
        Options.
    evaluate
        Its result is logged with every checkpoint.
    """
    keep_memory()
    weights = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=0.0, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    done, step = _resume(network, optimizer, settings.checkpoint)
    begun, saved = time.process_time(), time.monotonic()
    before, total, reported, made = done, 0.0, step, batches(step)
    while done < settings.seconds:
        batch = next(made)
        share = done / settings.seconds
        rate = settings.learning_rate * min(share / settings.warm_up, (1 - share) / (1 - settings.warm_up))
        for group in optimizer.param_groups:
            group["lr"] = max(rate, 1e-6)
        optimizer.zero_grad()
        value = loss(network, batch)
        value.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        total += value.item()
        step += 1
        done = before + time.process_time() - begun
        if step % settings.report_steps == 0:
            _LOG.info("step %d, %.0f s, loss %.3f, lr %.2g", step, done, total / (step - reported), rate)
            total, reported = 0.0, step
        if time.monotonic() - saved > settings.checkpoint_seconds:
            saved = time.monotonic()
            _save(network, optimizer, settings.checkpoint, done, step)
            if evaluate:
                _LOG.info("step %d: %s", step, evaluate(network))
    _save(network, optimizer, settings.checkpoint, done, step)
    if evaluate:
        _LOG.info("end: %s", evaluate(network))


def _save(network: ReadingNetwork, optimizer: torch.optim.AdamW, path: Path, done: float, step: int) -> None:
    state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "done": done, "step": step}
    temporary = path.with_suffix(".new")
    torch.save(state, temporary)
    temporary.replace(path)


def _resume(network: ReadingNetwork, optimizer: torch.optim.AdamW, path: Path) -> tuple[float, int]:
    if not path.exists():
        return 0.0, 0
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return state["done"], state["step"]
