"""Where the random walks of HippoRAG start."""

from collections.abc import Sequence

import numpy as np

from graphrag.graph.knowledge_graph import IndexArray
from graphrag.retrieval.fusion import min_max
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.ranking import best


def specificity(num_passages_of_entity: IndexArray) -> FloatVector:
    """Return how specific entities are: one over the number of passages that name them, 1 for those that none names.

    References
    ----------
    Gutiérrez et al., "HippoRAG", arXiv 2405.14831, section 2.2, node specificity.

    Examples
    --------
    >>> specificity(np.array([0, 1, 4]))
    array([1.  , 1.  , 0.25])
    """
    inverse: FloatVector = 1.0 / np.maximum(num_passages_of_entity, 1)
    return inverse


def entity_reset(seeds: Sequence[int], num_passages_of_entity: IndexArray) -> FloatVector:
    """Return HippoRAG's reset vector: the specificity of the question's entities.

    Parameters
    ----------
    seeds
        Positions of the entities; a repeated one counts once.
    num_passages_of_entity
        Shape ``(num_entities,)``.

    Returns
    -------
    ndarray
        Shape ``(num_entities,)``, not normalised.

    Examples
    --------
    >>> entity_reset([2, 0, 2], np.array([1, 5, 4]))
    array([1.  , 0.  , 0.25])
    """
    reset = np.zeros(len(num_passages_of_entity))
    chosen = np.unique(np.asarray(seeds, dtype=np.int32))
    reset[chosen] = specificity(num_passages_of_entity[chosen])
    return reset


def phrase_reset(
    heads: IndexArray, tails: IndexArray, scores: FloatVector, num_passages_of_entity: IndexArray, *, top_k: int = 5
) -> FloatVector:
    """Return HippoRAG 2's reset vector of the entities: the mean score of their facts, times their specificity.

    Parameters
    ----------
    heads, tails
        Entities of the facts that are nearest to the question, shape ``(num_chosen,)``.
    scores
        Of these facts, in [0, 1], shape ``(num_chosen,)``.
    num_passages_of_entity
        Shape ``(num_entities,)``.
    top_k
        Only so many entities keep their weight.

    Returns
    -------
    ndarray
        Shape ``(num_entities,)``, not normalised.

    References
    ----------
    Gutiérrez et al., "From RAG to Memory" (HippoRAG 2), arXiv 2502.14802, section 3.3; the specificity is in the
    authors' code only.

    Examples
    --------
    Entity 0 is in both facts; entity 2 is named by four passages:

    >>> phrase_reset(np.array([0, 0]), np.array([1, 2]), np.array([1.0, 0.5]), np.array([1, 1, 4]))
    array([0.75 , 1.   , 0.125])
    """
    entities, ends = np.unique(np.concatenate([heads, tails]), return_inverse=True)
    totals = np.bincount(ends, weights=np.concatenate([scores, scores]))
    means = totals / np.bincount(ends) * specificity(num_passages_of_entity[entities])
    kept = best(means, top_k)
    reset = np.zeros(len(num_passages_of_entity))
    reset[entities[kept]] = means[kept]
    return reset


def passage_reset(similarities: FloatVector, *, weight: float = 0.05) -> FloatVector:
    """Return HippoRAG 2's reset vector of the passages: their similarities, scaled to [0, ``weight``].

    Examples
    --------
    >>> passage_reset(np.array([0.2, 0.6, 0.4]))
    array([0.   , 0.05 , 0.025])
    """
    return weight * min_max(similarities)
