"""The command line's words for notebooks and programs: open, build, ask, retrieve, evaluate, edit."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from graphrag.config import read_config
from graphrag.display import Shown, notes_html, table_html
from graphrag.errors import ConfigError, StoreError
from graphrag.evaluation.datasets import Question, QuestionFormat, load_questions, missing_gold_passages
from graphrag.evaluation.experiment import run_experiment
from graphrag.evaluation.report import write_report
from graphrag.exploration.evaluation import Evaluation
from graphrag.exploration.graph import Graph
from graphrag.exploration.progress import in_notebook, show_piece, showing_progress
from graphrag.factory import (
    Config,
    LabelledText,
    create_extractor,
    create_graphrag,
    open_store,
    train_reasoner,
)
from graphrag.graph.export import ExportFormat, export_graph
from graphrag.indexing import BuildReport
from graphrag.ingest import InputFormat, load_documents
from graphrag.llm_parts import forget_replies, keeping_replies
from graphrag.pipeline import DEFAULT_RETRIEVER
from graphrag.pipeline import GraphRAG as Pipeline
from graphrag.retrieval.retriever import BaseRetriever
from graphrag.rows import Edit, EditKind, StoreStatistics
from graphrag.stores.copying import CopyableStore
from graphrag.text import clean_text
from graphrag.types import Answer, Document, Retrieval, SkippedInput

Source = str | Path | Document
"""A file, a folder, or a document in memory."""


class GraphRAG(Shown):
    """A knowledge base: documents go in, answers with their reasons come out.

    Parameters
    ----------
    store
        A file such as ``kb.db`` (made by the first build), or ``neo4j://host:7687/database?graph=name``.
    extractor
        ``spacy``, ``spacy:PIPELINE``, ``llm`` or ``replay:FILE``; default: ``llm`` if a model is given, else ``spacy``.
    llm
        A GGUF file, ``hf:OWNER/REPO/FILE.gguf``, or addresses such as ``http://host:8000/v1``; reads questions, chooses
        facts and answers; in builds it reads the passages.
    ranker
        File with the weights of the retriever ``multihop``; default: those that ship.
    gnn
        File with the weights of the retriever ``gnn``; default: those that ship.
    reader
        Folder that ``multihop train reader`` wrote, of what answers without a language model; default: what ships.
    config
        Settings, or the TOML file that has them.
    show
        Told what the language model says when it answers, while it says it; default: under the cell of a notebook.

    Raises
    ------
    ConfigError
        If the settings cannot be read.

    Examples
    --------
    >>> rag = GraphRAG.open("kb.db")
    >>> rag
    GraphRAG('kb.db')
    """

    def __init__(
        self,
        store: str | Path,
        *,
        extractor: str | None = None,
        llm: str | None = None,
        ranker: str | Path | None = None,
        gnn: str | Path | None = None,
        reader: str | Path | None = None,
        config: Config | str | Path | None = None,
        show: Callable[[str], None] | None = None,
    ) -> None:
        self.uri = str(store)
        self._extractor = extractor or ("llm" if llm is not None else "spacy")
        self._llm = llm
        self._ranker = Path(ranker) if ranker is not None else None
        self._gnn = Path(gnn) if gnn is not None else None
        self._reader = Path(reader) if reader is not None else None
        self._config = (
            config if isinstance(config, Config) else read_config(Path(config), Config) if config else Config()
        )
        self._show = show or (show_piece if in_notebook() else None)
        self._store: CopyableStore | None = None
        self._pipeline: Pipeline | None = None
        self._graph: Graph | None = None

    @classmethod
    def open(
        cls,
        store: str | Path,
        *,
        extractor: str | None = None,
        llm: str | None = None,
        ranker: str | Path | None = None,
        gnn: str | Path | None = None,
        reader: str | Path | None = None,
        config: Config | str | Path | None = None,
        show: Callable[[str], None] | None = None,
    ) -> Self:
        """Return the knowledge base at an address: see :class:`GraphRAG`."""
        return cls(store, extractor=extractor, llm=llm, ranker=ranker, gnn=gnn, reader=reader, config=config, show=show)

    def build(
        self,
        *sources: Source,
        format: InputFormat = "auto",  # noqa: A002  # the command line's name
    ) -> BuildReport:
        """Read documents and build their graph, or add them to it.

        Parameters
        ----------
        sources
            Files, folders, or documents in memory. None: what an interrupted build left is completed.
        format
            How files are read: ``auto``, ``documents``, ``passages`` or ``triples``.

        Raises
        ------
        InputError
            If a file is not there, or there is nothing to read.
        ConfigError
            If the store was built with other settings.
        StoreError
            If the store cannot be written.
        """
        skipped: list[SkippedInput] = []
        extractor = create_extractor(self._extractor, llm=self._llm, config=self._config)
        documents = self._documents(sources, format, skipped.append)
        store = self._opened(create=True)
        with keeping_replies(extractor, store), showing_progress() as progress:
            report = create_graphrag(store, extractor=extractor, config=self._config).build(
                documents, progress=progress
            )
        report.skipped[:0] = skipped
        self.refresh()
        return report

    def _documents(
        self, sources: Sequence[Source], input_format: InputFormat, on_skip: Callable[[SkippedInput], None]
    ) -> Iterator[Document]:
        # Paths are checked now, before a store is made.
        paths = [Path(source) for source in sources if not isinstance(source, Document)]
        split = self._config.split
        read = load_documents(paths, format=input_format, split=split, on_skip=on_skip) if paths else iter(())
        given = [source for source in sources if isinstance(source, Document)]
        return _chained(given, read)

    def ask(self, question: str, *, retriever: str = DEFAULT_RETRIEVER, top_k: int = 5) -> Answer:
        """Answer a question, with citations and reasoning paths.

        Parameters
        ----------
        question
            At most 10,000 characters.
        retriever
            Its name on the command line.
        top_k
            How many passages to answer from, at least 1.

        Raises
        ------
        InputError
            If the question is empty or too long.
        ConfigError
            If there is no such retriever.
        StoreError
            If there is no such store.
        """
        return self.pipeline.ask(question, retriever=retriever, top_k=top_k)

    def retrieve(self, question: str, *, retriever: str = DEFAULT_RETRIEVER, top_k: int = 5) -> Retrieval:
        """Return the best passages for a question: arguments and errors as for :meth:`ask`."""
        return self.pipeline.retrieve(question, retriever=retriever, top_k=top_k)

    def mass(self, question: str, *, retriever: str = DEFAULT_RETRIEVER) -> NDArray[np.float64]:
        """Return what a retriever gives every node: PageRank mass, or a GNN's probability.

        ``multihop`` gives entities the mass of its walk and passages the probability that they are needed.

        Parameters
        ----------
        question
            The question.
        retriever
            One that searches the graph.

        Returns
        -------
        ndarray
            Entities, then passages, not negative, shape ``(num_nodes,)``.

        Raises
        ------
        ConfigError
            If the retriever does not search the graph.
        """
        found = self.pipeline.retriever(retriever)
        scores = found.score(question) if isinstance(found, BaseRetriever) else None
        if scores is None or scores.entities is None:
            raise ConfigError(f"Expected a retriever that searches the graph (got {retriever!r})")
        mass: NDArray[np.float64] = np.maximum(np.concatenate([scores.entities, scores.passages]), 0.0)
        return mass

    def evaluate(
        self,
        questions: str | Path | Sequence[Question],
        *,
        retriever: str | Sequence[str] = DEFAULT_RETRIEVER,
        questions_format: QuestionFormat = "auto",
        answers: bool = True,
        limit: int | None = None,
        out: str | Path | None = None,
    ) -> Evaluation:
        """Measure retrievers and answers on questions whose answers are known.

        Parameters
        ----------
        questions
            A file, or questions in memory.
        retriever
            Names, as a list or separated by commas.
        questions_format
            How the file is read.
        answers
            Whether answers are measured too.
        limit
            Use the first so many questions.
        out
            A folder for the report and a row per question.

        Raises
        ------
        InputError
            If the questions cannot be read.
        ConfigError
            If a retriever does not exist.
        """
        if isinstance(questions, str | Path):
            questions = load_questions(questions, format=questions_format, limit=limit)
        asked = list(questions)[:limit]
        names = [name.strip() for name in retriever.split(",")] if isinstance(retriever, str) else list(retriever)
        pipeline = self.pipeline
        missing = missing_gold_passages(asked, set(pipeline.graph.passage_ids))
        with showing_progress() as progress:
            reports = run_experiment(
                asked,
                [pipeline.retriever(name) for name in names],
                pipeline.ask_with if answers else None,
                progress=progress,
                usage=lambda: pipeline.usage,
            )
        if out is not None:
            write_report(reports, out, passage_of=pipeline.passage)
        notes = [f"The store lacks {len(missing):,} gold passages; they count as not found."] if missing else []
        return Evaluation(reports, notes=notes)

    def train_gnn(
        self,
        out: str | Path,
        *,
        questions: Sequence[Question] | None = None,
        dev: Sequence[Question] | None = None,
        kind: str = "transfer",
        epochs: int | None = None,
        minutes: float | None = None,
    ) -> float:
        """Train the network of the retriever ``gnn`` on this graph, use it from now on, and return its hits@1.

        Parameters
        ----------
        out
            File for the weights.
        questions
            With seed entities and answers; None: made from the graph's own paths.
        dev
            What hits@1 is measured on; None: one question in ten, which is not learned from.
        kind
            ``transfer`` or ``rearev``.
        epochs, minutes
            At most so many.

        Raises
        ------
        MissingDependencyError
            If torch or another package for it is not installed.
        ConfigError
            If nothing can be learned from the questions.
        """
        chosen = {name: value for name, value in (("epochs", epochs), ("minutes", minutes)) if value is not None}
        hits = train_reasoner(
            self.pipeline.graph, _labelled(questions), _labelled(dev), Path(out), kind=kind, settings=chosen
        )
        self._gnn, self._pipeline = Path(out), None
        self.refresh()
        return hits

    @property
    def graph(self) -> Graph:
        """The knowledge graph, to look at."""
        if self._graph is None:
            self._graph = Graph(self.pipeline.graph, edits=self._opened().edits())
        return self._graph

    @property
    def edit(self) -> "Edits":
        """Corrections by hand: ``rag.edit.merge("Byron", "Lord Byron")``."""
        return Edits(self)

    def stats(self) -> StoreStatistics:
        """Return the sizes of the store and the digest of its content."""
        return self._opened().statistics()

    def delete(self, document_id: str) -> None:
        """Remove a document and everything that only it supports.

        Raises
        ------
        InputError
            If there is no such document.
        """
        self.pipeline.delete_document(document_id)
        forget_replies(self._opened())
        self.refresh()

    def export(self, path: str | Path, *, format: ExportFormat) -> Path:  # noqa: A002  # the command line's name
        """Write the graph for other programs: ``graphml``, ``jsonl`` or ``cypher``.

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        export_graph(self.pipeline.graph, Path(path), format)
        return Path(path)

    @property
    def pipeline(self) -> Pipeline:
        """What answers: for programs that need its parts."""
        if self._pipeline is None:
            self._pipeline = create_graphrag(
                self._opened(),
                config=self._config,
                llm=self._llm,
                ranker=self._ranker,
                gnn=self._gnn,
                reader=self._reader,
                show=self._show,
            )
        return self._pipeline

    def refresh(self) -> None:
        """Forget what was read, so that the next call sees what the store holds then."""
        self._graph = None
        if self._pipeline is not None:
            self._pipeline.refresh()

    def close(self) -> None:
        """Release files and connections; the next call opens them again."""
        if self._store is not None:
            self._store.close()
        self._store = self._pipeline = self._graph = None

    def _opened(self, *, create: bool = False) -> CopyableStore:
        if self._store is None:
            self._store = open_store(self.uri, create=create)
        return self._store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"GraphRAG({self.uri!r})"

    def _html(self) -> str:
        try:
            stats = self.stats()
        except StoreError as error:
            return notes_html([str(error)])
        rows = [
            ("documents", stats.documents), ("passages", stats.passages), ("entities", stats.entities),
            ("facts", stats.facts), ("failed passages", stats.failed_passages), ("digest", f"{stats.digest[:16]}…"),
        ]  # fmt: skip
        return table_html([self.uri, ""], rows)


class Edits(Shown):
    """Corrections of a graph by hand: kept apart from what extractors find, obeyed by every later build.

    Parameters
    ----------
    rag
        Whose graph.
    """

    def __init__(self, rag: GraphRAG) -> None:
        self._rag = rag

    def merge(self, entity: str, into: str) -> Edit:
        """Say that an entity is the same as another and takes its name.

        Raises
        ------
        LinkingError
            If the graph lacks one of them.
        """
        return self._apply("merge", entity, into)

    def split(self, entity: str, name: str, passage_ids: Iterable[str]) -> Edit:
        """Say that what some passages call an entity is another one, with another name.

        Raises
        ------
        LinkingError
            If the graph lacks the entity, or a passage does not mention it.
        """
        return self._apply("split", entity, name, passage_ids=tuple(passage_ids))

    def add(self, head: str, relation: str, tail: str) -> Edit:
        """Add a triple; its source is "edited".

        Raises
        ------
        LinkingError
            If a name is empty.
        """
        return self._apply("add", head, tail, relation=relation)

    def remove(self, head: str, relation: str, tail: str) -> Edit:
        """Remove a triple, whichever passages state it.

        Raises
        ------
        LinkingError
            If the graph lacks it.
        """
        return self._apply("remove", head, tail, relation=relation)

    def undo(self) -> Edit:
        """Take back the last correction and return it.

        Raises
        ------
        InputError
            If there is none.
        """
        edit = self._rag.pipeline.undo_edit()
        self._rag.refresh()
        return edit

    def __iter__(self) -> Iterator[Edit]:
        return iter(self._rag.pipeline.store.edits())

    def __len__(self) -> int:
        return len(self._rag.pipeline.store.edits())

    def _apply(
        self, kind: EditKind, head: str, tail: str, *, relation: str = "", passage_ids: tuple[str, ...] = ()
    ) -> Edit:
        edit = Edit(kind, clean_text(head), clean_text(tail), clean_text(relation), passage_ids)
        self._rag.pipeline.edit(edit)
        self._rag.refresh()
        return edit

    def __repr__(self) -> str:
        return f"Edits({list(self)})"

    def _html(self) -> str:
        rows = [[e.kind, e.head, e.relation, e.tail, ", ".join(e.passage_ids)] for e in self]
        return table_html(["edited", "entity or head", "relation", "into, name or tail", "passages"], rows)


def _labelled(questions: Sequence[Question] | None) -> list[LabelledText] | None:
    if questions is None:
        return None
    return [(question.question, question.seed_entities, question.answers) for question in questions]


def _chained(given: Sequence[Document], read: Iterator[Document]) -> Iterator[Document]:
    yield from given
    yield from read
