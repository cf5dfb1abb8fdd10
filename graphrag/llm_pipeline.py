"""A graph that is asked with a language model's help: what changes when there is one."""

from dataclasses import dataclass, field

from graphrag.indexing import BuildSettings
from graphrag.llm.cache import ReplyCache
from graphrag.llm.usage import CountingModel, Usage
from graphrag.pipeline import DEFAULT_RETRIEVER, GraphRAG
from graphrag.protocols import Encoder, GraphStore, Reader, Retriever, TripleExtractor
from graphrag.retrieval.fact_filter import FilteredHippoRAG2Retriever, LLMFactFilter
from graphrag.retrieval.ircot import IRCoTRetriever, IRCoTSettings
from graphrag.retrieval.retriever import RetrievalResources

IRCOT = "ircot"
"""``ircot:NAME`` lets a language model think between queries to the retriever ``NAME``; alone, to the default one."""


@dataclass(frozen=True, slots=True)
class Thinker:
    """A language model that retrievers ask.

    Parameters
    ----------
    model
        The model.
    ircot
        How far it may think between queries.
    cache
        Replies of earlier runs.
    """

    model: CountingModel
    ircot: IRCoTSettings = field(default_factory=IRCoTSettings)
    cache: ReplyCache | None = None


class LLMGraphRAG(GraphRAG):
    """A :class:`graphrag.pipeline.GraphRAG` whose retrievers ask a language model.

    ``hipporag2`` starts from facts that the model chose, and ``ircot:NAME`` interleaves retrieval by ``NAME`` with its
    thoughts. Extractor and reader are given as everywhere; they may be the model's too.

    Parameters
    ----------
    store, extractor, encoder, reader, settings
        As for :class:`graphrag.pipeline.GraphRAG`.
    thinker
        The language model.
    """

    def __init__(
        self,
        store: GraphStore,
        *,
        extractor: TripleExtractor,
        encoder: Encoder,
        reader: Reader,
        thinker: Thinker,
        settings: BuildSettings | None = None,
    ) -> None:
        super().__init__(store, extractor=extractor, encoder=encoder, reader=reader, settings=settings)
        self.thinker = thinker

    @property
    def usage(self) -> Usage:
        """What the language model was asked and said so far."""
        return self.thinker.model.usage

    def retriever(self, name: str = DEFAULT_RETRIEVER) -> Retriever:
        """Return a retriever over the store's index.

        Raises
        ------
        ConfigError
            If there is none with this name.
        """
        if name not in self._retrievers:
            thinker = self.thinker
            kind, _, inner = name.partition(":")
            if kind == IRCOT:
                queried = self.retriever(inner or DEFAULT_RETRIEVER)
                self._retrievers[name] = IRCoTRetriever(
                    queried, thinker.model, settings=thinker.ircot, cache=thinker.cache
                )
            elif name == FilteredHippoRAG2Retriever.name:
                resources = RetrievalResources(self.index.graph, self.encoder, self.index.lexical, self.extractor)
                chosen = LLMFactFilter(thinker.model, cache=thinker.cache)
                self._retrievers[name] = FilteredHippoRAG2Retriever(resources, chosen)
        return super().retriever(name)
