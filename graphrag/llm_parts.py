"""From the settings of a language model to the objects that use it; part of the factory."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from extractors.llm_extractor import LLMExtractor, LLMExtractorSettings
from extractors.llm_questions import LLMQuestionEntities, WithLLMQuestions
from graphrag.errors import ConfigError
from graphrag.estimate import BuildEstimate, estimate_documents, is_stored
from graphrag.generation.llm_reader import LLMReader, LLMReaderSettings
from graphrag.indexing import BuildSettings
from graphrag.llm.cache import ReplyCache
from graphrag.llm.hub import PREFIX, fetch_model
from graphrag.llm.llama_loading import LlamaSettings
from graphrag.llm.metering import MeteredExtractor
from graphrag.llm.openai_compatible import OpenAICompatibleModel, ServerSettings
from graphrag.llm.streaming import StreamingModel, StreamingSource
from graphrag.llm_pipeline import LLMGraphRAG, Thinker
from graphrag.protocols import Encoder, GraphStore, TripleExtractor
from graphrag.retrieval.ircot import IRCoTSettings
from graphrag.types import Document

# Enough that waiting for the last reply of a batch costs little.
_BATCHES_IN_FLIGHT = 8


@dataclass(frozen=True, slots=True)
class LLMSettings:
    """Everything about a language model that a configuration file may set.

    Parameters
    ----------
    gguf
        For a GGUF file.
    server
        For addresses.
    extraction, reader, ircot
        For what the model does.
    prompt_price, completion_price
        Money for a million tokens, not negative; for ``--dry-run``.

    Raises
    ------
    ValueError
        If a price is negative.
    """

    gguf: LlamaSettings = field(default_factory=LlamaSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    extraction: LLMExtractorSettings = field(default_factory=LLMExtractorSettings)
    reader: LLMReaderSettings = field(default_factory=LLMReaderSettings)
    ircot: IRCoTSettings = field(default_factory=IRCoTSettings)
    prompt_price: float = 0.0
    completion_price: float = 0.0

    def __post_init__(self) -> None:
        if not min(self.prompt_price, self.completion_price) >= 0:
            prices = f"{self.prompt_price}, {self.completion_price}"
            raise ValueError(f"Expected prices not to be negative (got {prices})")

    def money(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what tokens cost."""
        return (prompt_tokens * self.prompt_price + completion_tokens * self.completion_price) / 1e6


def create_llm(spec: str, settings: LLMSettings | None = None) -> StreamingSource:
    """Return the language model that a user named.

    Parameters
    ----------
    spec
        A GGUF file, ``hf:OWNER/REPO/FILE.gguf``, or addresses such as ``http://host:8000/v1``, separated by commas.
    settings
        Options.

    Raises
    ------
    ConfigError
        If an address has another form.
    LanguageModelError
        If the model cannot be loaded or fetched.
    MissingDependencyError
        If the library that it needs is not installed.
    """
    settings = settings or LLMSettings()
    if not spec:
        raise ConfigError("Expected a language model: a GGUF file or an http(s)://…/v1 address (got an empty text)")
    if spec.startswith(("http://", "https://")):
        addresses = [address.strip() for address in spec.split(",")]
        return OpenAICompatibleModel(addresses, settings=settings.server)
    from graphrag.llm.llama_cpp import LlamaCppModel  # noqa: PLC0415  # Jinja takes time to load

    path = fetch_model(spec) if spec.startswith(PREFIX) else Path(spec)
    return LlamaCppModel(path, settings=settings.gguf)


def create_llm_extractor(
    model: StreamingSource, settings: LLMSettings | None = None, *, cache: ReplyCache | None = None
) -> LLMExtractor:
    """Return the extractor that asks a model; as many passages at once as the model takes requests."""
    settings = settings or LLMSettings()
    in_flight = model.settings.in_flight if isinstance(model, OpenAICompatibleModel) else 1
    return LLMExtractor(model, settings=settings.extraction, cache=cache, in_flight=in_flight)


def create_llm_graphrag(
    store: GraphStore,
    model: StreamingSource,
    *,
    extractor: TripleExtractor,
    encoder: Encoder,
    settings: LLMSettings | None = None,
    show: Callable[[str], None] | None = None,
) -> LLMGraphRAG:
    """Return a store with a language model that reads questions, chooses facts and answers.

    Parameters
    ----------
    store
        The store; the model's replies are kept beside it.
    model
        The language model.
    extractor
        Reads passages.
    encoder
        Makes vectors.
    settings
        Options of the model.
    show
        Told what the model says when it answers, while it says it.
    """
    settings = settings or LLMSettings()
    cache = ReplyCache(replies_path(store))
    return LLMGraphRAG(
        store,
        extractor=WithLLMQuestions(extractor, LLMQuestionEntities(model, cache=cache)),
        encoder=encoder,
        reader=LLMReader(StreamingModel(model, show) if show else model, settings=settings.reader, cache=cache),
        thinker=Thinker(model, settings.ircot, cache),
    )


def build_settings(extractor: TripleExtractor, settings: BuildSettings) -> BuildSettings:
    """Return how a graph is built by an extractor: a language model's few passages a minute are saved in small batches.

    Parameters
    ----------
    extractor
        Any.
    settings
        As configured.
    """
    if not isinstance(extractor, LLMExtractor):
        return settings
    batch = min(settings.extraction_batch, _BATCHES_IN_FLIGHT * extractor.in_flight)
    return replace(settings, extraction_batch=batch)


@contextmanager
def keeping_replies(extractor: TripleExtractor, store: GraphStore) -> Iterator[None]:
    """Keep a language model's replies beside a store while it is built, until what they say is in the store."""
    if not isinstance(extractor, LLMExtractor):
        yield
        return
    with closing(ReplyCache(replies_path(store))) as cache:
        extractor.keep_replies(cache)
        yield
    forget_replies(store)


def estimate_build(
    documents: Iterable[Document], store: GraphStore | None, extractor: TripleExtractor, encoder: Encoder
) -> BuildEstimate:
    """Return what building some documents would take, a language model's part counted by its own tokenizer.

    Parameters
    ----------
    documents
        Read to the end.
    store
        The store they would go to; None if it does not exist yet.
    extractor, encoder
        Timed on a sample.

    Raises
    ------
    LanguageModelError
        If the model does not answer.
    """
    if not isinstance(extractor, LLMExtractor):
        return estimate_documents(documents, store, extractor, encoder)
    metered = MeteredExtractor(extractor, extractor.model)
    counted = metered.counted(documents, is_known=lambda document: is_stored(document, store))
    estimate = estimate_documents(counted, store, metered, encoder)
    usage = metered.usage()
    return replace(
        estimate,
        seconds=metered.seconds(estimate.seconds),
        llm_calls=usage.calls,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
    )


def replies_path(store: GraphStore) -> Path:
    """Return where a model's replies about a store's content are kept: a file beside the store's snapshots."""
    folder = store.snapshots
    return folder.with_name(f"{folder.name.removesuffix('.snapshots')}.replies")


def forget_replies(store: GraphStore) -> None:
    """Delete the replies that are kept beside a store: they may quote what was deleted from it."""
    path = replies_path(store)
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
