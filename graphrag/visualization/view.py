"""What a picture of the graph shows, before anything is drawn."""

from dataclasses import dataclass
from typing import Literal

from graphrag.types import Explanation, Passage, ReasoningPath

MAX_NODES = 500
"""More nodes than this are no picture any more."""


@dataclass(frozen=True)
class ViewNode:
    """A node of the picture.

    Parameters
    ----------
    node_id
        Unique in a view.
    label
        Name or title, as people write it.
    kind
        What it stands for.
    weight
        Its importance, in [0, 1]: larger, and labelled sooner.
    is_seed, is_answer
        Whether the question names it; whether it is the answer.
    detail
        A passage's text; empty for entities.

    Raises
    ------
    ValueError
        If ``weight`` is out of range.
    """

    node_id: str
    label: str
    kind: Literal["entity", "passage"]
    weight: float = 0.0
    is_seed: bool = False
    is_answer: bool = False
    detail: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.weight <= 1.0:
            raise ValueError(f"Expected 'weight' to be in [0, 1] (got {self.weight})")


@dataclass(frozen=True)
class ViewEdge:
    """An edge of the picture, from head to tail.

    Parameters
    ----------
    source, target
        Ids of two nodes.
    label
        The relation's text, verbatim.
    kind
        A fact, a passage's mention of an entity, or two names for the same.
    on_path
        Whether a reasoning path walks it.
    passage_ids
        Passages that state it: a passage node's id without its prefix, or the id of one of ``GraphView.passages``.
    """

    source: str
    target: str
    label: str = ""
    kind: Literal["fact", "mention", "synonym"] = "fact"
    on_path: bool = False
    passage_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class GraphView:
    """The part of a graph that a picture shows.

    Parameters
    ----------
    title
        The page's title.
    question, answer
        Empty in an overview.
    nodes, edges
        What is drawn; edges between nodes of the view.
    paths
        Reasoning paths, best first; a step finds its nodes by their labels.
    passages
        Passages that edges cite and that are no nodes: shown on a click.
    notes
        Lines for the reader, such as what was left out.
    explanation
        What a reasoner did; None where there is none.

    Raises
    ------
    ValueError
        If there are too many nodes, two nodes share an id, or an edge ends outside the view.
    """

    title: str
    question: str = ""
    answer: str = ""
    nodes: tuple[ViewNode, ...] = ()
    edges: tuple[ViewEdge, ...] = ()
    paths: tuple[ReasoningPath, ...] = ()
    passages: tuple[Passage, ...] = ()
    notes: tuple[str, ...] = ()
    explanation: Explanation | None = None

    def __post_init__(self) -> None:
        if len(self.nodes) > MAX_NODES:
            raise ValueError(f"Expected at most {MAX_NODES} nodes (got {len(self.nodes)})")
        ids = {node.node_id for node in self.nodes}
        if len(ids) < len(self.nodes):
            raise ValueError(f"Expected every 'node_id' to be unique (got {len(self.nodes) - len(ids)} repeated)")
        for edge in self.edges:
            for end in (edge.source, edge.target):
                if end not in ids:
                    raise ValueError(f"Expected edges between nodes of the view (got {end!r})")


def passage_node_id(passage_id: str) -> str:
    """Return the id of a passage's node.

    Examples
    --------
    >>> passage_node_id("p1")
    'passage:p1'
    """
    return f"passage:{passage_id}"


def entity_node_id(key: str) -> str:
    """Return the id of an entity's node, made of its normalised phrase.

    Examples
    --------
    >>> entity_node_id("ada lovelace")
    'entity:ada lovelace'
    """
    return f"entity:{key}"
