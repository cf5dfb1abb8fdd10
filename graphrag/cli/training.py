"""The commands that train models."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from graphrag.cli.console import counted, note, plural, progress_bars
from graphrag.errors import ConfigError
from graphrag.evaluation.datasets import Question, QuestionFormat, load_questions
from graphrag.evaluation.ranker_training import RankerExample, RankerSettings, cross_fitted, fit_ranker, read_examples
from graphrag.evaluation.splitting import SEED, split_questions
from graphrag.factory import (
    create_encoder,
    create_graphrag,
    open_store,
    published_encoder,
    train_pipeline,
    train_reasoner,
)
from graphrag.retrieval.labelling import LabelledSurroundings
from graphrag.retrieval.multihop import feature_reader
from graphrag.text_reasoner_training import read_surroundings, train_text_reasoner


def train_spacy_command(
    data: Path,
    out: Path,
    *,
    encoder: Path | None,
    config: Path | None,
    start: Path | None,
    teacher: Path | None,
    resume: bool,
) -> None:
    """Train the pipeline of the ``spacy`` extractor; progress goes to stderr."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    weights = train_pipeline(data, out, encoder=encoder, config=config, start=start, teacher=teacher, resume=resume)
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


def train_gnn_text_command(
    uris: Sequence[str],
    questions: Sequence[Path],
    out: Path,
    *,
    start: Path | None,
    settings: Mapping[str, int | float | None],
) -> None:
    """Train the reasoner over entities and passages on the questions of some stores; progress goes to stderr."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    _check_pairs(uris, questions)
    train: list[LabelledSurroundings] = []
    dev: list[LabelledSurroundings] = []
    for uri, path in zip(uris, questions, strict=True):
        more = _surroundings(uri, load_questions(path))
        train += more[0]
        dev += more[1]
    note(f"training on {plural(len(train), 'question')}, choosing the epoch by {len(dev)}")
    chosen = {name: value for name, value in settings.items() if value is not None}
    recall = train_text_reasoner(train, dev, out, create_encoder(), start=start, settings=chosen)
    click.echo(f"recall@5 {recall:.3f} on the dev part; weights in {out}: multihop ask … --retriever gnn --gnn {out}")


def _surroundings(uri: str, given: Sequence[Question]) -> tuple[list[LabelledSurroundings], list[LabelledSurroundings]]:
    """Return what the reasoner is shown for a store's questions, to train on and to score."""
    store = open_store(uri)
    try:
        resources = create_graphrag(store).resources
        with progress_bars() as bars:
            return read_surroundings(resources, given, lambda done: bars("surroundings", done, len(given)))
    finally:
        store.close()


def train_ranker_command(uris: Sequence[str], questions: Sequence[Path], out: Path, *, scores: bool, seed: int) -> None:
    """Train the ranker on the questions of some stores; progress goes to stderr."""
    _check_pairs(uris, questions)
    settings = RankerSettings(seed=seed)
    groups = {uri: _ranker_examples(uri, paths) for uri, paths in zip(uris, questions, strict=True)}
    if scores:
        for uri, figures in cross_fitted(groups, settings, note).items():
            click.echo(f"{uri}: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    note("training the trees on all questions")
    fit_ranker([example for examples in groups.values() for example in examples], settings).save(out)
    click.echo(f"weights in {out}: multihop ask … --ranker {out}")


def _check_pairs(uris: Sequence[str], questions: Sequence[Path]) -> None:
    if len(uris) != len(questions):
        raise ConfigError(f"Expected one --questions for each --store (got {len(questions)} for {len(uris)})")


def _ranker_examples(uri: str, paths: Path) -> list[RankerExample]:
    """Return the candidates of a store's questions, from one file or several with commas between."""
    given = [question for path in str(paths).split(",") for question in load_questions(Path(path))]
    store = open_store(uri)
    try:
        resources = create_graphrag(store).resources
        with progress_bars() as bars:
            return read_examples(
                feature_reader(resources), resources.graph, given, lambda done: bars("candidates", done, len(given))
            )
    finally:
        store.close()


def train_reader_command(
    uri: str,
    questions: Path | None,
    out: Path,
    *,
    minutes: float,
    max_questions: int,
    write_to: Path | None,
    dry_run: bool,
    threads: int | None,
    seed: int,
    resume: bool,
) -> None:
    """Adapt the reader to a store and print what it reads before and after; progress goes to stderr."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given = load_questions(questions) if questions is not None else []
    encoder = published_encoder("Training the reader")
    from graphrag.reader_training import adapt_reader, read_corpus, write_questions

    store = open_store(uri)
    try:
        corpus = read_corpus(store, given, max_questions=max_questions, seed=seed)
    finally:
        store.close()
    note(f"made {plural(len(corpus.generated), 'question')}: {counted([one.type for one in corpus.generated])}")
    if len(corpus.labelled) < len(given):
        note(f"note: {plural(len(given) - len(corpus.labelled), 'question')} left out: no answer or gold passage here")
    if write_to is not None:
        write_questions(corpus.generated, write_to)
        note(f"wrote {write_to}")
    if dry_run:
        return
    adapted = adapt_reader(corpus, encoder, out, minutes=minutes, threads=threads, seed=seed, resume=resume, say=note)
    for one in adapted.scores:
        click.echo(
            f"{one.type}: {plural(one.num_questions, 'question')}, exact match {one.exact_match[0]:.3f} -> "
            f"{one.exact_match[1]:.3f}, F1 {one.f1[0]:.3f} -> {one.f1[1]:.3f}"
        )
    if not adapted.is_better:
        click.echo("the questions held out are not read better: the folder has the shipped network")
    click.echo(f"reader in {out}: multihop ask … --reader {out}")


def split_command(questions: Path, out: Path, *, seed: int | None) -> None:
    """Divide a file of questions and say how."""
    for name, path in split_questions(questions, out, seed=SEED if seed is None else seed).items():
        note(f"{name}: {plural(len(load_questions(path)), 'question')} in {path}")
