"""Paths over the facts that are nearest to a question: a beam of two steps from its entities."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from graphrag.graph.adjacency import row
from graphrag.graph.paths import PathFinder
from graphrag.text import is_quantity
from graphrag.types import ReasoningPath

BEAM_WIDTH = 4
"""Facts of an entity that are followed."""

_Walk = tuple[int, tuple[int, ...], float]  # where it ends, its facts, the sum of their similarities


def near_paths(
    finder: PathFinder, seeds: Sequence[int], query: NDArray[np.float32], *, max_paths: int = 6
) -> tuple[ReasoningPath, ...]:
    """Return paths of one and two steps from a question's entities, those first whose facts are nearest to it.

    A path's score is the mean similarity of its facts. No path leads to another seed, or through a date or a number.
    They are what a language model reads first: the demo model answers 38 of 100 questions as the facts say that they
    were made of, and 16 with the paths to the best entities alone (``scripts/score_answers.py``).

    Parameters
    ----------
    finder
        Of the graph.
    seeds
        Positions of entities.
    query
        The question's vector, shape ``(dimension,)``.
    max_paths
        At most so many.
    """
    found: dict[tuple[int, tuple[int, ...]], float] = {}
    for seed in dict.fromkeys(seeds):
        for walk in _steps(finder, (seed, (), 0.0), query, seeds):
            found[seed, walk[1]] = walk[2]
            if not is_quantity(finder.graph.entity_keys[walk[0]]):
                for longer in _steps(finder, walk, query, seeds):
                    found[seed, longer[1]] = longer[2] / 2
    best = sorted(found, key=lambda route: -found[route])[:max_paths]
    return tuple(finder.along(seed, facts, found[seed, facts]) for seed, facts in best)


def _steps(finder: PathFinder, walk: _Walk, query: NDArray[np.float32], seeds: Sequence[int]) -> Iterator[_Walk]:
    """Yield a walk with one more fact: those of its last entity that are nearest to the question."""
    graph, (entity, behind, score) = finder.graph, walk
    facts = row(graph.facts_of_entity, entity)
    similarities = np.einsum("ij,j->i", np.asarray(graph.fact_vectors[facts], np.float32), query)
    for place in np.argsort(-similarities, kind="stable")[:BEAM_WIDTH].tolist():
        fact = int(facts[place])
        other = finder.other_end(fact, entity)
        if fact not in behind and other not in seeds:
            yield other, (*behind, fact), score + float(similarities[place])
