"""The command ``multihop``: its commands, their options, and how errors end it."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphrag.errors import ConfigError, GraphRAGError

if TYPE_CHECKING:
    from graphrag.cli.build import InputFormat
    from graphrag.evaluation.datasets import QuestionFormat
    from graphrag.graph.export import ExportFormat

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Failure(click.ClickException):
    """An error of ours as one line on stderr."""

    exit_code = 1

    def __init__(self, error: GraphRAGError) -> None:
        super().__init__(" ".join(str(error).split()))

    def show(self, file: object = None) -> None:  # noqa: ARG002  # click's signature
        """Print the line."""
        click.echo(f"multihop: {self.format_message()}", err=True)


class WrongUsage(Failure):
    """A setting or flag that does not exist or does not fit."""

    exit_code = 2


class Commands(click.Group):
    """Turns the errors of every command into one line and an exit code: 1 the work failed, 2 wrong usage."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except GraphRAGError as error:
            if ctx.params.get("debug"):
                raise
            raise (WrongUsage if isinstance(error, ConfigError) else Failure)(error) from error
        except KeyboardInterrupt as error:
            raise Interrupted from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            text = f"Unexpected {type(error).__name__}: {error} (multihop --debug shows where)"
            raise Failure(GraphRAGError(text)) from error


class Interrupted(click.ClickException):
    """Ctrl-C: what was saved stays, and the next build continues."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("stopped; what was finished is saved, and the next build continues from there")

    def show(self, file: object = None) -> None:  # noqa: ARG002  # click's signature
        """Print the line."""
        click.echo(f"multihop: {self.format_message()}", err=True)


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(package_name="multihop-graphrag")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Build a knowledge graph from documents and answer multi-hop questions over it."""
    del debug  # read from the context where an error ends


store_option = click.option(
    "--store", "uri", required=True, metavar="URI", help="The store: a file such as kb.db, or neo4j://host:7687."
)
retriever_option = click.option(
    "--retriever",
    metavar="NAME",
    help="multihop (default), bm25, dense, hybrid, hipporag, hipporag2, gnn or gnn+pagerank.",
)
ranker_option = click.option(
    "--ranker", type=click.Path(path_type=Path), metavar="WEIGHTS",
    help="What train ranker wrote, for the retriever multihop.",
)  # fmt: skip
gnn_option = click.option(
    "--gnn", type=click.Path(path_type=Path), metavar="WEIGHTS", help="What train gnn wrote, for the retriever gnn."
)
reader_option = click.option(
    "--reader", type=click.Path(path_type=Path), metavar="FOLDER",
    help="What train reader wrote, for answers without a language model.",
)  # fmt: skip
llm_option = click.option(
    "--llm", metavar="MODEL", help="A GGUF file, hf:OWNER/REPO/FILE.gguf, or http(s)://…/v1 addresses, by commas."
)
config_option = click.option(
    "--config", "config_path", type=click.Path(path_type=Path), help="A TOML file with settings."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on stdout.")
extractor_option = click.option("--extractor", metavar="NAME", help="spacy, spacy:PIPELINE, llm or replay:FILE.")
top_k_option = click.option(
    "--top-k", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many passages."
)


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option(
    "--format", "input_format", default="auto", show_default=True,
    type=click.Choice(["auto", "documents", "passages", "triples"]), help="How to read the input.",
)  # fmt: skip
@extractor_option
@llm_option
@config_option
@click.option("--dry-run", is_flag=True, help="Say what a build would do and how long it would take; write nothing.")
def build(
    paths: Sequence[Path], uri: str, input_format: "InputFormat", extractor: str | None, llm: str | None,
    config_path: Path | None, dry_run: bool,
) -> None:  # fmt: skip
    """Read documents and build their graph, or add them to one."""
    from graphrag.cli.build import build_command

    build_command(paths, uri, input_format, extractor, llm=llm, config_path=config_path, dry_run=dry_run)


@cli.command()
@click.argument("path")
@extractor_option
@llm_option
@config_option
@json_option
def extract(path: str, extractor: str | None, llm: str | None, config_path: Path | None, as_json: bool) -> None:
    """Print what an extractor finds in a file, a folder or standard input (-), without a store."""
    from graphrag.cli.build import extract_command

    extract_command(path, extractor, llm=llm, config_path=config_path, as_json=as_json)


@cli.command()
@click.argument("question")
@store_option
@retriever_option
@ranker_option
@gnn_option
@reader_option
@llm_option
@config_option
@top_k_option
@json_option
def ask(
    question: str, uri: str, retriever: str | None, ranker: Path | None, gnn: Path | None, reader: Path | None,
    llm: str | None, config_path: Path | None, top_k: int, as_json: bool,
) -> None:  # fmt: skip
    """Answer a question, with citations and reasoning paths."""
    from graphrag.cli.query import ask_command

    ask_command(
        question, uri, retriever, ranker=ranker, gnn=gnn, reader=reader, llm=llm, config_path=config_path, top_k=top_k,
        as_json=as_json,
    )  # fmt: skip


@cli.command()
@click.argument("question")
@store_option
@retriever_option
@ranker_option
@gnn_option
@top_k_option
@json_option
def retrieve(
    question: str, uri: str, retriever: str | None, ranker: Path | None, gnn: Path | None, top_k: int, as_json: bool
) -> None:
    """Print the best passages for a question."""
    from graphrag.cli.query import retrieve_command

    retrieve_command(question, uri, retriever, ranker=ranker, gnn=gnn, top_k=top_k, as_json=as_json)


@cli.command("eval")
@store_option
@click.option(
    "--questions", "questions_path", required=True, type=click.Path(path_type=Path), help="Questions with answers."
)
@click.option(
    "--questions-format", default="auto", show_default=True,
    type=click.Choice(["auto", "jsonl", "metaqa", "pathquestion", "rog"]), help="How to read the questions.",
)  # fmt: skip
@click.option("--retriever", "retrievers", metavar="NAME,NAME", help="Retrievers to compare (default: multihop).")
@ranker_option
@gnn_option
@reader_option
@llm_option
@config_option
@click.option("--no-answers", is_flag=True, help="Measure retrieval only.")
@click.option("--limit", type=click.IntRange(1), help="Use the first so many questions.")
@click.option("--out", type=click.Path(path_type=Path), help="A folder for the report and a row per question.")
@json_option
def evaluate(
    uri: str, questions_path: Path, questions_format: "QuestionFormat", retrievers: str | None, ranker: Path | None,
    gnn: Path | None, reader: Path | None, llm: str | None, config_path: Path | None, no_answers: bool,
    limit: int | None, out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Measure retrievers and answers on questions whose answers are known."""
    from graphrag.cli.evaluate import evaluate_command

    evaluate_command(
        uri, questions_path, questions_format, retrievers, ranker=ranker, gnn=gnn, reader=reader, llm=llm,
        config_path=config_path, answers=not no_answers, limit=limit, out=out, as_json=as_json,
    )  # fmt: skip


@cli.command()
@store_option
@json_option
def stats(uri: str, as_json: bool) -> None:
    """Print the sizes of a store and the digest of its content."""
    from graphrag.cli.manage import stats_command

    stats_command(uri, as_json=as_json)


@cli.command()
@click.argument("document_id")
@store_option
def delete(document_id: str, uri: str) -> None:
    """Remove a document and everything that only it supports."""
    from graphrag.cli.manage import delete_command

    delete_command(document_id, uri)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@store_option
@click.option(
    "--format", "output_format", required=True, type=click.Choice(["graphml", "jsonl", "cypher"]), help="What to write."
)
def export(path: Path, uri: str, output_format: "ExportFormat") -> None:
    """Write the graph to a file for other programs."""
    from graphrag.cli.manage import export_command

    export_command(path, uri, output_format)


@cli.command()
@store_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("graph.html"), show_default=True, help="The HTML file."
)
@click.option("--question", help="Draw the graph around this question; without it, the best connected entities.")
@retriever_option
@click.option(
    "--max-nodes", type=click.IntRange(2, 500), default=60, show_default=True, help="Draw at most so many nodes."
)
def view(uri: str, out: Path, question: str | None, retriever: str | None, max_nodes: int) -> None:
    """Draw the graph as one HTML file that needs no network."""
    from graphrag.cli.query import view_command

    view_command(uri, out, question, retriever, max_nodes=max_nodes)


@cli.command()
@click.argument("from_uri")
@click.argument("to_uri")
def copy(from_uri: str, to_uri: str) -> None:
    """Copy a store, such as kb.db, to another address, such as neo4j://host:7687; run again, it continues."""
    from graphrag.cli.stores import copy_command

    copy_command(from_uri, to_uri)


@cli.command()
@click.argument("query")
@store_option
@click.option(
    "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter's value, as JSON or text."
)
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="Print so many rows.")
@click.option("--timeout", type=click.FloatRange(0.1, 86400), default=30, show_default=True, help="Seconds.")
@json_option
def cypher(query: str, uri: str, parameters: Sequence[str], limit: int, timeout: float, as_json: bool) -> None:
    """Run your own Cypher on a graph in Neo4j; it may only read. $graph is the graph's name."""
    from graphrag.cli.stores import cypher_command

    cypher_command(query, uri, parameters, limit=limit, timeout_s=timeout, as_json=as_json)


@cli.group()
def edit() -> None:
    """Correct the graph by hand; a rebuild keeps the corrections."""


@edit.command("merge")
@click.argument("entity")
@click.argument("into")
@store_option
def edit_merge(entity: str, into: str, uri: str) -> None:
    """Say that ENTITY is the same as INTO."""
    from graphrag.cli.manage import edit_command

    edit_command(uri, "merge", entity, into)


@edit.command("split")
@click.argument("entity")
@click.argument("name")
@click.argument("passage_ids", nargs=-1, required=True)
@store_option
def edit_split(entity: str, name: str, passage_ids: Sequence[str], uri: str) -> None:
    """Say that what PASSAGE_IDS call ENTITY is another entity, NAME."""
    from graphrag.cli.manage import edit_command

    edit_command(uri, "split", entity, name, passage_ids=passage_ids)


@edit.command("add")
@click.argument("head")
@click.argument("relation")
@click.argument("tail")
@store_option
def edit_add(head: str, relation: str, tail: str, uri: str) -> None:
    """Add a triple."""
    from graphrag.cli.manage import edit_command

    edit_command(uri, "add", head, tail, relation=relation)


@edit.command("remove")
@click.argument("head")
@click.argument("relation")
@click.argument("tail")
@store_option
def edit_remove(head: str, relation: str, tail: str, uri: str) -> None:
    """Remove a triple."""
    from graphrag.cli.manage import edit_command

    edit_command(uri, "remove", head, tail, relation=relation)


@edit.command("undo")
@store_option
def edit_undo(uri: str) -> None:
    """Take back the last correction."""
    from graphrag.cli.manage import undo_command

    undo_command(uri)


@cli.command()
def doctor() -> None:
    """Check the installation: packages, extras, shipped weights."""
    from graphrag.cli.manage import doctor_command

    doctor_command()


@cli.group()
def train() -> None:
    """Train the models that the product uses."""


@train.command("spacy")
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder with the corpora.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for checkpoint, log and weights.")
@click.option("--encoder", type=click.Path(path_type=Path), help="Folder of the encoder to start from.")
@config_option
@click.option("--start", type=click.Path(path_type=Path), help="Checkpoint of another run to take the weights from.")
@click.option("--teacher", type=click.Path(path_type=Path), help="Weights of which a smaller pipeline is to be made.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in --out.")
def train_spacy(
    data: Path,
    out: Path,
    encoder: Path | None,
    config_path: Path | None,
    start: Path | None,
    teacher: Path | None,
    resume: bool,
) -> None:
    """Train the parser and the names of the offline extractor (see extractors/weights/MODEL_CARD.md)."""
    from graphrag.cli.training import train_spacy_command

    train_spacy_command(data, out, encoder=encoder, config=config_path, start=start, teacher=teacher, resume=resume)


@train.command("gnn")
@store_option
@click.option("--questions", type=click.Path(path_type=Path), help="Without it they are made from the graph's paths.")
@click.option(
    "--questions-format", default="auto", show_default=True,
    type=click.Choice(["auto", "jsonl", "metaqa", "pathquestion", "rog"]), help="How to read the questions.",
)  # fmt: skip
@click.option("--dev", type=click.Path(path_type=Path), help="What is scored after each epoch (default: one in ten).")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File for the weights.")
@click.option(
    "--kind", default="transfer", show_default=True, type=click.Choice(["transfer", "rearev"]), help="The network."
)
@click.option("--epochs", type=click.IntRange(1, 1000), help="At most so many.")
@click.option("--minutes", type=click.FloatRange(0.01), help="Stop after so much time (default: 9).")
@click.option("--steps", type=click.IntRange(1, 10), help="How far answers are from the question's entities, at most.")
@click.option("--threads", type=click.IntRange(1), help="Processors to use (default: all).")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of every random choice.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint of a run that was stopped.")
def train_gnn(
    uri: str, questions: Path | None, questions_format: "QuestionFormat", dev: Path | None, out: Path, kind: str,
    epochs: int | None, minutes: float | None, steps: int | None, threads: int | None, seed: int, resume: bool,
) -> None:  # fmt: skip
    """Train a reasoner for the retriever gnn on questions over the graph in a store."""
    from graphrag.cli.training import train_gnn_command

    train_gnn_command(
        uri, questions, out, questions_format=questions_format, dev=dev, kind=kind, epochs=epochs, minutes=minutes,
        steps=steps, threads=threads, seed=seed, resume=resume,
    )  # fmt: skip


@train.command("gnn-text")
@click.option("--store", "uris", required=True, multiple=True, metavar="URI", help="A store; several may be given.")
@click.option(
    "--questions", required=True, multiple=True, type=click.Path(path_type=Path),
    help="Questions with gold passages, one file for each store, in their order.",
)  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File for the weights.")
@click.option("--start", type=click.Path(path_type=Path), help="Weights to begin with (default: drawn at random).")
@click.option("--epochs", type=click.IntRange(1, 1000), help="How often all questions are gone through (default: 12).")
@click.option("--learning-rate", type=click.FloatRange(1e-6, 1), help="The largest (default: 0.003).")
@click.option(
    "--hidden-share", type=click.FloatRange(0, 1), help="Questions that PageRank's view is hidden in (default: 0.5)."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of every random choice.")
def train_gnn_text(
    uris: tuple[str, ...], questions: tuple[Path, ...], out: Path, start: Path | None, epochs: int | None,
    learning_rate: float | None, hidden_share: float | None, seed: int,
) -> None:  # fmt: skip
    """Train the reasoner over entities and passages that gnn uses by default, on 80 % of the questions."""
    from graphrag.cli.training import train_gnn_text_command

    settings = {"num_epochs": epochs, "learning_rate": learning_rate, "hidden_share": hidden_share, "seed": seed}
    train_gnn_text_command(uris, questions, out, start=start, settings=settings)


@train.command("ranker")
@click.option("--store", "uris", required=True, multiple=True, metavar="URI", help="A store; several may be given.")
@click.option(
    "--questions", required=True, multiple=True, type=click.Path(path_type=Path),
    help="Questions with gold passages, one file for each store, in their order; several by commas.",
)  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File for the weights.")
@click.option("--no-scores", is_flag=True, help="Do not measure what other trees reach on questions they did not see.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of every random choice.")
def train_ranker(uris: tuple[str, ...], questions: tuple[Path, ...], out: Path, no_scores: bool, seed: int) -> None:
    """Train the ranker of the retriever multihop, and print its recall on questions that it was not trained on."""
    from graphrag.cli.training import train_ranker_command

    train_ranker_command(uris, questions, out, scores=not no_scores, seed=seed)


@train.command("reader")
@store_option
@click.option(
    "--questions", type=click.Path(path_type=Path), help="Questions with answers and gold passages, learned from too."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the reader.")
@click.option(
    "--minutes", type=click.FloatRange(0.01), default=10, show_default=True, help="Of processor time, for the training."
)
@click.option(
    "--max-questions", type=click.IntRange(1, 100_000), default=4000, show_default=True,
    help="At most so many are generated.",
)  # fmt: skip
@click.option(
    "--write-questions", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the generated questions, as eval reads them.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Generate the questions and train nothing.")
@click.option("--threads", type=click.IntRange(1), help="Processors to use (default: all).")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of every random choice.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint of a run that was stopped.")
def train_reader(
    uri: str, questions: Path | None, out: Path, minutes: float, max_questions: int, write_questions: Path | None,
    dry_run: bool, threads: int | None, seed: int, resume: bool,
) -> None:  # fmt: skip
    """Adapt the reader to a store, by questions made of its triples, and print what that changes."""
    from graphrag.cli.training import train_reader_command

    train_reader_command(
        uri, questions, out, minutes=minutes, max_questions=max_questions, write_to=write_questions, dry_run=dry_run,
        threads=threads, seed=seed, resume=resume,
    )  # fmt: skip


@cli.command()
@click.argument("questions", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for train, dev and test.")
@click.option("--seed", type=click.IntRange(0), help="Of the order of the questions (default: a fixed one).")
def split(questions: Path, out: Path, seed: int | None) -> None:
    """Divide a file of questions at random: 80 % to train on, 10 % to choose by, 10 % to test."""
    from graphrag.cli.training import split_command

    split_command(questions, out, seed=seed)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not end the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli.main(prog_name="multihop")
