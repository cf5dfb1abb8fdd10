"""The commands that read documents: build and extract."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import Literal

import click

from graphrag.cli.console import ProgressBars, SkipLog, duration, note, plural, print_json, printable, progress_bars
from graphrag.config import read_config
from graphrag.errors import ConfigError, ExtractionError, InputError
from graphrag.estimate import BuildEstimate
from graphrag.factory import Config, create_encoder, create_extractor, create_graphrag, open_existing_store, open_store
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.indexing import BuildReport
from graphrag.ingest import SplitSettings, load_documents
from graphrag.llm_parts import estimate_build, keeping_replies
from graphrag.protocols import TripleExtractor
from graphrag.types import Document, Extraction, Passage, SkippedInput

InputFormat = Literal["auto", "documents", "passages", "triples"]
_EXTRACT_BATCH = 64
_LONG_BUILD_S = 30


def build_command(
    paths: Sequence[Path],
    uri: str,
    input_format: InputFormat,
    extractor_spec: str | None,
    *,
    llm: str | None,
    config_path: Path | None,
    dry_run: bool,
) -> None:
    """Add documents to a store, or estimate what that would take."""
    config = read_config(config_path, Config) if config_path else Config()
    extractor = create_extractor(_chosen(extractor_spec, llm), llm=llm, config=config)
    skipped = SkipLog()
    documents = load_documents(paths, format=input_format, split=config.split, on_skip=skipped)
    if dry_run:
        _dry_run(uri, documents, extractor, config)
        skipped.close()
        return
    documents = _at_least_one(documents, paths)
    _ = extractor.identity  # a server that is not there is noticed before a store is made
    store = open_store(uri, create=True)
    try:
        with keeping_replies(extractor, store), progress_bars() as bars:
            rag = create_graphrag(store, extractor=extractor, config=config)
            # A sample that a language model reads is no short one: --dry-run has it.
            announce = None if llm else lambda estimate: _announce(estimate, bars)
            report = rag.build(documents, progress=bars, on_estimate=announce)
        for item in report.skipped:
            skipped(item)
        skipped.close()
        _summarize(uri, report, skipped.count, rag.graph)
    finally:
        store.close()


def _chosen(extractor_spec: str | None, llm: str | None) -> str:
    """Return the extractor that is meant: a language model, once named, reads the passages."""
    if llm is not None and extractor_spec not in {None, "llm"}:
        raise ConfigError(f"Expected --llm without --extractor, or with --extractor llm (got {extractor_spec!r})")
    return extractor_spec or ("llm" if llm is not None else "spacy")


def _at_least_one(documents: Iterator[Document], paths: Sequence[Path]) -> Iterator[Document]:
    """Read the first document now, so that a store is only made when there is something to put into it."""
    first = next(documents, None)
    if first is None:
        raise InputError(f"No documents in {', '.join(map(str, paths))}")
    return chain([first], documents)


def _announce(estimate: BuildEstimate, bars: ProgressBars) -> None:
    if estimate.seconds > _LONG_BUILD_S:
        bars.close()
        note(
            f"{estimate.passages:,} passages to extract (about {estimate.words:,} words): "
            f"about {duration(estimate.seconds)}. Ctrl-C stops; the next build continues."
        )


def _summarize(uri: str, report: BuildReport, num_skipped: int, graph: KnowledgeGraph) -> None:
    documents = (
        f"{plural(report.added, 'document')} added, {report.replaced:,} replaced, {report.unchanged:,} unchanged"
    )
    failed = f", {plural(report.failed, 'passage')} failed (the next build tries again)" if report.failed else ""
    skipped = f", {num_skipped:,} skipped" if num_skipped else ""
    click.echo(f"{uri}: {documents}{skipped}{failed}")
    click.echo(
        f"{plural(graph.num_passages, 'passage')}, {plural(graph.num_entities, 'entity')}, "
        f"{plural(graph.num_facts, 'fact')}, {plural(len(graph.synonyms), 'synonym pair')}; "
        f"{duration(sum(report.seconds.values()))}"
    )


def _dry_run(uri: str, documents: Iterator[Document], extractor: TripleExtractor, config: Config) -> None:
    store = open_existing_store(uri)
    try:
        estimate = estimate_build(documents, store, extractor, create_encoder())
    finally:
        if store is not None:
            store.close()
    click.echo(f"documents to add or replace  {estimate.documents:,} ({estimate.unchanged:,} unchanged)")
    click.echo(f"passages to extract          {estimate.passages:,} ({estimate.words:,} words)")
    if estimate.triples:
        click.echo(f"triples to import            {estimate.triples:,}")
    click.echo(f"language model calls         {estimate.llm_calls:,}")
    click.echo(f"prompt / completion tokens   {estimate.prompt_tokens:,} / {estimate.completion_tokens:,}")
    money = config.llm.money(estimate.prompt_tokens, estimate.completion_tokens)
    if money:
        click.echo(f"money                        about {money:,.2f}")
    click.echo(f"time                         about {duration(estimate.seconds)}")
    click.echo(f"space                        about {estimate.megabytes:,.0f} MB")


def extract_command(
    path: str, extractor_spec: str | None, *, llm: str | None, config_path: Path | None, as_json: bool
) -> None:
    """Print what an extractor finds in each passage of a file, a folder or standard input."""
    config = read_config(config_path, Config) if config_path else Config()
    extractor = create_extractor(_chosen(extractor_spec, llm), llm=llm, config=config, for_reading=True)
    skipped = SkipLog()
    passages = 0
    for batch in _batches(_passages(path, skipped)):
        passages += len(batch)
        for passage, result in zip(batch, extractor.extract(batch), strict=True):
            if isinstance(result, ExtractionError):
                skipped(SkippedInput(passage.passage_id, str(result)))
            else:
                _print_extraction(passage, result, as_json=as_json)
    skipped.close()
    if not passages:
        raise InputError(f"No passages in {path}")


def _passages(path: str, skipped: SkipLog) -> Iterator[Passage]:
    split = Config().split
    if path != "-":
        documents = load_documents([Path(path)], format="auto", split=split, on_skip=skipped)
        return (passage for document in documents for passage in document.passages)
    return _passages_from_stdin(split, skipped)


def _passages_from_stdin(split: SplitSettings, skipped: SkipLog) -> Iterator[Passage]:
    # Read like a text file, so that standard input and a file give the same passages.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stdin.txt"
        with file.open("wb") as target:
            shutil.copyfileobj(sys.stdin.buffer, target)
        for document in load_documents([file], format="auto", split=split, on_skip=skipped):
            yield from document.passages


def _batches(passages: Iterator[Passage]) -> Iterator[list[Passage]]:
    while batch := list(islice(passages, _EXTRACT_BATCH)):
        yield batch


def _print_extraction(passage: Passage, extraction: Extraction, *, as_json: bool) -> None:
    if as_json:
        print_json({"passage_id": passage.passage_id, **asdict(extraction)})
        return
    click.echo(printable(f"{passage.passage_id}  {passage.title}"))
    for entity in extraction.entities:
        click.echo(f"  {printable(entity.text)}" + (f"  [{entity.label}]" if entity.label else ""))
    for triple in extraction.triples:
        click.echo(f"  ({printable(f'{triple.head}; {triple.relation}; {triple.tail}')})  {triple.confidence:.2f}")
