"""What a reasoner did, in words that people know: names, titles, relations, and how much of each."""

import numpy as np

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.reasoning import Probabilities, Reasoning, ReasoningGraph, ReasoningStep
from graphrag.types import ExplainedRelation, ExplainedStep, Explanation

MAX_NODES, MAX_RELATIONS = 10, 8
"""How many nodes and relations of a step are named."""


def explain(graph: KnowledgeGraph, seen: ReasoningGraph, reasoning: Reasoning) -> Explanation:
    """Return the probability mass after each step, the question's tokens and what each counted, and the relations.

    Parameters
    ----------
    graph
        The knowledge graph.
    seen
        What the reasoner was given of it.
    reasoning
        What it returned.
    """
    return Explanation(reasoning.tokens, tuple(_step(graph, seen, step) for step in reasoning.steps))


def _step(graph: KnowledgeGraph, seen: ReasoningGraph, step: ReasoningStep) -> ExplainedStep:
    nodes = _best(step.mass, MAX_NODES)
    cells = _best(step.relation_weights.ravel(), MAX_RELATIONS)
    return ExplainedStep(
        mass=tuple((_name(graph, int(seen.nodes[node])), float(step.mass[node])) for node in nodes),
        attention=tuple(map(float, step.attention)),
        relations=tuple(
            ExplainedRelation(seen.relation_texts[cell // 2], cell % 2 == 0, float(step.relation_weights.flat[cell]))
            for cell in cells
        ),
    )


def _best(weights: Probabilities, top_k: int) -> list[int]:
    """Return the positions of the largest positive weights, the largest first."""
    order = np.argsort(-weights, kind="stable")[:top_k]
    return [int(index) for index in order if weights[index] > 0]


def _name(graph: KnowledgeGraph, node: int) -> str:
    if node < graph.num_entities:
        return graph.entity_names[node]
    passage = node - graph.num_entities
    return graph.passage_titles[passage] or graph.passage_ids[passage]
