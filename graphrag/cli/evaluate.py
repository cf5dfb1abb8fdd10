"""The command that measures: eval."""

from pathlib import Path

import click

from graphrag.cli.console import note, print_json, progress_bars
from graphrag.cli.query import opened
from graphrag.errors import ConfigError
from graphrag.evaluation.datasets import QuestionFormat, load_questions, missing_gold_passages
from graphrag.evaluation.experiment import run_experiment
from graphrag.evaluation.report import to_json_object, to_text, write_report
from graphrag.pipeline import DEFAULT_RETRIEVER


def evaluate_command(  # the command's options
    uri: str,
    questions_path: Path,
    questions_format: QuestionFormat,
    retrievers: str | None,
    *,
    ranker: Path | None,
    gnn: Path | None,
    reader: Path | None,
    llm: str | None,
    config_path: Path | None,
    answers: bool,
    limit: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Ask all questions with all retrievers and print the figures."""
    names = _names(retrievers)
    questions = load_questions(questions_path, format=questions_format, limit=limit)
    with opened(uri, llm=llm, ranker=ranker, gnn=gnn, reader=reader, config_path=config_path) as rag:
        missing = missing_gold_passages(questions, set(rag.graph.passage_ids))
        if missing:
            note(
                f"note: the store lacks {len(missing):,} gold passages, such as {missing[0]!r}; they count as not found"
            )
        with progress_bars() as bars:
            reports = run_experiment(
                questions,
                [rag.retriever(name) for name in names],
                rag.ask_with if answers else None,
                progress=bars,
                usage=lambda: rag.usage,
            )
        if out is not None:
            write_report(reports, out, passage_of=rag.passage)
            note(f"wrote the report to {out}")
    if as_json:
        print_json(to_json_object(reports))
    else:
        click.echo(to_text(reports))


def _names(retrievers: str | None) -> list[str]:
    names = [name.strip() for name in (retrievers or DEFAULT_RETRIEVER).split(",")]
    if len(set(names)) < len(names) or not all(names):
        raise ConfigError(f"Expected different retrievers, separated by commas (got {retrievers!r})")
    return names
