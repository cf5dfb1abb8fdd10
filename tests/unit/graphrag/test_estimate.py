from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from graphrag.errors import ExtractionError
from graphrag.estimate import SAMPLE_PASSAGES, estimate_documents, estimate_pending
from graphrag.indexing import Indexer
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import DOCUMENTS, document
from graphrag.types import Document, Extraction, Passage, Triple


@pytest.fixture
def store(tmp_path: Path):
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    yield store
    store.close()


class Recorder(PatternExtractor):
    """Remembers the ids of the passages that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        self.ids += [passage.passage_id for passage in passages]
        return super().extract(passages)


def test_counts_of_new_input() -> None:
    estimate = estimate_documents(DOCUMENTS, None, PatternExtractor(), HashEncoder())
    assert (estimate.documents, estimate.unchanged, estimate.passages, estimate.triples) == (5, 0, 4, 2)
    assert estimate.words == (2 + 12) + 11 + (2 + 10) + 10
    assert (estimate.llm_calls, estimate.prompt_tokens, estimate.completion_tokens) == (0, 0, 0)
    assert estimate.seconds > 0
    assert 0 < estimate.megabytes < 1


def test_what_the_store_has_is_not_counted(store: SQLiteStore) -> None:
    Indexer(store, PatternExtractor(), HashEncoder()).build(DOCUMENTS)
    before, files = store.statistics(), {p: p.stat().st_mtime_ns for p in store.path.parent.iterdir()}
    changed = [document("d1", "Ada | moved to | Bath."), *DOCUMENTS[1:], document("new", "A | is | B.")]
    estimate = estimate_documents(changed, store, PatternExtractor(), HashEncoder())
    assert (estimate.documents, estimate.unchanged, estimate.passages) == (2, 4, 2)
    assert store.statistics() == before
    assert {p: p.stat().st_mtime_ns for p in store.path.parent.iterdir()} == files


def test_the_sample_is_bounded_random_and_the_same_every_time() -> None:
    documents = [document(f"d{i:04}", f"A{i} | is | B{i}.") for i in range(1000)]
    samples = []
    for _ in range(2):
        extractor = Recorder()
        assert estimate_documents(iter(documents), None, extractor, HashEncoder()).passages == 1000
        samples.append(extractor.ids)
    assert samples[0] == samples[1]
    assert len(set(samples[0])) == SAMPLE_PASSAGES
    assert max(samples[0]) > "d0500"


@pytest.mark.parametrize("documents", [[], [Document("kg", triples=(Triple("A", "is", "B"),) * 3)]])
def test_without_passages_nothing_is_timed(documents: list[Document]) -> None:
    estimate = estimate_documents(documents, None, Recorder(), HashEncoder())
    assert (estimate.passages, estimate.seconds, estimate.megabytes) == (0, 0, 0)
    assert estimate.triples == 3 * len(documents)


def test_passages_that_fail_are_estimated_too() -> None:
    estimate = estimate_documents([document("bad", "FAIL")], None, PatternExtractor(), HashEncoder())
    assert estimate.passages == 1


def test_pending_passages(store: SQLiteStore) -> None:
    assert estimate_pending(store, PatternExtractor(), HashEncoder()).passages == 0
    with store.writing():
        store.put_documents([document(f"d{i:03}", f"A{i} | is | B{i}.") for i in range(50)])
    extractor = Recorder()
    estimate = estimate_pending(store, extractor, HashEncoder())
    assert (estimate.passages, estimate.words) == (50, 150)
    assert len(extractor.ids) == SAMPLE_PASSAGES
    assert store.num_pending_passages() == 50
