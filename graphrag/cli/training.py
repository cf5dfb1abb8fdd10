"""The commands that train models."""

import logging
from pathlib import Path

import click

from graphrag.cli.console import note, plural
from graphrag.evaluation.datasets import QuestionFormat, load_questions
from graphrag.evaluation.splitting import SEED, split_questions
from graphrag.factory import create_graphrag, open_store, train_pipeline, train_reasoner


def train_spacy_command(
    data: Path, out: Path, *, encoder: Path | None, config: Path | None, start: Path | None, resume: bool
) -> None:
    """Train the pipeline of the ``spacy`` extractor; progress goes to stderr."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    weights = train_pipeline(data, out, encoder=encoder, config=config, start=start, resume=resume)
    click.echo(f"weights in {weights}: multihop build … --extractor spacy:{weights}")


def train_gnn_command(
    uri: str,
    questions: Path | None,
    out: Path,
    *,
    questions_format: QuestionFormat,
    dev: Path | None,
    kind: str,
    epochs: int | None,
    minutes: float | None,
    steps: int | None,
    threads: int | None,
    seed: int,
    resume: bool,
) -> None:
    """Train a reasoner on questions over the graph in a store; progress goes to stderr."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given = load_questions(questions, format=questions_format) if questions is not None else None
    scored = load_questions(dev, format=questions_format) if dev is not None else None
    chosen = {"epochs": epochs, "minutes": minutes}
    store = open_store(uri)
    try:
        hits = train_reasoner(
            create_graphrag(store).graph,
            [(item.question, item.seed_entities, item.answers) for item in given] if given is not None else None,
            [(item.question, item.seed_entities, item.answers) for item in scored] if scored is not None else None,
            out,
            kind=kind,
            steps=steps,
            threads=threads,
            settings={name: value for name, value in chosen.items() if value is not None} | {"seed": seed},
            resume=resume,
        )
    finally:
        store.close()
    click.echo(f"hits@1 {hits:.3f} on the development questions; weights in {out}: multihop ask … --gnn {out}")


def split_command(questions: Path, out: Path, *, seed: int | None) -> None:
    """Divide a file of questions and say how."""
    for name, path in split_questions(questions, out, seed=SEED if seed is None else seed).items():
        note(f"{name}: {plural(len(load_questions(path)), 'question')} in {path}")
