"""How a graph's passages look from a question: by vectors, words, the walk over links, and names."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphrag.graph.adjacency import row
from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph
from graphrag.protocols import Encoder
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.fusion import log_share, min_max
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.passage_links import PassageLinks
from graphrag.retrieval.question_names import QuestionName, QuestionNames, QuestionWord, question_words
from graphrag.retrieval.ranking import best

NUM_PARENTS = 6
"""Passages that the second stage starts from."""

NAMED_BONUS = 0.5
"""What a passage about a named entity gains when the second stage's first passages are chosen."""

PASSAGE_SHARE = 0.05
"""Part of the walk's reset that lies on passages, by words and vectors; the rest lies on the named entities."""

# The order of the best passages settles long before the last digits do.
_TOLERANCE = 1e-4


@dataclass(frozen=True)
class NamedPassage:
    """How a question names what a passage is about.

    Parameters
    ----------
    num_words
        Of the name.
    share
        Of the question's words that the name has, weighed by their rarity, in [0, 1].
    place
        Where it begins in the question, in [0, 1).
    capital_share
        As in :class:`graphrag.retrieval.question_names.QuestionName`.
    num_passages
        How many passages are about the entity.
    """

    num_words: int
    share: float
    place: float
    capital_share: float
    num_passages: int


@dataclass(frozen=True)
class QuestionView:
    """A question's scores of all passages, each of shape ``(num_passages,)``, and the names in it.

    Parameters
    ----------
    words, names
        The question's words and the entities that it names.
    query
        Its vector, shape ``(dimension,)``.
    cosine
        With the passages' vectors.
    lexical
        BM25, not negative.
    hybrid
        Mean of both, each scaled to [0, 1].
    walk
        Mass of the walk from the named entities, all nodes, shape ``(num_nodes,)``.
    walked
        The passages' part of it on a logarithmic scale: 1 for the best, 0 for a millionth of it and less.
    second
        Cosine with the question and one of the best passages together (DR-RAG's second stage).
    named
        Passages about named entities.
    """

    words: list[QuestionWord]
    names: list[QuestionName]
    query: NDArray[np.float32]
    cosine: FloatVector
    lexical: FloatVector
    hybrid: FloatVector
    walk: FloatVector
    walked: FloatVector
    second: FloatVector
    named: dict[int, NamedPassage]

    @property
    def order(self) -> FloatVector:
        """What decides which of many linked passages are looked at, shape ``(num_passages,)``."""
        return self.hybrid + 0.3 * self.walked


class QuestionViewer:
    """Looks at a graph's passages from questions.

    Parameters
    ----------
    graph, encoder, lexical
        As in :class:`graphrag.retrieval.retriever.RetrievalResources`.
    links
        Of the graph.

    References
    ----------
    Hei et al., "DR-RAG", arXiv 2406.07348, section 3.2: the question together with a found passage finds the next one.
    """

    def __init__(self, graph: KnowledgeGraph, encoder: Encoder, lexical: LexicalIndex, links: PassageLinks) -> None:
        self.graph, self.encoder, self.lexical, self.links = graph, encoder, lexical, links
        self._passages_about = links.topics.T.tocsr()
        self._names = QuestionNames(graph)

    def look(self, question: str) -> QuestionView:
        """Return the view from a question."""
        query = self.encoder.encode([question])[0]
        cosine = similarities(self.graph.passage_vectors, query)
        lexical = self.lexical.scores(question).astype(np.float64)
        hybrid = (min_max(cosine) + min_max(lexical)) / 2
        words = question_words(question)
        names = self._names.find(words)
        named = self._named_passages(words, names)
        walk = self._walk(names, hybrid)
        on_passages = walk[self.graph.num_entities :]
        walked = log_share(on_passages, float(on_passages.max(initial=0.0)))
        second = self._second(query, hybrid, list(named))
        return QuestionView(words, names, query, cosine, lexical, hybrid, walk, walked, second, named)

    def rarity(self, words: list[str]) -> FloatVector:
        """Return the inverse document frequency of words, positive, shape ``(len(words),)``."""
        return self.lexical.rarity(words)

    def _named_passages(self, words: list[QuestionWord], names: list[QuestionName]) -> dict[int, NamedPassage]:
        rarity = self.rarity([word.key for word in words])
        total = max(float(rarity.sum()), 1e-9)
        found: dict[int, NamedPassage] = {}
        for name in names:
            if not name.is_topic:
                continue
            share = float(rarity[name.start : name.end].sum()) / total
            num_passages = int(self.graph.num_passages_about[name.entity])
            item = NamedPassage(name.end - name.start, share, name.start / len(words), name.capital_share, num_passages)
            for passage in row(self._passages_about, name.entity).tolist():
                known = found.get(passage)
                if known is None or (item.num_words, item.share) > (known.num_words, known.share):
                    found[passage] = item
        return found

    def _walk(self, names: list[QuestionName], hybrid: FloatVector) -> FloatVector:
        num_entities = self.graph.num_entities
        reset = np.zeros(self.graph.num_nodes)
        entities = [name.entity for name in names]
        reset[entities] = self.links.rarity[entities]
        on_passages = hybrid / max(float(hybrid.sum()), 1e-9)
        if entities:
            reset /= reset.sum()
            on_passages = on_passages * PASSAGE_SHARE
        reset[num_entities:] = on_passages
        if not reset.any():
            return reset
        return self.links.walk.mass(reset, damping=0.5, tolerance=_TOLERANCE)

    def _second(self, query: NDArray[np.float32], hybrid: FloatVector, named: list[int]) -> FloatVector:
        first = hybrid.copy()
        first[named] += NAMED_BONUS
        parents: IndexArray = best(first, NUM_PARENTS)
        both = self.graph.passage_vectors[parents].astype(np.float32) + query
        both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
        # With BLAS: what its rounding moves is far below what the ranker's trees tell apart.
        cosine = np.asarray(self.graph.passage_vectors @ both.T, dtype=np.float64)
        cosine[parents, np.arange(len(parents))] = 0
        nearest: FloatVector = cosine.max(axis=1, initial=0.0)
        return nearest
