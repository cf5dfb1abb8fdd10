"""Building: documents in, a complete store out, in stages that each do what is still missing."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from graphrag.errors import ConfigError, ExtractionError
from graphrag.estimate import BuildEstimate, estimate_pending
from graphrag.graph.synonymy import find_synonyms
from graphrag.protocols import Encoder, FloatMatrix, GraphStore, Progress, TripleExtractor, VectorKind
from graphrag.stores.base import VECTOR_KINDS
from graphrag.types import Document, Extraction, Passage, SkippedInput

_DOCUMENTS_A_TRANSACTION = 256
# The more texts at a time, the more are of one length and encoded together; passages fill a run of the network anyway.
_TEXTS_A_TRANSACTION: dict[VectorKind, int] = {"passage": 1024, "entity": 4096, "fact": 4096}
_BATCHES_AT_ONCE = 8  # of passages that an extractor is given: what it finds is held until it is saved
_ESTIMATED_FROM = 200  # passages: fewer are done before an estimate is


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """How a graph is built.

    Parameters
    ----------
    synonym_threshold
        Least cosine of two names that are joined by a synonym edge, in (0, 1].
    extraction_batch
        Passages after which what an extractor found is saved: what a killed build has to read again at most, besides
        what the extractor was ahead.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    synonym_threshold: float = 0.8
    extraction_batch: int = 256

    def __post_init__(self) -> None:
        if not 0 < self.synonym_threshold <= 1:
            raise ValueError(f"Expected 'synonym_threshold' to be in (0, 1] (got {self.synonym_threshold})")
        if self.extraction_batch < 1:
            raise ValueError(f"Expected 'extraction_batch' to be at least 1 (got {self.extraction_batch})")


@dataclass
class BuildReport:
    """What a build did.

    Parameters
    ----------
    added, replaced, unchanged
        Documents that are new, that changed, and that the store had already.
    extracted, failed
        Passages that the extractor read, and those that it could not make sense of.
    skipped
        Input that could not be stored, and passages that failed, with the reason.
    seconds
        Wall time per stage.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    extracted: int = 0
    failed: int = 0
    skipped: list[SkippedInput] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


class Indexer:
    """Drives the stages of a build over one store.

    Every stage asks the store what is missing, does a batch of it, and saves it in one transaction. A build that is
    killed is therefore continued by the next one, and building twice changes nothing.

    Parameters
    ----------
    store
        Where the graph goes.
    extractor
        Finds triples in passages.
    encoder
        Makes vectors of passages, entities and facts.
    settings
        How the graph is built.
    progress
        Told about finished work.
    on_estimate
        Told, before passages are extracted, what that will take.
    """

    def __init__(
        self,
        store: GraphStore,
        extractor: TripleExtractor,
        encoder: Encoder,
        *,
        settings: BuildSettings | None = None,
        progress: Progress | None = None,
        on_estimate: Callable[[BuildEstimate], None] | None = None,
    ) -> None:
        self.store = store
        self.extractor = extractor
        self.encoder = encoder
        self.settings = settings or BuildSettings()
        self._progress = progress or (lambda *_: None)
        self._on_estimate = on_estimate

    def build(self, documents: Iterable[Document]) -> BuildReport:
        """Add documents and complete the graph.

        Raises
        ------
        ConfigError
            If the store was made with another extractor, encoder or threshold.
        StoreError
            If the store cannot be written, or another build is writing to it.
        """
        report = BuildReport()
        with self.store.writing():
            self.store.retry_failed()
            self._run("documents", lambda report: self._add_documents(documents, report), report)
            self._run("extract", self._extract, report)
            self.complete(report)
            self.store.finish()
        return report

    def complete(self, report: BuildReport) -> None:
        """Make the vectors and synonyms that are missing; the caller holds the right to write.

        Raises
        ------
        ConfigError
            If the store was made with another encoder.
        StoreError
            If the store cannot be written.
        """
        # What is linked later is linked as the store's first build did it, whatever the settings are here.
        threshold = self.store.settings().get("synonym_threshold", repr(self.settings.synonym_threshold))
        self._require_settings({**self._encoder_settings(), "synonym_threshold": threshold})
        self._run("encode", self._encode, report)
        self._run("link", self._link, report)

    @staticmethod
    def _run(name: str, stage: Callable[[BuildReport], None], report: BuildReport) -> None:
        start = time.perf_counter()
        stage(report)
        report.seconds[name] = time.perf_counter() - start

    def _encoder_settings(self) -> dict[str, str]:
        return {"encoder": self.encoder.identity, "dimension": str(self.encoder.dimension)}

    def _require_settings(self, wanted: dict[str, str]) -> None:
        """Record the settings in a new store; a store made with others would hold two kinds of graph."""
        existing = self.store.settings()
        for name, value in wanted.items():
            if existing.get(name, value) != value:
                raise ConfigError(
                    f"{self.store.uri} was built with {name} {existing[name]!r} (got {value!r}): "
                    "use the same, or build a new store"
                )
        if not wanted.items() <= existing.items():
            self.store.put_settings(wanted)

    def _add_documents(self, documents: Iterable[Document], report: BuildReport) -> None:
        self._require_settings({**self._encoder_settings(), "synonym_threshold": repr(self.settings.synonym_threshold)})
        done = 0
        for batch in _batches(documents, _DOCUMENTS_A_TRANSACTION):
            if any(document.passages for document in batch):
                self._require_settings({"extractor": self.extractor.identity})
            known = self.store.fingerprints([document.document_id for document in batch])
            changed = [d for d in batch if known.get(d.document_id) != d.fingerprint]
            refused = self.store.put_documents(changed) if changed else []
            report.skipped += refused
            stored = self.store.fingerprints([document.document_id for document in changed])
            accepted = [d for d in changed if stored.get(d.document_id) == d.fingerprint]
            report.unchanged += len(batch) - len(changed)
            report.replaced += sum(document.document_id in known for document in accepted)
            report.added += sum(document.document_id not in known for document in accepted)
            done += len(batch)
            self._progress("documents", done, 0)

    def _extract(self, report: BuildReport) -> None:
        total = self.store.num_pending_passages()
        if self._on_estimate is not None and total >= _ESTIMATED_FROM:
            self._on_estimate(estimate_pending(self.store, self.extractor, self.encoder))
        size = self.settings.extraction_batch
        while passages := self.store.pending_passages(_BATCHES_AT_ONCE * size):
            # Given many passages, an extractor that reads ahead goes on while a batch of results is saved.
            with closing(self._results(passages)) as results:
                for start in range(0, len(passages), size):
                    self._save(passages[start : start + size], list(islice(results, size)), report)
                    self._progress("extract", report.extracted, total)

    def _results(self, passages: Sequence[Passage]) -> Generator[Extraction | ExtractionError, None, None]:
        """Yield what is found in each passage, in order; equal passages are read once."""
        identity = self.extractor.identity
        found: dict[str, Extraction | ExtractionError] = {}
        found.update(self.store.cached_extractions([passage.content_hash for passage in passages], identity))
        unread = {passage.content_hash: passage for passage in passages if passage.content_hash not in found}
        results = zip(unread, self.extractor.extract(list(unread.values())), strict=True)
        for passage in passages:
            if passage.content_hash not in found:
                _, found[passage.content_hash] = next(results)
            yield found[passage.content_hash]

    def _save(
        self, passages: Sequence[Passage], results: Sequence[Extraction | ExtractionError], report: BuildReport
    ) -> None:
        pairs = list(zip(passages, results, strict=True))
        failures = [(passage, result) for passage, result in pairs if isinstance(result, ExtractionError)]
        found = [None if isinstance(result, ExtractionError) else result for result in results]
        self.store.put_extractions(passages, found, self.extractor.identity)
        report.extracted += len(passages)
        report.failed += len(failures)
        report.skipped += [SkippedInput(passage.passage_id, str(error)) for passage, error in failures]

    def _encode(self, _report: BuildReport) -> None:
        for kind in VECTOR_KINDS:
            self._encode_kind(kind)

    def _encode_kind(self, kind: VectorKind) -> None:
        done, total = 0, self.store.num_pending_vectors(kind)
        # While a batch is written, the next one is encoded.
        with ThreadPoolExecutor(1) as pool:
            batch = self._start_encoding(kind, pool, after=0)
            while batch is not None:
                rows, vectors = batch
                batch = self._start_encoding(kind, pool, after=rows[-1])
                self.store.put_vectors(kind, rows, vectors.result().astype(np.float16))
                done += len(rows)
                self._progress(f"encode {_PLURAL[kind]}", done, total)

    def _start_encoding(
        self, kind: VectorKind, pool: ThreadPoolExecutor, *, after: int
    ) -> tuple[list[int], Future[FloatMatrix]] | None:
        pending = self.store.pending_vectors(kind, _TEXTS_A_TRANSACTION[kind], after=after)
        if not pending:
            return None
        return [row for row, _ in pending], pool.submit(self.encoder.encode, [text for _, text in pending])

    def _link(self, _report: BuildReport) -> None:
        keys, vectors, linked = self.store.entity_vectors()
        new = np.flatnonzero(~linked).tolist()
        threshold = float(self.store.settings()["synonym_threshold"])
        done = 0
        for block, synonyms in find_synonyms(keys, vectors, new, threshold=threshold):
            self.store.put_synonyms(synonyms, [keys[i] for i in block])
            done += len(block)
            self._progress("link synonyms", done, len(new))


_PLURAL: dict[VectorKind, str] = {"passage": "passages", "entity": "entities", "fact": "facts"}


def _batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    iterator = iter(documents)
    while batch := list(islice(iterator, size)):
        # Of two documents with one id the later counts, as if they had come one after the other.
        yield list({document.document_id: document for document in batch}.values())
