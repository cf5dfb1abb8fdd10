"""Passages joined by what they are about: one links to another whose topic it names."""

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.walk import RandomWalk

MAX_PASSAGES_OF_TOPIC = 50
"""An entity that more passages are about links none of them."""

TOPIC_WEIGHT = 3.0
"""Of the edge between a passage and what it is about; one to an entity that it names has at most 1."""


class PassageLinks:
    """Links between the passages of a graph, and the walk over passages and the entities that they name.

    Parameters
    ----------
    graph
        The graph.

    Attributes
    ----------
    named : csr_array
        Ones where a passage names an entity, shape ``(num_passages, num_entities)``.
    topics : csr_array
        Ones where a passage is about an entity, of the same shape.
    forward, backward : csr_array
        Ones from a passage to those whose topic it names, and back, shape ``(num_passages, num_passages)``.
    rarity : ndarray
        One over the root of the number of passages that name an entity, shape ``(num_entities,)``.
    walk : RandomWalk
        Over entities and passages; without facts and synonyms, so that it is quick.

    References
    ----------
    Zhuang et al., "LinearRAG", arXiv 2510.10114, section 3.1: a graph of passages and entities without relations.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.named = csr_array(graph.mentions.sign())
        self.topics = csr_array(graph.topics.sign())
        linking = self.topics @ diags_array((graph.num_passages_about <= MAX_PASSAGES_OF_TOPIC).astype(np.float64))
        links = csr_array(self.named @ linking.T).tocoo()
        kept = (links.row != links.col) & (links.data > 0)
        ones = np.ones(int(kept.sum()), dtype=np.float32)
        self.forward = csr_array((ones, (links.row[kept], links.col[kept])), shape=links.shape)
        self.backward = csr_array(self.forward.T)
        self.rarity: FloatVector = 1 / np.sqrt(np.maximum(graph.num_passages_of_entity, 1))
        joined = _joined(self.named @ diags_array(self.rarity) + TOPIC_WEIGHT * self.topics)
        self.walk = RandomWalk(joined, num_entities=graph.num_entities, order=graph.node_order)


def _joined(weights: csr_array) -> csr_array:
    """Return entities and passages, in this order, joined by weights of shape ``(num_passages, num_entities)``."""
    edges = coo_array(weights)
    num_passages, num_entities = weights.shape
    passages, entities = edges.row + num_entities, edges.col
    rows, columns = np.concatenate([passages, entities]), np.concatenate([entities, passages])
    num_nodes = num_entities + num_passages
    values = np.concatenate([edges.data, edges.data])
    return csr_array((values, (rows, columns)), shape=(num_nodes, num_nodes))
