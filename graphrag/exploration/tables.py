"""The graph as pandas tables."""

import json
from collections.abc import Collection
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphrag.exploration.optional import notebook_module
from graphrag.exploration.statistics import fact_degrees
from graphrag.graph.knowledge_graph import KnowledgeGraph

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
    names = list(graph.entity_names)
    entities = {
        "entity": names,
        "key": list(graph.entity_keys),
        "facts": fact_degrees(graph),
        "passages": graph.num_passages_of_entity,
    }
    passages = {
        "passage_id": list(graph.passage_ids),
        "title": list(graph.passage_titles),
        "text": list(graph.passage_texts),
        "document_id": [json.loads(details)[0] for details in graph.passage_details],
        "entities": np.diff(graph.mentions.indptr),
        "facts": np.bincount(graph.fact_passages.indices, minlength=graph.num_passages),
    }
    triples = {
        "head": [names[entity] for entity in graph.fact_head.tolist()],
        "relation": list(graph.fact_relations),
        "tail": [names[entity] for entity in graph.fact_tail.tolist()],
        "support": graph.fact_support,
        "passage_ids": _passage_ids(graph),
        "source": _sources(graph, edited),
    }
    return GraphTables(pandas.DataFrame(entities), pandas.DataFrame(triples), pandas.DataFrame(passages))


def _passage_ids(graph: KnowledgeGraph) -> list[tuple[str, ...]]:
    ids = list(graph.passage_ids)
    passages = graph.fact_passages.indices.tolist()
    spans = pairwise(graph.fact_passages.indptr.tolist())
    return [tuple(ids[passage] for passage in passages[first:last]) for first, last in spans]


def _sources(graph: KnowledgeGraph, edited: Collection[int]) -> list[str]:
    sources = np.where(np.diff(graph.fact_passages.indptr) > 0, EXTRACTED, IMPORTED).astype(object)
    sources[sorted(edited)] = EDITED
    found: list[str] = sources.tolist()
    return found
