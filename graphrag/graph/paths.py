"""The shortest ways through the facts from the entities of a question to other entities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain, islice, pairwise, product

import numpy as np
from numpy.typing import NDArray

from graphrag.graph.adjacency import row
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.text import is_quantity
from graphrag.types import PathStep, ReasoningPath

_SYNONYM = -1
"""Stands for the synonym edge where otherwise a fact's position is."""

_Route = tuple[tuple[int, ...], tuple[int, ...]]
"""The entities of a path, and the facts between them."""


@dataclass(frozen=True, slots=True)
class PathLimits:
    """How far :func:`find_paths` looks and how much it returns.

    Parameters
    ----------
    max_length
        Steps of a path.
    max_paths
        Paths in all.
    max_paths_per_pair
        Paths between one seed and one target, of all those that are equally short.
    max_expansions
        Entities, per seed, whose neighbours are looked at.
    max_neighbors
        Neighbours of one entity that are looked at: those with the best scores.

    Raises
    ------
    ValueError
        If a value is less than 1.
    """

    max_length: int = 4
    max_paths: int = 20
    max_paths_per_pair: int = 8
    max_expansions: int = 500
    max_neighbors: int = 200

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ValueError(f"Expected '{field.name}' to be at least 1 (got {getattr(self, field.name)})")


def find_paths(
    graph: KnowledgeGraph,
    seeds: Sequence[int],
    targets: Sequence[int],
    node_scores: NDArray[np.float64],
    *,
    limits: PathLimits = PathLimits(),
    by_target: bool = False,
) -> tuple[ReasoningPath, ...]:
    """Return the shortest paths from seed entities to target entities, best first.

    Facts are walked in both directions, and every relation between two entities makes a path of its own; synonym edges
    are walked too. No path leads through another seed: the way on from there is a path of that seed. Nor through a date
    or a number: two things of the same year have nothing to do with each other. A path's score is
    the mean score of its entities; between equal scores the shorter path comes first, then the one whose facts have
    more support.

    Parameters
    ----------
    graph
        The graph.
    seeds, targets
        Positions of entities, best first. A target that is a seed too is reached from the other seeds.
    node_scores
        Such as PageRank mass, not negative, shape ``(num_entities,)`` or ``(num_nodes,)``.
    limits
        Beyond them paths are not found.
    by_target
        A path's score is the score of the entity it leads to instead: a reasoner's probability of that answer.

    Returns
    -------
    tuple of ReasoningPath
        Empty when nothing connects the entities.

    Raises
    ------
    ValueError
        If a seed or target is no entity, or ``node_scores`` is too short.
    """
    return PathFinder(graph, node_scores, limits=limits).paths(seeds, targets, by_target=by_target)


class PathFinder:
    """Finds paths in one graph with one set of scores; what several searches pass is looked up once.

    Parameters
    ----------
    graph, node_scores, limits
        As for :func:`find_paths`.

    Raises
    ------
    ValueError
        If ``node_scores`` is too short.
    """

    def __init__(
        self, graph: KnowledgeGraph, node_scores: NDArray[np.float64], *, limits: PathLimits = PathLimits()
    ) -> None:
        if len(node_scores) < graph.num_entities:
            raise ValueError(
                f"Expected 'node_scores' to have {graph.num_entities} numbers or more (got {len(node_scores)})"
            )
        self.graph = graph
        self.scores = node_scores
        self.limits = limits
        self._neighbors = cache(self._best_neighbors)

    def paths(
        self, seeds: Sequence[int], targets: Sequence[int], *, by_target: bool = False
    ) -> tuple[ReasoningPath, ...]:
        """Return the shortest paths from seed entities to target entities, best first; see :func:`find_paths`.

        Raises
        ------
        ValueError
            If a seed or target is no entity.
        """
        for name, entities in (("seeds", seeds), ("targets", targets)):
            if any(not 0 <= entity < self.graph.num_entities for entity in entities):
                bound = self.graph.num_entities
                raise ValueError(f"Expected '{name}' to be in [0, {bound}) (got {list(entities)[:10]})")
        routes: dict[_Route, float] = {}
        done: set[frozenset[int]] = set()
        for seed in dict.fromkeys(seeds):
            aims = [target for target in dict.fromkeys(targets) if frozenset((seed, target)) not in done]
            done.update(frozenset((seed, target)) for target in aims)
            for route in self._routes(seed, aims, set(seeds)):
                routes[route] = float(self.scores[route[0][-1] if by_target else list(route[0])].mean())
        # The sort is stable: routes come in the order of seeds, targets and support.
        ranked = sorted(routes, key=lambda route: (-routes[route], len(route[1])))
        return tuple(ReasoningPath(self._steps(route), routes[route]) for route in ranked[: self.limits.max_paths])

    def other_end(self, fact: int, entity: int) -> int:
        """Return the end of a fact that is not the given one."""
        head, tail = int(self.graph.fact_head[fact]), int(self.graph.fact_tail[fact])
        return tail if head == entity else head

    def along(self, start: int, facts: Sequence[int], score: float) -> ReasoningPath:
        """Return the path from an entity over facts, each of which has the entity before it as one end."""
        entities = [start]
        for fact in facts:
            entities.append(self.other_end(fact, entities[-1]))
        return ReasoningPath(self._steps((tuple(entities), tuple(facts))), score)

    def _routes(self, seed: int, targets: Sequence[int], ends: set[int]) -> Iterator[_Route]:
        """Yield the shortest routes to each target that can be reached, none of them through one of ``ends``."""
        parents = self._parents(seed, set(targets) - {seed}, ends)
        for target in targets:
            if target != seed and target in parents:
                entity_paths = islice(_traced(parents, target), self.limits.max_paths_per_pair)
                found = chain.from_iterable(map(self._with_relations, entity_paths))
                yield from islice(found, self.limits.max_paths_per_pair)

    def _steps(self, route: _Route) -> tuple[PathStep, ...]:
        """Return a route in words."""
        entities, facts = route
        return tuple(self._step(*step) for step in zip(entities[:-1], facts, entities[1:], strict=True))

    def _parents(self, seed: int, missing: set[int], ends: set[int]) -> dict[int, list[int]]:
        """Return, for each entity met, the entities one step nearer to the seed, until nothing is missing."""
        depths = {seed: 0}
        parents: dict[int, list[int]] = {seed: []}
        frontier = [seed]
        expansions_left = self.limits.max_expansions
        for depth in range(1, self.limits.max_length + 1):
            met = []
            for entity in frontier:
                for neighbor in self._neighbors(entity):
                    if depths.setdefault(neighbor, depth) == depth:
                        if neighbor not in parents:
                            met.append(neighbor)
                        parents.setdefault(neighbor, []).append(entity)
            expansions_left -= len(frontier)
            missing = missing.difference(met)
            if not missing or expansions_left <= 0 or depth == self.limits.max_length:
                break
            best = sorted(met, key=lambda entity: (-self.scores[entity], entity))
            frontier = list(islice((entity for entity in best if self._is_inner(entity, ends)), expansions_left))
        return parents

    def _is_inner(self, entity: int, ends: set[int]) -> bool:
        """Return whether a path may lead through an entity."""
        return entity not in ends and not is_quantity(self.graph.entity_keys[entity])

    def _best_neighbors(self, entity: int) -> list[int]:
        graph = self.graph
        facts = row(graph.facts_of_entity, entity)
        heads, tails = graph.fact_head[facts], graph.fact_tail[facts]
        others = np.unique(np.concatenate([heads, tails, row(graph.synonyms_of_entity, entity)]))
        others = others[others != entity]
        order = np.argsort(-self.scores[others], kind="stable")[: self.limits.max_neighbors]
        return [int(other) for other in others[order]]

    def _with_relations(self, entities: tuple[int, ...]) -> Iterator[_Route]:
        edges = [self._edges(*pair) for pair in pairwise(entities)]
        return ((entities, facts) for facts in product(*edges))

    def _edges(self, first: int, second: int) -> list[int]:
        """Return the facts between two entities in both directions, best supported first, then the synonym edge."""
        graph = self.graph
        facts = min(row(graph.facts_of_entity, first), row(graph.facts_of_entity, second), key=len)
        heads, tails = graph.fact_head[facts], graph.fact_tail[facts]
        between = facts[((heads == first) & (tails == second)) | ((heads == second) & (tails == first))]
        order = np.lexsort((between, -graph.fact_support[between]))
        edges = [int(fact) for fact in between[order][: self.limits.max_paths_per_pair]]
        return [*edges, _SYNONYM] if second in row(graph.synonyms_of_entity, first) else edges

    def _step(self, first: int, fact: int, second: int) -> PathStep:
        graph = self.graph
        source, target = graph.entity_names[first], graph.entity_names[second]
        if fact == _SYNONYM:
            return PathStep(source, "same as", target, kind="synonym")
        return PathStep(
            source,
            graph.fact_relations[fact],
            target,
            forward=bool(graph.fact_head[fact] == first),
            passage_ids=tuple(graph.passage_ids[int(passage)] for passage in row(graph.fact_passages, fact)),
        )


def _traced(parents: dict[int, list[int]], target: int) -> Iterator[tuple[int, ...]]:
    """Yield all ways back from a target, seed first."""
    unfinished: list[tuple[int, ...]] = [(target,)]
    while unfinished:
        path = unfinished.pop()
        before = parents[path[0]]
        if not before:
            yield path
        unfinished.extend((entity, *path) for entity in reversed(before))
