import json
import sqlite3
from pathlib import Path

import pytest

from graphrag.errors import ConfigError, InputError, LinkingError
from graphrag.generation.best_sentence import BestSentenceReader
from graphrag.pipeline import MAX_QUESTION_CHARACTERS, GraphRAG, check_edit, checked_question
from graphrag.rows import Edit
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import DOCUMENTS, EDITS, document
from graphrag.testing.toy import toy_graph
from graphrag.types import Reading

RETRIEVERS = ("bm25", "dense", "hybrid", "hipporag", "hipporag2")


@pytest.fixture
def rag(tmp_path: Path):
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    encoder = HashEncoder()
    rag = GraphRAG(store, extractor=PatternExtractor(), encoder=encoder, reader=BestSentenceReader(encoder))
    rag.build(DOCUMENTS)
    yield rag
    store.close()


def test_building_indexes_too(rag: GraphRAG) -> None:
    report = rag.build(DOCUMENTS)
    assert (report.added, report.unchanged) == (0, 5)
    assert "index" in report.seconds
    assert rag.graph.num_passages == 4


@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_every_retriever_finds_the_passage(rag: GraphRAG, retriever: str) -> None:
    # With its title: the walk goes to a passage about an entity before those that only mention it.
    text = "Charles Babbage | designed | Analytical Engine. Charles Babbage | was born in | London."
    rag.build([document("d2", text, "Charles Babbage")])
    found = rag.retrieve("What did Charles Babbage designed Analytical Engine", retriever=retriever, top_k=2)
    assert found.retriever == retriever
    assert found.passages[0].passage_id == "d2"
    assert [hit.rank for hit in found.passages] == [1, 2][: len(found.passages)]


def test_an_answer_carries_what_it_rests_on(rag: GraphRAG) -> None:
    answer = rag.ask("Where was Ada Lovelace born in", top_k=3)
    given = {hit.passage_id for hit in answer.retrieval.passages}
    assert answer.text
    assert set(answer.citations) <= given
    assert set(answer.timings) == {"retrieve", "paths", "read", "total"}
    parts = sum(milliseconds for name, milliseconds in answer.timings.items() if name != "total")
    assert answer.timings["total"] == pytest.approx(parts)
    assert answer.method == "best sentence"
    assert rag.ask_with("Where was Ada Lovelace born in", "bm25").retrieval.retriever == "bm25"


def test_paths_begin_at_the_questions_entities(rag: GraphRAG) -> None:
    paths = rag.ask("How is Thames connected with England?").paths
    assert paths
    assert {path.steps[0].source for path in paths} <= {"Thames", "England"}


class London:
    """A reader that always gives one answer."""

    def read(self, question: str, passages: object, paths: object) -> Reading:
        return Reading("london", 0.5, (), "test")


def test_paths_to_the_answer_come_first(rag: GraphRAG) -> None:
    without = rag.ask("Where was Ada Lovelace born in?").paths
    rag.reader = London()
    paths = rag.ask("Where was Ada Lovelace born in?").paths
    assert paths[0].steps[-1].target == "London"
    assert set(without) <= set(paths)
    assert len(set(paths)) == len(paths)
    # What the question names is no answer that needs a path.
    assert rag.ask("Is Ada Lovelace from London?").paths


def test_asking_twice_gives_the_same(rag: GraphRAG) -> None:
    first, second = (rag.ask("Who worked with Charles Babbage?") for _ in range(2))
    assert (first.text, first.confidence, first.citations, first.paths) == (
        second.text, second.confidence, second.citations, second.paths,
    )  # fmt: skip
    assert first.retrieval.passages == second.retrieval.passages


@pytest.mark.parametrize("method", ["ask", "retrieve"])
@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", r"Expected a question \(got an empty text\)"),
        (" \t\n ", r"Expected a question \(got an empty text\)"),
        ("x" * (MAX_QUESTION_CHARACTERS + 1), r"Expected a question of at most 10,000 characters \(got 10,001\)"),
    ],
)
def test_what_is_no_question(rag: GraphRAG, method: str, question: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        getattr(rag, method)(question)


@pytest.mark.parametrize(
    "question", ["\x01\u202e" * 5000, "什么是知识图谱？", "?", "\ud800 Ada \udcff", "🦜", "a\x00b", "x" * 10_000]
)
def test_strange_questions_are_answered(rag: GraphRAG, question: str) -> None:
    answer = rag.ask(question)
    assert answer.question == checked_question(question)
    json.dumps(answer.question, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("method", ["ask", "retrieve"])
def test_no_passages_are_asked_for(rag: GraphRAG, method: str) -> None:
    with pytest.raises(ValueError, match=r"Expected 'top_k' to be at least 1 \(got 0\)"):
        getattr(rag, method)("Who?", top_k=0)


def test_an_unknown_retriever(rag: GraphRAG) -> None:
    with pytest.raises(ConfigError, match=r"\(got 'hiporag'\); did you mean 'hipporag'\?"):
        rag.ask("Who?", retriever="hiporag")


@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_an_empty_store_has_no_answer(tmp_path: Path, retriever: str) -> None:
    store = SQLiteStore(tmp_path / "empty.db", create=True)
    encoder = HashEncoder()
    rag = GraphRAG(store, extractor=PatternExtractor(), encoder=encoder, reader=BestSentenceReader(encoder))
    answer = rag.ask("Who is Ada?", retriever=retriever)
    assert (answer.text, answer.citations, answer.paths) == ("", (), ())
    store.close()


def test_a_deleted_document_is_gone_from_everywhere(rag: GraphRAG) -> None:
    rag.delete_document("d2")
    assert rag.graph.passage_ids.find("d2") is None
    assert "d2" not in {hit.passage_id for hit in rag.retrieve("Analytical Engine", top_k=10).passages}
    assert rag.store.version().finished


def test_deleting_removes_the_snapshot_at_once(rag: GraphRAG) -> None:
    assert list(rag.store.snapshots.iterdir())
    rag.delete_document("d2")
    for path in rag.store.snapshots.rglob("*"):
        assert path.is_dir() or b"Analytical" not in path.read_bytes()


def test_deleting_what_is_not_there(rag: GraphRAG) -> None:
    with pytest.raises(InputError, match=r"kb\.db has no document 'none'"):
        rag.delete_document("none")
    assert rag.graph.num_passages == 4


def test_deleting_from_an_unfinished_store_leaves_it_unfinished(rag: GraphRAG) -> None:
    with rag.store.writing():
        rag.store.put_documents([document("new", "Zuse | built | Z3.")])
    rag.delete_document("d2")
    assert not rag.store.version().finished


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.kind)
def test_a_correction_is_seen_at_once_and_can_be_undone(rag: GraphRAG, edit: Edit) -> None:
    before = rag.store.statistics().digest
    keys, facts = list(rag.graph.entity_keys), rag.graph.num_facts
    rag.edit(edit)
    assert (list(rag.graph.entity_keys), rag.graph.num_facts) != (keys, facts)
    assert rag.store.version().finished
    assert rag.undo_edit() == edit
    assert rag.store.statistics().digest == before
    assert list(rag.graph.entity_keys) == keys


def test_nothing_to_undo(rag: GraphRAG) -> None:
    with pytest.raises(InputError, match=r"kb\.db has no correction to undo"):
        rag.undo_edit()
    assert rag.store.version().finished


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Edit("merge", "Ada Lovelase", "London"),
         "There is no entity 'Ada Lovelase' in the graph; did you mean 'Ada Lovelace'?"),
        (Edit("merge", "London", "Qqqq"), "There is no entity 'Qqqq' in the graph"),
        (Edit("split", "London", "London (Ontario)", passage_ids=("p9",)), "There is no passage 'p9' in the graph"),
        (Edit("split", "England", "Albion", passage_ids=("p3", "p1")), "Passage 'p1' does not mention 'England'"),
        (Edit("split", "England", " ", passage_ids=("p3",)),
         "Expected names with at least one letter or digit (got an empty one)"),
        (Edit("add", "", "London", "in"), "Expected names with at least one letter or digit (got an empty one)"),
        (Edit("remove", "Ada Lovelace", "England", "saw"),
         "There is no triple (Ada Lovelace; saw; England) in the graph"),
        (Edit("remove", "London", "England", "was the capital of"),
         "There is no triple (London; was the capital of; England) in the graph; "
         "between them the graph has: is the capital of"),
        (Edit("remove", "England", "London", "is the capital of"),
         "There is no triple (England; is the capital of; London) in the graph"),
    ],
)  # fmt: skip
def test_a_correction_of_what_is_not_there(edit: Edit, message: str) -> None:
    with pytest.raises(LinkingError) as error:
        check_edit(toy_graph(), edit)
    assert str(error.value) == message


def test_a_refused_correction_changes_nothing(rag: GraphRAG) -> None:
    before = rag.store.statistics()
    with pytest.raises(LinkingError):
        rag.edit(Edit("merge", "Nobody", "London"))
    assert rag.store.statistics() == before
    assert rag.store.edits() == []


def test_a_removed_relation_may_be_written_in_another_way() -> None:
    check_edit(toy_graph(), Edit("remove", "LONDON", "england", "Is the Capital of"))


def test_a_correction_that_cannot_be_completed_leaves_a_store_that_continues(
    rag: GraphRAG, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_texts: list[str]) -> None:
        raise MemoryError

    monkeypatch.setattr(rag.encoder, "encode", fail)
    with pytest.raises(MemoryError):
        rag.edit(Edit("add", "Zuse", "Z3", "built"))
    monkeypatch.undo()
    assert not rag.store.version().finished
    rag.build(())
    assert rag.graph.entity_keys.find("zuse") is not None
    assert rag.store.statistics().pending == 0


def test_nothing_stays_open(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    encoder = HashEncoder()
    GraphRAG(store, extractor=PatternExtractor(), encoder=encoder, reader=BestSentenceReader(encoder)).build(DOCUMENTS)
    store.close()
    assert not (tmp_path / "kb.db-wal").exists()
    connection = sqlite3.connect(tmp_path / "kb.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
