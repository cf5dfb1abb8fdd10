"""Train the demo language model on sentences made on the fly; goes on from its last checkpoint.

Run from the repository's root, with torch and tokenizers installed:
    PYTHONPATH=. python scripts/demo_llm/train.py --out RUN --steps 6500
    PYTHONPATH=. python scripts/demo_llm/export.py --run RUN --out graphrag/llm/weights/demo.gguf
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from network import Network, Sizes
from optimizer import Optimizer
from tasks import Tasks
from torch.nn import functional
from vocabulary import Vocabulary, learn_pieces, load_vocabulary

MAX_TOKENS = 640
BATCH_TOKENS = 2560
TOKENIZED_TASKS = 8000
Pair = tuple[list[int], list[int]]


def batches(tasks: Tasks, vocabulary: Vocabulary, progress: float, num: int) -> list[list[Pair]]:
    """Return about so many batches of tasks of about equal length; longer tasks than ``MAX_TOKENS`` are left out."""
    pairs: list[Pair] = []
    while sum(map(_length, pairs)) < num * BATCH_TOKENS:
        pairs += [
            pair
            for pair in (vocabulary.encoded(tasks.draw(progress)) for _ in range(32))
            if _length(pair) <= MAX_TOKENS
        ]
    pairs.sort(key=_length)
    cut: list[list[Pair]] = [[]]
    for pair in pairs:
        if cut[-1] and (len(cut[-1]) + 1) * _length(pair) > BATCH_TOKENS:
            cut.append([])
        cut[-1].append(pair)
    tasks.rng.shuffle(cut)
    return cut


def steps_of(tasks: Tasks, vocabulary: Vocabulary, start: int, steps: int) -> Iterator[list[Pair]]:
    """Yield the batches of the steps from ``start``."""
    step = start
    while step < steps:
        for batch in batches(tasks, vocabulary, step / steps, 8)[: steps - step]:
            yield batch
            step += 1


def loss_of(network: Network, batch: list[Pair]) -> tuple[torch.Tensor, float]:
    """Return the mean loss over the tokens of the replies, and the share of them that the network likes best."""
    length = max(map(_length, batch))
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    targets = torch.full((len(batch), length), -1)
    for row, (prompt, reply) in enumerate(batch):
        end = len(prompt) + len(reply)
        ids[row, :end] = torch.tensor(prompt + reply)
        targets[row, len(prompt) - 1 : end - 1] = torch.tensor(reply)
    is_reply = targets.flatten() >= 0
    logits = network.logits(network(ids).flatten(0, 1)[is_reply])
    wanted = targets.flatten()[is_reply]
    return functional.cross_entropy(logits, wanted), float((logits.argmax(-1) == wanted).float().mean())


def rate(step: int, steps: int, *, warmup: int = 40, decay: float = 0.5) -> float:
    """Return the share of the full learning rate: a short rise, a plateau, a straight way down."""
    return min((step + 1) / warmup, 1.0, (steps - step) / (decay * steps))


class Run:
    """A training whose state is kept in a folder.

    Parameters
    ----------
    options
        Of the command line.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self.folder: Path = options.out
        self.steps: int = options.steps
        self.seed: int = options.seed
        self.folder.mkdir(parents=True, exist_ok=True)
        pieces = self.folder / "tokenizer.json"
        if not pieces.exists():
            tasks = Tasks(self.seed + 1)
            learn_pieces((tasks.draw(1.0) for _ in range(TOKENIZED_TASKS)), options.vocabulary).save(str(pieces))
        self.vocabulary = load_vocabulary(pieces)
        sizes = Sizes(len(self.vocabulary), width=options.width, layers=options.layers, inner=options.inner)
        self.network = Network(sizes)
        self.network.begin_with_shapes(torch.tensor(self.vocabulary.shapes(), dtype=torch.float32))
        self.optimizer = Optimizer(self.network, muon_rate=options.muon_rate, adam_rate=options.adam_rate)
        self.step, self.seconds, self.tokens = 0, 0.0, 0
        if (self.folder / "checkpoint.pt").exists():
            state = torch.load(self.folder / "checkpoint.pt")
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.seconds, self.tokens = state["step"], state["seconds"], state["tokens"]

    def train(self) -> None:
        """Take the steps that are left."""
        tasks = Tasks(self.seed + 100 + self.step)
        shown: list[tuple[float, float]] = []
        clock = time.process_time()
        for batch in steps_of(tasks, self.vocabulary, self.step, self.steps):
            loss, share = loss_of(self.network, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step(rate(self.step, self.steps))
            self.step += 1
            self.tokens += sum(map(_length, batch))
            self.seconds += time.process_time() - clock
            clock = time.process_time()
            shown.append((loss.item(), share))
            if self.step % 20 == 0:
                self._report(shown)
            if self.step % 60 == 0 or self.step == self.steps:
                self._save()

    def _report(self, shown: list[tuple[float, float]]) -> None:
        loss, share = np.mean(shown, axis=0)
        print(
            f"{self.step} loss {loss:.3f} right {share:.4f} {self.tokens / 1e6:.2f}M tokens {self.seconds:.0f} s",
            flush=True,
        )
        shown.clear()

    def _save(self) -> None:
        network = self.network.state_dict()
        state = {"network": network, "optimizer": self.optimizer.state_dict()}
        state |= {"step": self.step, "seconds": self.seconds, "tokens": self.tokens}
        torch.save(state, self.folder / "checkpoint.tmp")
        (self.folder / "checkpoint.tmp").replace(self.folder / "checkpoint.pt")
        np.savez(self.folder / "network.npz", **{name: tensor.numpy() for name, tensor in network.items()})
        (self.folder / "sizes.json").write_text(json.dumps(vars(self.network.sizes)))


def _length(pair: Pair) -> int:
    return len(pair[0]) + len(pair[1])


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    for name, value in (
        ("steps", 6500),
        ("vocabulary", 3171),
        ("layers", 5),
        ("width", 192),
        ("inner", 320),
        ("threads", 1),
        ("seed", 0),
    ):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--muon-rate", type=float, default=0.02)
    parser.add_argument("--adam-rate", type=float, default=0.004)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    run = Run(options)
    num_weights = sum(parameter.numel() for parameter in run.network.parameters())
    print(f"{num_weights:,} weights, {len(run.vocabulary):,} tokens, step {run.step}", flush=True)
    run.train()


if __name__ == "__main__":
    main()
