"""From the names in a question to entities of the graph."""

from collections.abc import Sequence

import numpy as np

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.protocols import Encoder, TripleExtractor
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.question_names import MAX_NAME_WORDS
from graphrag.text import normalize_phrase

PHRASE = "PHRASE"
"""Label of what an extractor finds in a question that has no name."""

MAX_QUESTION_WORDS = 1_000
"""Of a longer question the rest is not searched for names that the graph knows."""


def question_names(graph: KnowledgeGraph, extractor: TripleExtractor, question: str) -> list[str]:
    """Return the names in a question: those that the extractor finds.

    Where it finds phrases but no name, those that the graph knows come first, and phrases that lie in one of them are
    left out: "lagoon" in "who directed the blue lagoon". In a question with names the graph's would mostly be noise.

    Raises
    ------
    ExtractionError, LanguageModelError
        If the extractor cannot read the question.
    """
    entities = extractor.extract_question(question)
    names = [entity.text for entity in entities if entity.label != PHRASE]
    if names:
        return names
    known = known_names(graph, question)
    inside = "\n".join(f" {name} " for name in known)
    return known + [entity.text for entity in entities if f" {normalize_phrase(entity.text)} " not in inside]


def known_names(graph: KnowledgeGraph, question: str) -> list[str]:
    """Return the entities' keys of two words and more in a question, the longest at each word, left to right.

    Case and punctuation do not count, so that names are found in questions without capital letters too.
    """
    words = normalize_phrase(question).split()[:MAX_QUESTION_WORDS]
    found = []
    start = 0
    while start < len(words):
        beginnings = graph.entity_keys.find_beginnings(words[start : start + MAX_NAME_WORDS])
        num_words, entity = beginnings[-1] if beginnings else (1, -1)
        if num_words > 1:
            found.append(graph.entity_keys[entity])
        start += num_words
    return found


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
