"""Training from the command line: ``spans`` trains the network, ``export`` writes it, ``rank`` trains the ranker."""

import argparse
import itertools
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from extractors.training.model import Encoder
from graphrag.reading.comparison import decide
from graphrag.reading.features import MAX_TEXTS, scene
from graphrag.reading.grounding import evidence, names_read
from graphrag.reading.inputs import ReadingInput
from graphrag.reading.ranker import CandidateRanker, signals
from graphrag.reading.spans import SpanNetwork
from graphrag.reading.training.examples import Asked, SquadExamples, batches, endless, squad
from graphrag.reading.training.export import write_weights
from graphrag.reading.training.fit import FitSettings, fit
from graphrag.reading.training.hops import SETS, is_held_out, load_passages, load_questions, read_example, reads
from graphrag.reading.training.network import NUM_LAYERS, Batch, ReadingNetwork, new_network
from graphrag.reading.training.ranking import Listed, calibrate, merged, save_ranker, train_ranker
from graphrag.reading.training.restore import restore_network
from graphrag.text import normalize_phrase

SEED = 1
MAX_PIECES = 120
"""Word pieces of a training window."""

BATCH_PIECES = 2560
POOL = 600
HELD_OUT = 3
"""Every third article of the unanswerable questions' file is not trained on."""

SEEDS = (1, 2, 3)
"""The ranker is the mean of one a seed."""

FOLDS = 3
DEPRIVED_WEIGHT = 1 / 6
"""How much a question asked without its gold passages counts where the confidence is calibrated, beside one with them.

Fewer are asked that way than are not; all of them tell more than a sixth of them would.
"""

NUM_SAMPLES = 24


def span_questions(data: Path) -> list[Asked]:
    """Return the questions that the network learns from: SQuAD 1.1, and two thirds of the half of SQuAD 2.0."""
    half = squad(data / "squad" / "dev-v2.0-first-half.json.gz")
    held_out = set(sorted({asked.title for asked in half})[::HELD_OUT])
    return squad(data / "squad" / "train-v1.1.json.gz") + [one for one in half if one.title not in held_out]


def train_spans(
    data: Path,
    encoder: Path,
    checkpoint: Path,
    *,
    seconds: float,
    learning_rate: float,
    start: Path | None = None,
    hops: float = 0.0,
    seed: int = SEED,
) -> None:
    """Train the network, going on from the checkpoint if there is one, else from other weights or the encoder.

    Parameters
    ----------
    data, encoder
        Folders.
    checkpoint
        Is written every few minutes.
    seconds, learning_rate
        See :class:`FitSettings`.
    start
        A folder with exported weights, or another run's checkpoint.
    hops
        Share of the examples that are of multi-hop questions, in [0, 1]; the others are SQuAD's.
    seed
        Of the order of the examples.
    """
    reading = ReadingInput(encoder / "tokenizer.json")
    squads, maker = span_questions(data), SquadExamples(reading, MAX_PIECES)
    parts = reads(data) if hops else []

    def made(step: int) -> Iterator[Batch]:
        rng = np.random.default_rng((seed, step))
        single = endless(squads, maker.example, rng)
        several = endless(parts, lambda read, _: read_example(reading, read), rng)
        mixed = (next(several if rng.random() < hops else single) for _ in itertools.count())
        return batches(mixed, pieces=BATCH_PIECES, pool=POOL, rng=rng)

    fit(_begun(start, encoder / "model.safetensors"), made, FitSettings(seconds, learning_rate, checkpoint))


def _begun(start: Path | None, published: Path) -> ReadingNetwork:
    if start is not None and start.is_dir():
        return restore_network(start / "model.onnx", published)
    network = new_network(published)
    if start is not None:
        network.load_state_dict(torch.load(start, weights_only=True)["network"])
    return network


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


@dataclass(frozen=True, slots=True)
class Given:
    """A question, its candidates, the share of its names in its texts, and whether its gold passages are gone."""

    question: str
    listed: Listed
    names: float
    deprived: bool

    @property
    def held_out(self) -> bool:
        """Whether the network was kept from seeing the question."""
        return is_held_out(self.question)


def listed(data: Path, retrieved: dict[str, list[str]], network: SpanNetwork, *, deprived: bool = False) -> list[Given]:
    """Return the candidates of the multi-hop questions that no comparison decides, in the passages retrieved.

    If wanted, each comes once more without its gold passages and so without a right candidate, for the calibration.
    """
    found = []
    for name in SETS:
        folder, split = name.split(":")
        passages = load_passages(data / folder)
        for row in load_questions(data / folder, split):
            ids = retrieved[row["question_id"]]
            golds = {_key(answer) for answer in row["answers"]} - {""}
            others = [one for one in ids if one not in row["gold_passage_ids"]]
            for chosen, answers in ((ids, golds), (others, set()))[: 1 + deprived]:
                texts = [passages[one] for one in chosen[:MAX_TEXTS]]
                if decide(row["question"], texts) is None:
                    seen = scene(row["question"], texts, network)
                    right = np.array([_key(answer) in answers for answer in seen.answers], bool)
                    one = Listed(seen.features, seen.answers, right, seen.answerable)
                    found.append(Given(row["question"], one, names_read(row["question"], texts), chosen is others))
    return found


def _key(answer: str) -> str:
    return " ".join(word for word in normalize_phrase(answer).split() if word not in {"a", "an", "the"})


def trained(questions: Sequence[Listed]) -> CandidateRanker:
    """Return the ranker that is the mean of one a seed; its confidence is not calibrated."""
    return merged([train_ranker(questions, seed=seed) for seed in SEEDS])


def rank(questions: Sequence[Given], path: Path) -> None:
    """Train the ranker on all questions.

    Its confidence is calibrated on answers to questions that neither the network nor the ranker that gave them saw.
    """
    asked = list(dict.fromkeys(one.question for one in questions))
    fold = dict(zip(asked, np.random.default_rng(SEED).permutation(len(asked)) % FOLDS, strict=True))
    seen, names, right, weights = [], [], [], []
    for number in range(FOLDS):
        ranker = trained([one.listed for one in questions if fold[one.question] != number and not one.deprived])
        for given in (one for one in questions if fold[one.question] == number and one.held_out):
            one = given.listed
            choice = ranker.choose(one.features, one.answers, one.answerable)
            if choice:
                seen.append(signals(choice.share, one.answerable, one.features[choice.index]))
                names.append(given.names)
                right.append(bool(one.right[choice.index]))
                weights.append(DEPRIVED_WEIGHT if given.deprived else 1.0)
    logging.getLogger(__name__).info("right of %d answers to questions held out: %.3f", len(right), np.mean(right))
    calibration = calibrate(seen, right, weights)
    sure = 1 / (1 + np.exp(-np.array(seen) @ calibration))
    grounding = calibrate([evidence(*pair) for pair in zip(sure.tolist(), names, strict=True)], right, weights)
    save_ranker(trained([one.listed for one in questions if not one.deprived]), calibration, grounding, path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["spans", "export", "rank"])
    parser.add_argument("--data", type=Path, required=True, help="folder with squad, 2wiki, hotpotqa, musique")
    parser.add_argument("--encoder", type=Path, help="folder with the fp32 model.safetensors and tokenizer.json")
    parser.add_argument("--checkpoint", type=Path, nargs="+", help="of the network; export writes the mean of several")
    parser.add_argument("--start", type=Path, help="exported weights (a folder) or another checkpoint to begin with")
    parser.add_argument("--hops", type=float, default=0.0, help="share of multi-hop questions among the examples")
    parser.add_argument("--out", type=Path, help="folder for the weights")
    parser.add_argument("--retrieved", type=Path, help="JSON: passage ids, best first, by question id")
    parser.add_argument("--seconds", type=float, default=2400, help="of processor time for the network")
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=SEED, help="of the order of the network's examples")
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
            start=options.start,
            hops=options.hops,
            seed=options.seed,
        )
    elif options.step == "export":
        export_spans(options.checkpoint, options.data, options.encoder, options.out)
    else:
        retrieved = json.loads(options.retrieved.read_text(encoding="utf-8"))
        given = listed(options.data, retrieved, SpanNetwork(options.out), deprived=True)
        rank(given, options.out / "ranker.npz")


if __name__ == "__main__":
    main()
