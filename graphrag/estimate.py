"""What a build will take, told before it starts: from a short timed sample of the real work."""

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphrag.errors import ExtractionError
from graphrag.protocols import Encoder, GraphStore, TripleExtractor
from graphrag.stores.base import fact_text, mentions_of, triple_rows
from graphrag.text import word_tokens
from graphrag.types import Document, Passage

SAMPLE_PASSAGES = 24
_BYTES_A_VECTOR_VALUE = 2 + 4  # float16 in the store, float32 in the snapshot


@dataclass(frozen=True, slots=True)
class BuildEstimate:
    """What a build would do.

    Parameters
    ----------
    documents, unchanged
        Documents to be added or replaced, and those that the store has already.
    passages, words
        To be extracted.
    triples
        That come with the input.
    llm_calls, prompt_tokens, completion_tokens
        Asked of a language model; 0 for offline extractors.
    seconds
        Wall time on this machine, without reading the input.
    megabytes
        Added to the store and its snapshot.
    """

    documents: int
    unchanged: int
    passages: int
    words: int
    triples: int
    seconds: float
    megabytes: float
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class _Cost:
    """Seconds and bytes that one passage takes on average."""

    seconds: float
    bytes: float


def estimate_documents(
    documents: Iterable[Document], store: GraphStore | None, extractor: TripleExtractor, encoder: Encoder
) -> BuildEstimate:
    """Return what building some documents would take, without writing anything.

    Parameters
    ----------
    documents
        Read to the end.
    store
        The store they would go to; None if it does not exist yet.
    extractor, encoder
        Timed on a random sample (fixed seed) of the passages.
    """
    counts = dict.fromkeys(("documents", "unchanged", "passages", "words", "triples"), 0)
    sample: list[Passage] = []
    rng = random.Random(0)  # noqa: S311  # a sample, no secret
    for document in documents:
        if is_stored(document, store):
            counts["unchanged"] += 1
            continue
        counts["documents"] += 1
        counts["triples"] += len(document.triples)
        for passage in document.passages:
            counts["passages"] += 1
            counts["words"] += len(word_tokens(passage.full_text))
            _keep(sample, passage, counts["passages"], rng)
    cost = _cost(sample, extractor, encoder)
    return BuildEstimate(
        **counts, seconds=cost.seconds * counts["passages"], megabytes=cost.bytes * counts["passages"] / 1e6
    )


def is_stored(document: Document, store: GraphStore | None) -> bool:
    """Tell whether a store has a document with the same content already."""
    return (
        store is not None
        and store.fingerprints([document.document_id]).get(document.document_id) == document.fingerprint
    )


def estimate_pending(store: GraphStore, extractor: TripleExtractor, encoder: Encoder) -> BuildEstimate:
    """Return what completing a store would take, from a timed sample of its pending passages."""
    passages = store.num_pending_passages()
    sample = store.pending_passages(SAMPLE_PASSAGES)
    cost = _cost(sample, extractor, encoder)
    words = sum(len(word_tokens(passage.full_text)) for passage in sample) * passages // max(1, len(sample))
    return BuildEstimate(0, 0, passages, words, 0, cost.seconds * passages, cost.bytes * passages / 1e6)


def _keep(sample: list[Passage], passage: Passage, seen: int, rng: random.Random) -> None:
    """Reservoir sampling: every passage seen so far is in the sample with the same probability."""
    if len(sample) < SAMPLE_PASSAGES:
        sample.append(passage)
    elif (place := rng.randrange(seen)) < SAMPLE_PASSAGES:
        sample[place] = passage


def _cost(sample: Sequence[Passage], extractor: TripleExtractor, encoder: Encoder) -> _Cost:
    if not sample:
        return _Cost(0.0, 0.0)
    encoder.encode(["warm up"])
    start = time.perf_counter()
    texts = [passage.full_text for passage in sample]
    num_bytes = sum(len(text.encode("utf-8", "replace")) for text in texts)
    phrases: set[str] = set()
    for passage, result in zip(sample, extractor.extract(sample), strict=True):
        if not isinstance(result, ExtractionError):
            phrases.update(mention.entity_key for mention in mentions_of(passage, result))
            triples = triple_rows("", passage.passage_id, result.triples)
            phrases.update(fact_text(row.head_key, row.relation_key, row.tail_key) for row in triples)
            num_bytes += 3 * len(result.to_json())  # cached, as rows, and in indexes
    texts += sorted(phrases)
    encoder.encode(texts)
    num_bytes += len(texts) * encoder.dimension * _BYTES_A_VECTOR_VALUE
    return _Cost((time.perf_counter() - start) / len(sample), num_bytes / len(sample))
