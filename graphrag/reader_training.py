"""Adapting the reader to a store: questions from its triples, training, and what it reaches before and after."""

import json
import shutil
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from graphrag.errors import InputError
from graphrag.evaluation.answer_metrics import exact_match, f1
from graphrag.evaluation.datasets import Question
from graphrag.protocols import GraphStore
from graphrag.reading.features import MAX_TEXTS
from graphrag.reading.links import Text
from graphrag.reading.reader import ExtractiveReader
from graphrag.reading.spans import WEIGHTS
from graphrag.reading.training.adapting import adapt, generated_reads, labelled_reads
from graphrag.reading.training.generated import Labelled, generate_questions
from graphrag.reading.training.hops import Near
from graphrag.types import Passage, ScoredPassage

HELD_OUT_PARTS = 8
"""One passage in so many is held out: no question that rests on it is learned from."""

MAX_SCORED = 100
"""Questions of a type that are scored."""

LABELLED = "labelled"
"""The type of the questions whose answers somebody gave."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Exact match and F1 of a number of questions of one type, before and after the training, in [0, 1]."""

    type: str
    num_questions: int
    exact_match: tuple[float, float]
    f1: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Adapted:
    """What a training came to.

    Parameters
    ----------
    scores
        By type, and of all in which the network has a say ("all but comparison").
    is_better
        Whether the weights written are the new ones.
    """

    scores: tuple[Scored, ...]
    is_better: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    """The passages of a store, and questions about them.

    Parameters
    ----------
    passages
        By id.
    generated, labelled
        Questions made of triples, and those that somebody gave.
    """

    passages: dict[str, Passage]
    generated: list[Labelled]
    labelled: list[Labelled]


def read_corpus(store: GraphStore, given: Sequence[Question], *, max_questions: int, seed: int) -> Corpus:
    """Return the passages of a store with generated questions, and those given that its passages answer.

    Raises
    ------
    InputError
        If no question can be made of its triples.
    """
    with store.reading():
        passages = {one.passage_id: one for one in store.passages()}
        generated = generate_questions(
            passages.values(), store.triples(), store.mentions(), max_questions=max_questions, seed=seed
        )
    if not any(not is_held_out(one) and one.type != "comparison" for one in generated):
        raise InputError(f"Expected a store with triples that a question can be made of (got none in {store.uri})")
    labelled = [
        Labelled(one.question_id, one.question, one.answers, one.gold_passage_ids, LABELLED)
        for one in given
        if one.answers and one.gold_passage_ids and all(name in passages for name in one.gold_passage_ids)
    ]
    return Corpus(passages, generated, labelled)


def is_held_out(question: Labelled) -> bool:
    """Return whether a question is for scoring: whether one of its gold passages is held out, by its id alone."""
    return any(zlib.crc32(name.encode()) % HELD_OUT_PARTS == 0 for name in question.gold_passage_ids)


def write_questions(questions: Sequence[Labelled], path: Path) -> None:
    """Write questions as JSON lines, as ``multihop eval`` reads them.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    lines = [json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in questions]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror}") from error


def adapt_reader(
    corpus: Corpus,
    encoder: Path,
    out: Path,
    *,
    minutes: float,
    threads: int | None = None,
    seed: int,
    resume: bool,
    say: Callable[[str], None],
) -> Adapted:
    """Train the shipped reader further on a corpus and write the folder of a reader.

    It has the new network where this one reads the questions held out better, else the shipped one; the ranker of
    candidates is the shipped one.

    Parameters
    ----------
    corpus
        What it is adapted to.
    encoder
        Folder with the published ``model.safetensors``.
    out
        Folder; made if need be.
    minutes
        Of processor time, for the training alone.
    threads
        Processors to use; default: all.
    seed
        Of the order of the examples.
    resume
        Go on from the checkpoint in ``out``.
    say
        Told what is done next.

    Raises
    ------
    InputError
        If no question is held out, or the folder cannot be written.
    """
    asked = _scored_questions(corpus)
    if all(one.type == "comparison" for one in asked):
        raise InputError(
            f"Expected questions about passages that are held out, to score by (got none of "
            f"{len(corpus.generated)}: too few passages of the store state what can be asked)"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"Cannot write {out}: {error.strerror}") from error
    texts = {name: Text(one.title, one.text) for name, one in corpus.passages.items()}
    near = Near(texts)
    say(f"scoring the shipped reader on {len(asked)} questions held out")
    before = _scores(ExtractiveReader(), asked, corpus, near)
    generated = generated_reads([one for one in corpus.generated if not is_held_out(one)], texts, near)
    labelled = labelled_reads([one for one in corpus.labelled if not is_held_out(one)], texts, near)
    say(f"training on {len(generated)} generated and {len(labelled)} labelled pairs of question and passage")
    adapt(generated, labelled, encoder, out, seconds=60 * minutes, threads=threads, seed=seed, resume=resume)
    shutil.copyfile(WEIGHTS / "ranker.npz", out / "ranker.npz")
    say("scoring the adapted reader")
    after = _scores(ExtractiveReader(out), asked, corpus, near)
    scores = _compared(asked, before, after)
    is_better = scores[-1].f1[1] > scores[-1].f1[0]
    if not is_better:
        shutil.copyfile(WEIGHTS / "model.onnx", out / "model.onnx")
    return Adapted(scores, is_better)


def _scored_questions(corpus: Corpus) -> list[Labelled]:
    """Return the questions held out, at most `MAX_SCORED` of a type."""
    by_type: dict[str, list[Labelled]] = defaultdict(list)
    for one in (*corpus.generated, *corpus.labelled):
        if is_held_out(one):
            by_type[one.type].append(one)
    return [one for questions in by_type.values() for one in questions[:MAX_SCORED]]


def _scores(
    reader: ExtractiveReader, asked: Sequence[Labelled], corpus: Corpus, near: Near
) -> list[tuple[float, float]]:
    """Return exact match and F1 of each question, read in its gold passages and the nearest others."""
    found = []
    for one in asked:
        gold = one.gold_passage_ids[:MAX_TEXTS]
        names = (*gold, *near.find(one.question, gold, limit=MAX_TEXTS - len(gold)))
        hits = [ScoredPassage(corpus.passages[name], 1.0, rank) for rank, name in enumerate(names, start=1)]
        text = reader.read(one.question, hits, ()).text
        found.append((exact_match(text, one.answers), f1(text, one.answers)))
    return found


def _compared(
    asked: Sequence[Labelled], before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]]
) -> tuple[Scored, ...]:
    rows: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    for one, old, new in zip(asked, before, after, strict=True):
        rows[one.type].append((*old, *new))
    rows["all but comparison"] = [row for kind, own in rows.items() if kind != "comparison" for row in own]
    found = []
    for kind, own in rows.items():
        em_before, f1_before, em_after, f1_after = np.mean(own, axis=0).tolist() if own else (0.0,) * 4
        found.append(Scored(kind, len(own), (em_before, em_after), (f1_before, f1_after)))
    return tuple(found)
