"""The knowledge graph, or a part of it, as reasoners see it."""

import numpy as np

from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph
from graphrag.graph.subgraph import Subgraph
from graphrag.reasoning import FACT, MENTION, SYNONYM, TITLE, ReasoningGraph

SAME_AS = "same as"
"""Relation of two names that are similar."""

MENTIONS = "mentions"
"""Relation of a passage and an entity that it names."""

IS_ABOUT = "is about"
"""Relation of a passage and the entity that it is about."""


def whole_graph(graph: KnowledgeGraph) -> ReasoningGraph:
    """Return all entities and facts, without passages and synonyms; node and relation numbers are the graph's."""
    return ReasoningGraph(
        nodes=np.arange(graph.num_entities, dtype=np.int32),
        num_entities=graph.num_entities,
        head=graph.fact_head,
        relation=graph.fact_relation_type,
        tail=graph.fact_tail,
        relation_texts=graph.relation_keys,
        names=graph.entity_names,
    )


def entity_graph(graph: KnowledgeGraph, part: Subgraph) -> ReasoningGraph:
    """Return a part of a graph without passages and synonyms; relation numbers are the part's own."""
    types, relation = np.unique(part.fact_relation_type, return_inverse=True)
    return ReasoningGraph(
        nodes=part.entities,
        num_entities=len(part.entities),
        head=part.fact_head,
        relation=relation.astype(np.int32),
        tail=part.fact_tail,
        relation_texts=[graph.relation_keys[int(kind)] for kind in types],
        names=[graph.entity_names[int(entity)] for entity in part.entities],
    )


def reasoning_graph(graph: KnowledgeGraph, part: Subgraph, topics: IndexArray) -> ReasoningGraph:
    """Return a part of a graph: facts, synonyms, what passages mention and what they are about.

    Parameters
    ----------
    graph
        The graph.
    part
        Its nodes and edges.
    topics
        Of the whole graph, see :func:`topic_pairs`.
    """
    num_entities, num_facts = len(part.entities), len(part.facts)
    types, relation = np.unique(part.fact_relation_type, return_inverse=True)
    about = _local_topics(graph, part, topics)
    # Facts, then synonyms, mentions and titles, which are three more relations.
    passage_shift = np.array([num_entities, 0])
    others = (part.synonyms, part.mentions + passage_shift, about + passage_shift)
    kind = np.repeat([FACT, SYNONYM, MENTION, TITLE], [num_facts, *map(len, others)]).astype(np.int32)
    pairs = np.concatenate(others)
    vectors = np.zeros((num_facts + len(pairs), graph.fact_vectors.shape[1]), dtype=np.float32)
    vectors[:num_facts] = graph.fact_vectors[part.facts]
    return ReasoningGraph(
        nodes=np.concatenate([part.entities, part.passages + graph.num_entities]).astype(np.int32),
        num_entities=num_entities,
        head=np.concatenate([part.fact_head, pairs[:, 0]]).astype(np.int32),
        relation=np.concatenate([relation, kind[num_facts:] - SYNONYM + len(types)]).astype(np.int32),
        tail=np.concatenate([part.fact_tail, pairs[:, 1]]).astype(np.int32),
        relation_texts=[graph.relation_keys[int(kind)] for kind in types] + [SAME_AS, MENTIONS, IS_ABOUT],
        kind=kind,
        arc_vectors=vectors,
    )


def topic_pairs(graph: KnowledgeGraph) -> IndexArray:
    """Return which passage is about which entity: positions of passages and of entities, shape ``(num_topics, 2)``."""
    pairs: IndexArray = np.stack(graph.topics.nonzero(), axis=1).astype(np.int32)
    return pairs


def _local_topics(graph: KnowledgeGraph, part: Subgraph, topics: IndexArray) -> IndexArray:
    """Return the pairs of ``topics`` that lie in a part, as positions in it."""
    local_passage = np.full(graph.num_passages, -1, dtype=np.int32)
    local_passage[part.passages] = np.arange(len(part.passages), dtype=np.int32)
    local_entity = np.full(graph.num_entities, -1, dtype=np.int32)
    local_entity[part.entities] = np.arange(len(part.entities), dtype=np.int32)
    pairs = np.stack([local_passage[topics[:, 0]], local_entity[topics[:, 1]]], axis=1)
    kept: IndexArray = pairs[np.all(pairs >= 0, axis=1)]
    return kept
