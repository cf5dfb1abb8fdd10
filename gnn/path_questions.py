"""Questions made of a graph's own paths, to train on where nobody has asked any."""

import random
from collections.abc import Iterator

import numpy as np

from graphrag.reasoning import ReasoningGraph

MAX_ANSWERS = 200
TRIES_PER_QUESTION = 20

_FORWARDS, _BACKWARDS = "the {} of {}", "what has {} {}"


def path_questions(
    graph: ReasoningGraph, *, num_questions: int = 10_000, max_length: int = 3, seed: int = 0
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

    Returns
    -------
    list of tuple
        Text, names of the seeds (one), names of the answers.

    Examples
    --------
    >>> one = np.zeros(1, dtype=np.int32)
    >>> graph = ReasoningGraph(np.arange(2, dtype=np.int32), 2, one, one, one + 1, ["author"], names=["Emma", "Austen"])
    >>> sorted(set(path_questions(graph, num_questions=9, max_length=1)))
    [('the author of Emma', ('Emma',), ('Austen',)), ('what has author Austen', ('Austen',), ('Emma',))]
    """
    if graph.names is None or not graph.num_arcs:
        return []
    walker = _Walker(graph)
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
    """Arcs in both directions by their heads."""

    def __init__(self, graph: ReasoningGraph) -> None:
        self.graph = graph
        self.num_relations = len(graph.relation_texts)
        head = np.concatenate([graph.head, graph.tail])
        order = np.argsort(head, kind="stable")
        self.tail = np.concatenate([graph.tail, graph.head])[order]
        self.relation = np.concatenate([graph.relation, graph.relation + self.num_relations])[order]
        self.starts = np.searchsorted(head[order], np.arange(graph.num_nodes + 1))
        self.heads = np.unique(head)

    def question(self, rng: random.Random, length: int) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
        """Return a question along a random path, or None if that leads nowhere."""
        names = self.graph.names or ()
        seed = int(self.heads[rng.randrange(len(self.heads))])
        nodes, text = {seed}, names[seed]
        for _ in range(length):
            arcs = list(self._arcs(nodes))
            if not arcs:
                return None
            relation = int(self.relation[arcs[rng.randrange(len(arcs))]])
            nodes = {int(self.tail[arc]) for arc in arcs if self.relation[arc] == relation} - {seed}
            if not 0 < len(nodes) <= MAX_ANSWERS:
                return None
            text = self._asked(relation, text)
        return text, (names[seed],), tuple(names[node] for node in sorted(nodes))

    def _arcs(self, nodes: set[int]) -> Iterator[int]:
        for node in sorted(nodes):
            yield from range(int(self.starts[node]), int(self.starts[node + 1]))

    def _asked(self, relation: int, text: str) -> str:
        form = _FORWARDS if relation < self.num_relations else _BACKWARDS
        return form.format(self.graph.relation_texts[relation % self.num_relations], text)
