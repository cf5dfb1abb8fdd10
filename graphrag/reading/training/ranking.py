"""Training of the ranker of candidates: a listwise loss over the candidates of each question, and calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from graphrag.protocols import FloatMatrix
from graphrag.reading.grounding import NUM_EVIDENCE
from graphrag.reading.ranker import CLIP, NUM_SIGNALS, CandidateRanker

UNITS = 32
EPOCHS = 12
BATCH = 32
LEARNING_RATE = 4e-3
MAX_WRONG = 100
"""Wrong candidates of a question that are learned from, drawn by chance."""

DROPOUT = 0.2
_SMALLEST_SCALE = 1e-3


@dataclass(frozen=True, slots=True)
class Listed:
    """The candidates of a question.

    Parameters
    ----------
    features
        Shape (candidates, features).
    answers
        What each reads.
    right
        Which of them are right.
    answerable
        See :class:`graphrag.reading.features.Scene`.
    """

    features: FloatMatrix
    answers: Sequence[str]
    right: NDArray[np.bool_]
    answerable: float


class _Perceptron(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(size, UNITS)
        self.output = nn.Linear(UNITS, 1, bias=False)
        self.direct = nn.Linear(size, 1, bias=False)
        nn.init.zeros_(self.direct.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.relu(self.hidden(functional.dropout(x, DROPOUT, self.training)))
        scores: torch.Tensor = self.output(functional.dropout(hidden, DROPOUT, self.training)) + self.direct(x)
        return scores[:, 0]


def train_ranker(questions: Sequence[Listed], *, unread: Sequence[Listed] = (), seed: int = 0) -> CandidateRanker:
    """Return a ranker trained on the questions that have a right candidate; its confidence is not calibrated.

    Parameters
    ----------
    questions
        With all features.
    unread
        More questions, whose features of the reading network are NaN: they are learned from first, with the others.
    seed
        Of weights, order and dropout.
    """
    torch.manual_seed(seed)
    everything = np.concatenate([one.features for one in questions]).astype(np.float32)
    mean, scale = everything.mean(0), everything.std(0)
    scale[scale < _SMALLEST_SCALE] = 1
    network = _Perceptron(len(mean))
    rng = np.random.default_rng(seed)
    for part in ([*questions, *unread], questions) if unread else (questions,):
        kept = [one for one in part if one.right.any()]
        inputs = [np.nan_to_num(np.clip((one.features - mean) / scale, -CLIP, CLIP)) for one in kept]
        _fit(
            network, [torch.tensor(x, dtype=torch.float32) for x in inputs], [torch.tensor(o.right) for o in kept], rng
        )
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    return CandidateRanker(
        {
            "mean": mean,
            "scale": scale,
            "hidden": weights["hidden.weight"].T,
            "hidden_bias": weights["hidden.bias"],
            "output": weights["output.weight"][0],
            "direct": weights["direct.weight"][0],
            "calibration": np.eye(NUM_SIGNALS, dtype=np.float32)[0],
            "grounding": np.eye(NUM_EVIDENCE, dtype=np.float32)[0],
        }
    )


def _drawn(right: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the right candidates and some wrong ones."""
    wrong = rng.permutation(np.flatnonzero(~right))[:MAX_WRONG]
    return np.concatenate((np.flatnonzero(right), wrong))


def _fit(
    network: _Perceptron, inputs: Sequence[torch.Tensor], targets: Sequence[torch.Tensor], rng: np.random.Generator
) -> None:
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.05)
    order = np.arange(len(inputs))
    steps = max(1, EPOCHS * (len(order) // BATCH))
    done = 0
    network.train()
    for _ in range(EPOCHS):
        rng.shuffle(order)
        for first in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[first : first + BATCH].tolist()
            scores = network(torch.cat([inputs[i] for i in chosen])).split([len(inputs[i]) for i in chosen])
            pairs = zip(scores, chosen, strict=True)
            loss = -sum(torch.logsumexp(own.log_softmax(0)[targets[i]], 0) for own, i in pairs) / BATCH
            for group in optimizer.param_groups:
                group["lr"] = LEARNING_RATE * (1 - done / steps)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            done += 1
    network.eval()


def calibrate(seen: Sequence[FloatMatrix], right: Sequence[bool], weights: Sequence[float]) -> FloatMatrix:
    """Return the weights of `signals` in the confidence: a logistic regression by Newton's method.

    Parameters
    ----------
    seen
        `signals` of answers to questions that the ranker was not trained on, those without gold passages among them.
    right
        Whether each answer is right.
    weights
        How much each counts.
    """
    x = np.array(seen, np.float64)
    y = np.array(right, np.float64)
    counts = np.array(weights, np.float64)
    found = np.zeros(x.shape[1])
    for _ in range(20):
        probability = 1 / (1 + np.exp(-x @ found))
        hessian = (x * (counts * probability * (1 - probability))[:, None]).T @ x + np.eye(x.shape[1]) * 1e-2
        found -= np.linalg.solve(hessian, x.T @ (counts * (probability - y)) + 1e-2 * found)
    return found.astype(np.float32)


def save_ranker(ranker: CandidateRanker, calibration: FloatMatrix, grounding: FloatMatrix, path: Path) -> None:
    """Write a ranker with the weights of its confidence as an ``npz`` file."""
    arrays = {**ranker.arrays, "calibration": calibration, "grounding": grounding}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def merged(rankers: Sequence[CandidateRanker]) -> CandidateRanker:
    """Return the ranker whose scores are the mean of those of rankers trained on the same questions."""
    parts = [one.arrays for one in rankers]
    return CandidateRanker(
        {
            **parts[0],
            "hidden": np.concatenate([part["hidden"] for part in parts], axis=1),
            "hidden_bias": np.concatenate([part["hidden_bias"] for part in parts]),
            "output": np.concatenate([part["output"] for part in parts]) * np.float32(1 / len(parts)),
            "direct": np.mean([part["direct"] for part in parts], axis=0, dtype=np.float32),
        }
    )
