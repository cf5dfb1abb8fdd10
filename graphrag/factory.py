"""From addresses, names and settings to ready objects: the one place that knows every implementation."""

from dataclasses import dataclass, field
from pathlib import Path

from graphrag.encoders.minilm import MiniLMEncoder
from graphrag.errors import ConfigError, LanguageModelError
from graphrag.generation.best_sentence import BestSentenceReader
from graphrag.indexing import BuildSettings
from graphrag.ingest import SplitSettings
from graphrag.pipeline import GraphRAG
from graphrag.protocols import Encoder, GraphStore, TripleExtractor
from graphrag.stores.base import MissingStoreError
from graphrag.stores.copying import CopyableStore
from graphrag.stores.sqlite_store import SQLiteStore

EXTRACTORS = "spacy, llm or replay:FILE"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a configuration file; each table is one component's.

    Parameters
    ----------
    split
        How prose is cut into passages.
    build
        How the graph is built.
    """

    split: SplitSettings = field(default_factory=SplitSettings)
    build: BuildSettings = field(default_factory=BuildSettings)


def open_store(uri: str, *, create: bool = False) -> CopyableStore:
    """Return the store at an address.

    Parameters
    ----------
    uri
        A file, or ``neo4j://host:7687/database?graph=name`` (database and graph may be left out).
    create
        Make it if it is not there.

    Raises
    ------
    ConfigError
        If no store has addresses of this form.
    StoreError
        If it cannot be opened.
    """
    scheme, separator, _ = uri.partition("://")
    if not uri:
        raise ConfigError("Expected the address of a store, such as kb.db (got an empty text)")
    if not separator:
        return SQLiteStore(uri, create=create)
    if scheme in {"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}:
        from graphrag.stores.neo4j_store import Neo4jStore

        return Neo4jStore(uri, create=create)
    raise ConfigError(f"Expected the address of a store to be a file or neo4j://… (got {uri!r})")


def open_existing_store(uri: str) -> CopyableStore | None:
    """Return the store at an address; None if there is none yet.

    Raises
    ------
    ConfigError
        If no store has addresses of this form.
    StoreError
        If it cannot be opened.
    """
    if "://" not in uri and not Path(uri).exists():
        return None
    try:
        return open_store(uri)
    except MissingStoreError:
        return None


def create_extractor(spec: str, *, llm: str | None = None) -> TripleExtractor:
    """Return the extractor with a name.

    Parameters
    ----------
    spec
        ``spacy``, ``llm`` or ``replay:FILE``.
    llm
        The language model for ``llm``.

    Raises
    ------
    ConfigError
        If there is no such extractor, or ``llm`` lacks its model.
    LanguageModelError
        If the model cannot be used.
    """
    name, _, argument = spec.partition(":")
    if name == "spacy" and not argument:
        from extractors.spacy_extractor import SpacyExtractor

        return SpacyExtractor()
    if name == "replay" and argument:
        from extractors.replay_extractor import ReplayExtractor

        return ReplayExtractor(Path(argument))
    if spec == "llm":
        if llm is None:
            raise ConfigError("The extractor 'llm' needs a model: --llm MODEL.gguf or --llm http://host:port/v1")
        check_llm(llm)
    raise ConfigError(f"Expected the extractor to be {EXTRACTORS} (got {spec!r})")


def check_llm(model: str) -> None:
    """Say why a language model cannot be used.

    Raises
    ------
    LanguageModelError
        Always: this version has no language models yet.
    """
    path = Path(model)
    if not model.startswith(("http://", "https://")):
        try:
            with path.open("rb") as file:
                is_gguf = file.read(4) == b"GGUF"
        except OSError as error:
            raise LanguageModelError(f"Cannot read the model {model}: {error.strerror}") from error
        if not is_gguf:
            raise LanguageModelError(f"{model} is not a GGUF file")
    raise LanguageModelError(f"Cannot use {model}: this version works without a language model; leave --llm away")


def create_encoder() -> Encoder:
    """Return the shipped sentence encoder."""
    return MiniLMEncoder()


def create_graphrag(
    store: GraphStore,
    *,
    extractor: TripleExtractor | None = None,
    config: Config | None = None,
) -> GraphRAG:
    """Return a store with the default parts around it.

    Parameters
    ----------
    store
        The store.
    extractor
        Default: the offline one.
    config
        Settings.
    """
    encoder = create_encoder()
    return GraphRAG(
        store,
        extractor=extractor or create_extractor("spacy"),
        encoder=encoder,
        reader=BestSentenceReader(encoder),
        settings=(config or Config()).build,
    )
