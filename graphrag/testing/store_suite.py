"""What every store must do: subclass :class:`StoreContract` and say how to open one."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from graphrag.errors import ConfigError, StoreError
from graphrag.graph.construction import build_graph
from graphrag.indexing import BuildReport, BuildSettings, Indexer
from graphrag.protocols import GraphStore
from graphrag.rows import Edit
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.types import Document, Entity, Extraction, Passage, Triple

OpenStore = Callable[[str], GraphStore]
"""Opens the store with a name, making it if it is not there; twice the same name is twice the same store."""

STRANGE_NAMES = (
    'O\'Brien "the" `tick`',
    "}) DETACH DELETE n //",
    "'; DROP TABLE passages; --",
    "emoji 🦜",
    "🦜",
    "x" * 10_000,
    "nul \x00 byte",
    "new\nline\ttab",
    "北京 知识图谱",
    "مرحبا \u202e rtl",
)


def document(document_id: str, text: str, title: str = "") -> Document:
    """Return a document of one passage, in the language of ``PatternExtractor``."""
    return Document(document_id, (Passage(document_id, text, title, document_id),))


DOCUMENTS = (
    document(
        "d1", "Ada Lovelace | was born in | London. Ada Lovelace | worked with | Charles Babbage.", "Ada Lovelace"
    ),
    document("d2", "Charles Babbage | designed | Analytical Engine. Charles Babbage | was born in | London."),
    document("d3", "Ada Lovelace | was born in | London. Lovelace Ada | wrote | notes.", "Ada Lovelace"),
    document("d4", "London | is capital of | England. film 1961 | in | film 1962."),
    Document("kg", triples=(Triple("London", "on", "Thames"), Triple("Ada Lovelace", "was born in", "London"))),
)


def build(store: GraphStore, documents: Sequence[Document]) -> BuildReport:
    """Add documents to a store with the simple parts."""
    settings = BuildSettings(synonym_threshold=0.7, extraction_batch=2)
    return Indexer(store, PatternExtractor(), HashEncoder(), settings=settings).build(documents)


EDITS = (
    Edit("merge", "Lovelace Ada", "Ada Lovelace"),
    Edit("split", "London", "London (Ontario)", passage_ids=("d2",)),
    Edit("remove", "Charles Babbage", "Analytical Engine", "designed"),
    Edit("add", "Charles Babbage", "London", "died in"),
)


def correct(store: GraphStore, edit: Edit) -> None:
    """Correct a store by hand and complete it."""
    with store.writing():
        store.put_edit(edit)
    build(store, [])


class _KilledError(BaseException):
    """Stands for SIGKILL: no handler of ours catches it."""


class StoreContract:
    """The suite; a subclass provides the fixture ``open_store``."""

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        """Return a function that opens stores."""
        raise NotImplementedError(f"a store's test class opens its stores (in {tmp_path} or elsewhere)")

    def digest(self, open_store: OpenStore, name: str, *batches: Sequence[Document]) -> str:
        """Return the digest of a store after building some batches into it."""
        store = open_store(name)
        for batch in batches:
            build(store, batch)
        return store.statistics().digest

    def test_counts(self, open_store: OpenStore) -> None:
        store = open_store("a")
        report = build(store, DOCUMENTS)
        statistics = store.statistics()
        assert (report.added, report.replaced, report.unchanged) == (5, 0, 0)
        assert (statistics.documents, statistics.passages, statistics.triples) == (5, 4, 10)
        assert statistics.facts == 8
        assert statistics.failed_passages == statistics.pending == 0
        assert list(store.entity_keys()) == sorted(store.entity_keys())

    def test_building_twice_changes_nothing(self, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        digest, version = store.statistics().digest, store.version()
        report = build(store, DOCUMENTS)
        assert (report.added, report.unchanged, report.extracted) == (0, 5, 0)
        assert store.statistics().digest == digest
        assert store.version() == version

    def test_order_and_number_of_runs_do_not_matter(self, open_store: OpenStore) -> None:
        whole = self.digest(open_store, "whole", DOCUMENTS)
        assert self.digest(open_store, "halves", DOCUMENTS[:2], DOCUMENTS[2:]) == whole
        assert self.digest(open_store, "reverse", *[[d] for d in reversed(DOCUMENTS)]) == whole
        assert self.digest(open_store, "less", DOCUMENTS[1:]) != whole

    @pytest.mark.parametrize("deleted", [d.document_id for d in DOCUMENTS])
    def test_deletion_leaves_what_a_build_without_the_document_gives(self, open_store: OpenStore, deleted: str) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        with store.writing():
            assert store.delete_document(deleted)
            store.finish()
        rest = [d for d in DOCUMENTS if d.document_id != deleted]
        assert store.statistics().digest == self.digest(open_store, "b", rest)
        build(store, DOCUMENTS)
        assert store.statistics().digest == self.digest(open_store, "c", DOCUMENTS)

    def test_deleting_everything_leaves_an_empty_store(self, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        with store.writing():
            for item in DOCUMENTS:
                assert store.delete_document(item.document_id)
            assert not store.delete_document("d1")
        assert store.statistics().digest == open_store("empty").statistics().digest
        cached = store.cached_extractions([p.content_hash for d in DOCUMENTS for p in d.passages], "pattern-1")
        assert cached == {}

    def test_a_changed_document_replaces_the_old_one(self, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        changed = document("d2", "Charles Babbage | was buried in | London.")
        report = build(store, [changed])
        assert (report.added, report.replaced) == (0, 1)
        expected = [changed if d.document_id == "d2" else d for d in DOCUMENTS]
        assert store.statistics().digest == self.digest(open_store, "b", expected)

    def test_what_a_replaced_document_shared_is_not_extracted_again(self, open_store: OpenStore) -> None:
        store = open_store("a")
        passages = [Passage(f"d#{i}", f"A{i} | is | B{i}.", "", "d", i) for i in range(3)]
        build(store, [Document("d", tuple(passages))])
        extractor = PatternExtractor()
        changed = [*passages[:2], Passage("d#2", "A2 | was | C.", "", "d", 2)]
        Indexer(store, extractor, HashEncoder(), settings=BuildSettings(synonym_threshold=0.7)).build(
            [Document("d", tuple(changed))]
        )
        assert extractor.passages_read == 1

    @pytest.mark.parametrize("kill_after", range(1, 14))
    def test_a_killed_build_is_continued(self, open_store: OpenStore, kill_after: int) -> None:
        store, calls = open_store("a"), 0

        def kill(_stage: str, _done: int, _total: int) -> None:
            nonlocal calls
            calls += 1
            if calls == kill_after:
                raise _KilledError

        settings = BuildSettings(synonym_threshold=0.7, extraction_batch=1)
        indexer = Indexer(store, PatternExtractor(), HashEncoder(), settings=settings, progress=kill)
        try:
            indexer.build(DOCUMENTS)
        except _KilledError:
            assert not store.version().finished
        build(store, DOCUMENTS)
        assert store.version().finished
        assert store.statistics().digest == self.digest(open_store, "b", DOCUMENTS)

    def test_a_failed_passage_is_counted_and_tried_again(self, open_store: OpenStore) -> None:
        store = open_store("a")
        failing = document("bad", "FAIL")
        report = build(store, [*DOCUMENTS, failing])
        assert report.failed == 1
        assert [str(item) for item in report.skipped] == ["bad: told to fail"]
        assert store.statistics().failed_passages == 1
        assert build(store, []).failed == 1

    def test_a_document_with_a_foreign_passage_id_is_refused(self, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        digest = store.statistics().digest
        thief = Document("thief", (Passage("d1", "A | b | C.", "", "thief"),))
        report = build(store, [thief])
        assert report.added == 0
        assert "belongs to document 'd1'" in report.skipped[0].reason
        assert store.statistics().digest == digest

    def test_other_settings_are_refused(self, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        with pytest.raises(ConfigError, match="was built with encoder 'hash-32' \\(got 'hash-8'\\)"):
            Indexer(store, PatternExtractor(), HashEncoder(8)).build(DOCUMENTS)

    def test_only_one_may_write(self, open_store: OpenStore) -> None:
        first, second = open_store("a"), open_store("a")
        with first.writing(), pytest.raises(StoreError, match="Another build is writing"), second.writing():
            pytest.fail("two builds write at once")
        build(second, DOCUMENTS)

    def test_readers_see_the_last_commit_while_a_build_writes(self, open_store: OpenStore) -> None:
        writer, reader = open_store("a"), open_store("a")
        build(writer, DOCUMENTS[:2])
        before = reader.statistics()
        with writer.writing():
            with reader.reading():
                writer.put_documents(DOCUMENTS[2:])
                assert [doc for doc, _ in reader.documents()] == ["d1", "d2"]
            assert len(list(reader.documents())) == 5
        build(writer, [])
        assert reader.statistics() != before

    def test_generation_grows_with_every_finished_change(self, open_store: OpenStore) -> None:
        store = open_store("a")
        generations = []
        for batch in (DOCUMENTS[:1], DOCUMENTS[1:], DOCUMENTS):
            build(store, batch)
            generations.append(store.version().generation)
        assert generations[0] < generations[1] == generations[2]
        assert open_store("b").version().store_id != store.version().store_id

    @pytest.mark.parametrize("name", STRANGE_NAMES)
    def test_strange_names_survive(self, open_store: OpenStore, name: str) -> None:
        store = open_store("a")
        triple = Triple(name, name, "tail", 0.25, name)
        passage = Passage("p", name, name, f"d{name[:50]}", 0, {"key": name, "number": 3, "flag": True})
        with store.writing():
            store.put_settings({"dimension": "2"})
            store.put_documents([Document(passage.document_id, (passage,), title=name, source=name)])
            store.put_extractions([passage], [Extraction((Entity(name, "X"),), (triple,))], "test")
            (row, text) = store.pending_vectors("passage", 5)[0]
            store.put_vectors("passage", [row], np.array([[0.5, 0.25]], dtype=np.float16))
        assert list(store.passages()) == [passage]
        assert text == passage.full_text
        assert [row.triple for row in store.triples()] == [triple]
        assert [(m.surface, m.label) for m in store.mentions()] == [(name.strip(), "X"), ("tail", "")] or len(
            {m.entity_key for m in store.mentions()}
        ) == 2
        assert next(iter(store.vectors("passage"))).tolist() == [[0.5, 0.25]]
        assert json.loads(json.dumps(passage.metadata)) == next(iter(store.passages())).metadata

    def test_the_graph_shows_the_content(self, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        graph = build_graph(store)
        ada, london = graph.entity_keys.find("ada lovelace"), graph.entity_keys.find("london")
        assert ada is not None
        assert london is not None
        fact = next(i for i in range(graph.num_facts) if (graph.fact_head[i], graph.fact_tail[i]) == (ada, london))
        assert graph.fact_support[fact] == 3
        assert graph.fact_passages.toarray()[fact].tolist() == [1, 0, 1, 0]
        assert graph.entity_names[ada] == "Ada Lovelace"
        lovelace = graph.entity_keys.find("lovelace ada")
        assert lovelace is not None
        assert [ada, lovelace] in graph.synonyms.tolist()
        films = [graph.entity_keys.find(f"film {year}") for year in (1961, 1962)]
        assert films not in graph.synonyms.tolist()

    @pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.kind)
    def test_undo_restores_the_content(self, open_store: OpenStore, edit: Edit) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        before = store.statistics().digest
        correct(store, edit)
        assert store.edits() == [edit]
        assert store.statistics().digest != before
        with store.writing():
            assert store.undo_edit() == edit
            assert store.undo_edit() is None
        build(store, [])
        assert store.statistics().digest == before

    @pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.kind)
    def test_corrections_are_independent_of_when_documents_come_and_go(self, open_store: OpenStore, edit: Edit) -> None:
        late, early = open_store("late"), open_store("early")
        build(late, DOCUMENTS)
        correct(late, edit)
        correct(early, edit)
        build(early, DOCUMENTS)
        assert early.statistics().digest == late.statistics().digest
        for store in (late, early):
            with store.writing():
                store.delete_document("d3")
            build(store, DOCUMENTS)
        assert early.statistics().digest == late.statistics().digest

    def test_what_corrections_do(self, open_store: OpenStore) -> None:
        store = open_store("a")
        build(store, DOCUMENTS)
        for edit in EDITS:
            correct(store, edit)
        graph = build_graph(store)
        keys = list(graph.entity_keys)
        assert "lovelace ada" not in keys
        assert "thames" in keys
        assert graph.entity_names[keys.index("london ontario")] == "London (Ontario)"
        facts = {
            (keys[head], relation, keys[tail])
            for head, relation, tail in zip(graph.fact_head, graph.fact_relations, graph.fact_tail, strict=True)
        }
        assert ("ada lovelace", "wrote", "notes") in facts
        assert ("charles babbage", "was born in", "london ontario") in facts
        assert ("ada lovelace", "was born in", "london") in facts
        assert ("charles babbage", "designed", "analytical engine") not in facts
        assert ("charles babbage", "died in", "london") in facts
