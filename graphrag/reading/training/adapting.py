"""Adapting the reading network to a corpus: from the shipped weights on, by questions that its triples answer."""

import hashlib
import logging
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from graphrag.errors import ConfigError
from graphrag.reading.inputs import ReadingInput
from graphrag.reading.links import Text
from graphrag.reading.spans import WEIGHTS
from graphrag.reading.training.examples import batches, endless
from graphrag.reading.training.export import write_weights
from graphrag.reading.training.fit import FitSettings, fit
from graphrag.reading.training.generated import Labelled
from graphrag.reading.training.hops import Near, Read, question_reads, read_example
from graphrag.reading.training.network import Batch
from graphrag.reading.training.restore import restore_network

LEARNING_RATE = 3e-5
BATCH_PIECES = 1280
POOL = 200
LABELLED_SHARE = 0.5
"""Of the examples, where somebody gave questions with answers; the others are generated."""

ALONE = 5
"""One generated question in so many is shown with distractors only."""

NUM_SAMPLES = 24
"""Windows that the activations' scales are measured on."""

_LOG = logging.getLogger(__name__)


def generated_reads(questions: Sequence[Labelled], passages: Mapping[str, Text], near: Near) -> list[Read]:
    """Return what is read to learn from generated questions: gold passages, and near ones without the answer.

    The network reads one passage at a time, so a question "with distractors only" is one whose gold passages are left
    out. Comparisons are decided by values and not by a span: nothing is learned from them.

    References
    ----------
    Zhang et al. 2024, "RAFT: Adapting Language Model to Domain Specific RAG" (arXiv 2403.10131), section 3.
    """
    found: list[Read] = []
    for one in questions:
        if one.type == "comparison":
            continue
        alone = zlib.crc32(one.question.encode()) % ALONE == 0
        gold = () if alone else one.gold_passage_ids
        others = near.find(one.question, one.gold_passage_ids, holding=one.answers)
        found.extend(Read(one.question, passages[name], one.answers) for name in (*gold, *others))
    return found


def labelled_reads(questions: Sequence[Labelled], passages: Mapping[str, Text], near: Near) -> list[Read]:
    """Return what is read to learn from questions whose answers somebody gave."""
    return [read for one in questions for read in question_reads(asdict(one), passages, near)]


def adapt(
    generated: Sequence[Read],
    labelled: Sequence[Read],
    encoder: Path,
    folder: Path,
    *,
    seconds: float,
    threads: int | None = None,
    seed: int = 0,
    resume: bool = False,
) -> None:
    """Train the shipped network further, and write ``model.onnx`` and ``tokenizer.json``.

    Parameters
    ----------
    generated, labelled
        What is read; the first are not empty.
    encoder
        Folder with the published ``model.safetensors``.
    folder
        Exists; its checkpoint is written every minute, and deleted at the end.
    seconds
        Of processor time.
    threads
        Processors to use; default: all.
    seed
        Of the order of the examples.
    resume
        Go on from the checkpoint of a run that read the same, if there is one.

    Raises
    ------
    ConfigError
        If the checkpoint cannot be read.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    reading = ReadingInput(WEIGHTS / "tokenizer.json")
    network = restore_network(WEIGHTS / "model.onnx", encoder / "model.safetensors")
    run = hashlib.sha256(repr((seed, generated, labelled)).encode()).hexdigest()[:12]
    checkpoint = folder / f"checkpoint-{run}.pt"
    for other in folder.glob("checkpoint-*.pt"):
        if other != checkpoint or not resume:
            other.unlink()
    if resume:
        _LOG.info("%s %s", "going on from" if checkpoint.exists() else "no checkpoint of this run in", folder)

    def made(step: int) -> Iterator[Batch]:
        rng = np.random.default_rng((seed, step))
        kinds = [endless(one, lambda read, _: read_example(reading, read), rng) for one in (generated, labelled) if one]
        mixed = (next(kinds[-1 if rng.random() < LABELLED_SHARE else 0]) for _ in iter(int, 1))
        return batches(mixed, pieces=BATCH_PIECES, pool=POOL, rng=rng)

    settings = FitSettings(seconds, LEARNING_RATE, checkpoint, checkpoint_seconds=60, report_steps=20)
    try:
        fit(network, made, settings)
    except (OSError, RuntimeError, KeyError, EOFError) as error:
        if not resume:
            raise
        raise ConfigError(f"Cannot go on from {checkpoint}: {' '.join(str(error).split())[:200]}") from error
    samples = [read_example(reading, read).window for read in generated[:: max(1, len(generated) // NUM_SAMPLES)]]
    with torch.no_grad():
        write_weights(network.eval(), samples, WEIGHTS / "tokenizer.json", folder)
    checkpoint.unlink()
