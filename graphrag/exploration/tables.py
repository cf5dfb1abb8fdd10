"""The graph as pandas tables."""

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graphrag.exploration.optional import notebook_module
from graphrag.exploration.statistics import fact_degrees
from graphrag.graph.knowledge_graph import KnowledgeGraph, StringTable

if TYPE_CHECKING:
    import pandas as pd

EDITED, EXTRACTED, IMPORTED = "edited", "extracted", "imported"


class GraphTables(NamedTuple):
    """The graph's content, a table a kind.

    Parameters
    ----------
    entities
        ``entity`` (name), ``key``, ``facts``, ``passages`` (how many).
    triples
        ``head``, ``relation``, ``tail``, ``support`` (statements of it), ``passage_ids``, ``source``: ``extracted``
        from passages, ``imported`` from a knowledge graph, or ``edited`` by hand.
    passages
        ``passage_id``, ``title``, ``text``, ``document_id``, ``entities``, ``facts`` (how many).
    """

    entities: "pd.DataFrame"
    triples: "pd.DataFrame"
    passages: "pd.DataFrame"


def graph_tables(graph: KnowledgeGraph, *, edited: Collection[int] = ()) -> GraphTables:
    """Return the tables of a graph.

    Parameters
    ----------
    graph
        The graph.
    edited
        Positions of the facts that were added by hand.

    Raises
    ------
    MissingDependencyError
        If pandas is not installed.
    """
    pandas = notebook_module("pandas", "Showing the graph as tables")
    names, passage_ids = _texts(graph.entity_names), _texts(graph.passage_ids)
    entities = {
        "entity": names,
        "key": _texts(graph.entity_keys),
        "facts": fact_degrees(graph),
        "passages": graph.num_passages_of_entity,
    }
    passages = {
        "passage_id": passage_ids,
        "title": _texts(graph.passage_titles),
        "text": _texts(graph.passage_texts),
        "document_id": _document_ids(graph),
        "entities": np.diff(graph.mentions.indptr),
        "facts": np.bincount(graph.fact_passages.indices, minlength=graph.num_passages),
    }
    triples = {
        "head": names[graph.fact_head],
        "relation": _texts(graph.fact_relations),
        "tail": names[graph.fact_tail],
        "support": graph.fact_support,
        "passage_ids": _cited(graph, passage_ids),
        "source": _sources(graph, edited),
    }
    return GraphTables(pandas.DataFrame(entities), pandas.DataFrame(triples), pandas.DataFrame(passages))


Objects = NDArray[np.object_]
"""A column; the garbage collector does not walk through it as through a list."""


def _texts(table: StringTable) -> Objects:
    return np.fromiter(table, dtype=np.object_, count=len(table))


def _document_ids(graph: KnowledgeGraph) -> list[str]:
    # The first of a list, without what comes after it.
    decode = json.JSONDecoder().raw_decode
    return [decode(details, len("["))[0] for details in graph.passage_details]


def _cited(graph: KnowledgeGraph, passage_ids: Objects) -> Objects:
    """Return the passages that state each fact; the many facts of one passage share its tuple."""
    alone = np.fromiter(zip(passage_ids, strict=True), dtype=np.object_, count=len(passage_ids))
    passages, starts = graph.fact_passages.indices, graph.fact_passages.indptr
    cited = np.empty(graph.num_facts, dtype=np.object_)
    single = np.diff(starts) == 1
    cited[single] = alone[passages[starts[:-1][single]]]
    for fact in np.flatnonzero(~single).tolist():
        cited[fact] = tuple(passage_ids[passages[starts[fact] : starts[fact + 1]]])
    return cited


def _sources(graph: KnowledgeGraph, edited: Collection[int]) -> Objects:
    sources = np.full(graph.num_facts, EXTRACTED, dtype=np.object_)
    sources[np.diff(graph.fact_passages.indptr) == 0] = IMPORTED
    sources[sorted(edited)] = EDITED
    return sources
