"""Finding an entity by the name that a person types."""

import difflib

from graphrag.errors import LinkingError
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.text import normalize_phrase

_MAX_CANDIDATES = 2_000
_PREFIX = 2


def find_entity(graph: KnowledgeGraph, name: str) -> int:
    """Return the position of the entity with a name, however that is written.

    Raises
    ------
    LinkingError
        If there is none; the message names one with a similar name.
    """
    position = graph.entity_keys.find(normalize_phrase(name))
    if position is None:
        near = nearest_name(graph, name)
        raise LinkingError(f"There is no entity {name!r} in the graph" + (f"; did you mean {near!r}?" if near else ""))
    return position


def nearest_name(graph: KnowledgeGraph, name: str) -> str | None:
    """Return the most similar name among those that share a word or the first letters with a name.

    Comparing with every name would take a large graph half a minute.
    """
    key = normalize_phrase(name)
    words = {word for word in key.split() if len(word) > _PREFIX}
    alike, begin_alike = [], []
    for position, other in enumerate(graph.entity_keys):
        if any(word in other for word in words):
            alike.append(position)
        elif other[:_PREFIX] == key[:_PREFIX]:
            begin_alike.append(position)
    candidates = (alike[:_MAX_CANDIDATES] + begin_alike)[:_MAX_CANDIDATES]
    found = difflib.get_close_matches(name, [graph.entity_names[position] for position in candidates], n=1)
    return found[0] if found else None
