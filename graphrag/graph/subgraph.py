"""The part of the graph around some entities, with its relations and their directions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphrag.graph.adjacency import row
from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph


@dataclass(frozen=True)
class Subgraph:
    """Some nodes of a graph and all edges among them.

    Parameters
    ----------
    entities, passages
        Positions in the graph, seeds first, then by score, shape ``(num_entities,)`` and ``(num_passages,)``.
    facts
        Positions in the graph, ascending, shape ``(num_facts,)``.
    fact_head, fact_tail
        Positions in ``entities``, shape ``(num_facts,)``.
    fact_relation_type
        Positions in the graph's ``relation_keys``, shape ``(num_facts,)``.
    mentions
        Positions in ``passages`` and in ``entities``, shape ``(num_mentions, 2)``.
    synonyms
        Positions in ``entities``, shape ``(num_synonyms, 2)``.
    synonym_similarity
        Cosine, shape ``(num_synonyms,)``.
    """

    entities: IndexArray
    passages: IndexArray
    facts: IndexArray
    fact_head: IndexArray
    fact_tail: IndexArray
    fact_relation_type: IndexArray
    mentions: IndexArray
    synonyms: IndexArray
    synonym_similarity: NDArray[np.float64]


def subgraph_around(
    graph: KnowledgeGraph, seeds: Sequence[int], node_scores: NDArray[np.float64], *, max_nodes: int
) -> Subgraph:
    """Return the seed entities, the best nodes besides, and all edges among them.

    Parameters
    ----------
    graph
        The graph.
    seeds
        Positions of entities, best first; they come before all other nodes whatever their score.
    node_scores
        Such as PageRank mass; nodes without a positive score are left out, shape ``(num_nodes,)``.
    max_nodes
        At most so many entities and passages together, at least 1.

    Raises
    ------
    ValueError
        If ``max_nodes`` is less than 1, a seed is no entity, or ``node_scores`` has another shape.
    """
    if max_nodes < 1:
        raise ValueError(f"Expected 'max_nodes' to be at least 1 (got {max_nodes})")
    if node_scores.shape != (graph.num_nodes,):
        raise ValueError(f"Expected 'node_scores' to have shape {(graph.num_nodes,)} (got {node_scores.shape})")
    if any(not 0 <= seed < graph.num_entities for seed in seeds):
        raise ValueError(f"Expected 'seeds' to be in [0, {graph.num_entities}) (got {list(seeds)[:10]})")
    nodes = _chosen_nodes(seeds, node_scores, max_nodes)
    entities = nodes[nodes < graph.num_entities]
    passages = nodes[nodes >= graph.num_entities] - graph.num_entities
    local = np.full(graph.num_entities, -1, dtype=np.int32)
    local[entities] = np.arange(len(entities), dtype=np.int32)
    facts = np.flatnonzero((local[graph.fact_head] >= 0) & (local[graph.fact_tail] >= 0)).astype(np.int32)
    synonyms = local[graph.synonyms]
    among = np.all(synonyms >= 0, axis=1)
    return Subgraph(
        entities=entities,
        passages=passages,
        facts=facts,
        fact_head=local[graph.fact_head[facts]],
        fact_tail=local[graph.fact_tail[facts]],
        fact_relation_type=graph.fact_relation_type[facts],
        mentions=_mentions(graph, passages, local),
        synonyms=synonyms[among],
        synonym_similarity=graph.synonym_similarity[among],
    )


def connected_nodes(
    adjacency: csr_array, centre: int, node_scores: NDArray[np.float64], *, max_nodes: int
) -> IndexArray:
    """Return a node and the best others, each with an edge to one before it: the best that can be reached comes next.

    Parameters
    ----------
    adjacency
        Shape ``(num_nodes, num_nodes)``.
    centre
        Position of the first node.
    node_scores
        Nodes without a positive score are left out, shape ``(num_nodes,)``.
    max_nodes
        At most so many, at least 1.

    Examples
    --------
    >>> line = csr_array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]])
    >>> connected_nodes(line, 0, np.array([1.0, 0.1, 0.2, 0.9]), max_nodes=3).tolist()
    [0, 1, 2]
    """
    chosen = [centre]
    left = node_scores.copy()
    reached = np.zeros(len(node_scores))
    while len(chosen) < max_nodes:
        last = chosen[-1]
        left[last] = reached[last] = 0
        neighbours = row(adjacency, last)
        reached[neighbours] = left[neighbours]
        best = int(reached.argmax())
        if reached[best] <= 0:
            break
        chosen.append(best)
    return np.array(chosen, dtype=np.int32)


def _chosen_nodes(seeds: Sequence[int], node_scores: NDArray[np.float64], max_nodes: int) -> IndexArray:
    first = list(dict.fromkeys(seeds))[:max_nodes]
    scores = node_scores.copy()
    scores[first] = 0
    found = np.flatnonzero(scores > 0)
    others = found[np.argsort(-scores[found], kind="stable")][: max_nodes - len(first)]
    return np.concatenate([np.array(first, dtype=np.int32), others.astype(np.int32)])


def _mentions(graph: KnowledgeGraph, passages: IndexArray, local: IndexArray) -> IndexArray:
    rows = graph.mentions[passages].tocoo()
    entities = local[rows.col]
    kept = entities >= 0
    return np.stack([rows.row[kept].astype(np.int32), entities[kept]], axis=1)
