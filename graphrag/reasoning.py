"""What graph reasoners are given and what they return: index arrays and probabilities, whatever network is behind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int32]
Probabilities = NDArray[np.float64]
Features = NDArray[np.float32]

FACT, SYNONYM, MENTION, TITLE = range(4)
"""Kinds of arcs: a fact, two similar names, what a passage names, what it is about."""


@dataclass(frozen=True)
class ReasoningGraph:
    """A graph, or the part of one around a question, as arcs between numbered nodes.

    Every arc is listed once, from head to tail; walking it backwards is the reasoner's business. Arcs may be equal, and
    may end where they begin.

    Parameters
    ----------
    nodes
        Positions of the nodes in the knowledge graph (entities, then passages), shape ``(num_nodes,)``.
    num_entities
        The first so many nodes are entities, the others passages.
    head, relation, tail
        Positions in ``nodes``, in ``relation_texts`` and in ``nodes``, shape ``(num_arcs,)``.
    relation_texts
        Each relation in words.
    kind
        What each arc is, shape ``(num_arcs,)``: see :data:`FACT` and its neighbours; None where all are facts.
    arc_vectors
        What the encoder made of each arc as a sentence, zeros where there is none, shape ``(num_arcs, dimension)``;
        None where nobody made them.
    node_features
        What a retriever knows of each node and this question, shape ``(num_nodes, num_features)``; None where there is
        no retriever.
    names
        Of each node, as people write it, shape ``(num_nodes,)``; None where nobody needs them.
    """

    nodes: Positions
    num_entities: int
    head: Positions
    relation: Positions
    tail: Positions
    relation_texts: Sequence[str]
    kind: Positions | None = None
    arc_vectors: Features | None = None
    node_features: Features | None = None
    names: Sequence[str] | None = None

    @property
    def num_nodes(self) -> int:
        """Number of nodes."""
        return len(self.nodes)

    @property
    def num_arcs(self) -> int:
        """Number of arcs."""
        return len(self.head)


@dataclass(frozen=True)
class ReasoningStep:
    """One step of a reasoner, for people who want to know why.

    Parameters
    ----------
    mass
        Where the probability is after the step, not negative, sum 1 or 0, shape ``(num_nodes,)``.
    attention
        How much each of the question's tokens counts, sum 1, shape ``(num_tokens,)``.
    relation_weights
        How much each relation counts, walked forwards (column 0) and backwards (column 1), not negative, shape
        ``(num_relations, 2)``.
    """

    mass: Probabilities
    attention: Probabilities
    relation_weights: Probabilities


@dataclass(frozen=True)
class Reasoning:
    """What a reasoner thinks of a graph's nodes.

    Parameters
    ----------
    probability
        Of each node to be an answer, sum 1; all zero if the graph has no node that can be reached, shape
        ``(num_nodes,)``.
    tokens
        The question as the reasoner read it.
    steps
        In order.
    """

    probability: Probabilities
    tokens: tuple[str, ...] = ()
    steps: tuple[ReasoningStep, ...] = ()
