"""Training from the command line: ``spans`` trains the network, ``export`` writes it, ``rank`` trains the ranker."""

import argparse
import gzip
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from extractors.training.model import Encoder
from graphrag.reading.comparison import decide
from graphrag.reading.features import MAX_TEXTS, scene
from graphrag.reading.inputs import ReadingInput
from graphrag.reading.links import Text
from graphrag.reading.ranker import CandidateRanker, signals
from graphrag.reading.spans import SpanNetwork
from graphrag.reading.training.examples import Asked, Example, SquadExamples, batches, squad
from graphrag.reading.training.export import write_weights
from graphrag.reading.training.fit import FitSettings, fit
from graphrag.reading.training.network import NUM_LAYERS, ReadingNetwork, new_network
from graphrag.reading.training.ranking import Listed, calibrate, merged, save_ranker, train_ranker
from graphrag.text import normalize_phrase

SEED = 1
MAX_PIECES = 112
"""Word pieces of a training window."""

BATCH_PIECES = 2560
POOL = 600
HELD_OUT = 3
"""Every third article of the unanswerable questions' file is not trained on."""

SEEDS = (1, 2, 3)
"""The ranker is the mean of one a seed."""

FOLDS = 3
NUM_SAMPLES = 24
SETS = ("musique:dev", "2wiki:dev", "hotpotqa:dev", "hotpotqa:train")


def span_questions(data: Path) -> list[Asked]:
    """Return the questions that the network learns from: SQuAD 1.1, and two thirds of the half of SQuAD 2.0."""
    half = squad(data / "squad" / "dev-v2.0-first-half.json.gz")
    held_out = set(sorted({asked.title for asked in half})[::HELD_OUT])
    return squad(data / "squad" / "train-v1.1.json.gz") + [one for one in half if one.title not in held_out]


def train_spans(data: Path, encoder: Path, checkpoint: Path, *, seconds: float, learning_rate: float) -> None:
    """Train the network, going on from the checkpoint if there is one."""
    questions = span_questions(data)
    maker = SquadExamples(ReadingInput(encoder / "tokenizer.json"), MAX_PIECES)
    rng = np.random.default_rng(SEED)

    def stream() -> Iterator[Example]:
        while True:
            for index in rng.permutation(len(questions)):
                yield maker.example(questions[index], rng)

    made = batches(stream(), pieces=BATCH_PIECES, pool=POOL, rng=rng)
    fit(new_network(encoder / "model.safetensors"), made, FitSettings(seconds, learning_rate, checkpoint))


def export_spans(checkpoints: Sequence[Path], data: Path, encoder: Path, folder: Path) -> None:
    """Write the mean of some checkpoints as int8 ONNX."""
    states = [torch.load(path, weights_only=True)["network"] for path in checkpoints]
    network = ReadingNetwork(Encoder(len(states[0]["encoder.pieces.weight"]), NUM_LAYERS))
    network.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    network.eval()
    reading = ReadingInput(encoder / "tokenizer.json")
    asked = span_questions(data)[:: len(span_questions(data)) // NUM_SAMPLES]
    windows = [reading.window(one.question, [reading.pieces(one.paragraph)], max_pieces=320) for one in asked]
    write_weights(network, windows, encoder / "tokenizer.json", folder)


def listed(data: Path, retrieved: dict[str, list[str]], network: SpanNetwork) -> list[Listed]:
    """Return the candidates of the multi-hop questions that no comparison decides, in the passages retrieved."""
    found = []
    for name in SETS:
        folder, split = name.split(":")
        with gzip.open(data / folder / "passages.jsonl.gz", "rt", encoding="utf-8") as file:
            passages = {row["passage_id"]: Text(row["title"], row["text"]) for row in map(json.loads, file)}
        for line in (data / folder / f"questions_{split}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts = [passages[one] for one in retrieved[row["question_id"]][:MAX_TEXTS]]
            if decide(row["question"], texts) is None:
                seen = scene(row["question"], texts, network)
                golds = {_key(answer) for answer in row["answers"]} - {""}
                right = np.array([_key(answer) in golds for answer in seen.answers], bool)
                found.append(Listed(seen.features, seen.answers, right, seen.answerable))
    return found


def _key(answer: str) -> str:
    return " ".join(word for word in normalize_phrase(answer).split() if word not in {"a", "an", "the"})


def _trained(questions: Sequence[Listed]) -> CandidateRanker:
    return merged([train_ranker(questions, seed=seed) for seed in SEEDS])


def rank(questions: Sequence[Listed], path: Path) -> None:
    """Train the ranker on all questions; its confidence is calibrated on answers by rankers that did not see them."""
    fold = np.random.default_rng(SEED).permutation(len(questions)) % FOLDS
    seen, right = [], []
    for number in range(FOLDS):
        ranker = _trained([one for one, own in zip(questions, fold, strict=True) if own != number])
        for one in (one for one, own in zip(questions, fold, strict=True) if own == number):
            choice = ranker.choose(one.features, one.answers, one.answerable)
            if choice:
                seen.append(signals(choice.share, one.answerable, one.features[choice.index]))
                right.append(bool(one.right[choice.index]))
    logging.getLogger(__name__).info("cross-fitted exact match where nothing is compared: %.3f", np.mean(right))
    save_ranker(_trained(questions), calibrate(seen, right), path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["spans", "export", "rank"])
    parser.add_argument("--data", type=Path, required=True, help="folder with squad, 2wiki, hotpotqa, musique")
    parser.add_argument("--encoder", type=Path, help="folder with the fp32 model.safetensors and tokenizer.json")
    parser.add_argument("--checkpoint", type=Path, nargs="+", help="of the network; export writes the mean of several")
    parser.add_argument("--out", type=Path, help="folder for the weights")
    parser.add_argument("--retrieved", type=Path, help="JSON: passage ids, best first, by question id")
    parser.add_argument("--seconds", type=float, default=2400, help="of processor time for the network")
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    if options.step == "spans":
        train_spans(
            options.data,
            options.encoder,
            options.checkpoint[0],
            seconds=options.seconds,
            learning_rate=options.learning_rate,
        )
    elif options.step == "export":
        export_spans(options.checkpoint, options.data, options.encoder, options.out)
    else:
        retrieved = json.loads(options.retrieved.read_text(encoding="utf-8"))
        rank(listed(options.data, retrieved, SpanNetwork(options.out)), options.out / "ranker.npz")


if __name__ == "__main__":
    main()
