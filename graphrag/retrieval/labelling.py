"""From questions with the names of seeds and answers to positions in the graph that a reasoner sees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.reasoning import ReasoningGraph
from graphrag.retrieval.gnn_entities import ReasonerViews
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.retrieval.surroundings import SurroundingsFinder
from graphrag.text import normalize_phrase


class QuestionLabeller:
    """Finds seeds and answers in a graph, and the part of the graph around the seeds, once for equal seeds.

    Parameters
    ----------
    graph
        The graph.
    max_nodes
        Of a part; None: the whole graph.
    """

    def __init__(self, graph: KnowledgeGraph, max_nodes: int | None) -> None:
        self._keys = graph.entity_keys
        self._views = ReasonerViews(graph, max_nodes)
        self._around: dict[tuple[int, ...], tuple[ReasoningGraph, tuple[int, ...]]] = {}
        self._local = np.full(graph.num_entities, -1, dtype=np.int32)

    def labelled(
        self, question: str, seed_entities: Sequence[str], answers: Sequence[str]
    ) -> tuple[str, ReasoningGraph, tuple[int, ...], tuple[int, ...]]:
        """Return the question, its graph, and the positions of seeds and answers that are in it.

        Parameters
        ----------
        question
            Its text.
        seed_entities, answers
            Names.
        """
        seeds = self._positions(seed_entities)
        if seeds not in self._around:
            self._around[seeds] = self._views.around(seeds)
        graph, local_seeds = self._around[seeds]
        self._local[graph.nodes] = np.arange(graph.num_nodes, dtype=np.int32)
        local_answers = self._local[list(self._positions(answers))]
        self._local[graph.nodes] = -1
        return question, graph, local_seeds, tuple(local_answers[local_answers >= 0].tolist())

    def _positions(self, names: Sequence[str]) -> tuple[int, ...]:
        found = (self._keys.find(normalize_phrase(name)) for name in names)
        return tuple(dict.fromkeys(position for position in found if position is not None))


@dataclass(frozen=True)
class LabelledSurroundings:
    """What a reasoner over entities and passages is shown for a question, and what it should find there.

    Parameters
    ----------
    question
        Its text.
    graph
        The surroundings, with features and vectors of arcs.
    gold
        Positions in ``graph.nodes`` of gold passages and answers.
    num_gold
        Gold passages in the whole graph.
    """

    question: str
    graph: ReasoningGraph
    gold: tuple[int, ...]
    num_gold: int


class SurroundingsLabeller:
    """Finds the surroundings of questions whose gold passages are known.

    Parameters
    ----------
    resources
        With extractor and lexical index.
    max_nodes
        Of the surroundings, at least 1.
    """

    def __init__(self, resources: RetrievalResources, max_nodes: int) -> None:
        self._graph = resources.graph
        self._finder = SurroundingsFinder(resources)
        self._max_nodes = max_nodes
        self._passages = {passage_id: number for number, passage_id in enumerate(self._graph.passage_ids)}

    def labelled(
        self, question: str, gold_passage_ids: Collection[str], answers: Sequence[str]
    ) -> LabelledSurroundings | None:
        """Return a question with its surroundings; None where the graph has none of its gold passages.

        Parameters
        ----------
        question
            Its text.
        gold_passage_ids
            Those that the graph lacks do not count.
        answers
            Names; those that are no entities do not count.
        """
        graph = self._graph
        passages = {graph.num_entities + self._passages[name] for name in gold_passage_ids if name in self._passages}
        if not passages:
            return None
        entities = {graph.entity_keys.find(normalize_phrase(answer)) for answer in answers} - {None}
        seen = self._finder.around(question, max_nodes=self._max_nodes).graph
        gold = tuple(place for place, node in enumerate(seen.nodes.tolist()) if node in passages | entities)
        return LabelledSurroundings(question, seen, gold, len(passages))
