"""A large graph out of random numbers, with hubs as real ones have, for tests of speed."""

import json

import numpy as np
from scipy.sparse import csr_array

from graphrag.graph.adjacency import build_adjacency, near_order
from graphrag.graph.knowledge_graph import KnowledgeGraph, StringTable
from graphrag.graph.quantization import quantize
from graphrag.protocols import FloatMatrix
from graphrag.rows import StoreVersion

_NUM_RELATIONS = 50
_BLOCK = 100_000


def large_graph(num_entities: int = 200_000, *, seed: int = 0, dimension: int = 0) -> KnowledgeGraph:
    """Return a graph with two facts an entity and a passage for every second one.

    Parameters
    ----------
    num_entities
        At least 2; they are named ``entity 000000`` and so on, and the first ones are hubs.
    seed
        Of the random numbers.
    dimension
        Of the vectors of passages, entities and facts, which are random; 0: there are none.
    """
    generator = np.random.default_rng(seed)
    num_facts, num_passages = 2 * num_entities, num_entities // 2
    head = (num_entities * generator.random(num_facts) ** 3).astype(np.int32)
    tail = generator.integers(num_entities, size=num_facts, dtype=np.int32)
    order = np.lexsort((tail, head))
    head, tail = head[order], tail[order]
    passages = generator.integers(num_passages, size=num_facts, dtype=np.int32)
    ones = np.ones(num_facts, dtype=np.float32)
    fact_passages = csr_array((ones, (np.arange(num_facts), passages)), shape=(num_facts, num_passages))
    rows, columns = np.concatenate([passages, passages]), np.concatenate([head, tail])
    mentions = csr_array((np.concatenate([ones, ones]), (rows, columns)), shape=(num_passages, num_entities))
    mentions.sum_duplicates()
    synonyms = np.stack([np.arange(0, num_entities - 1, 20), np.arange(1, num_entities, 20)], axis=1).astype(np.int32)
    relation_type = generator.integers(_NUM_RELATIONS, size=num_facts, dtype=np.int32)
    relations = [f"relation {number:02}" for number in range(_NUM_RELATIONS)]
    support, similarity = np.ones(num_facts, dtype=np.int32), np.full(len(synonyms), 0.9)
    passage_vectors, entity_vectors, fact_vectors = (
        _vectors(generator, number, dimension) for number in (num_passages, num_entities, num_facts)
    )
    adjacency = build_adjacency(num_entities, num_passages, head, tail, support, mentions, synonyms, similarity)
    return KnowledgeGraph(
        version=StoreVersion("large", 1, finished=True),
        entity_keys=StringTable.of(f"entity {number:06}" for number in range(num_entities)),
        entity_names=StringTable.of(f"Entity {number:06}" for number in range(num_entities)),
        passage_ids=StringTable.of(f"p{number:06}" for number in range(num_passages)),
        passage_titles=StringTable.of(f"Passage {number}" for number in range(num_passages)),
        passage_texts=StringTable.of(f"Passage {number} says this and that." for number in range(num_passages)),
        passage_details=StringTable.of(json.dumps([f"d{number}", 0, {}]) for number in range(num_passages)),
        fact_head=head,
        fact_tail=tail,
        fact_relations=StringTable.of(relations[relation] for relation in relation_type.tolist()),
        fact_relation_type=relation_type,
        relation_keys=StringTable.of(relations),
        fact_support=support,
        fact_passages=fact_passages,
        mentions=mentions,
        topics=csr_array(0 * mentions),
        synonyms=synonyms,
        synonym_similarity=similarity,
        adjacency=adjacency,
        node_order=near_order(adjacency),
        passage_vectors=passage_vectors,
        entity_vectors=entity_vectors,
        fact_vectors=fact_vectors,
        fact_codes=quantize(fact_vectors),
    )


def _vectors(generator: np.random.Generator, number: int, dimension: int) -> FloatMatrix:
    """Return random unit vectors, shape ``(number, dimension)``; no rows where the dimension is 0."""
    vectors = np.empty((number if dimension else 0, dimension), dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        block = generator.standard_normal((min(_BLOCK, number - start), dimension), dtype=np.float32)
        vectors[start : start + _BLOCK] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return vectors
