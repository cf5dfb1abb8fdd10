"""The commands that ask: ask, retrieve and view."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from graphrag.cli.console import counted, note, print_json, printable
from graphrag.config import read_config
from graphrag.errors import InputError
from graphrag.factory import Config, create_graphrag, open_store
from graphrag.generation.verbalization import verbalize_path
from graphrag.pipeline import DEFAULT_RETRIEVER, GraphRAG
from graphrag.types import Answer, ReasoningPath, Retrieval

_SHOWN_PATHS = 5
_SHOWN_CHARACTERS = 300


@contextmanager
def opened(
    uri: str,
    *,
    llm: str | None = None,
    ranker: Path | None = None,
    gnn: Path | None = None,
    reader: Path | None = None,
    config_path: Path | None = None,
    show: Callable[[str], None] | None = None,
) -> Iterator[GraphRAG]:
    """Open a store for questions."""
    config = read_config(config_path, Config) if config_path else Config()
    store = open_store(uri)
    try:
        yield create_graphrag(store, config=config, llm=llm, ranker=ranker, gnn=gnn, reader=reader, show=show)
    finally:
        store.close()


def ask_command(
    question: str,
    uri: str,
    retriever: str | None,
    *,
    ranker: Path | None,
    gnn: Path | None,
    reader: Path | None,
    llm: str | None,
    config_path: Path | None,
    top_k: int,
    as_json: bool,
) -> None:
    """Print an answer, its citations and its paths; on a terminal, what a language model says while it says it."""
    show = show_reply if sys.stderr.isatty() and not as_json else None
    with opened(uri, llm=llm, ranker=ranker, gnn=gnn, reader=reader, config_path=config_path, show=show) as rag:
        answer = rag.ask(question, retriever=retriever or DEFAULT_RETRIEVER, top_k=top_k)
        if as_json:
            print_json(answer_object(answer))
        else:
            _print_answer(answer)


def answer_object(answer: Answer) -> dict[str, object]:
    """Return what ``ask --json`` prints."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "confidence": answer.confidence,
        "method": answer.method,
        "citations": list(answer.citations),
        "paths": [_path_object(path) for path in answer.paths],
        "passages": _passage_objects(answer.retrieval),
        "timings": {name: round(milliseconds, 3) for name, milliseconds in answer.timings.items()},
        "fallbacks": list(answer.fallbacks),
    }


def _path_object(path: ReasoningPath) -> dict[str, object]:
    steps = [
        {"source": s.source, "relation": s.relation, "target": s.target, "forward": s.forward, "kind": s.kind,
         "passage_ids": list(s.passage_ids)}
        for s in path.steps
    ]  # fmt: skip
    return {"text": verbalize_path(path), "score": path.score, "steps": steps}


def _passage_objects(retrieval: Retrieval) -> list[dict[str, object]]:
    return [
        {"passage_id": hit.passage_id, "title": hit.passage.title, "score": hit.score} for hit in retrieval.passages
    ]


def show_reply(piece: str) -> None:
    """Print a piece of a language model's reply on stderr, without what would steer the terminal."""
    lines = piece.split("\n")
    for number, line in enumerate(lines, start=1):
        said = "".join(character if character.isprintable() else " " for character in line)
        click.echo(said, err=True, nl=number < len(lines))


def _print_answer(answer: Answer) -> None:
    number = {hit.passage_id: hit.rank for hit in answer.retrieval.passages}
    marks = "".join(f" [{number[passage_id]}]" for passage_id in answer.citations if passage_id in number)
    click.echo(f"Answer ({answer.method}, confidence {answer.confidence:.2f}):{marks}")
    click.echo(f"  {printable(answer.text) or 'none found'}")
    if answer.paths:
        click.echo("Paths:")
    for path in answer.paths[:_SHOWN_PATHS]:
        click.echo(f"  {printable(verbalize_path(path))}")
    _print_passages(answer.retrieval)
    _print_fallbacks(answer.fallbacks)


def _print_passages(retrieval: Retrieval) -> None:
    if retrieval.passages:
        click.echo("Passages:")
    for hit in retrieval.passages:
        text = printable(hit.passage.text)
        title = printable(hit.passage.title) or "(no title)"
        shown = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
        click.echo(f"  [{hit.rank}] {title}  ({printable(hit.passage_id)}, {hit.score:.4g})")
        click.echo(f"      {shown}")


def _print_fallbacks(fallbacks: tuple[str, ...]) -> None:
    if fallbacks:
        note(f"note: {counted(fallbacks)}")


def retrieve_command(
    question: str,
    uri: str,
    retriever: str | None,
    *,
    ranker: Path | None,
    gnn: Path | None,
    top_k: int,
    as_json: bool,
) -> None:
    """Print the best passages."""
    with opened(uri, ranker=ranker, gnn=gnn) as rag:
        found = rag.retrieve(question, retriever=retriever or DEFAULT_RETRIEVER, top_k=top_k)
        if as_json:
            print_json(
                {
                    "question": question,
                    "retriever": found.retriever,
                    "passages": _passage_objects(found),
                    "ms": round(found.milliseconds, 3),
                }
            )
            return
        _print_passages(found)
        _print_fallbacks(found.fallbacks)


def view_command(uri: str, out: Path, question: str | None, retriever: str | None, *, max_nodes: int) -> None:
    """Write the picture of the graph and say where."""
    from graphrag.visualization.build import build_view
    from graphrag.visualization.draw import draw_html

    with opened(uri) as rag:
        answer = rag.ask(question, retriever=retriever or DEFAULT_RETRIEVER) if question is not None else None
        page = draw_html(build_view(rag.graph, answer=answer, max_nodes=max_nodes))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"Cannot write {out}: {error.strerror}") from error
    click.echo(f"wrote {out}")
