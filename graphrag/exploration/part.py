"""A part of the graph to look at: as triples, as a widget, as a picture, as a networkx graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphrag.display import Shown, escape, table_html
from graphrag.errors import InputError
from graphrag.exploration.figure import Picture, Theme, draw_mass, draw_view
from graphrag.exploration.networks import networkx_of
from graphrag.exploration.widget import show_widget
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.subgraph import Subgraph, subgraph_around
from graphrag.types import Triple
from graphrag.visualization.draw import draw_html
from graphrag.visualization.view import GraphView

if TYPE_CHECKING:
    import networkx as nx

_MAX_ROWS = 60


@dataclass(frozen=True)
class GraphPart(Shown):
    """Some nodes of a graph with all that is between them.

    Parameters
    ----------
    graph
        The whole graph.
    view
        What a picture of the part shows.
    """

    graph: KnowledgeGraph
    view: GraphView

    @cached_property
    def subgraph(self) -> Subgraph:
        """The same part as arrays."""
        scores = np.zeros(self.graph.num_nodes)
        scores[list(self._positions.values())] = 1.0
        return subgraph_around(self.graph, [], scores, max_nodes=max(1, len(self.view.nodes)))

    @property
    def entities(self) -> tuple[str, ...]:
        """Names of the part's entities, the most important first."""
        nodes = sorted(self.view.nodes, key=lambda node: -node.weight)
        return tuple(node.label for node in nodes if node.kind == "entity")

    @property
    def triples(self) -> tuple[Triple, ...]:
        """The facts between the part's entities."""
        graph = self.graph
        return tuple(
            Triple(
                graph.entity_names[int(graph.fact_head[fact])],
                graph.fact_relations[fact],
                graph.entity_names[int(graph.fact_tail[fact])],
            )
            for fact in self.subgraph.facts.tolist()
        )

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """Return the part as a networkx graph: see :func:`graphrag.exploration.networks.networkx_of`."""
        return networkx_of(self.graph, self.subgraph)

    def show(self, *, height: int = 520, theme: Theme = "light") -> Any:
        """Return the interactive picture: see :func:`graphrag.exploration.widget.show_widget`.

        Raises
        ------
        MissingDependencyError
            If the widget is not installed.
        """
        return show_widget(self.view, height=height, theme=theme)

    def picture(self, *, theme: Theme = "light") -> Picture:
        """Return the static picture: see :func:`graphrag.exploration.figure.draw_view`.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        """
        return draw_view(self.view, theme=theme)

    def compare(self, masses: Mapping[str, NDArray[np.float64]], *, theme: Theme = "light") -> Picture:
        """Return pictures side by side, node sizes by mass: of PageRank and of a GNN, for example.

        Parameters
        ----------
        masses
            By title: a number for every node of the whole graph, not negative, shape ``(num_nodes,)``.
        theme
            For a light or a dark page.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        ValueError
            If there is no mass, or one has another shape.
        """
        for title, mass in masses.items():
            if mass.shape != (self.graph.num_nodes,):
                raise ValueError(f"Expected {title!r} to have shape {(self.graph.num_nodes,)} (got {mass.shape})")
        positions = self._positions
        by_id = {
            title: {node_id: float(mass[position]) for node_id, position in positions.items()}
            for title, mass in masses.items()
        }
        return draw_mass(self.view, by_id, theme=theme)

    def save(self, path: str | Path) -> Path:
        """Write the part: ``.html`` (interactive, self-contained), ``.png``, ``.svg`` or ``.pdf``.

        Raises
        ------
        InputError
            If it cannot be written, or the suffix is another.
        """
        target = Path(path)
        if target.suffix.lower() != ".html":
            return self.picture().save(target)
        try:
            target.write_text(draw_html(self.view), encoding="utf-8")
        except OSError as error:
            raise InputError(f"Cannot write {target}: {error.strerror}") from error
        return target

    @cached_property
    def _positions(self) -> dict[str, int]:
        """Where each node of the view is among the nodes of the graph."""
        found = {}
        for node in self.view.nodes:
            name = node.node_id.partition(":")[2]
            table, offset = (
                (self.graph.entity_keys, 0)
                if node.kind == "entity"
                else (self.graph.passage_ids, self.graph.num_entities)
            )
            position = table.find(name)
            if position is not None:
                found[node.node_id] = position + offset
        return found

    def __repr__(self) -> str:
        return f"GraphPart({self.view.title!r}, nodes={len(self.view.nodes)}, triples={len(self.triples)})"

    def _html(self) -> str:
        triples = self.triples
        rows = [(triple.head, triple.relation, triple.tail) for triple in triples[:_MAX_ROWS]]
        left = len(triples) - len(rows)
        more = f"<p class='mh-soft'>and {left:,} more triples</p>" if left else ""
        notes = "".join(f"<p class='mh-soft'>{escape(note)}</p>" for note in self.view.notes)
        how = "<p class='mh-soft'><code>.show()</code> draws it, <code>.picture()</code> for a paper</p>"
        return (
            f"<p><b>{escape(self.view.title)}</b></p>{notes}{table_html(['head', 'relation', 'tail'], rows)}{more}{how}"
        )
