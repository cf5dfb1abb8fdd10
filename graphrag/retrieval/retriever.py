"""What all retrievers share: the objects they are made of, and the way from scores to a retrieval."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import ClassVar

import numpy as np

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.protocols import Encoder, GraphReasoner, PassageJudge, TripleExtractor
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.ranking import best, check_top_k
from graphrag.types import Explanation, Retrieval, ScoredEntity, ScoredPassage

NUM_ENTITIES = 20
"""How many of the graph's best entities a retrieval names."""


@dataclass(frozen=True, slots=True)
class RetrievalResources:
    """What retrievers are made of.

    Parameters
    ----------
    graph
        What is searched.
    encoder
        The one whose vectors the graph holds.
    lexical
        Built from the graph's passages in their order; only some retrievers need it.
    extractor
        Finds the entities of a question; only some retrievers need it.
    reasoner
        Makes the reasoner of ``gnn`` when it is first asked for.
    ranker
        File with the weights of ``multihop``; None: the shipped ones.
    judge
        Looks at the passages of ``multihop`` a second time; None: nothing does.
    """

    graph: KnowledgeGraph
    encoder: Encoder
    lexical: LexicalIndex | None = None
    extractor: TripleExtractor | None = None
    reasoner: Callable[[], GraphReasoner] | None = None
    ranker: Path | None = None
    judge: PassageJudge | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """What a retriever thinks of everything in the graph.

    Parameters
    ----------
    passages
        ``-inf``: not found, shape ``(num_passages,)``.
    entities
        None without a graph search, shape ``(num_entities,)``.
    seeds
        Position and weight of the entities that the search started from, best first.
    fallbacks
        What could not be done as intended, and what was done instead.
    candidates
        Position and probability of the entities that may be the answer, best first.
    explanation
        What a reasoner did.
    """

    passages: FloatVector
    entities: FloatVector | None = None
    seeds: tuple[tuple[int, float], ...] = ()
    fallbacks: tuple[str, ...] = ()
    candidates: tuple[tuple[int, float], ...] = ()
    explanation: Explanation | None = None


class BaseRetriever(ABC):
    """Ranks passages by the scores that a subclass computes; fulfils :class:`graphrag.protocols.Retriever`.

    Parameters
    ----------
    resources
        What it is made of.
    """

    name: ClassVar[str]

    def __init__(self, resources: RetrievalResources) -> None:
        self.graph = resources.graph
        self.encoder = resources.encoder

    @abstractmethod
    def score(self, question: str) -> Scores:
        """Return the scores of all passages and entities."""

    def retrieve(self, question: str, *, top_k: int = 5) -> Retrieval:
        """Return the best passages, ties broken by their position in the graph.

        Parameters
        ----------
        question
            Any text.
        top_k
            How many; there are fewer where fewer are found.

        Raises
        ------
        ValueError
            If ``top_k`` is less than 1.
        """
        check_top_k(top_k)
        start = perf_counter()
        return self.retrieval(question, self.score(question), top_k=top_k, start=start)

    def retrieval(self, question: str, scores: Scores, *, top_k: int, start: float) -> Retrieval:
        """Return what scores say, with the time since ``start``, a value of ``time.perf_counter``."""
        return Retrieval(
            question=question,
            retriever=self.name,
            passages=self._passages(scores.passages, top_k),
            entities=self._entities(scores.entities),
            seeds=tuple(self._entity(index, weight) for index, weight in scores.seeds),
            fallbacks=scores.fallbacks,
            milliseconds=1000 * (perf_counter() - start),
            candidates=tuple(self._entity(index, probability) for index, probability in scores.candidates),
            explanation=scores.explanation,
        )

    def _passages(self, scores: FloatVector, top_k: int) -> tuple[ScoredPassage, ...]:
        found = best(scores, top_k).tolist()
        return tuple(
            ScoredPassage(self.graph.passage(index), float(scores[index]), rank)
            for rank, index in enumerate(found, start=1)
        )

    def _entities(self, scores: FloatVector | None) -> tuple[ScoredEntity, ...]:
        if scores is None:
            return ()
        found = best(np.where(scores > 0, scores, -np.inf), NUM_ENTITIES).tolist()
        return tuple(self._entity(index, float(scores[index])) for index in found)

    def _entity(self, index: int, score: float) -> ScoredEntity:
        return ScoredEntity(self.graph.entity_keys[index], self.graph.entity_names[index], score)
