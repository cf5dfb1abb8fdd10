"""What the ranker is told of each candidate passage."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graphrag.graph.adjacency import row
from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.fusion import reciprocal_ranks
from graphrag.retrieval.lexical import content_words
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.passage_candidates import candidate_passages
from graphrag.retrieval.passage_links import PassageLinks
from graphrag.retrieval.question_view import NamedPassage, QuestionView, QuestionViewer

_BY_VIEW = (
    "cosine", "relative cosine", "rank by cosine", "relative bm25", "rank by bm25", "hybrid", "rank by hybrid",
    "walk", "rank by walk", "second stage", "rank by second stage", "gain in second stage",
)  # fmt: skip
_BY_NAME = ("words of name", "share of name", "place of name", "capitals of name", "passages of topic")
_BY_LINK = (
    "links to it", "links from it", "best parent by hybrid", "best parent by walk", "best parent by name",
    "parents", "named parents", "best child by name", "children", "ways of two links", "shared entities",
)  # fmt: skip
_BY_FACT = ("best fact", "second fact", "fact to it", "fact to it from a named passage", "fact to a child", "topic")
_BY_WORD = ("words in title", "words in text", "other words in text")
_OF_QUESTION = ("names", "question length", "length")
FEATURES = (*_BY_VIEW, *_BY_NAME, *_BY_LINK, *_BY_FACT, *_BY_WORD, *_OF_QUESTION)
"""Columns of the features."""

_CACHED_PASSAGES = 20_000
_NOT_NAMED = NamedPassage(0, 0.0, 0.0, 0.0, 0)

Columns = list[FloatVector]


@dataclass(frozen=True)
class Candidates:
    """The passages that the ranker looks at, and what it is told.

    Parameters
    ----------
    passages
        Positions, sorted, shape ``(num_candidates,)``.
    features
        Shape ``(num_candidates, len(FEATURES))``.
    view
        From the question.
    """

    passages: IndexArray
    features: NDArray[np.float32]
    view: QuestionView


class FeatureReader:
    """Reads the features of a question's candidates.

    Parameters
    ----------
    graph
        The graph.
    viewer
        Looks at it from questions.
    """

    def __init__(self, graph: KnowledgeGraph, viewer: QuestionViewer) -> None:
        self.graph, self.viewer = graph, viewer
        self.links: PassageLinks = viewer.links
        self._facts_of_passage = graph.fact_passages.T.tocsr()
        self._fact_ends = np.stack([graph.fact_head, graph.fact_tail], axis=1)
        self._in_degree = np.diff(self.links.backward.indptr)
        self._out_degree = np.diff(self.links.forward.indptr)
        self._words = lru_cache(_CACHED_PASSAGES)(self._words_of)

    def read(self, question: str) -> Candidates:
        """Return the candidates of a question; there are none in a graph without passages."""
        view = self.viewer.look(question)
        passages, ways = candidate_passages(view, self.links)
        columns = [
            *_by_view(view, passages),
            *_by_name(view, passages),
            *self._by_link(view, passages, np.array([ways[passage] for passage in passages.tolist()], dtype=float)),
            *self._by_fact(view, passages),
            *self._by_word(view, passages),
            *self._of_question(view, passages),
        ]
        return Candidates(passages, np.stack(columns, axis=1).astype(np.float32), view)

    def _by_link(self, view: QuestionView, passages: IndexArray, ways: FloatVector) -> Columns:
        chosen = set(passages.tolist())
        share = {passage: named.share for passage, named in view.named.items()}
        rows = []
        for passage in passages.tolist():
            parents = [parent for parent in row(self.links.backward, passage).tolist() if parent in chosen]
            children = row(self.links.forward, passage).tolist()
            rows.append(
                (
                    max((view.hybrid[parent] for parent in parents), default=0.0),
                    max((view.walked[parent] for parent in parents), default=0.0),
                    max((share.get(parent, 0.0) for parent in parents), default=0.0),
                    len(parents),
                    sum(parent in share for parent in parents),
                    max((share.get(child, 0.0) for child in children), default=0.0),
                    sum(child in chosen for child in children),
                )
            )
        by_passage = np.array(rows, dtype=np.float64).reshape(-1, 7).T
        degrees = np.log1p(self._in_degree[passages]), np.log1p(self._out_degree[passages])
        return [*degrees, *by_passage, ways, self._shared(view, passages)]

    def _shared(self, view: QuestionView, passages: IndexArray) -> FloatVector:
        """Return how many entities passages share with those about named entities, rare ones counting more."""
        shared = np.zeros(self.graph.num_entities)
        for passage in view.named:
            entities = row(self.links.named, passage)
            shared[entities] = self.links.rarity[entities]
        total: FloatVector = self.links.named[passages] @ shared
        total[[passage in view.named for passage in passages.tolist()]] = 0
        return total

    def _by_fact(self, view: QuestionView, passages: IndexArray) -> Columns:
        facts = np.unique(self._facts_of_passage[passages].indices)
        scores = similarities(self.graph.fact_vectors[facts], view.query).tolist()
        cosine = dict(zip(facts.tolist(), scores, strict=True))
        ends = dict(zip(facts.tolist(), self._fact_ends[facts].tolist(), strict=True))
        about: dict[int, list[int]] = {}
        for position, passage in enumerate(passages.tolist()):
            for entity in row(self.links.topics, passage).tolist():
                about.setdefault(entity, []).append(position)
        table = np.zeros((5, len(passages)))
        for position, passage in enumerate(passages.tolist()):
            own = row(self._facts_of_passage, passage).tolist()
            table[:2, position] = sorted([0.0, 0.0, *(cosine[fact] for fact in own)])[:-3:-1]
            for fact in own:
                children = (child for entity in ends[fact] for child in about.get(entity, ()) if child != position)
                for child in children:
                    table[2, child] = max(table[2, child], cosine[fact])
                    table[4, position] = max(table[4, position], cosine[fact])
                    if passage in view.named:
                        table[3, child] = max(table[3, child], cosine[fact])
        return [*table, self._topic_cosine(view, passages)]

    def _topic_cosine(self, view: QuestionView, passages: IndexArray) -> FloatVector:
        """Return the cosine of the question and the name of what each passage is about, 0 if that is not known."""
        topics = [row(self.links.topics, passage) for passage in passages.tolist()]
        return np.array([float((self.graph.entity_vectors[found] @ view.query).max(initial=0.0)) for found in topics])

    def _by_word(self, view: QuestionView, passages: IndexArray) -> Columns:
        words = list(dict.fromkeys(word.key for word in view.words))
        rarity = dict(zip(words, self.viewer.rarity(words).tolist(), strict=True))
        in_names = {word.key for name in view.names for word in view.words[name.start : name.end]}
        other = {word: value for word, value in rarity.items() if word not in in_names}
        rows = []
        for passage in passages.tolist():
            in_title, in_text = self._words(passage)
            rows.append((_share(rarity, in_title), _share(rarity, in_text), _share(other, in_text)))
        return list(np.array(rows, dtype=np.float64).reshape(-1, 3).T)

    def _words_of(self, passage: int) -> tuple[frozenset[str], frozenset[str]]:
        title = frozenset(content_words(self.graph.passage_titles[passage]))
        return title, title | frozenset(content_words(self.graph.passage_texts[passage]))

    def _of_question(self, view: QuestionView, passages: IndexArray) -> Columns:
        ones = np.ones(len(passages))
        sizes = np.diff(self.graph.passage_texts.offsets)[passages]
        return [len(view.names) * ones, len(view.words) * ones, np.log1p(sizes)]


def _by_view(view: QuestionView, passages: IndexArray) -> Columns:
    scores = (view.cosine, view.lexical, view.hybrid, view.walked, view.second)
    ranks = [reciprocal_ranks(score)[passages] for score in scores]
    cosine, lexical, hybrid, walked, second = (score[passages] for score in scores)
    return [
        cosine, cosine / max(float(view.cosine.max(initial=0.0)), 1e-6), ranks[0],
        lexical / max(float(view.lexical.max(initial=0.0)), 1e-6), ranks[1],
        hybrid, ranks[2], walked, ranks[3], second, ranks[4], second - cosine,
    ]  # fmt: skip


def _by_name(view: QuestionView, passages: IndexArray) -> Columns:
    found = [view.named.get(passage, _NOT_NAMED) for passage in passages.tolist()]
    rows = [(n.num_words, n.share, n.place, n.capital_share, n.num_passages) for n in found]
    return list(np.array(rows, dtype=np.float64).reshape(-1, len(_BY_NAME)).T)


def _share(rarity: dict[str, float], words: frozenset[str]) -> float:
    """Return which part of a question's words others have, rare words counting more, in [0, 1]."""
    total = sum(rarity.values())
    return sum(value for word, value in rarity.items() if word in words) / total if total else 0.0
