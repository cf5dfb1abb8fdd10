"""The Python interface, with simple parts in place of the models."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import graphrag
from graphrag import GraphRAG, api
from graphrag.errors import ConfigError, InputError, LinkingError, StoreError
from graphrag.evaluation.datasets import Question
from graphrag.generation.best_sentence import BestSentenceReader
from graphrag.pipeline import GraphRAG as Pipeline
from graphrag.rows import Edit
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import DOCUMENTS, document

QUESTIONS = [
    Question("q1", "What did Charles Babbage designed Analytical Engine", ("Analytical Engine",), ("d2",)),
    Question("q2", "Where was Ada Lovelace born in London", ("London",), ("d1", "gone")),
]


@pytest.fixture(autouse=True)
def simple_parts(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    asked: list[dict[str, object]] = []

    def create_graphrag(store: object, *, extractor: object = None, **options: object) -> Pipeline:
        asked.append(options)
        encoder = HashEncoder()
        return Pipeline(store, extractor=PatternExtractor(), encoder=encoder, reader=BestSentenceReader(encoder))

    monkeypatch.setattr(api, "create_graphrag", create_graphrag)
    monkeypatch.setattr(api, "create_extractor", lambda *_args, **_options: PatternExtractor())
    return asked


@pytest.fixture
def rag(tmp_path: Path) -> Iterator[GraphRAG]:
    with GraphRAG.open(tmp_path / "kb.db") as rag:
        rag.build(*DOCUMENTS)
        yield rag


def test_it_is_what_the_package_offers() -> None:
    assert graphrag.__all__ == ["GraphRAG"]
    with pytest.raises(AttributeError, match="module 'graphrag' has no attribute 'GraphRagg'"):
        graphrag.GraphRagg  # noqa: B018


def test_documents_in_memory_and_in_files(tmp_path: Path) -> None:
    file = tmp_path / "passages.jsonl"
    file.write_text('{"passage_id": "p", "text": "Ada | knew | Babbage."}\n{"passage_id": 1}\n')
    with GraphRAG.open(tmp_path / "kb.db") as rag:
        report = rag.build(DOCUMENTS[0], file)
        assert (report.added, report.extracted) == (2, 2)
        assert len(report.skipped) == 1
        assert rag.build(str(file)).unchanged == 1
        assert rag.graph.arrays.num_passages == 2


def test_nothing_is_made_before_a_build(tmp_path: Path) -> None:
    rag = GraphRAG.open(tmp_path / "kb.db")
    for use in (lambda: rag.ask("Who?"), lambda: rag.graph, rag.stats):
        with pytest.raises(StoreError, match=r"No store at .*kb\.db"):
            use()
    with pytest.raises(InputError, match=r"none\.txt"):
        rag.build(tmp_path / "none.txt")
    assert list(tmp_path.iterdir()) == []
    assert "No store at" in rag._repr_html_()
    assert repr(rag) == f"GraphRAG({str(tmp_path / 'kb.db')!r})"


def test_asking_and_retrieving(rag: GraphRAG) -> None:
    answer = rag.ask("Where was Ada Lovelace born in?", retriever="bm25", top_k=2)
    assert answer.retrieval.retriever == "bm25"
    assert len(answer.retrieval.passages) == 2
    assert rag.retrieve("Analytical Engine", top_k=1).passages[0].passage_id == "d2"
    assert "documents" in rag._repr_html_()


def test_a_build_is_seen_at_once(rag: GraphRAG) -> None:
    before = rag.graph.arrays.num_passages
    rag.ask("Who?")
    rag.build(document("d9", "Konrad Zuse | built | Z3."))
    assert rag.graph.arrays.num_passages == before + 1
    assert rag.retrieve("Konrad Zuse built Z3", top_k=1).passages[0].passage_id == "d9"
    rag.delete("d9")
    assert rag.graph.arrays.num_passages == before


def test_corrections(rag: GraphRAG) -> None:
    digest = rag.stats().digest
    made = [
        rag.edit.merge("Lovelace Ada", "Ada Lovelace"),
        rag.edit.split("London", "London (Ontario)", ["d2"]),
        rag.edit.remove("Charles Babbage", "designed", "Analytical Engine"),
        rag.edit.add("Ada Lovelace", "knew", "Mary Somerville"),
    ]
    assert list(rag.edit) == made
    assert made[0] == Edit("merge", "Lovelace Ada", "Ada Lovelace")
    assert rag.graph.search("lovelace ada") == ()
    triples = rag.graph.to_pandas().triples
    assert triples[triples.relation == "knew"].source.tolist() == ["edited"]
    assert "designed" not in triples.relation.tolist()
    assert "London (Ontario)" in rag.edit._repr_html_()
    assert [rag.edit.undo() for _ in range(4)] == made[::-1]
    assert rag.stats().digest == digest
    assert len(rag.edit) == 0
    with pytest.raises(InputError, match="has no correction to undo"):
        rag.edit.undo()
    with pytest.raises(LinkingError, match="There is no entity 'Adda' in the graph"):
        rag.edit.merge("Adda", "Ada Lovelace")


def test_corrections_survive(rag: GraphRAG) -> None:
    rag.edit.merge("Lovelace Ada", "Ada Lovelace")
    rag.edit.add("Ada Lovelace", "knew", "Mary Somerville")
    digest = rag.stats().digest
    rag.build(*DOCUMENTS)
    assert rag.stats().digest == digest
    rag.delete("d2")
    rag.build(*DOCUMENTS)
    assert rag.stats().digest == digest
    rag.delete("d3")
    assert rag.graph.search("mary somerville") == ("Mary Somerville",)
    rag.build(DOCUMENTS[2])
    assert rag.graph.search("lovelace ada") == ()
    assert rag.stats().digest == digest


def test_measuring(rag: GraphRAG, tmp_path: Path) -> None:
    found = rag.evaluate(QUESTIONS, retriever="bm25, dense", out=tmp_path / "report")
    assert list(found) == ["bm25", "dense"]
    assert found.notes == ("The store lacks 1 gold passages; they count as not found.",)
    assert (tmp_path / "report" / "report.json").exists()
    table = found.to_pandas()
    assert len(table) == 4
    assert {"recall@5", "f1", "ranked_ids"} <= set(table.columns)
    (worst,) = found.worst("bm25", top_k=1)
    assert worst.question.question_id == "q2"
    html = found._repr_html_()
    assert "recall@5" in html
    assert "lacks 1 gold" in html
    assert "recall@5" in repr(found)
    assert found.plot()._repr_png_()[0].startswith(b"\x89PNG")
    only = rag.evaluate(QUESTIONS, retriever=["dense"], answers=False, limit=1)
    assert "f1" not in only["dense"].summary()
    assert only["dense"].summary()["questions"] == 1
    assert only.plot()._repr_png_()


def test_the_mass_of_a_retriever(rag: GraphRAG) -> None:
    mass = rag.mass("Where was Ada Lovelace born in?", retriever="hipporag2")
    assert mass.shape == (rag.graph.arrays.num_nodes,)
    assert mass.min() >= 0
    assert mass.sum() == pytest.approx(1.0)
    assert rag.mass("Where was Ada Lovelace born in?").max() > 0
    with pytest.raises(ConfigError, match=r"Expected a retriever that searches the graph \(got 'bm25'\)"):
        rag.mass("Who?", retriever="bm25")


def test_exporting(rag: GraphRAG, tmp_path: Path) -> None:
    assert rag.export(tmp_path / "graph.jsonl", format="jsonl").read_text().startswith('{"kind": "entity"')


def test_what_the_model_says_is_shown_where_it_is_asked(
    tmp_path: Path, simple_parts: list[dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    rag = GraphRAG.open(tmp_path / "kb.db", llm="model.gguf", show=said.append)
    rag.build(DOCUMENTS[0])
    rag.ask("Who?")
    assert simple_parts[-1]["llm"] == "model.gguf"
    assert simple_parts[-1]["show"] == said.append
    api.show_piece("Ada\x1b[2J\nknew")
    assert capsys.readouterr().out.endswith("Ada [2J\nknew")
    rag.close()


def test_a_trained_network_is_used_from_then_on(
    rag: GraphRAG, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simple_parts: list[dict[str, object]]
) -> None:
    called: list[tuple[object, ...]] = []

    def train_reasoner(graph: object, questions: object, dev: object, out: Path, **options: object) -> float:
        called.append((graph, questions, dev, out, options))
        return 0.75

    monkeypatch.setattr(api, "train_reasoner", train_reasoner)
    question = Question("q", "Where?", ("London",), (), seed_entities=("Ada Lovelace",))
    assert rag.train_gnn(tmp_path / "w", questions=[question], minutes=0.5) == 0.75
    ((graph, questions, dev, out, options),) = called
    assert graph.num_passages == 4
    assert (questions, dev) == ([("Where?", ("Ada Lovelace",), ("London",))], None)
    assert options == {"kind": "transfer", "settings": {"minutes": 0.5}}
    assert rag.retrieve("London").passages
    assert simple_parts[-1]["gnn"] == out == tmp_path / "w"


def test_closing_releases_the_file(rag: GraphRAG, tmp_path: Path) -> None:
    rag.close()
    with sqlite3.connect(tmp_path / "kb.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert rag.retrieve("London").passages
