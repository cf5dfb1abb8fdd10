"""Measure what two networks would be worth to the ranker of `multihop`: recall@5 on questions that they did not see.

Run from the repository's root:
    python tests/benchmarks/quality/ranker_ablation_networks.py --data DATA --store 2wiki=2wiki.db --store hotpotqa=…
The first network is the shipped reasoner of `gnn`: its probability of each candidate and the place that this gives it
are two more features. The second is the sentence encoder, all of it fine-tuned by contrast for --seconds of processor
time on SQuAD 1.1 and the questions that are not held out: the cosine in its vectors is one more feature. For each
network the rows are cross-fitted over the questions that it did not see: five folds, trees that saw the other four.
Behind each figure stands the mean difference in points from the first row and its standard error over questions.
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from extractors.training.model import Encoder, load_encoder
from graphrag.evaluation.datasets import Question, load_questions
from graphrag.evaluation.ranker_training import RankerExample, fold_rankers, ranker_example, recalls
from graphrag.factory import create_graphrag, open_store, published_encoder
from graphrag.memory import keep_memory
from graphrag.protocols import FloatMatrix
from graphrag.reading.training.examples import squad
from graphrag.reading.training.hops import SETS, is_held_out
from graphrag.retrieval.multihop import feature_reader
from graphrag.retrieval.registry import create_retriever
from graphrag.text_reasoner_training import part_of

LAYERS = range(6)
MAX_PIECES = 128
BATCH = 24
TEMPERATURE = 0.05
RATE = 3e-5
MULTI_HOP_SHARE = 0.5
"""Of the batches; the others are SQuAD's."""

NEVER_SEEN_BY_GNN = "hotpotqa:train"
"""The questions that the shipped reasoner was not trained on at all; of the others it saw the train part."""

Features = Callable[["Case"], FloatMatrix]


@dataclass(frozen=True)
class Case:
    """A question's candidates: the passages' texts, and the reasoner's two features if it did not see the question."""

    source: str
    example: RankerExample
    texts: list[str]
    reasoned: FloatMatrix | None


@dataclass(frozen=True)
class Pair:
    """A question, a text that answers it, and perhaps one that does not."""

    question: str
    text: str
    other: str = ""


def read_cases(source: str, uri: str, questions: Mapping[str, Sequence[Question]]) -> Iterator[Case]:
    store = open_store(uri)
    try:
        resources = create_graphrag(store).resources
    finally:
        store.close()
    graph, reader, gnn = resources.graph, feature_reader(resources), create_retriever("gnn", resources)
    for name in (name for name in SETS if name.startswith(f"{source}:")):
        for question in questions[name]:
            found = reader.read(question.question)
            passages = [graph.passage(index) for index in found.passages.tolist()]
            texts = [f"{passage.title}\n{passage.text}" for passage in passages]
            reasoned = None
            if name == NEVER_SEEN_BY_GNN or part_of(question.question_id) != "train":
                probability = np.maximum(gnn.score(question.question).passages, 0)
                rank = np.argsort(np.argsort(-probability, kind="stable"), kind="stable")
                columns = np.log10(probability[found.passages] + 1e-9), np.minimum(rank[found.passages], 100)
                reasoned = np.stack(columns, axis=1).astype(np.float32)
            yield Case(source, ranker_example(question, found, graph), texts, reasoned)


class Tuned:
    """The published encoder, whole, to be fine-tuned."""

    def __init__(self, folder: Path) -> None:
        torch.manual_seed(0)
        self.encoder: Encoder = load_encoder(folder / "model.safetensors", LAYERS)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_PIECES)

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Return unit vectors: the mean of the pieces' states, shape (len(texts), dimension)."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        pieces = torch.zeros(len(ids), max(map(len, ids)), dtype=torch.long)
        mask = torch.zeros(pieces.shape, dtype=torch.bool)
        for row, one in enumerate(ids):
            pieces[row, : len(one)] = torch.tensor(one)
            mask[row, : len(one)] = True
        states = self.encoder(pieces, torch.zeros_like(pieces), mask) * mask[:, :, None]
        return functional.normalize(states.sum(1), dim=1)

    def train(self, pairs: Sequence[Pair], multi_hop: Sequence[Pair], seconds: float) -> None:
        """Draw each question to its text, away from the batch's other texts (InfoNCE, arXiv 1807.03748, equation 4)."""
        rng = random.Random(0)
        self.encoder.pieces.weight.requires_grad_(False)
        self.encoder.shapes.weight.requires_grad_(False)
        weights = [weight for weight in self.encoder.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(weights, weight_decay=0.01)
        begun, steps = time.process_time(), 0
        while (share := (time.process_time() - begun) / seconds) < 1:
            batch = rng.sample(multi_hop if rng.random() < MULTI_HOP_SHARE else pairs, BATCH)
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, share / 0.1, 1 - share)
            texts = [pair.text for pair in batch] + [pair.other for pair in batch if pair.other]
            likeness = self.vectors([pair.question for pair in batch]) @ self.vectors(texts).T / TEMPERATURE
            # Another gold text of the same question is no wrong one.
            same = torch.tensor([[one.question == two.question for two in batch] for one in batch])
            same.fill_diagonal_(fill_value=False)
            likeness[:, : len(batch)] = likeness[:, : len(batch)].masked_fill(same, -1e4)
            loss = functional.cross_entropy(likeness, torch.arange(len(batch)))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
            if steps % 50 == 0:
                print(f"step {steps}, {100 * share:.0f} %, loss {loss.item():.3f}", flush=True)


def multi_hop_pairs(cases: Sequence[Case]) -> list[Pair]:
    """Return the gold candidates of questions, each with another candidate that ``multihop`` would look at first."""
    pairs = []
    for case in cases:
        others = [text for text, gold in zip(case.texts, case.example.is_gold, strict=True) if not gold]
        gold = [text for text, gold in zip(case.texts, case.example.is_gold, strict=True) if gold]
        pairs += [
            Pair(case.example.question, text, other) for text, other in zip(gold, others[: len(gold)], strict=False)
        ]
    return pairs


def tuned_cosines(tuned: Tuned, cases: Sequence[Case]) -> dict[int, FloatMatrix]:
    """Return, by a case's identity, the cosines of its candidates, shape (num_candidates, 1)."""
    texts = sorted({text for case in cases for text in case.texts}, key=len)
    found = {}
    with torch.inference_mode():
        tuned.encoder.eval()
        vectors: dict[str, Tensor] = {}
        for start in range(0, len(texts), 16):
            vectors.update(zip(texts[start : start + 16], tuned.vectors(texts[start : start + 16]), strict=True))
        for case in cases:
            query = tuned.vectors([case.example.question])[0]
            found[id(case)] = (torch.stack([vectors[text] for text in case.texts]) @ query).numpy()[:, None]
    return found


def crossed(cases: Sequence[Case], features: Features) -> NDArray[np.float64]:
    """Return each question's recall@5 by trees that did not see it."""
    examples = [replace(case.example, features=features(case)) for case in cases]
    rankers = fold_rankers(examples)
    return np.array([recalls(rankers[one.fold], one)[1] for one in examples])


def show(cases: Sequence[Case], rows: Mapping[str, Features]) -> None:
    sources = np.array([case.source for case in cases])
    first: NDArray[np.float64] | None = None
    for name, features in rows.items():
        values = crossed(cases, features)
        first = values if first is None else first
        cells = []
        for source in dict.fromkeys(sources.tolist()):
            part = values[sources == source]
            change = 100 * (part - first[sources == source])
            error = change.std(ddof=1) / np.sqrt(len(change))
            cells.append(f"{source} {part.mean():.3f} ({change.mean():+.1f} ± {error:.1f}, {len(part)} questions)")
        print(f"{name}: " + " | ".join(cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--store", action="append", required=True, help="data set, '=' and the store's address")
    parser.add_argument("--seconds", type=float, default=1200)
    options = parser.parse_args()
    keep_memory()
    files = {name: options.data / name.split(":")[0] / f"questions_{name.split(':')[1]}.jsonl" for name in SETS}
    questions = {name: load_questions(path) for name, path in files.items()}
    stores = dict(one.split("=", 1) for one in options.store)
    cases = [case for source, uri in stores.items() for case in read_cases(source, uri, questions)]

    def plain(case: Case) -> FloatMatrix:
        return case.example.features

    def reasoned(case: Case) -> FloatMatrix:
        if case.reasoned is None:
            raise ValueError("Expected a question that the reasoner did not see")
        return np.hstack([case.example.features, case.reasoned])

    show([case for case in cases if case.reasoned is not None], {"all features": plain, "and the GNN's": reasoned})
    tuned = Tuned(published_encoder("This benchmark"))
    pairs = [
        Pair(one.question, f"{one.title}\n{one.paragraph}") for one in squad(options.data / "squad/train-v1.1.json.gz")
    ]
    held_out = [case for case in cases if is_held_out(case.example.question)]
    before = tuned_cosines(tuned, held_out)
    seen = [case for case in cases if not is_held_out(case.example.question)]
    tuned.train(pairs, multi_hop_pairs(seen), options.seconds)
    after = tuned_cosines(tuned, held_out)
    show(
        held_out,
        {
            "all features": plain,
            "and the cosine in the fine-tuned encoder": lambda case: np.hstack([plain(case), after[id(case)]]),
            "that cosine alone": lambda case: after[id(case)],
            "the published encoder's alone": lambda case: before[id(case)],
        },
    )


if __name__ == "__main__":
    main()
