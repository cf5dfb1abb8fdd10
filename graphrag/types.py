"""The plain data that the parts hand to one another: frozen, comparable, free of behaviour that needs a library."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphrag.display import Listing, Shown, answer_html, explanation_html, passage_html, path_html, retrieval_html

Scalar = str | int | float | bool
"""A value of a passage's or document's metadata."""


def _sha256(*parts: str) -> str:
    """Return the hexadecimal SHA-256 of texts, kept apart by their lengths."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of text that is ranked.

    Parameters
    ----------
    passage_id
        Unique in a store.
    text
        Verbatim.
    title
        What the passage is about; may be empty.
    document_id
        The document it is part of.
    position
        Its place in the document, from 0.
    metadata
        What the input said besides.
    """

    passage_id: str
    text: str
    title: str = ""
    document_id: str = ""
    position: int = 0
    metadata: Mapping[str, Scalar] = field(default_factory=dict, hash=False)

    @property
    def full_text(self) -> str:
        """Title and text as the encoder and the extractors read them."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def content_hash(self) -> str:
        """SHA-256 of title and text: the key of what an extractor found in them."""
        return _sha256(self.title, self.text)


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing as a text writes it.

    Parameters
    ----------
    text
        Verbatim.
    label
        Its type, such as ``PERSON``; empty when unknown.
    """

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Triple:
    """Head, relation, tail in the words of the text.

    Parameters
    ----------
    head, relation, tail
        Verbatim.
    confidence
        In [0, 1].
    sentence
        The sentence that says so; empty when there is none.

    Raises
    ------
    ValueError
        If the confidence is out of its range.
    """

    head: str
    relation: str
    tail: str
    confidence: float = 1.0
    sentence: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"Expected 'confidence' to be in [0, 1] (got {self.confidence})")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor found in one passage."""

    entities: tuple[Entity, ...] = ()
    triples: tuple[Triple, ...] = ()

    def to_json(self) -> str:
        """Return a JSON text that :meth:`from_json` reads back.

        Examples
        --------
        >>> Extraction((Entity("Ada"),)).to_json()
        '{"entities":[["Ada",""]],"triples":[]}'
        """
        content = {
            "entities": [[e.text, e.label] for e in self.entities],
            "triples": [[t.head, t.relation, t.tail, t.confidence, t.sentence] for t in self.triples],
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Extraction":
        """Read what :meth:`to_json` wrote; ``ValueError`` if it is something else."""
        try:
            content = json.loads(text)
            entities = tuple(Entity(str(name), str(label)) for name, label in content["entities"])
            triples = tuple(
                Triple(str(head), str(relation), str(tail), float(confidence), str(sentence))
                for head, relation, tail, confidence, sentence in content["triples"]
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"Expected an extraction as JSON (got {text[:80]!r})") from error
        return cls(entities, triples)


@dataclass(frozen=True, slots=True)
class Document:
    """What the user gave and can delete again: passages of text, or triples of an existing knowledge graph.

    Parameters
    ----------
    document_id
        The one its input gives, else a content hash (:func:`content_id`).
    passages
        In order; empty for a knowledge graph.
    triples
        Triples that come with the input and need no extraction.
    title
        May be empty.
    source
        Where it was read; for people, no part of the document's identity.
    """

    document_id: str
    passages: tuple[Passage, ...] = ()
    triples: tuple[Triple, ...] = ()
    title: str = ""
    source: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content; a document with the same id and another fingerprint has changed."""
        parts = [self.title]
        for passage in self.passages:
            metadata = json.dumps(dict(passage.metadata), ensure_ascii=True, sort_keys=True)
            parts += [passage.passage_id, str(passage.position), passage.title, passage.text, metadata]
        for triple in self.triples:
            parts += [triple.head, triple.relation, triple.tail, repr(triple.confidence), triple.sentence]
        return _sha256(*parts)


def content_id(*parts: str) -> str:
    """Return an id made of content: equal texts get equal ids.

    Examples
    --------
    >>> content_id("title", "text") == content_id("title", "text") != content_id("titlet", "ext")
    True
    """
    return _sha256(*parts)[:32]


@dataclass(frozen=True, slots=True)
class ScoredPassage(Shown):
    """A passage with its rank (from 1) and its score (higher is better; its scale depends on the retriever)."""

    passage: Passage
    score: float
    rank: int

    @property
    def passage_id(self) -> str:
        """The passage's id."""
        return self.passage.passage_id

    def __repr__(self) -> str:
        where = f"passage_id={self.passage_id!r}, title={self.passage.title!r}"
        return f"ScoredPassage(rank={self.rank}, score={self.score:.4g}, {where})"

    def _html(self) -> str:
        return passage_html(self, unfolded=True)


@dataclass(frozen=True, slots=True)
class ScoredEntity:
    """An entity of the graph with a score.

    Parameters
    ----------
    key
        Its normalised phrase, the identity of its node.
    name
        As people write it.
    score
        Probability mass, cosine or the like; higher is better.
    """

    key: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class PathStep:
    """One edge of a reasoning path, walked from ``source`` to ``target``.

    Parameters
    ----------
    source, target
        Names of the entities, in walking order.
    relation
        The relation's text, verbatim; ``"same as"`` for a synonym edge.
    forward
        Whether ``source`` is the head of the triple.
    passage_ids
        Passages that state the triple.
    kind
        ``"fact"`` or ``"synonym"``.
    """

    source: str
    relation: str
    target: str
    forward: bool = True
    passage_ids: tuple[str, ...] = ()
    kind: Literal["fact", "synonym"] = "fact"


@dataclass(frozen=True, slots=True)
class ReasoningPath(Shown):
    """Steps from an entity of the question to another entity, and the path's score (higher is better)."""

    steps: tuple[PathStep, ...]
    score: float = 0.0

    @property
    def passage_ids(self) -> tuple[str, ...]:
        """The passages that the steps come from, without repetition."""
        return tuple(dict.fromkeys(p for step in self.steps for p in step.passage_ids))

    def _html(self) -> str:
        return path_html(self)


@dataclass(frozen=True, slots=True)
class ExplainedRelation:
    """A relation's text, whether it was walked from head to tail, and how much it counted (not negative)."""

    text: str
    forward: bool
    weight: float


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step of a reasoner.

    Parameters
    ----------
    mass
        Names of entities and titles of passages with their probability after the step, best first.
    attention
        How much each of the question's tokens counted, sum 1.
    relations
        The relations that counted most, best first.
    """

    mass: tuple[tuple[str, float], ...]
    attention: tuple[float, ...]
    relations: tuple[ExplainedRelation, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation(Shown):
    """How a reasoner went from the question to its answer: the question's tokens, and its steps in order."""

    tokens: tuple[str, ...]
    steps: tuple[ExplainedStep, ...]

    def _html(self) -> str:
        return explanation_html(self)


@dataclass(frozen=True, slots=True)
class Retrieval(Shown):
    """What a retriever found for a question.

    Parameters
    ----------
    question
        The question.
    retriever
        The retriever's name.
    passages
        Best first.
    entities
        The best entities of the graph, best first; empty for retrievers that use no graph.
    seeds
        The question's entities as linked into the graph.
    fallbacks
        What could not be done as intended, and what was done instead.
    milliseconds
        Wall time.
    candidates
        Entities that a reasoner takes for possible answers, with their probabilities, best first; empty for retrievers
        without a reasoner.
    explanation
        What the reasoner did; None where there is none.
    """

    question: str
    retriever: str
    passages: tuple[ScoredPassage, ...]
    entities: tuple[ScoredEntity, ...] = ()
    seeds: tuple[ScoredEntity, ...] = ()
    fallbacks: tuple[str, ...] = ()
    milliseconds: float = 0.0
    candidates: tuple[ScoredEntity, ...] = ()
    explanation: Explanation | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "passages", Listing(self.passages))

    def __repr__(self) -> str:
        return f"Retrieval({self.question!r}, retriever={self.retriever!r}, passages={len(self.passages)})"

    def _html(self) -> str:
        return retrieval_html(self)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of passages and paths.

    Parameters
    ----------
    text
        The answer; empty when the reader abstains.
    confidence
        In [0, 1].
    citations
        Ids of the passages that support it.
    method
        How the answer was found, for people: ``"best sentence"``, ….
    """

    text: str
    confidence: float
    citations: tuple[str, ...]
    method: str


@dataclass(frozen=True, slots=True)
class Answer(Shown):
    """An answer with everything it rests on.

    Parameters
    ----------
    question, text
        The question and the answer's text (empty: no answer).
    confidence
        In [0, 1].
    method
        How the answer was found.
    citations
        Ids of the passages that support it.
    paths
        Reasoning paths, best first.
    retrieval
        Ranked passages, entities and seeds.
    timings
        Milliseconds per step.
    fallbacks
        What could not be done as intended.
    """

    question: str
    text: str
    confidence: float
    method: str
    citations: tuple[str, ...]
    paths: tuple[ReasoningPath, ...]
    retrieval: Retrieval
    timings: Mapping[str, float] = field(default_factory=dict, hash=False)
    fallbacks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "paths", Listing(self.paths))

    def __repr__(self) -> str:
        rests_on = f"citations={list(self.citations)}, paths={len(self.paths)}"
        return f"Answer({self.text!r}, confidence={self.confidence:.2f}, method={self.method!r}, {rests_on})"

    def _html(self) -> str:
        return answer_html(self)


@dataclass(frozen=True, slots=True)
class SkippedInput:
    """Something of the input that could not be read: where, and why in one line."""

    source: str
    reason: str

    def __str__(self) -> str:
        """Return ``source: reason``."""
        return f"{self.source}: {self.reason}"
