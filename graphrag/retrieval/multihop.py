"""Our best retriever: candidates from every view of the graph, ordered by trees that learned which are needed."""

from collections.abc import Sequence

import numpy as np

from graphrag.protocols import FloatMatrix
from graphrag.retrieval.bm25 import lexical_index
from graphrag.retrieval.hipporag2 import HippoRAG2Retriever
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.passage_features import FEATURES, Candidates, FeatureReader
from graphrag.retrieval.passage_links import PassageLinks
from graphrag.retrieval.question_view import QuestionViewer
from graphrag.retrieval.ranker import DEFAULT_WEIGHTS, TreeRanker
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources, Scores
from graphrag.retrieval.second_look import look_again

_NO_NAMES = "the question names nothing in the graph: the walk began at its nearest passages"


class MultihopRetriever(BaseRetriever):
    """Vectors, words, a walk from the question's names, links between passages and facts, weighed by a learned ranker.

    A passage's score is the probability that the question needs it; only about fifty candidates have one, others are
    not found. No language model and no parser looks at the question. Where a passage behind the fifth may be needed,
    the reader's network looks at those around it again (:mod:`graphrag.retrieval.second_look`).
    In a graph without passages the walk of ``hipporag2`` ranks the entities.

    Parameters
    ----------
    resources
        With a lexical index.

    Raises
    ------
    ConfigError
        If the weights cannot be read, or were made for other features.
    ValueError
        If there is no lexical index, or one of other passages.
    """

    name = "multihop"

    def __init__(self, resources: RetrievalResources) -> None:
        super().__init__(resources)
        self.ranker = TreeRanker.load(resources.ranker or DEFAULT_WEIGHTS, FEATURES)
        self.reader = feature_reader(resources)
        self._judge = resources.judge
        self._without_passages = HippoRAG2Retriever(resources) if not self.graph.num_passages else None

    def score(self, question: str) -> Scores:
        """Return the probabilities of the candidates, and the mass of the walk on the entities."""
        if self._without_passages is not None:
            return self._without_passages.score(question)
        graph = self.graph
        passages = np.full(graph.num_passages, -np.inf)
        candidates = self.reader.read(question)
        passages[candidates.passages] = self._probability(question, candidates)
        return Scores(
            passages,
            entities=candidates.view.walk[: graph.num_entities],
            seeds=_seeds(candidates, self.reader.links),
            fallbacks=() if candidates.view.names else (_NO_NAMES,),
        )

    def _probability(self, question: str, candidates: Candidates) -> FloatVector:
        first = self.ranker.probability(candidates.features)
        judge = self._judge
        if judge is None:
            return first

        def look(chosen: Sequence[int]) -> FloatMatrix:
            found = candidates.passages[list(chosen)].tolist()
            return judge.judge(question, [self.graph.passage(passage) for passage in found])

        return look_again(first, look)


def feature_reader(resources: RetrievalResources) -> FeatureReader:
    """Return what reads a question's candidates and their features.

    Raises
    ------
    ValueError
        If there is no lexical index, or one of other passages.
    """
    graph = resources.graph
    viewer = QuestionViewer(graph, resources.encoder, lexical_index(resources), PassageLinks(graph))
    return FeatureReader(graph, viewer)


def _seeds(candidates: Candidates, links: PassageLinks) -> tuple[tuple[int, float], ...]:
    """Return the named entities with their weights, the rarest first."""
    entities = dict.fromkeys(name.entity for name in candidates.view.names)
    weights = [(entity, float(links.rarity[entity])) for entity in entities]
    return tuple(sorted(weights, key=lambda item: -item[1]))
