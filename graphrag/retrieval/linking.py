"""From the names in a question to entities of the graph."""

from collections.abc import Sequence

import numpy as np

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.protocols import Encoder
from graphrag.retrieval.dense import similarities
from graphrag.text import normalize_phrase


def link_entities(graph: KnowledgeGraph, encoder: Encoder, names: Sequence[str]) -> tuple[tuple[int, float], ...]:
    """Return the seed entities: for each name the entity with that key, else the one with the most similar vector.

    Parameters
    ----------
    graph
        Its entity vectors are the encoder's vectors of the entities' keys.
    encoder
        Encodes the keys of names that the graph does not have.
    names
        Verbatim; blank ones are left out.

    Returns
    -------
    tuple of (int, float)
        Position and similarity (1 for equal keys), without repetition, in the order of the names; empty for a graph
        without entities.
    """
    keys = list(dict.fromkeys(key for key in map(normalize_phrase, names) if key))
    if not keys or not graph.num_entities:
        return ()
    exact = {key: graph.entity_keys.find(key) for key in keys}
    unknown = [key for key in keys if exact[key] is None]
    nearest = dict(zip(unknown, _nearest(graph, encoder, unknown), strict=True))
    linked: dict[int, float] = {}
    for key in keys:
        index = exact[key]
        position, similarity = nearest[key] if index is None else (index, 1.0)
        linked[position] = max(similarity, linked.get(position, -1.0))
    return tuple(linked.items())


def _nearest(graph: KnowledgeGraph, encoder: Encoder, keys: Sequence[str]) -> list[tuple[int, float]]:
    found = []
    for query in encoder.encode(keys) if keys else ():
        scores = similarities(graph.entity_vectors, query)
        index = int(np.argmax(scores))
        found.append((index, float(scores[index])))
    return found
