"""What a reasoner is shown for a question: nodes that other retrievers think well of, and what they think of them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph
from graphrag.graph.reasoning_graph import reasoning_graph, topic_pairs
from graphrag.graph.subgraph import subgraph_around
from graphrag.reasoning import ReasoningGraph
from graphrag.retrieval.bm25 import lexical_index, lexical_scores
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.fusion import log_share, reciprocal_ranks
from graphrag.retrieval.hipporag import HippoRAGRetriever, HippoRAGSettings
from graphrag.retrieval.hipporag2 import HippoRAG2Retriever, HippoRAG2Settings
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.retriever import RetrievalResources, Scores
from graphrag.text import is_quantity, normalize_phrase

ENTITY_FEATURES = ("is entity", "named", "in fact", "hipporag", "hipporag2", "cosine", "passages", "quantity")
PASSAGE_FEATURES = (
    "is passage", "cosine", "relative cosine", "bm25", "hipporag", "hipporag2",
    "rank by cosine", "rank by bm25", "rank by hipporag", "rank by hipporag2", "title in question",
)  # fmt: skip
FEATURES = (*ENTITY_FEATURES, *PASSAGE_FEATURES)
"""Columns of ``ReasoningGraph.node_features``, each about in [0, 1]; an entity's row is 0 in a passage's columns."""

PAGERANK_COLUMNS = tuple(i for i, name in enumerate(FEATURES) if "hipporag" in name)
"""Which of them come from PageRank: without them a reasoner finds the way through the graph by itself."""

# PageRank's order settles long before its last digits do.
_TOLERANCE = 1e-5
_SMALLEST = 1e-6
_PASSAGE_SHARE = 4  # one node in so many is a passage


@dataclass(frozen=True)
class Surroundings:
    """The part of the graph that matters for a question.

    Parameters
    ----------
    graph
        Nodes, arcs and features.
    seeds
        Positions in ``graph.nodes`` of the entities that the question names or that the nearest facts have, best first.
    linked
        The same as positions in the knowledge graph, with their weights.
    fallbacks
        What could not be done as intended, and what was done instead.
    pagerank
        The entities' mass in the walk of ``hipporag2``; None where there is nothing to walk on.
    walks
        What ``hipporag`` and ``hipporag2`` think of all passages, each of shape ``(num_passages,)``.
    """

    graph: ReasoningGraph
    seeds: tuple[int, ...]
    linked: tuple[tuple[int, float], ...]
    fallbacks: tuple[str, ...]
    pagerank: FloatVector | None
    walks: tuple[FloatVector, ...]


@dataclass(frozen=True)
class _Views:
    """A question's scores by several retrievers."""

    named: Scores
    walked: Scores
    similarity: FloatVector
    words: FloatVector
    query: NDArray[np.float32]


class SurroundingsFinder:
    """Finds the surroundings of questions by the PageRanks of ``hipporag`` and ``hipporag2``, by words and by vectors.

    Parameters
    ----------
    resources
        With extractor and lexical index.

    Raises
    ------
    ValueError
        If one of these is missing.
    """

    def __init__(self, resources: RetrievalResources) -> None:
        self.graph = resources.graph
        self.encoder = resources.encoder
        self.lexical = lexical_index(resources)
        self._named = HippoRAGRetriever(resources, settings=HippoRAGSettings(tolerance=_TOLERANCE))
        self._walked = HippoRAG2Retriever(resources, settings=HippoRAG2Settings(tolerance=_TOLERANCE))
        self._topics = topic_pairs(self.graph)

    def around(self, question: str, *, max_nodes: int) -> Surroundings:
        """Return the surroundings of a question.

        Parameters
        ----------
        question
            Any text.
        max_nodes
            At most so many entities and passages, at least 1.
        """
        graph = self.graph
        views = self._views(question)
        linked = views.named.seeds or views.walked.seeds
        seeds = [index for index, _ in linked]
        scores = _node_scores(graph, views, self._topics, max_nodes)
        part = subgraph_around(graph, seeds, scores, max_nodes=max_nodes)
        features = np.zeros((len(part.entities) + len(part.passages), len(FEATURES)), dtype=np.float32)
        features[: len(part.entities), : len(ENTITY_FEATURES)] = self._entity_features(views, part.entities)
        features[len(part.entities) :, len(ENTITY_FEATURES) :] = self._passage_features(question, views, part.passages)
        seen = replace(reasoning_graph(graph, part, self._topics), node_features=features)
        num_seeds = min(len(dict.fromkeys(seeds)), len(part.entities))
        fallbacks = (*views.named.fallbacks, *views.walked.fallbacks)
        return Surroundings(
            seen,
            tuple(range(num_seeds)),
            linked,
            tuple(dict.fromkeys(fallbacks)),
            views.walked.entities,
            (views.named.passages, views.walked.passages),
        )

    def _views(self, question: str) -> _Views:
        query = self.encoder.encode([question])[0]
        words, _ = lexical_scores(self.lexical, question)
        return _Views(
            named=self._named.score(question),
            walked=self._walked.score(question),
            similarity=similarities(self.graph.passage_vectors, query),
            words=words,
            query=query,
        )

    def _entity_features(self, views: _Views, entities: IndexArray) -> NDArray[np.float32]:
        graph = self.graph
        named, in_fact = np.zeros(graph.num_entities), np.zeros(graph.num_entities)
        for column, seeds in ((named, views.named.seeds), (in_fact, views.walked.seeds)):
            for index, weight in seeds:
                column[index] = weight
        in_fact /= max(in_fact.max(initial=0.0), _SMALLEST)
        columns = [
            np.ones(len(entities)),
            named[entities],
            in_fact[entities],
            _log_share(views.named.entities, entities),
            _log_share(views.walked.entities, entities),
            graph.entity_vectors[entities] @ views.query if len(entities) else np.zeros(0),
            np.log1p(graph.num_passages_of_entity[entities]) / 8,
            np.array([is_quantity(graph.entity_keys[int(entity)]) for entity in entities], dtype=np.float64),
        ]
        return np.stack(columns, axis=1).astype(np.float32)

    def _passage_features(self, question: str, views: _Views, passages: IndexArray) -> NDArray[np.float32]:
        asked = f" {normalize_phrase(question)} "
        titles = [normalize_phrase(self.graph.passage_titles[int(passage)]) for passage in passages]
        rankings = (views.similarity, views.words, views.named.passages, views.walked.passages)
        columns = [
            np.ones(len(passages)),
            views.similarity[passages],
            views.similarity[passages] / max(views.similarity.max(initial=0.0), _SMALLEST),
            np.maximum(views.words[passages], 0) / max(views.words.max(initial=0.0), _SMALLEST),
            _log_share(views.named.passages, passages) if views.named.entities is not None else np.zeros(len(passages)),
            _log_share(views.walked.passages, passages),
            *(reciprocal_ranks(scores)[passages] for scores in rankings),
            np.array([bool(title) and f" {title} " in asked for title in titles], dtype=np.float64),
        ]
        return np.stack(columns, axis=1).astype(np.float32)


def _node_scores(graph: KnowledgeGraph, views: _Views, topics: IndexArray, max_nodes: int) -> FloatVector:
    """Return a positive score for what is shown: the best passages, what they are about, the best entities."""
    scores = np.zeros(graph.num_nodes)
    rankings = (views.similarity, views.words, views.named.passages, views.walked.passages)
    by_rank = np.max([reciprocal_ranks(ranking) for ranking in rankings], axis=0)
    chosen = np.argsort(-by_rank, kind="stable")[: -(-max_nodes // _PASSAGE_SHARE)]
    chosen = chosen[by_rank[chosen] > 0]
    scores[graph.num_entities + chosen] = 2 + by_rank[chosen]
    for entity_scores in (views.named.entities, views.walked.entities):
        if entity_scores is not None and entity_scores.max(initial=0.0) > 0:
            scores[: graph.num_entities] += entity_scores / entity_scores.max() / 2
    about = topics[np.isin(topics[:, 0], chosen), 1]
    scores[about] += 1
    return scores


def _log_share(scores: FloatVector | None, chosen: IndexArray) -> FloatVector:
    """Return the share of chosen nodes on a logarithmic scale, 0 without scores."""
    if scores is None:
        return np.zeros(len(chosen))
    return log_share(scores[chosen], float(scores.max(initial=0.0)))
