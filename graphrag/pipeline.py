"""Build a graph, ask it, take documents out again: the parts put together, whatever they are."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from graphrag.errors import InputError, LinkingError
from graphrag.estimate import BuildEstimate
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.naming import find_entity
from graphrag.graph.near_paths import near_paths
from graphrag.graph.paths import PathFinder
from graphrag.index import Index, open_index
from graphrag.indexing import BuildReport, BuildSettings, Indexer
from graphrag.llm.usage import Usage
from graphrag.protocols import (
    Encoder,
    GraphReasoner,
    GraphStore,
    PassageJudge,
    Progress,
    Reader,
    Retriever,
    SearchingReader,
    SeededRetriever,
    TripleExtractor,
)
from graphrag.retrieval.linking import link_entities, question_names
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.registry import RetrievalResources, create_retriever
from graphrag.retrieval.store_search import STORE_RETRIEVERS, SearchingStore
from graphrag.rows import Edit
from graphrag.stores.snapshot import remove_snapshots
from graphrag.text import clean_text, normalize_phrase
from graphrag.types import (
    Answer,
    Document,
    Passage,
    PathStep,
    Reading,
    ReasoningPath,
    Retrieval,
    ScoredEntity,
    ScoredPassage,
)

DEFAULT_RETRIEVER = "multihop"
MAX_QUESTION_CHARACTERS = 10_000
_LINKED = 0.8  # least cosine of a question's entity and the graph's


class GraphRAG:
    """A store with the parts that fill it and that answer from it.

    Parameters
    ----------
    store
        Where documents and graph are.
    extractor
        Finds triples in passages, and entities in questions.
    encoder
        Makes vectors; the one that the store was built with.
    reader
        Makes an answer of passages and paths.
    settings
        How the graph is built.

    Attributes
    ----------
    ranker
        File with the weights of the retriever ``multihop``; None: the shipped ones.
    reasoner
        Makes the reasoner of the retriever ``gnn`` when that is first asked for; None: there is none.
    judge
        Looks at the passages of the retriever ``multihop`` a second time; None: nothing does.
    """

    def __init__(
        self,
        store: GraphStore,
        *,
        extractor: TripleExtractor,
        encoder: Encoder,
        reader: Reader,
        settings: BuildSettings | None = None,
    ) -> None:
        self.store = store
        self.extractor = extractor
        self.encoder = encoder
        self.reader = reader
        self.settings = settings or BuildSettings()
        self.ranker: Path | None = None
        self.reasoner: Callable[[], GraphReasoner] | None = None
        self.judge: PassageJudge | None = None
        self._index: Index | None = None
        self._retrievers: dict[str, Retriever] = {}

    def build(
        self,
        documents: Iterable[Document],
        *,
        progress: Progress | None = None,
        on_estimate: Callable[[BuildEstimate], None] | None = None,
    ) -> BuildReport:
        """Add documents, complete the graph and its index.

        Parameters
        ----------
        documents
            What to add; a document that the store has already is left as it is.
        progress
            Told about finished work.
        on_estimate
            Told, before passages are extracted, what that will take.

        Raises
        ------
        ConfigError
            If the store was made with other settings.
        StoreError
            If the store cannot be written.
        """
        report = self._indexer(progress, on_estimate).build(documents)
        start = time.perf_counter()
        self.refresh()
        _ = self.index
        report.seconds["index"] = time.perf_counter() - start
        return report

    def delete_document(self, document_id: str) -> None:
        """Remove a document and all that only it supports.

        Raises
        ------
        InputError
            If the store has no such document.
        StoreError
            If the store cannot be written.
        """
        if document_id in {edit.document_id for edit in self.store.edits() if edit.kind == "add"}:
            raise InputError(f"{document_id!r} was added by hand: 'multihop edit undo' or 'edit remove' takes it out")
        with self._changing():
            if not self.store.delete_document(document_id):
                raise InputError(f"{self.store.uri} has no document {document_id!r}")

    def edit(self, edit: Edit) -> None:
        """Correct the graph by hand; documents that come later obey the correction too.

        Raises
        ------
        LinkingError
            If it names an entity, passage or triple that the graph does not have.
        StoreError
            If the store cannot be written.
        """
        check_edit(self.graph, edit)
        with self._changing():
            self.store.put_edit(edit)
            self._indexer().complete(BuildReport())

    def undo_edit(self) -> Edit:
        """Take back the last correction and return it.

        Raises
        ------
        InputError
            If there is none.
        StoreError
            If the store cannot be written.
        """
        with self._changing():
            edit = self.store.undo_edit()
            if edit is None:
                raise InputError(f"{self.store.uri} has no correction to undo")
            self._indexer().complete(BuildReport())
        return edit

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Write a change that is complete in itself: what was unfinished before stays so."""
        with self.store.writing():
            was_finished = self.store.version().finished
            # Snapshots contain what is removed now: they go first, whatever happens next.
            remove_snapshots(self.store.snapshots)
            yield
            if was_finished:
                self.store.finish()
        remove_snapshots(self.store.snapshots)
        self.refresh()

    def _indexer(
        self, progress: Progress | None = None, on_estimate: Callable[[BuildEstimate], None] | None = None
    ) -> Indexer:
        return Indexer(
            self.store,
            self.extractor,
            self.encoder,
            settings=self.settings,
            progress=progress,
            on_estimate=on_estimate,
        )

    @property
    def index(self) -> Index:
        """The index of the store as it was when this was first asked for; see :meth:`refresh`."""
        if self._index is None:
            self._index = open_index(self.store)
        return self._index

    @property
    def graph(self) -> KnowledgeGraph:
        """The knowledge graph."""
        return self.index.graph

    def passage(self, passage_id: str) -> Passage | None:
        """Return the passage with an id; None if the store has none."""
        index = self.graph.passage_ids.find(passage_id)
        return None if index is None else self.graph.passage(index)

    def refresh(self) -> None:
        """Forget the index, so that the next question sees what the store holds then."""
        self._index = None
        self._retrievers = {}

    def retriever(self, name: str = DEFAULT_RETRIEVER) -> Retriever:
        """Return a retriever over the store's index, or over indexes of the store's own.

        Raises
        ------
        ConfigError
            If there is none with this name.
        """
        if name not in self._retrievers:
            self._retrievers[name] = self._store_retriever(name) or self._index_retriever(name)
        return self._retrievers[name]

    def _store_retriever(self, name: str) -> Retriever | None:
        """Return a retriever whose work the store does, where it can."""
        search = self.store.search if isinstance(self.store, SearchingStore) else None
        return STORE_RETRIEVERS[name](search, self.encoder) if search and name in STORE_RETRIEVERS else None

    def _index_retriever(self, name: str) -> Retriever:
        return create_retriever(name, self.resources)

    @property
    def resources(self) -> RetrievalResources:
        """What retrievers are made of."""
        index = self.index
        return RetrievalResources(
            index.graph,
            self.encoder,
            index.lexical,
            self.extractor,
            self.reasoner,
            ranker=self.ranker,
            judge=self.judge,
        )

    def retrieve(
        self,
        question: str,
        *,
        retriever: str = DEFAULT_RETRIEVER,
        top_k: int = 5,
        seed_entities: Sequence[str] = (),
    ) -> Retrieval:
        """Return the best passages for a question.

        Parameters
        ----------
        question
            Its text.
        retriever
            The retriever's name.
        top_k
            How many passages.
        seed_entities
            Names of the entities that the question is about, where they are known; not every retriever uses them.

        Raises
        ------
        InputError
            If the question is empty or too long.
        ValueError
            If ``top_k`` is below 1.
        """
        chosen = self.retriever(retriever)
        if seed_entities and isinstance(chosen, SeededRetriever):
            return chosen.retrieve_seeded(checked_question(question), seed_entities, top_k=top_k)
        return chosen.retrieve(checked_question(question), top_k=top_k)

    def ask(
        self,
        question: str,
        *,
        retriever: str = DEFAULT_RETRIEVER,
        top_k: int = 5,
        seed_entities: Sequence[str] = (),
    ) -> Answer:
        """Answer a question from the best passages and the reasoning paths to the best entities.

        Where the answer is an entity of the graph, the paths to it come first. The reader is given those before the
        others whose facts are nearest to the question; in the answer they come last. Where no passage was found and the
        reader has no answer, the best entity is the answer.

        Parameters
        ----------
        question
            Its text.
        retriever
            The retriever's name.
        top_k
            How many passages.
        seed_entities
            Names of the entities that the question is about, where they are known; not every retriever uses them.

        Raises
        ------
        InputError
            If the question is empty or too long.
        ValueError
            If ``top_k`` is below 1.
        """
        start = time.perf_counter()
        question = checked_question(question)
        retrieval = self.retrieve(question, retriever=retriever, top_k=top_k, seed_entities=seed_entities)
        retrieved = time.perf_counter()
        seeds = self._seeds(question, retrieval)
        finder = PathFinder(self.graph, _entity_scores(self.graph, retrieval))
        paths = self._paths(seeds, retrieval, finder)
        near = near_paths(finder, seeds, self.encoder.encode([question])[0]) if retrieval.passages else ()
        found = time.perf_counter()
        reading, retrieval = self._read(question, retrieval, _distinct((*near, *paths)), retriever)
        if not reading.text and not retrieval.passages:
            reading = _best_entity(retrieval) or reading
        to_answer = self._paths_to_answer(seeds, reading.text, finder)
        end = time.perf_counter()
        steps = {"retrieve": retrieved - start, "paths": found - retrieved, "read": end - found, "total": end - start}
        return Answer(
            question=question,
            text=reading.text,
            confidence=reading.confidence,
            method=reading.method,
            citations=reading.citations,
            paths=_distinct((*to_answer, *paths, *near)),
            retrieval=retrieval,
            timings={name: seconds * 1000 for name, seconds in steps.items()},
            fallbacks=retrieval.fallbacks,
        )

    def _read(
        self, question: str, retrieval: Retrieval, paths: Sequence[ReasoningPath], retriever: str
    ) -> tuple[Reading, Retrieval]:
        """Return the answer, and the retrieval with what else the answer cites behind the passages found at first."""
        if not isinstance(self.reader, SearchingReader):
            return self.reader.read(question, retrieval.passages, paths), retrieval
        num_passages = len(retrieval.passages)

        def search(asked: str) -> Sequence[ScoredPassage]:
            return self.retrieve(asked, retriever=retriever, top_k=num_passages).passages

        reading, more = self.reader.read_searching(question, retrieval.passages, paths, search)
        added = (replace(hit, rank=num_passages + number) for number, hit in enumerate(more, start=1))
        return reading, replace(retrieval, passages=(*retrieval.passages, *added))

    @property
    def usage(self) -> Usage:
        """What a language model was asked and said so far; nothing where there is none."""
        return Usage()

    def ask_with(self, question: str, retriever: str, seed_entities: Sequence[str] = ()) -> Answer:
        """Answer a question with a retriever: :meth:`ask` as experiments call it."""
        return self.ask(question, retriever=retriever, seed_entities=seed_entities)

    def _linked(self, question: str) -> list[int]:
        """Return the entities that the question names."""
        names = question_names(self.graph, self.extractor, question)
        linked = link_entities(self.graph, self.encoder, names)
        return [index for index, similarity in linked if similarity >= _LINKED]

    def _seeds(self, question: str, retrieval: Retrieval) -> list[int]:
        """Return where paths begin: the question's entities, else the retriever's seeds."""
        # Without passages the paths explain the entities, and those were found from the retriever's seeds.
        linked = self._linked(question) if retrieval.passages or not retrieval.seeds else []
        return linked or _positions(self.graph, retrieval.seeds)

    def _paths_to_answer(self, seeds: Sequence[int], answer: str, finder: PathFinder) -> tuple[ReasoningPath, ...]:
        """Return the paths to the answer where it is an entity that the question does not name."""
        index = self.graph.entity_keys.find(normalize_phrase(answer))
        if index is None or index in seeds:
            return ()
        return finder.paths(seeds, [index])

    def _paths(self, seeds: Sequence[int], retrieval: Retrieval, finder: PathFinder) -> tuple[ReasoningPath, ...]:
        """Return paths to what the best passages are about, then to the best entities.

        The former show why a passage was found.
        """
        graph = self.graph
        best = _positions(graph, retrieval.candidates or retrieval.entities)
        titles = (graph.entity_keys.find(normalize_phrase(hit.passage.title)) for hit in retrieval.passages)
        # In the order of the passages, so that the first paths explain the first passages.
        to_titles = (path for index in titles if index is not None for path in finder.paths(seeds, [index]))
        others = [index for index in best if index not in seeds]
        to_best = finder.paths(seeds, others, by_target=bool(retrieval.candidates))
        return _distinct((*to_titles, *to_best))


def _entity_scores(graph: KnowledgeGraph, retrieval: Retrieval) -> FloatVector:
    """Return what a retriever says of the entities that it names, 0 for all others, shape ``(num_entities,)``."""
    scores = np.zeros(graph.num_entities)
    targets = retrieval.candidates or retrieval.entities
    scores[_positions(graph, targets)] = [entity.score for entity in targets]
    return scores


def _distinct(paths: Iterable[ReasoningPath]) -> tuple[ReasoningPath, ...]:
    """Return paths without repetition, each where it came first."""
    first: dict[tuple[PathStep, ...], ReasoningPath] = {}
    for path in paths:
        first.setdefault(path.steps, path)
    return tuple(first.values())


def _best_entity(retrieval: Retrieval) -> Reading | None:
    """Return the best entity as the answer, if there is one; its score is a probability where reasoners rank."""
    best = next(iter(retrieval.candidates or retrieval.entities), None)
    return Reading(best.name, float(np.clip(best.score, 0, 1)), (), "best entity") if best else None


def check_edit(graph: KnowledgeGraph, edit: Edit) -> None:
    """Check that a correction names things that the graph has.

    Raises
    ------
    LinkingError
        If it does not.
    """
    names = {"merge": (edit.head, edit.tail), "split": (edit.head,), "add": (), "remove": (edit.head, edit.tail)}
    found = [find_entity(graph, name) for name in names[edit.kind]]
    for passage_id in edit.passage_ids:
        passage = graph.passage_ids.find(passage_id)
        if passage is None:
            raise LinkingError(f"There is no passage {passage_id!r} in the graph")
        if not graph.mentions[[passage], [found[0]]].sum():
            raise LinkingError(f"Passage {passage_id!r} does not mention {edit.head!r}")
    if not all(map(normalize_phrase, (edit.head, edit.tail))):
        raise LinkingError("Expected names with at least one letter or digit (got an empty one)")
    if edit.kind == "remove":
        facts = np.flatnonzero((graph.fact_head == found[0]) & (graph.fact_tail == found[1])).tolist()
        relations = {graph.fact_relations[fact] for fact in facts}
        if normalize_phrase(edit.relation) not in map(normalize_phrase, relations):
            between = f"; between them the graph has: {', '.join(sorted(relations))}" if relations else ""
            raise LinkingError(f"There is no triple ({edit.head}; {edit.relation}; {edit.tail}) in the graph{between}")


def _positions(graph: KnowledgeGraph, entities: Sequence[ScoredEntity]) -> list[int]:
    found = (graph.entity_keys.find(entity.key) for entity in entities)
    return [index for index in found if index is not None]


def checked_question(question: str) -> str:
    """Return a question without surrounding white space.

    Raises
    ------
    InputError
        If it is empty or longer than ``MAX_QUESTION_CHARACTERS``.
    """
    cleaned = clean_text(question).strip()
    if not cleaned:
        raise InputError("Expected a question (got an empty text)")
    if len(cleaned) > MAX_QUESTION_CHARACTERS:
        raise InputError(
            f"Expected a question of at most {MAX_QUESTION_CHARACTERS:,} characters (got {len(cleaned):,})"
        )
    return cleaned
