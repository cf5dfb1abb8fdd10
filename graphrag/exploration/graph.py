"""The knowledge graph as people explore it: by name, as tables, as paths, as pictures."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphrag.display import Listing, Shown
from graphrag.errors import LinkingError
from graphrag.exploration.annotation import AnnotatedPassage, find_spans
from graphrag.exploration.networks import networkx_of
from graphrag.exploration.part import GraphPart
from graphrag.exploration.statistics import GraphStatistics, fact_degrees, graph_statistics
from graphrag.exploration.tables import GraphTables, graph_tables
from graphrag.graph.corrections import Corrections
from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph
from graphrag.graph.naming import find_entity
from graphrag.graph.paths import PathLimits, find_paths
from graphrag.graph.subgraph import connected_nodes, subgraph_around
from graphrag.retrieval.walk import RandomWalk
from graphrag.rows import Edit
from graphrag.stores.base import triple_rows
from graphrag.text import normalize_phrase
from graphrag.types import Answer, ReasoningPath, Triple
from graphrag.visualization.build import build_view, view_of_part
from graphrag.visualization.view import MAX_NODES

if TYPE_CHECKING:
    import networkx as nx

MAX_NETWORKX_NODES = 20_000
_PATH_TOLERANCE = 1e-6


class GraphLimitWarning(UserWarning):
    """What was asked for is larger than what is returned; the message says how to get all of it."""


class Graph(Shown):
    """A knowledge graph to look at.

    Of a graph with 200,000 entities and 400,000 facts every call takes less than two seconds of a processor, with the
    default limits; the time grows with the graph. A part of the graph says how much of it is drawn.

    Parameters
    ----------
    arrays
        The graph as the retrievers have it.
    edits
        The corrections that were made by hand, in their order.
    """

    def __init__(self, arrays: KnowledgeGraph, *, edits: Sequence[Edit] = ()) -> None:
        self.arrays = arrays
        self._edits = tuple(edits)

    def to_networkx(self, *, max_nodes: int | None = MAX_NETWORKX_NODES) -> "nx.MultiDiGraph[str]":
        """Return the graph for networkx: see :func:`graphrag.exploration.networks.networkx_of`.

        Parameters
        ----------
        max_nodes
            Of a larger graph the best connected nodes, with a :class:`GraphLimitWarning`; None for all.

        Raises
        ------
        ValueError
            If ``max_nodes`` is less than 1.
        """
        graph = self.arrays
        limit = max(1, graph.num_nodes) if max_nodes is None else max_nodes
        if graph.num_nodes > limit:
            told = f"{limit:,} of {graph.num_nodes:,} nodes, the best connected; max_nodes=None gives all, more slowly"
            warnings.warn(told, GraphLimitWarning, stacklevel=2)
        # One more, so that nodes without an edge have a positive score too.
        degrees = np.diff(graph.adjacency.indptr).astype(np.float64) + 1.0
        return networkx_of(graph, subgraph_around(graph, [], degrees, max_nodes=limit))

    def to_pandas(self) -> GraphTables:
        """Return the tables ``entities``, ``triples`` and ``passages``: see :class:`GraphTables`.

        Raises
        ------
        MissingDependencyError
            If pandas is not installed.
        """
        return graph_tables(self.arrays, edited=self._edited_facts)

    def search(self, text: str, *, limit: int = 20) -> tuple[str, ...]:
        """Return names that contain a text, however it is written, the best connected first.

        Parameters
        ----------
        text
            Part of a name.
        limit
            At most so many.
        """
        key = normalize_phrase(text)
        found = np.array([i for i, other in enumerate(self.arrays.entity_keys) if key in other], dtype=np.int64)
        best = found[np.argsort(-self._degrees[found], kind="stable")][:limit]
        return tuple(self.arrays.entity_names[entity] for entity in best.tolist())

    def neighbourhood(self, entity: str, *, hops: int = 1, max_nodes: int = 40, passages: bool = False) -> GraphPart:
        """Return the part of the graph around an entity: the nearest nodes by random walks, all connected with it.

        Parameters
        ----------
        entity
            A name, however it is written.
        hops
            At most so many facts or synonyms away; at least 1.
        max_nodes
            At most so many nodes, from 1 to 500; the part's notes say how many there are.
        passages
            Whether passages are nodes too.

        Raises
        ------
        LinkingError
            If there is no entity with this name.
        ValueError
            If a number is out of its range.
        """
        if hops < 1:
            raise ValueError(f"Expected 'hops' to be at least 1 (got {hops})")
        if not 1 <= max_nodes <= MAX_NODES:
            raise ValueError(f"Expected 'max_nodes' to be in [1, {MAX_NODES}] (got {max_nodes})")
        centre = find_entity(self.arrays, entity)
        near = self._within(centre, hops)
        mass = self._mass([centre])
        allowed = np.zeros_like(mass)
        allowed[near] = mass[near]
        if passages:
            allowed[self.arrays.num_entities :] = mass[self.arrays.num_entities :]
        # The nearest alone may be connected only by what is not drawn.
        drawn = connected_nodes(self.arrays.adjacency, centre, allowed, max_nodes=max_nodes)
        scores = np.zeros_like(mass)
        scores[drawn] = mass[drawn]
        part = subgraph_around(self.arrays, [centre], scores, max_nodes=max_nodes)
        title = f"{self.arrays.entity_names[centre]}: {hops} hop{'' if hops == 1 else 's'}, {len(near):,} entities"
        view = view_of_part(
            self.arrays, part, _relative(scores, centre), title=title,
            asked_and_answers=(frozenset([centre]), frozenset()),
        )  # fmt: skip
        return GraphPart(self.arrays, view)

    def around(self, answer: Answer, *, max_nodes: int = 40) -> GraphPart:
        """Return the part of the graph that an answer rests on.

        Parameters
        ----------
        answer
            Of this graph.
        max_nodes
            At most so many nodes, from 1 to 500.

        Raises
        ------
        ValueError
            If ``max_nodes`` is out of its range.
        """
        view = build_view(self.arrays, answer=answer, max_nodes=max_nodes)
        kept = {end for edge in view.edges for end in (edge.source, edge.target)}
        nodes = tuple(node for node in view.nodes if node.node_id in kept or node.is_seed or node.is_answer)
        left = len(view.nodes) - len(nodes)
        notes = (*view.notes, f"Left out: {left} without an edge to the others.") if left else view.notes
        return GraphPart(self.arrays, replace(view, nodes=nodes, notes=notes))

    def overview(self, *, max_nodes: int = 40) -> GraphPart:
        """Return the best connected entities with what is between them.

        Parameters
        ----------
        max_nodes
            At most so many nodes, from 1 to 500.

        Raises
        ------
        ValueError
            If ``max_nodes`` is out of its range.
        """
        return GraphPart(self.arrays, build_view(self.arrays, answer=None, max_nodes=max_nodes))

    def paths(self, source: str, target: str, *, max_length: int = 4, max_paths: int = 20) -> Listing[ReasoningPath]:
        """Return the shortest ways from one entity to another, best first; empty if there is none so short.

        Parameters
        ----------
        source, target
            Names, however they are written.
        max_length
            Steps of a path, at least 1.
        max_paths
            At most so many, at least 1.

        Raises
        ------
        LinkingError
            If there is no entity with one of the names.
        ValueError
            If a number is out of its range.
        """
        ends = [find_entity(self.arrays, name) for name in (source, target)]
        limits = PathLimits(max_length=max_length, max_paths=max_paths)
        return Listing(find_paths(self.arrays, ends[:1], ends[1:], self._mass(ends), limits=limits))

    def statistics(self) -> GraphStatistics:
        """Return sizes, degrees and components: see :class:`GraphStatistics`."""
        return graph_statistics(self.arrays)

    def passage(self, passage_id: str) -> AnnotatedPassage:
        """Return a passage with its triples, its entities marked in the text.

        Raises
        ------
        LinkingError
            If there is no such passage.
        """
        graph = self.arrays
        index = graph.passage_ids.find(passage_id)
        if index is None:
            raise LinkingError(f"There is no passage {passage_id!r} in the graph")
        facts = np.flatnonzero(np.asarray(graph.fact_passages[:, [index]].todense()).ravel()).tolist()
        span = slice(graph.mentions.indptr[index], graph.mentions.indptr[index + 1])
        mentioned = graph.mentions.indices[span].tolist()
        passage = graph.passage(index)
        return AnnotatedPassage(
            passage,
            tuple(self._triple(fact) for fact in facts),
            tuple(graph.entity_names[entity] for entity in mentioned),
            find_spans(passage.text, [graph.entity_keys[entity] for entity in mentioned]),
        )

    def _triple(self, fact: int) -> Triple:
        graph = self.arrays
        head, tail = graph.entity_names[int(graph.fact_head[fact])], graph.entity_names[int(graph.fact_tail[fact])]
        return Triple(head, graph.fact_relations[fact], tail)

    def _within(self, centre: int, hops: int) -> IndexArray:
        """Return the entities that are at most so many facts or synonyms away, the centre among them."""
        graph = self.arrays
        seen = np.zeros(graph.num_entities, dtype=np.bool_)
        seen[centre] = True
        frontier = np.array([centre])
        for _ in range(hops):
            facts = graph.facts_of_entity[frontier].indices
            met = np.concatenate(
                [graph.fact_head[facts], graph.fact_tail[facts], graph.synonyms_of_entity[frontier].indices]
            )
            frontier = np.unique(met[~seen[met]])
            seen[frontier] = True
        return np.flatnonzero(seen).astype(np.int32)

    def _mass(self, seeds: Sequence[int]) -> NDArray[np.float64]:
        reset = np.zeros(self.arrays.num_nodes)
        reset[list(seeds)] = 1.0
        return self._walk.mass(reset, tolerance=_PATH_TOLERANCE)

    @cached_property
    def _walk(self) -> RandomWalk:
        return RandomWalk(self.arrays.adjacency, order=self.arrays.node_order)

    @cached_property
    def _degrees(self) -> NDArray[np.int64]:
        return fact_degrees(self.arrays)

    @cached_property
    def _edited_facts(self) -> frozenset[int]:
        """Positions of the facts that were added by hand, under the names that they have after all corrections."""
        corrections = Corrections(self._edits)
        added = [edit.triple for edit in self._edits if edit.kind == "add"]
        keys = {
            (row.head_key, row.relation_key, row.tail_key)
            for row in triple_rows("", "", added, corrections=corrections)
        }
        graph, found = self.arrays, set()
        for head, relation, tail in keys:
            ends = graph.entity_keys.find(head), graph.relation_keys.find(relation), graph.entity_keys.find(tail)
            if None not in ends:
                same = (graph.fact_head == ends[0]) & (graph.fact_relation_type == ends[1])
                found |= set(np.flatnonzero(same & (graph.fact_tail == ends[2])).tolist())
        return frozenset(found)

    def __repr__(self) -> str:
        graph = self.arrays
        return f"Graph(entities={graph.num_entities}, facts={graph.num_facts}, passages={graph.num_passages})"

    def _html(self) -> str:
        return self.statistics()._html()


def _relative(scores: NDArray[np.float64], centre: int) -> NDArray[np.float64]:
    """Return scores in [0, 1], the centre's 1 and the others' relative to the best of them."""
    others = scores.copy()
    others[centre] = 0.0
    relative = np.sqrt(others / max(others.max(initial=0.0), 1e-300))
    relative[centre] = 1.0
    bounded: NDArray[np.float64] = np.minimum(relative, 1.0)
    return bounded
