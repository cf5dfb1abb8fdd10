"""How large a graph is, how well connected, and by what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from graphrag.display import Shown, table_html
from graphrag.graph.knowledge_graph import KnowledgeGraph

TOP_ENTITIES = 10
_BINS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True, slots=True)
class GraphStatistics(Shown):
    """Sizes, degrees and components of a graph.

    Parameters
    ----------
    entities, passages, facts, synonyms
        Numbers of each; a fact is a distinct (head, relation, tail).
    mean_degree, max_degree
        Facts at an entity, as head or tail.
    degrees
        ``(least, most, entities)``: how many entities have from ``least`` to ``most`` facts.
    components
        Parts that no edge of any kind connects, passages included.
    largest_component
        Nodes of the largest part.
    isolated_entities
        Entities without a fact.
    best_connected
        ``(name, facts)`` of the entities with most facts.
    """

    entities: int
    passages: int
    facts: int
    synonyms: int
    mean_degree: float
    max_degree: int
    degrees: tuple[tuple[int, int, int], ...]
    components: int
    largest_component: int
    isolated_entities: int
    best_connected: tuple[tuple[str, int], ...]

    def _html(self) -> str:
        sizes = [
            ("entities", self.entities), ("passages", self.passages), ("facts", self.facts),
            ("synonyms", self.synonyms),
            ("facts an entity, mean", self.mean_degree), ("facts an entity, most", self.max_degree),
            ("entities without a fact", self.isolated_entities),
            ("components", self.components), ("nodes of the largest component", self.largest_component),
        ]  # fmt: skip
        spread = [(f"{least} to {most}" if least < most else str(least), count) for least, most, count in self.degrees]
        tables = (
            table_html(["", ""], sizes),
            table_html(["facts", "entities"], spread),
            table_html(["best connected", "facts"], self.best_connected),
        )
        return f"<div style='display:flex;flex-wrap:wrap;gap:0 2.5em;align-items:start'>{''.join(tables)}</div>"


def graph_statistics(graph: KnowledgeGraph) -> GraphStatistics:
    """Return the sizes, degrees and components of a graph."""
    degrees = fact_degrees(graph)
    num_components, labels = connected_components(graph.adjacency, directed=False)
    best = np.argsort(-degrees, kind="stable")[:TOP_ENTITIES].tolist()
    return GraphStatistics(
        entities=graph.num_entities,
        passages=graph.num_passages,
        facts=graph.num_facts,
        synonyms=len(graph.synonyms),
        mean_degree=float(degrees.mean()) if len(degrees) else 0.0,
        max_degree=int(degrees.max(initial=0)),
        degrees=_spread(degrees),
        components=int(num_components),
        largest_component=int(np.bincount(labels).max(initial=0)),
        isolated_entities=int((degrees == 0).sum()),
        best_connected=tuple((graph.entity_names[entity], int(degrees[entity])) for entity in best),
    )


def fact_degrees(graph: KnowledgeGraph) -> NDArray[np.int64]:
    """Return how many facts each entity is head or tail of, shape ``(num_entities,)``."""
    size = graph.num_entities
    return np.bincount(graph.fact_head, minlength=size) + np.bincount(graph.fact_tail, minlength=size)


def _spread(degrees: NDArray[np.int64]) -> tuple[tuple[int, int, int], ...]:
    edges = (*_BINS, np.iinfo(np.int64).max)
    counts, _ = np.histogram(degrees, bins=np.array(edges, dtype=np.float64))
    top = int(degrees.max(initial=0))
    spread = zip(edges[:-1], edges[1:], counts.tolist(), strict=True)
    return tuple((least, min(int(most) - 1, max(top, least)), count) for least, most, count in spread if count)
