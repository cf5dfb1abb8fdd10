"""Questions made of a graph's own paths, to train on where nobody has asked any."""

import random
from collections.abc import Sequence

import numpy as np

from gnn.phrasing import ANYTHING, PathStep, phrased
from graphrag.reasoning import ReasoningGraph

MAX_ANSWERS = 200
TRIES_PER_QUESTION = 20
RETURNING_SHARE = 0.2
"""How many second steps go back by the first one's relation, where they can: "films with the same director"."""

_MAX_LOOKED_AT = 20


def path_questions(
    graph: ReasoningGraph,
    *,
    num_questions: int = 10_000,
    max_length: int = 3,
    seed: int = 0,
    kinds: Sequence[str] | None = None,
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return questions that relations put in words ask, such as "the director of what has star Ada".

    Each goes along one random path and asks for everything that its relations lead to, without its beginning.

    Parameters
    ----------
    graph
        With names; without arcs there are no questions.
    num_questions
        At most so many: paths that lead back or to more than ``MAX_ANSWERS`` nodes give none.
    max_length
        Steps of a path, at least 1.
    seed
        Of the random choices.
    kinds
        What each relation's heads are, such as ``film``, shape ``(num_relations,)``.

    Returns
    -------
    list of tuple
        Text, names of the seeds (one), names of the answers.

    Examples
    --------
    >>> one = np.zeros(1, dtype=np.int32)
    >>> graph = ReasoningGraph(np.arange(2, dtype=np.int32), 2, one, one, one + 1, ["author"], names=["Emma", "Austen"])
    >>> made = path_questions(graph, num_questions=50, max_length=1)
    >>> ("who wrote Emma", ("Emma",), ("Austen",)) in made
    True
    >>> ("what did Austen write", ("Austen",), ("Emma",)) in made
    True
    """
    if graph.names is None or not graph.num_arcs:
        return []
    walker = _Walker(graph, kinds)
    rng = random.Random(seed)  # noqa: S311
    made = (walker.question(rng, rng.randint(1, max_length)) for _ in range(TRIES_PER_QUESTION * num_questions))
    questions: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    for question in made:
        if question is not None:
            questions.append(question)
        if len(questions) == num_questions:
            break
    return questions


class _Walker:
    """Arcs in both directions by their heads, those of a node by their relations."""

    def __init__(self, graph: ReasoningGraph, kinds: Sequence[str] | None) -> None:
        self.graph = graph
        self.kinds = kinds
        self.num_relations = len(graph.relation_texts)
        head = np.concatenate([graph.head, graph.tail])
        relation = np.concatenate([graph.relation, graph.relation + self.num_relations])
        order = np.lexsort((relation, head))
        self.tail = np.concatenate([graph.tail, graph.head])[order]
        self.relation = relation[order]
        self.starts = np.searchsorted(head[order], np.arange(graph.num_nodes + 1))
        self.heads = np.unique(head)

    def question(self, rng: random.Random, length: int) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
        """Return a question along a random path, or None if that leads nowhere."""
        names = self.graph.names or ()
        seed = int(self.heads[rng.randrange(len(self.heads))])
        nodes, walked = {seed}, list[int]()
        for _ in range(length):
            relation = self._relation(rng, nodes, walked)
            if relation is None:
                return None
            nodes = {node for head in nodes for node in self._tails(head, relation)} - {seed}
            if not 0 < len(nodes) <= MAX_ANSWERS:
                return None
            walked.append(relation)
        text = phrased([self._step(relation) for relation in walked], names[seed], rng)
        return text, (names[seed],), tuple(names[node] for node in sorted(nodes))

    def _relation(self, rng: random.Random, nodes: set[int], walked: Sequence[int]) -> int | None:
        """Return a relation that leaves one of the nodes, each equally likely: the most frequent are not the best."""
        looked_at = sorted(nodes)[:_MAX_LOOKED_AT]
        leaving = np.unique(np.concatenate([self.relation[self.starts[n] : self.starts[n + 1]] for n in looked_at]))
        if not len(leaving):
            return None
        if len(walked) == 1 and rng.random() < RETURNING_SHARE:
            back = (walked[0] + self.num_relations) % (2 * self.num_relations)
            if back in leaving:
                return back
        return int(leaving[rng.randrange(len(leaving))])

    def _tails(self, head: int, relation: int) -> list[int]:
        start, end = self.starts[head], self.starts[head + 1]
        first, last = np.searchsorted(self.relation[start:end], [relation, relation + 1]) + start
        tails: list[int] = self.tail[first:last].tolist()
        return tails

    def _step(self, relation: int) -> PathStep:
        number = relation % self.num_relations
        kind = self.kinds[number] if self.kinds else ANYTHING
        return PathStep(self.graph.relation_texts[number], relation >= self.num_relations, kind)
