"""Chooses what a picture of the graph shows: what an answer rests on, or the best connected entities."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.subgraph import Subgraph, subgraph_around
from graphrag.text import is_quantity, normalize_phrase
from graphrag.types import Answer, ReasoningPath
from graphrag.visualization.view import GraphView, ViewEdge, ViewNode, entity_node_id, passage_node_id

MAX_PATHS = 3
_MAX_PASSAGES = 5
_MAX_ENTITIES_AROUND = 24
_OVERVIEW_TITLE = "The best connected entities"

Scores = NDArray[np.float64]


def build_view(graph: KnowledgeGraph, *, answer: Answer | None, max_nodes: int) -> GraphView:
    """Return the part of a graph that shows how an answer was found, or an overview of the graph.

    Parameters
    ----------
    graph
        The graph.
    answer
        Its paths, its passages and its best entities are shown; None for the best connected entities.
    max_nodes
        At most so many entities and passages.

    Raises
    ------
    ValueError
        If ``max_nodes`` is less than 1 or more than a view holds.
    """
    paths = _distinct_paths(graph, answer.paths, max_nodes) if answer else ()
    seeds = _entities(graph, _names_on(paths))
    if answer:
        seeds += [i for i in _entities(graph, (seed.key for seed in answer.retrieval.seeds)) if i not in seeds]
    scores = _scores_of_answer(graph, answer, seeds) if answer else _degrees(graph)
    part = subgraph_around(graph, seeds[:max_nodes], scores, max_nodes=max_nodes)
    # A path's end is marked as the answer only where the answer says its name.
    said = f" {normalize_phrase(answer.text)} " if answer else ""
    last = _entities(graph, (path.steps[-1].target for path in paths))
    last = [entity for entity in last if f" {graph.entity_keys[entity]} " in said]
    asked = _entities(graph, (path.steps[0].source for path in paths))
    asked_last = frozenset(asked), frozenset(last)
    if answer:
        return view_of_part(
            graph, part, scores, title=answer.question, asked_and_answers=asked_last, answer=answer, paths=paths
        )
    view = view_of_part(graph, part, scores, title=_OVERVIEW_TITLE, asked_and_answers=asked_last)
    connected = {end for edge in view.edges for end in (edge.source, edge.target)}
    nodes = tuple(node for node in view.nodes if node.node_id in connected)
    return replace(view, nodes=nodes, notes=(_drawn(graph, nodes),))


def view_of_part(
    graph: KnowledgeGraph,
    part: Subgraph,
    scores: Scores,
    *,
    title: str,
    asked_and_answers: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset()),
    answer: Answer | None = None,
    paths: tuple[ReasoningPath, ...] = (),
) -> GraphView:
    """Return a part of a graph as a picture shows it.

    Parameters
    ----------
    graph
        The graph.
    part
        At most as many nodes as a view holds.
    scores
        How important each node of the graph is, in [0, 1], shape ``(num_nodes,)``.
    title
        The picture's title.
    asked_and_answers
        Positions of the entities that the question names, and of those that are its answer.
    answer
        What the picture explains, if it does.
    paths
        Reasoning paths to stand out; their entities are in ``part``.
    """
    asked, last = asked_and_answers
    nodes = _nodes(graph, part, scores, asked, last)
    return GraphView(
        title=title,
        question=answer.question if answer else "",
        answer=answer.text if answer else "",
        nodes=nodes,
        edges=_edges(graph, part, _steps_on(paths)),
        paths=paths,
        explanation=answer.retrieval.explanation if answer else None,
        notes=(_drawn(graph, nodes),),
    )


def _drawn(graph: KnowledgeGraph, nodes: Sequence[ViewNode]) -> str:
    entities = sum(node.kind == "entity" for node in nodes)
    return (
        f"Drawn: {entities:,} of {graph.num_entities:,} entities, "
        f"{len(nodes) - entities:,} of {graph.num_passages:,} passages."
    )


def _distinct_paths(graph: KnowledgeGraph, paths: Sequence[ReasoningPath], max_nodes: int) -> tuple[ReasoningPath, ...]:
    """Return the best paths that visit different entities: two relations between the same two are one line anyway."""
    by_entities: dict[tuple[int, ...], ReasoningPath] = {}
    for path in paths:
        visited = _entities(graph, _names_on([path]))
        if 1 < len(visited) <= max_nodes:
            by_entities.setdefault(tuple(visited), path)
    return tuple(islice(by_entities.values(), MAX_PATHS))


def _names_on(paths: Iterable[ReasoningPath]) -> list[str]:
    return [name for path in paths for step in path.steps for name in (step.source, step.target)]


def _entities(graph: KnowledgeGraph, names: Iterable[str]) -> list[int]:
    """Return the positions of entities by name or key, without repetition; unknown names are left out."""
    found = (graph.entity_keys.find(normalize_phrase(name)) for name in names)
    return list(dict.fromkeys(index for index in found if index is not None))


def _scores_of_answer(graph: KnowledgeGraph, answer: Answer, seeds: Sequence[int]) -> Scores:
    """Return how much each node belongs into the picture: the best passages, then the best entities and their names."""
    scores = np.zeros(graph.num_nodes)
    passages = [graph.passage_ids.find(hit.passage_id) for hit in answer.retrieval.passages[:_MAX_PASSAGES]]
    known = [passage for passage in passages if passage is not None]
    scores[[graph.num_entities + passage for passage in known]] = np.linspace(1.0, 0.8, len(known))
    best = _entities(graph, (entity.key for entity in answer.retrieval.entities))
    # Of two best passages, what both name belongs there more than what only one does.
    named = np.asarray(graph.mentions[known].sum(axis=0)).ravel() if known else np.zeros(graph.num_entities)
    entity_scores = np.minimum(named, 4) / 16
    entity_scores[best] += np.linspace(0.5, 0.2, len(best))
    entity_scores[list(seeds)] = 1.0
    chosen = np.argsort(-entity_scores, kind="stable")[: max(_MAX_ENTITIES_AROUND, len(seeds))]
    scores[chosen] = entity_scores[chosen]
    return scores


def _degrees(graph: KnowledgeGraph) -> Scores:
    """Return each entity's number of facts and passages, relative to the largest; passages are left out."""
    degrees = np.zeros(graph.num_nodes)
    facts = np.bincount(graph.fact_head, minlength=graph.num_entities)
    facts += np.bincount(graph.fact_tail, minlength=graph.num_entities)
    degrees[: graph.num_entities] = facts + graph.num_passages_of_entity
    # Dates and numbers connect much and mean little.
    degrees[[index for index, key in enumerate(graph.entity_keys) if is_quantity(key)]] = 0
    relative: Scores = degrees / max(1.0, degrees.max(initial=0.0))
    return relative


def _nodes(
    graph: KnowledgeGraph, part: Subgraph, scores: Scores, asked: frozenset[int], last: frozenset[int]
) -> tuple[ViewNode, ...]:
    entities = [
        ViewNode(
            entity_node_id(graph.entity_keys[entity]),
            graph.entity_names[entity],
            "entity",
            weight=float(scores[entity]),
            is_seed=entity in asked,
            is_answer=entity in last and entity not in asked,
        )
        for entity in part.entities.tolist()
    ]
    passages = []
    for index in part.passages.tolist():
        passage = graph.passage(index)
        node_id = passage_node_id(passage.passage_id)
        label = passage.title or passage.passage_id
        weight = float(scores[graph.num_entities + index])
        passages.append(ViewNode(node_id, label, "passage", weight=weight, detail=passage.text))
    return (*entities, *passages)


Step = tuple[str, str, str]
"""Head key, relation, tail key."""


def _steps_on(paths: Iterable[ReasoningPath]) -> set[Step]:
    steps = set()
    for path in paths:
        for step in path.steps:
            ends = (normalize_phrase(step.source), normalize_phrase(step.target))
            head, tail = ends if step.forward else ends[::-1]
            steps.add((head, step.relation if step.kind == "fact" else "", tail))
    return steps


def _edges(graph: KnowledgeGraph, part: Subgraph, steps: set[Step]) -> tuple[ViewEdge, ...]:
    keys = [graph.entity_keys[entity] for entity in part.entities.tolist()]
    edges = []
    for fact, head, tail in zip(part.facts.tolist(), part.fact_head.tolist(), part.fact_tail.tolist(), strict=True):
        relation = graph.fact_relations[fact]
        span = slice(graph.fact_passages.indptr[fact], graph.fact_passages.indptr[fact + 1])
        cited = tuple(graph.passage_ids[passage] for passage in graph.fact_passages.indices[span].tolist())
        on_path = (keys[head], relation, keys[tail]) in steps
        ends = (entity_node_id(keys[head]), entity_node_id(keys[tail]))
        edges.append(ViewEdge(*ends, relation, "fact", on_path=on_path, passage_ids=cited))
    for passage, entity in part.mentions.tolist():
        passage_id = graph.passage_ids[int(part.passages[passage])]
        edges.append(ViewEdge(passage_node_id(passage_id), entity_node_id(keys[entity]), "", "mention"))
    for first, second in part.synonyms.tolist():
        on_path = bool({(keys[first], "", keys[second]), (keys[second], "", keys[first])} & steps)
        ends = (entity_node_id(keys[first]), entity_node_id(keys[second]))
        edges.append(ViewEdge(*ends, "same as", "synonym", on_path=on_path))
    return tuple(edge for edge in edges if edge.source != edge.target)
