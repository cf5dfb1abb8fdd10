"""Training of reasoners: until hits@1 on the development questions stops growing; a killed run can be continued."""

import csv
import importlib.util
import logging
import pickle
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from gnn.learner import Learner
from gnn.questions import LabelledQuestion
from gnn.weights_file import write_weights
from graphrag.errors import ConfigError
from graphrag.memory import keep_memory

logger = logging.getLogger(__name__)

EVALUATED_TOGETHER = 64

AVERAGED = 0.99
"""What is scored and kept is a running mean of the weights, which forgets a hundredth a step."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Options of :func:`train`.

    Parameters
    ----------
    epochs
        At most so many; the learning rate falls linearly to zero over them.
    patience
        Stop after so many epochs without a better hits@1.
    minutes
        Stop, with what there is, after so much time.
    batch_size
        Questions a step.
    learning_rate
        At the beginning.
    save_seconds
        How often the checkpoint is written, besides after every epoch.
    seed
        Of every random choice.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    epochs: int = 8
    patience: int = 3
    minutes: float = 9.0
    batch_size: int = 32
    learning_rate: float = 2e-3
    save_seconds: float = 30.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "patience", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"Expected '{name}' to be at least 1 (got {getattr(self, name)})")
        for name in ("minutes", "learning_rate", "save_seconds"):
            if not getattr(self, name) > 0:
                raise ValueError(f"Expected '{name}' to be positive (got {getattr(self, name)})")


@dataclass(frozen=True, slots=True)
class Epoch:
    """What came out after an epoch: mean loss, hits@1 on the development questions, seconds since the start."""

    number: int
    loss: float
    hits_at_1: float
    seconds: float


@dataclass
class _State:
    """Where a run is."""

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    seconds: float = 0.0
    epochs: list[dict[str, float]] = field(default_factory=list)

    @property
    def best(self) -> float:
        return max((row["hits_at_1"] for row in self.epochs), default=-1.0)


def hits_at_1(learner: Learner[Any], questions: Sequence[LabelledQuestion]) -> float:
    """Return the share of questions whose most probable node is an answer; without seeds or answers: not."""
    hits = 0
    for places in _batches(learner, questions, range(len(questions)), EVALUATED_TOGETHER):
        together = [questions[place] for place in places]
        hits += sum(node in question.answers for node, question in zip(learner.best(together), together, strict=True))
    return hits / len(questions)


def _batches(
    learner: Learner[Any], questions: Sequence[LabelledQuestion], order: Iterable[int], size: int
) -> list[list[int]]:
    """Return positions of questions, in batches; those of one batch share a graph if the reasoner sees whole ones."""
    groups: dict[int, list[int]] = {}
    for place in order:
        groups.setdefault(id(questions[place].graph) if learner.max_nodes is None else 0, []).append(place)
    return [group[start : start + size] for group in groups.values() for start in range(0, len(group), size)]


def divided(
    questions: Sequence[LabelledQuestion], *, seed: int
) -> tuple[list[LabelledQuestion], list[LabelledQuestion]]:
    """Return nine tenths of the questions and one tenth, at random."""
    order = list(questions)
    random.Random(seed).shuffle(order)  # noqa: S311
    num_scored = max(1, len(order) // 10)
    return order[num_scored:], order[:num_scored]


def train(
    learner: Learner[Any],
    questions: Sequence[LabelledQuestion],
    dev: Sequence[LabelledQuestion],
    out: Path,
    *,
    settings: TrainingSettings = TrainingSettings(),
    resume: bool = False,
) -> list[Epoch]:
    """Train a network and write the weights of its best epoch, which it has afterwards.

    The weights that are scored and kept are running means (Polyak and Juditsky 1992; hits@1 of relation transfer on
    MetaQA 3-hop's dev tenth after one and two epochs .978 and .985 instead of .973 and .943).

    Besides ``out`` there are, with its name and another ending, ``.checkpoint`` until the run is over, ``.csv`` with a
    row an epoch, and ``.png``, a picture of it, if matplotlib is installed.

    Parameters
    ----------
    learner
        With fresh weights, or such that are to be trained on.
    questions
        Those without seeds or without answers in the graph are left out.
    dev
        What is scored after each epoch; all of them count.
    out
        File for the weights.
    settings
        Options.
    resume
        Go on from the checkpoint, if there is one.

    Returns
    -------
    list of Epoch
        In order.

    Raises
    ------
    ConfigError
        If there is nothing to learn from or to score, or the checkpoint belongs to another run.
    """
    usable = [question for question in questions if question.seeds and question.answers]
    if not usable or not dev:
        raise ConfigError(
            f"Expected questions whose entities and answers are in the graph (got {len(usable)} of {len(questions)} "
            f"to train on and {len(dev)} to score)"
        )
    logger.info(
        "%d of %d questions have seeds and answers in the graph; %d to score", len(usable), len(questions), len(dev)
    )
    keep_memory()
    run = _Run(learner, usable, dev, out, settings)
    if resume:
        run.resume()
    return run.to_the_end()


class _Run:
    """One training run with its files."""

    def __init__(
        self,
        learner: Learner[Any],
        questions: Sequence[LabelledQuestion],
        dev: Sequence[LabelledQuestion],
        out: Path,
        settings: TrainingSettings,
    ) -> None:
        self.learner = learner
        self.questions = questions
        self.dev = dev
        self.out = out
        self.settings = settings
        self.checkpoint = out.with_name(f"{out.name}.checkpoint")
        self.optimizer = torch.optim.Adam(learner.network.parameters(), lr=settings.learning_rate)
        self.state = _State()
        self.mean = _copied(learner.network.state_dict())
        self.best = _copied(self.mean)

    def to_the_end(self) -> list[Epoch]:
        """Train until there is no more to gain, or the epochs or the time are used up."""
        while self.state.epoch < self.settings.epochs and not self._is_settled() and self._has_time():
            self._epoch()
        self.learner.network.load_state_dict(self.best)
        self.learner.network.eval()
        self.out.parent.mkdir(parents=True, exist_ok=True)
        write_weights(self.out, self.learner.weights())
        self.checkpoint.unlink(missing_ok=True)
        epochs = [Epoch(int(row["number"]), row["loss"], row["hits_at_1"], row["seconds"]) for row in self.state.epochs]
        _draw(epochs, self.out.with_name(f"{self.out.name}.png"))
        return epochs

    def _is_settled(self) -> bool:
        hits = [row["hits_at_1"] for row in self.state.epochs]
        return bool(hits) and len(hits) - 1 - hits.index(max(hits)) >= self.settings.patience

    def _has_time(self) -> bool:
        return self.state.seconds < 60 * self.settings.minutes

    def _epoch(self) -> None:
        state, size = self.state, self.settings.batch_size
        rng = random.Random(f"{self.settings.seed}-{state.epoch}")  # noqa: S311
        order = list(range(len(self.questions)))
        rng.shuffle(order)
        batches = _batches(self.learner, self.questions, order, size)
        rng.shuffle(batches)
        saved = time.monotonic()
        self.learner.network.train()
        while state.step < len(batches) and self._has_time():
            started = time.monotonic()
            torch.manual_seed(hash((self.settings.seed, state.epoch, state.step)))
            for group in self.optimizer.param_groups:
                share = (state.epoch + state.step / len(batches)) / self.settings.epochs
                group["lr"] = self.settings.learning_rate * (1 - share)
            state.loss += self._step([self.questions[index] for index in batches[state.step]])
            state.step += 1
            self._average(state.epoch * len(batches) + state.step)
            state.seconds += time.monotonic() - started
            if time.monotonic() - saved > self.settings.save_seconds:
                logger.info("epoch %d, step %d of %d", state.epoch + 1, state.step, len(batches))
                self.save()
                saved = time.monotonic()
        self._finish_epoch()

    def _step(self, questions: Sequence[LabelledQuestion]) -> float:
        loss = self.learner.loss(questions)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.learner.network.parameters(), 5.0)
        self.optimizer.step()
        return float(loss.item())

    def _average(self, num_steps: int) -> None:
        """Move the mean a little towards the weights; after few steps it forgets sooner."""
        kept = min(AVERAGED, num_steps / (10 + num_steps))
        for name, value in self.learner.network.state_dict().items():
            self.mean[name].lerp_(value, 1 - kept)

    def _finish_epoch(self) -> None:
        state = self.state
        started = time.monotonic()
        self.learner.network.eval()
        trained = _copied(self.learner.network.state_dict())
        self.learner.network.load_state_dict(self.mean)
        hits = hits_at_1(self.learner, self.dev)
        self.learner.network.load_state_dict(trained)
        state.seconds += time.monotonic() - started
        if hits > state.best:
            self.best = _copied(self.mean)
        epoch = Epoch(state.epoch + 1, state.loss / max(state.step, 1), hits, state.seconds)
        state.epochs.append(asdict(epoch))
        state.epoch, state.step, state.loss = state.epoch + 1, 0, 0.0
        logger.info("epoch %d: loss %.4f, hits@1 %.4f, %.0f s", epoch.number, epoch.loss, hits, epoch.seconds)
        self.save()
        with self.out.with_name(f"{self.out.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(asdict(epoch)))
            writer.writeheader()
            writer.writerows(state.epochs)

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        self.out.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "run": self._identity(),
            "network": self.learner.network.state_dict(),
            "mean": self.mean,
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "state": asdict(self.state),
        }
        partial = self.checkpoint.with_name(f"{self.checkpoint.name}.part")
        torch.save(content, partial)
        partial.replace(self.checkpoint)

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        if not self.checkpoint.is_file():
            return
        try:
            content = torch.load(self.checkpoint, weights_only=True)
            if content["run"] != self._identity():
                raise ConfigError(f"{self.checkpoint} belongs to a run with other questions or settings")
            self.learner.network.load_state_dict(content["network"])
            self.optimizer.load_state_dict(content["optimizer"])
            self.mean, self.best = content["mean"], content["best"]
            self.state = _State(**content["state"])
        except (OSError, RuntimeError, KeyError, TypeError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise ConfigError(f"Cannot go on from {self.checkpoint}: {' '.join(str(error).split())[:200]}") from error
        logger.info("going on from epoch %d, step %d", self.state.epoch + 1, self.state.step)

    def _identity(self) -> dict[str, object]:
        weights = self.learner.weights()
        settings = asdict(self.settings) | {"minutes": 0, "save_seconds": 0}
        return {
            "kind": weights.kind,
            "options": dict(weights.options),
            "settings": settings,
            "questions": len(self.questions),
        }


def _copied(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in state.items()}


def _draw(epochs: Sequence[Epoch], path: Path) -> None:
    """Draw loss and hits@1 by epoch, if matplotlib is installed."""
    if importlib.util.find_spec("matplotlib") is None:
        logger.info("no picture: matplotlib is not installed")
        return
    from matplotlib.figure import Figure  # noqa: PLC0415  # optional

    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axes = figure.add_subplot()
    numbers = [epoch.number for epoch in epochs]
    axes.plot(numbers, [epoch.loss for epoch in epochs], color="tab:gray", label="loss")
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    right = axes.twinx()
    right.plot(numbers, [epoch.hits_at_1 for epoch in epochs], color="tab:blue", marker="o", label="hits@1")
    right.set_ylabel("hits@1 on the development questions")
    figure.savefig(path)
