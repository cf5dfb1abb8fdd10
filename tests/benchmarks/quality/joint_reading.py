"""Measure how passages are best shown to the reader's network: one by one, in pairs, or all five together.

    python tests/benchmarks/quality/joint_reading.py --data DATA --retrieved retrieved.json --seconds 900

The passages come from ``scripts/cross_fitted_retrieval.py``. The shipped network is trained further twice, for equal
processor time and on the questions that are not held out: on windows of one passage, and on windows of two to five.
The answer is the best span of all windows, without ranker, rules and steps. Prints exact match and F1 on the held-out
questions that no comparison of values decides and that have a span for an answer.
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import torch

from graphrag.evaluation.answer_metrics import exact_match, f1
from graphrag.factory import published_encoder
from graphrag.memory import keep_memory
from graphrag.reading.comparison import decide
from graphrag.reading.features import MAX_TEXTS
from graphrag.reading.inputs import MAX_POSITIONS, Pieces, ReadingInput, Window
from graphrag.reading.links import Text, occurrences
from graphrag.reading.spans import KINDS, WEIGHTS
from graphrag.reading.training.adapting import BATCH_PIECES, LEARNING_RATE, POOL
from graphrag.reading.training.examples import Example, batches, collate, endless, piece_spans
from graphrag.reading.training.fit import FitSettings, fit
from graphrag.reading.training.hops import (
    SETS,
    Near,
    Read,
    is_held_out,
    load_passages,
    load_questions,
    read_example,
    reads,
)
from graphrag.reading.training.network import Batch, ReadingNetwork
from graphrag.reading.training.restore import restore_network
from graphrag.reading.views import best_pairs

SHOWN: dict[str, Callable[[int], list[tuple[int, ...]]]] = {
    "one by one": lambda count: [(one,) for one in range(count)],
    "in pairs": lambda count: list(combinations(range(count), min(2, count))),
    "all together": lambda count: [tuple(range(count))],
}


@dataclass(frozen=True)
class Asked:
    """A question with its answers and passages: to learn from, those needed and others; to answer, those retrieved."""

    source: str
    question: str
    answers: tuple[str, ...]
    needed: tuple[Text, ...]
    others: tuple[Text, ...]


def window_of(reading: ReadingInput, question: str, texts: Sequence[Text]) -> tuple[Window, list[tuple[int, Pieces]]]:
    """Return a window of passages, each after its title, and for each where its body begins and the body's pieces."""
    shown = [reading.titled(text.title, text.text) for text in texts]
    window = reading.window(question, [head.joined(body) for head, body in shown])
    return window, [
        (window.sources.index(number) + len(head) if number in window.sources else MAX_POSITIONS, body)
        for number, (head, body) in enumerate(shown)
    ]


def joint_example(reading: ReadingInput, asked: Asked, rng: np.random.Generator) -> Example:
    """Return two to five passages in random order, with the answer's occurrences in those needed."""
    chosen = [*asked.needed, *asked.others][: int(rng.integers(2, MAX_TEXTS + 1))]
    texts = [chosen[index] for index in rng.permutation(len(chosen))]
    window, places = window_of(reading, asked.question, texts)
    spans: list[tuple[int, int]] = []
    for text, (first, body) in zip(texts, places, strict=True):
        if text in asked.needed:
            found = [span for answer in asked.answers for span in occurrences(text.text, answer)]
            spans += [(a + first, b + first) for a, b in piece_spans(body, found) if b + first < len(window.ids) - 1]
    return Example(window, tuple(spans), KINDS.index("span" if spans else "none"))


def best_span(
    network: ReadingNetwork, window: Window, places: Sequence[tuple[int, Pieces]]
) -> tuple[float, int, int, int]:
    """Return the highest sum of logits, the number of its passage, and start and end in characters."""
    batch = collate([Example(window, (), 0)])
    with torch.inference_mode():
        logits = network(batch.pieces, batch.shapes, None)[0][0].numpy()
    found = [(-np.inf, 0, 0, 0)]
    for number, (first, body) in enumerate(places):
        shown = logits[first : min(first + len(body), len(window.ids) - 1)]
        pairs, total = best_pairs(shown[:, 0], shown[:, 1])
        if pairs:
            start, end = pairs[0]
            found.append((total, number, body.offsets[start][0], body.offsets[end][1]))
    return max(found, key=lambda one: one[0])


def answer(network: ReadingNetwork, reading: ReadingInput, asked: Asked, shown: Sequence[tuple[int, ...]]) -> str:
    found: list[tuple[float, str]] = []
    for numbers in shown:
        texts = [asked.others[number] for number in numbers]
        window, places = window_of(reading, asked.question, texts)
        total, number, start, end = best_span(network, window, places)
        found.append((total, texts[number].text[start:end]))
    return max(found, default=(0.0, ""))[1]


def load(data: Path, retrieved: dict[str, list[str]]) -> tuple[list[Read], list[Asked], list[Asked]]:
    """Return what is learned from, one passage at a time and several, and the held-out questions."""
    learned: list[Asked] = []
    held_out: list[Asked] = []
    for name in SETS:
        source, split = name.split(":")
        passages = load_passages(data / source)
        near = Near(passages)
        for row in load_questions(data / source, split):
            question, answers, ids = row["question"], tuple(row["answers"]), set(row["gold_passage_ids"])
            gold = tuple(passages[one] for one in row["gold_passage_ids"])
            if is_held_out(question):
                read = tuple(passages[one] for one in retrieved[row["question_id"]][:MAX_TEXTS])
                if decide(question, list(read)) is None and not {"yes", "no"} & {one.lower() for one in answers}:
                    held_out.append(Asked(source, question, answers, (), read))
                continue
            if decide(question, list(gold)) is None and any(occurrences(t.text, a) for t in gold for a in answers):
                others = tuple(passages[one] for one in near.find(question, ids, limit=MAX_TEXTS))
                learned.append(Asked(source, question, answers, gold, others))
    return reads(data), learned, held_out


def trained(made: Callable[[int], Iterator[Batch]], seconds: float) -> ReadingNetwork:
    network = restore_network(WEIGHTS / "model.onnx", published_encoder("This benchmark") / "model.safetensors")
    network.encoder.pieces.weight.requires_grad_(False)
    with tempfile.TemporaryDirectory() as folder:
        fit(network, made, FitSettings(seconds, LEARNING_RATE, Path(folder) / "checkpoint.pt"))
    network.eval()
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--retrieved", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=900)
    options = parser.parse_args()
    keep_memory()
    torch.manual_seed(0)
    reading = ReadingInput(WEIGHTS / "tokenizer.json")
    single, learned, held_out = load(options.data, json.loads(options.retrieved.read_text(encoding="utf-8")))
    print(f"{len(single)} windows of one passage and {len(learned)} questions to learn from, {len(held_out)} held out")

    def alone(step: int) -> Iterator[Batch]:
        rng = np.random.default_rng((0, step))
        examples = endless(single, lambda read, _: read_example(reading, read), rng)
        return batches(examples, pieces=BATCH_PIECES, pool=POOL, rng=rng)

    def joint(step: int) -> Iterator[Batch]:
        rng = np.random.default_rng((1, step))
        examples = endless(learned, lambda asked, own: joint_example(reading, asked, own), rng)
        return batches(examples, pieces=2 * MAX_POSITIONS, pool=POOL // 4, rng=rng)

    for name, made in (("windows of one passage", alone), ("windows of two to five", joint)):
        network = trained(made, options.seconds)
        for shown, windows in SHOWN.items():
            scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
            for asked in held_out:
                found = answer(network, reading, asked, windows(len(asked.others)))
                scores[asked.source].append((exact_match(found, asked.answers), f1(found, asked.answers)))
            cells = " | ".join(
                f"{source} {np.mean(rows, axis=0)[0]:.3f} / {np.mean(rows, axis=0)[1]:.3f} ({len(rows)})"
                for source, rows in scores.items()
            )
            print(f"trained on {name}, shown {shown}: {cells}", flush=True)


if __name__ == "__main__":
    main()
