"""From questions with the names of seeds and answers to positions in the graph that a reasoner sees."""

from collections.abc import Sequence

import numpy as np

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.reasoning import ReasoningGraph
from graphrag.retrieval.gnn_entities import ReasonerViews
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
