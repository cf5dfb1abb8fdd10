"""The retrievers by name."""

from collections.abc import Callable
from difflib import get_close_matches

from graphrag.errors import ConfigError
from graphrag.protocols import FeatureReasoner
from graphrag.retrieval.bm25 import BM25Retriever
from graphrag.retrieval.dense import DenseRetriever
from graphrag.retrieval.gnn_entities import EntityRetriever
from graphrag.retrieval.gnn_passages import AugmentedReasonerRetriever, PassageReasonerRetriever
from graphrag.retrieval.hipporag import HippoRAGRetriever
from graphrag.retrieval.hipporag2 import HippoRAG2Retriever
from graphrag.retrieval.hybrid import HybridRetriever
from graphrag.retrieval.multihop import MultihopRetriever
from graphrag.retrieval.retriever import BaseRetriever, RetrievalResources

__all__ = ["RETRIEVER_NAMES", "RetrievalResources", "create_retriever"]


def _gnn(resources: RetrievalResources) -> BaseRetriever:
    if resources.reasoner is None:
        raise ConfigError("The retriever 'gnn' needs a reasoner: --gnn WEIGHTS")
    reasoner = resources.reasoner()
    if isinstance(reasoner, FeatureReasoner):
        return PassageReasonerRetriever(resources, reasoner)
    return EntityRetriever(resources, reasoner)


def _gnn_with_pagerank(resources: RetrievalResources) -> BaseRetriever:
    reasoner = resources.reasoner() if resources.reasoner is not None else None
    if not isinstance(reasoner, FeatureReasoner):
        raise ConfigError(f"The retriever '{AugmentedReasonerRetriever.name}' needs a reasoner that sees passages")
    return AugmentedReasonerRetriever(resources, reasoner)


_RETRIEVERS: dict[str, Callable[[RetrievalResources], BaseRetriever]] = {
    "multihop": MultihopRetriever,
    "bm25": BM25Retriever,
    "dense": DenseRetriever,
    "hybrid": HybridRetriever,
    "hipporag": HippoRAGRetriever,
    "hipporag2": HippoRAG2Retriever,
    "gnn": _gnn,
    AugmentedReasonerRetriever.name: _gnn_with_pagerank,
}

RETRIEVER_NAMES = tuple(_RETRIEVERS)
"""What :func:`create_retriever` knows."""


def create_retriever(name: str, resources: RetrievalResources) -> BaseRetriever:
    """Return a retriever with its default settings.

    Parameters
    ----------
    name
        One of :data:`RETRIEVER_NAMES`.
    resources
        What it is made of.

    Raises
    ------
    ConfigError
        If there is no retriever of this name, or its reasoner cannot be loaded.
    ValueError
        If the retriever needs a resource that is not there.
    """
    if name not in _RETRIEVERS:
        near = get_close_matches(name, RETRIEVER_NAMES, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise ConfigError(f"Expected 'retriever' to be one of {', '.join(RETRIEVER_NAMES)} (got '{name}'){hint}")
    return _RETRIEVERS[name](resources)
