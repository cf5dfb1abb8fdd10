from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from graphrag.errors import ConfigError, ExtractionError, LanguageModelError, StoreError
from graphrag.estimate import BuildEstimate
from graphrag.indexing import BuildReport, BuildSettings, Indexer
from graphrag.rows import Edit
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import DOCUMENTS, document
from graphrag.types import Document, Extraction, Passage, Triple


@pytest.fixture
def store(tmp_path: Path):
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    yield store
    store.close()


def indexer(store: SQLiteStore, **options: object) -> Indexer:
    return Indexer(store, PatternExtractor(), HashEncoder(), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, -0.1, 1.01, float("nan")])
def test_a_threshold_out_of_range(value: float) -> None:
    with pytest.raises(ValueError, match=rf"Expected 'synonym_threshold' to be in \(0, 1\] \(got {value}\)"):
        BuildSettings(synonym_threshold=value)


def test_an_empty_batch() -> None:
    with pytest.raises(ValueError, match=r"Expected 'extraction_batch' to be at least 1 \(got 0\)"):
        BuildSettings(extraction_batch=0)


def test_the_report_counts(store: SQLiteStore) -> None:
    first = indexer(store).build(DOCUMENTS[:2])
    assert (first.added, first.replaced, first.unchanged, first.extracted, first.failed) == (2, 0, 0, 2, 0)
    changed = document("d1", "Ada | moved to | Bath.")
    second = indexer(store).build([changed, *DOCUMENTS[1:3]])
    assert (second.added, second.replaced, second.unchanged, second.extracted) == (1, 1, 1, 2)
    assert set(second.seconds) == {"documents", "extract", "encode", "link"}
    assert second.skipped == []


def test_a_refused_replacement_is_neither_added_nor_replaced(store: SQLiteStore) -> None:
    indexer(store).build(DOCUMENTS)
    thief = Document("d2", (Passage("d1", "A | b | C.", "", "d2"),))
    report = indexer(store).build([thief])
    assert (report.added, report.replaced, report.unchanged) == (0, 0, 0)
    assert [str(item) for item in report.skipped] == ["d2: its passage id 'd1' belongs to document 'd1' already"]


def test_a_document_with_a_passage_id_twice_is_refused(store: SQLiteStore) -> None:
    report = indexer(store).build([Document("d", (Passage("p", "a"), Passage("p", "b")))])
    assert report.added == 0
    assert report.skipped[0].reason == "two passages of this document have the same id"
    assert store.statistics().documents == 0


def test_of_two_documents_with_one_id_the_later_counts(store: SQLiteStore) -> None:
    report = indexer(store).build([document("d", "A | is | B."), document("d", "A | is | C.")])
    assert report.added == 1
    assert [p.text for p in store.passages()] == ["A | is | C."]


def test_documents_may_be_made_while_they_are_read(store: SQLiteStore) -> None:
    report = indexer(store).build(document(f"d{i:03}", f"A{i} | is | B{i}.") for i in range(300))
    assert report.added == store.statistics().documents == 300


def test_progress_ends_at_the_total(store: SQLiteStore) -> None:
    seen: dict[str, tuple[int, int]] = {}
    indexer(store, progress=lambda stage, done, total: seen.update({stage: (done, total)})).build(DOCUMENTS)
    assert seen["documents"] == (5, 0)
    assert set(seen) == {
        "documents", "extract", "encode passages", "encode entities", "encode facts", "link synonyms"
    }  # fmt: skip
    assert all(done == total for stage, (done, total) in seen.items() if stage != "documents")


def test_an_estimate_comes_before_many_passages_alone(store: SQLiteStore) -> None:
    estimates: list[BuildEstimate] = []
    indexer(store, on_estimate=estimates.append).build(DOCUMENTS)
    assert estimates == []
    indexer(store, on_estimate=estimates.append).build([document(f"e{i}", f"A{i} | is | B{i}.") for i in range(200)])
    assert [estimate.passages for estimate in estimates] == [200]


def test_a_passage_that_fails_does_not_stop_the_others(store: SQLiteStore) -> None:
    documents = [document("bad", "FAIL"), document("good", "A | is | B.")]
    report = indexer(store).build(documents)
    assert (report.extracted, report.failed) == (2, 1)
    assert [str(item) for item in report.skipped] == ["bad: told to fail"]
    assert list(store.entity_keys()) == ["a", "b"]
    assert store.version().finished


class Impatient(PatternExtractor):
    """Gives up after some passages, as a language model that is gone does."""

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        for result in super().extract(passages):
            if self.passages_read > 3:
                raise LanguageModelError("the server is gone", retryable=True)
            yield result


def test_what_was_extracted_before_a_failure_is_kept(store: SQLiteStore) -> None:
    documents = [document(f"d{i}", f"A{i} | is | B{i}.") for i in range(6)]
    settings = BuildSettings(extraction_batch=1)
    with pytest.raises(LanguageModelError, match="the server is gone"):
        Indexer(store, Impatient(), HashEncoder(), settings=settings).build(documents)
    assert (store.num_pending_passages(), store.version().finished) == (3, False)
    extractor = PatternExtractor()
    Indexer(store, extractor, HashEncoder()).build(documents)
    assert (extractor.passages_read, store.version().finished) == (3, True)


class Watching(PatternExtractor):
    """Notes at every passage how many are not saved yet, and how many it was given at once."""

    def __init__(self, store: SQLiteStore) -> None:
        super().__init__()
        self.store = store
        self.pending: list[int] = []
        self.given: list[int] = []
        self.ended = 0

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        self.given.append(len(passages))
        try:
            for result in super().extract(passages):
                self.pending.append(self.store.num_pending_passages())
                yield result
        finally:
            self.ended += 1


def test_batches_are_saved_while_an_extractor_is_at_work(store: SQLiteStore) -> None:
    extractor = Watching(store)
    documents = [document(f"d{i:02}", f"A{i} | is | B{i}.") for i in range(20)]
    Indexer(store, extractor, HashEncoder(), settings=BuildSettings(extraction_batch=2)).build(documents)
    assert extractor.given == [16, 4]
    assert extractor.pending == [20 - i // 2 * 2 for i in range(20)]
    assert extractor.ended == 2


def test_an_interrupted_build_ends_the_extractor(store: SQLiteStore) -> None:
    def interrupt(stage: str, done: int, _total: int) -> None:
        if stage == "extract" and done == 4:
            raise KeyboardInterrupt

    extractor = Watching(store)
    documents = [document(f"d{i:02}", f"A{i} | is | B{i}.") for i in range(20)]
    settings = BuildSettings(extraction_batch=2)
    with pytest.raises(KeyboardInterrupt):
        Indexer(store, extractor, HashEncoder(), settings=settings, progress=interrupt).build(documents)
    assert (extractor.ended, extractor.passages_read, store.num_pending_passages()) == (1, 4, 16)


def test_equal_passages_of_a_batch_are_read_once_and_fail_together(store: SQLiteStore) -> None:
    texts = ["A | is | B.", "FAIL", "A | is | B.", "C | is | D.", "FAIL"]
    extractor = PatternExtractor()
    report = Indexer(store, extractor, HashEncoder()).build([document(f"d{i}", text) for i, text in enumerate(texts)])
    assert (extractor.passages_read, report.extracted, report.failed) == (3, 5, 2)
    assert [str(item) for item in report.skipped] == ["d1: told to fail", "d4: told to fail"]
    assert sorted({mention.passage_id for mention in store.mentions()}) == ["d0", "d2", "d3"]


class Careless(PatternExtractor):
    """Loses a passage."""

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        return super().extract(passages[1:])


def test_a_result_too_few_is_no_other_passages(store: SQLiteStore) -> None:
    with pytest.raises(ValueError, match="shorter"):
        Indexer(store, Careless(), HashEncoder()).build(DOCUMENTS[:3])
    assert store.num_pending_passages() == 3


def test_documents_that_cannot_be_read_on_leave_a_store_that_continues(store: SQLiteStore) -> None:
    def broken() -> Iterator[Document]:
        yield DOCUMENTS[0]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        indexer(store).build(broken())
    indexer(store).build(DOCUMENTS)
    assert store.statistics().documents == len(DOCUMENTS)


def test_equal_passages_are_read_once(store: SQLiteStore) -> None:
    extractor = PatternExtractor()
    for name in ("first", "second"):
        Indexer(store, extractor, HashEncoder()).build([document(name, "A | is | B.")])
    assert extractor.passages_read == 1
    assert [mention.passage_id for mention in store.mentions()] == ["first", "first", "second", "second"]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("encoder", r"was built with encoder 'hash-32' \(got 'hash-16'\): use the same, or build a new store"),
        ("extractor", r"was built with extractor 'pattern-1' \(got 'pattern-2'\)"),
        ("threshold", r"was built with synonym_threshold '0.8' \(got '0.9'\)"),
    ],
)
def test_a_store_holds_one_kind_of_graph(store: SQLiteStore, option: str, message: str) -> None:
    indexer(store).build(DOCUMENTS)
    before = store.statistics()
    extractor = PatternExtractor()
    extractor.identity = "pattern-2" if option == "extractor" else "pattern-1"
    encoder = HashEncoder(16 if option == "encoder" else 32)
    settings = BuildSettings(synonym_threshold=0.9 if option == "threshold" else 0.8)
    with pytest.raises(ConfigError, match=message):
        Indexer(store, extractor, encoder, settings=settings).build([document("new", "A | is | B.")])
    assert store.statistics() == before


def test_an_existing_graph_needs_no_extractor(store: SQLiteStore) -> None:
    indexer(store).build([Document("kg", triples=(Triple("A", "is", "B"),))])
    assert "extractor" not in store.settings()


def test_what_is_completed_later_is_linked_with_the_stores_threshold(tmp_path: Path) -> None:
    """A correction on the command line knows no configuration file, and must not link in another way."""
    edit = Edit("add", "Ada King Lovelace", "Bath", "lived in")
    settings = BuildSettings(synonym_threshold=0.5)
    digests = []
    for later in (settings, BuildSettings()):
        store = SQLiteStore(tmp_path / f"{later.synonym_threshold}.db", create=True)
        indexer(store, settings=settings).build(DOCUMENTS)
        with store.writing():
            store.put_edit(edit)
            indexer(store, settings=later).complete(BuildReport())
            store.finish()
        digests.append(store.statistics().digest)
        assert any(0.5 <= synonym.similarity < 0.8 for synonym in store.synonyms())
        store.close()
    assert digests[0] == digests[1]


def test_a_store_that_was_never_built_can_be_completed(store: SQLiteStore) -> None:
    with store.writing():
        store.put_edit(Edit("add", "Ada", "Bath", "lived in"))
        indexer(store).complete(BuildReport())
        store.finish()
    assert [len(block) for block in store.vectors("entity")] == [2]


def test_a_second_build_is_told_at_once(tmp_path: Path, store: SQLiteStore) -> None:
    other = SQLiteStore(tmp_path / "kb.db")
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "kb.db")
    linked = SQLiteStore(link)
    with store.writing():
        for second in (other, linked):
            with pytest.raises(StoreError, match=r"Another build is writing to .*: wait for it to finish") as error:
                indexer(second).build(DOCUMENTS)
            assert error.value.retryable
    indexer(other).build(DOCUMENTS)
    other.close()
    linked.close()
