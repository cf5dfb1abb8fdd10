"""The contracts between the parts; whatever fulfils one can take that part's place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from graphrag.errors import ExtractionError
from graphrag.reasoning import Reasoning, ReasoningGraph
from graphrag.rows import Edit, MentionRow, StoreStatistics, StoreVersion, SynonymRow, TripleRow
from graphrag.types import (
    Document,
    Entity,
    Extraction,
    Passage,
    Reading,
    ReasoningPath,
    Retrieval,
    ScoredPassage,
    SkippedInput,
)

FloatMatrix = NDArray[np.float32]
"""Vectors, one a row, shape ``(n, dimension)``."""

HalfMatrix = NDArray[np.float16]
"""Vectors as stores keep them, shape ``(n, dimension)``."""

VectorKind = Literal["passage", "entity", "fact"]
"""What a stored vector stands for."""

Progress = Callable[[str, int, int], None]
"""Told ``(stage, done, total)`` whenever some work of a stage is finished."""


class TripleExtractor(Protocol):
    """Finds entities and triples in text."""

    @property
    def identity(self) -> str:
        """Name, version and settings: two extractors with one identity give the same result for the same text."""
        ...

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        """Yield one result a passage, in order: an extraction, or the ``ExtractionError`` that befell this passage."""
        ...

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the entities that a question names."""
        ...


class LanguageModel(Protocol):
    """Messages in, text out; knows no task."""

    @property
    def identity(self) -> str:
        """Model and settings, for cache keys."""
        ...

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, object] | None) -> str:
        """Return the reply; ``LanguageModelError`` if there is none."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors of length 1."""

    @property
    def identity(self) -> str:
        """Model and version: equal identities give equal vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one L2-normalised vector a text, shape ``(len(texts), dimension)``; it depends on that text alone."""
        ...


class TokenEncoder(Encoder, Protocol):
    """An encoder that also says what it makes of each token."""

    def token_states(self, text: str) -> tuple[tuple[str, ...], FloatMatrix]:
        """Return the tokens of a text and the state of each, shape ``(num_tokens, dimension)``."""
        ...


class GraphReasoner(Protocol):
    """Finds the nodes of a graph that answer a question, starting from the entities that it names."""

    @property
    def max_nodes(self) -> int | None:
        """How many nodes of a subgraph it wants to see; None: the whole graph, entities and facts alone.

        The same object is then given for every question, so that what is made of it can be kept.
        """
        ...

    def reason(self, question: str, seeds: Sequence[int], graph: ReasoningGraph) -> Reasoning:
        """Return what it thinks of every node.

        Parameters
        ----------
        question
            Its text.
        seeds
            Positions in ``graph.nodes``, best first; may be empty.
        graph
            May be empty.
        """
        ...


@runtime_checkable
class FeatureReasoner(GraphReasoner, Protocol):
    """A reasoner over entities and passages that wants to know what a retriever knows of each."""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """What the columns of ``ReasoningGraph.node_features`` have to be."""
        ...


class Retriever(Protocol):
    """Ranks passages for a question."""

    @property
    def name(self) -> str:
        """The name on the command line."""
        ...

    def retrieve(self, question: str, *, top_k: int = 5) -> Retrieval:
        """Return the best ``top_k`` passages."""
        ...


@runtime_checkable
class SeededRetriever(Retriever, Protocol):
    """A retriever that can be told which entities a question is about."""

    def retrieve_seeded(self, question: str, seed_entities: Sequence[str], *, top_k: int = 5) -> Retrieval:
        """Return the best ``top_k`` passages, starting from the entities with these names."""
        ...


class Reader(Protocol):
    """Answers a question from passages and reasoning paths."""

    def read(self, question: str, passages: Sequence[ScoredPassage], paths: Sequence[ReasoningPath]) -> Reading:
        """Return the answer, with citations among ``passages``."""
        ...


@runtime_checkable
class SearchingReader(Reader, Protocol):
    """A reader that may ask for more passages."""

    def read_searching(
        self,
        question: str,
        passages: Sequence[ScoredPassage],
        paths: Sequence[ReasoningPath],
        search: Callable[[str], Sequence[ScoredPassage]],
    ) -> tuple[Reading, tuple[ScoredPassage, ...]]:
        """Return the answer and the passages that it cites beyond ``passages``; ``search`` finds more."""
        ...


class PassageJudge(Protocol):
    """Reads a question and a passage together."""

    def judge(self, question: str, passages: Sequence[Passage]) -> FloatMatrix:
        """Return how clearly each passage answers the question: a logit each, shape ``(len(passages),)``."""
        ...


class GraphStore(Protocol):
    """Keeps documents, what was extracted from them, and vectors; the graph is a function of its content.

    Every method that writes is one transaction or can be repeated after a crash. Methods raise ``StoreError``.
    The words: a *key* is a normalised phrase (:func:`graphrag.text.normalize_phrase`).
    """

    @property
    def uri(self) -> str:
        """The address that opened the store."""
        ...

    @property
    def snapshots(self) -> Path:
        """The folder in which arrays derived from the store are kept."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the right to write; ``StoreError`` at once if another process holds it."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """Make all reads inside see one state of the store, whatever others write meanwhile."""
        ...

    def version(self) -> StoreVersion:
        """Return which content this is."""
        ...

    def settings(self) -> dict[str, str]:
        """Return the settings that the content was made with."""
        ...

    def put_settings(self, settings: dict[str, str]) -> None:
        """Record settings, replacing those of the same name."""
        ...

    def finish(self) -> None:
        """Declare the content complete: the next generation begins, if anything was written since the last."""
        ...

    # Documents
    def fingerprints(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Return the fingerprints of those documents that are in the store."""
        ...

    def put_documents(self, documents: Sequence[Document]) -> list[SkippedInput]:
        """Add documents; one with a known id replaces the old one and all that came from it.

        Returns the documents that were refused because a passage id of theirs belongs to another document.
        """
        ...

    def delete_document(self, document_id: str) -> bool:
        """Remove a document and all that only it supports; False if there is none with this id."""
        ...

    # Corrections by hand
    def edits(self) -> list[Edit]:
        """Return the corrections in the order in which they were made."""
        ...

    def put_edit(self, edit: Edit) -> None:
        """Record a correction and apply it to what is in the store; documents that come later obey it too."""
        ...

    def undo_edit(self) -> Edit | None:
        """Take back the last correction and return it; None if there is none."""
        ...

    # Extraction
    def num_pending_passages(self) -> int:
        """Return how many passages no extractor has read yet."""
        ...

    def pending_passages(self, limit: int) -> list[Passage]:
        """Return the first passages, by id, that no extractor has read yet; failed ones are not among them."""
        ...

    def cached_extractions(self, content_hashes: Sequence[str], extractor: str) -> dict[str, Extraction]:
        """Return what an extractor of this identity found earlier, by content hash."""
        ...

    def put_extractions(
        self, passages: Sequence[Passage], results: Sequence[Extraction | None], extractor: str
    ) -> None:
        """Record and cache what was found in each passage; None marks a failure, to be tried by the next build."""
        ...

    def retry_failed(self) -> int:
        """Make failed passages pending again; return how many there were."""
        ...

    # Vectors and synonyms
    def num_pending_vectors(self, kind: VectorKind) -> int:
        """Return how many things of this kind have no vector yet."""
        ...

    def pending_vectors(self, kind: VectorKind, limit: int, *, after: int = 0) -> list[tuple[int, str]]:
        """Return ``(row, text)`` of things without a vector, by row, from those after a row.

        ``row`` is what :meth:`put_vectors` takes.
        """
        ...

    def put_vectors(self, kind: VectorKind, rows: Sequence[int], vectors: HalfMatrix) -> None:
        """Record vectors, shape ``(len(rows), dimension)``."""
        ...

    def entity_vectors(self) -> tuple[list[str], HalfMatrix, NDArray[np.bool_]]:
        """Return all entity keys in order, their vectors, and whether each has been linked to its synonyms."""
        ...

    def put_synonyms(self, synonyms: Iterable[SynonymRow], linked: Sequence[str]) -> None:
        """Record synonyms and, in the same transaction, that the entities ``linked`` have been compared with all."""
        ...

    # Reading: rows in a fixed order that does not depend on how they came in
    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield ``(document_id, fingerprint)`` by id."""
        ...

    def passages(self) -> Iterator[Passage]:
        """Yield passages by id."""
        ...

    def entity_keys(self) -> Iterator[str]:
        """Yield the keys of all entities in order."""
        ...

    def mentions(self) -> Iterator[MentionRow]:
        """Yield mentions by passage id, entity key, surface and label."""
        ...

    def triples(self) -> Iterator[TripleRow]:
        """Yield triples by document id, passage id and position."""
        ...

    def fact_keys(self) -> Iterator[tuple[str, str, str]]:
        """Yield ``(head_key, relation_key, tail_key)`` of all facts in order."""
        ...

    def synonyms(self) -> Iterator[SynonymRow]:
        """Yield synonyms by their keys."""
        ...

    def vectors(self, kind: VectorKind) -> Iterator[HalfMatrix]:
        """Yield blocks of vectors in the order of :meth:`passages`, :meth:`entity_keys`, :meth:`fact_keys`.

        Rows of NaN stand for what has no vector yet.
        """
        ...

    def statistics(self) -> StoreStatistics:
        """Return sizes and the digest."""
        ...
