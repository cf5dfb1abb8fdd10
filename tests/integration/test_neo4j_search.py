"""The server's own indexes, compared with ours."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphrag.cli.main import cli
from graphrag.generation.best_sentence import BestSentenceReader
from graphrag.indexing import BuildSettings, Indexer
from graphrag.pipeline import GraphRAG
from graphrag.retrieval.store_search import MAX_TERMS
from graphrag.stores import cypher, neo4j_search
from graphrag.stores.neo4j_store import Neo4jStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import STRANGE_NAMES
from graphrag.types import Document, Passage

WORDS = "ada lovelace babbage engine notes london thames bridge loom card number menabrea turin byron italy".split()
ServerUri = Callable[[str], str]


def documents(count: int, seed: int = 0) -> list[Document]:
    chosen = random.Random(seed)
    texts = [" ".join(chosen.choices(WORDS, k=12)) + f" | is in | Town {i}" for i in range(count)]
    return [Document(f"d{i}", (Passage(f"p{i:03}", text, f"Town {i}", f"d{i}"),)) for i, text in enumerate(texts)]


def opened(uri: str, *, dimension: int = 32) -> GraphRAG:
    encoder = HashEncoder(dimension)
    return GraphRAG(
        Neo4jStore(uri, create=True), extractor=PatternExtractor(), encoder=encoder, reader=BestSentenceReader(encoder)
    )


def add(rag: GraphRAG, found: list[Document]) -> None:
    Indexer(rag.store, rag.extractor, rag.encoder, settings=BuildSettings(synonym_threshold=1.0)).build(found)
    rag.refresh()


def ranking(rag: GraphRAG, question: str, retriever: str, top_k: int = 5) -> list[tuple[str, float]]:
    hits = rag.retrieve(question, retriever=retriever, top_k=top_k).passages
    return [(hit.passage_id, hit.score) for hit in hits]


@pytest.fixture
def served(neo4j_uri: ServerUri, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., GraphRAG]]:
    """Return a function that opens a graph by name, with the server's indexes unless told otherwise."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    parts = []

    def served(name: str, *, indexes: str = "server", dimension: int = 32) -> GraphRAG:
        parts.append(opened(f"{neo4j_uri(name)}&indexes={indexes}", dimension=dimension))
        return parts[-1]

    yield served
    for rag in parts:
        rag.store.close()


def test_dense_is_as_exact_as_ours(served: Callable[..., GraphRAG]) -> None:
    local, server = served("a", indexes="local"), served("a")
    add(local, documents(150))
    for question in ("ada lovelace notes", "the bridge", "Town 7", "loom card number turin"):
        ours, theirs = ranking(local, question, "dense", 10), ranking(server, question, "dense", 10)
        assert [name for name, _ in theirs] == [name for name, _ in ours]
        assert [score for _, score in theirs] == pytest.approx([score for _, score in ours], abs=1e-3)


def test_bm25_finds_the_passages_with_the_words(served: Callable[..., GraphRAG]) -> None:
    local, server = served("a", indexes="local"), served("a")
    add(local, documents(150))
    for word in ("byron", "Menabrea", "TOWN", "town 77"):
        num_hits = len(ranking(local, word, "bm25", 1000))
        assert len(ranking(server, word, "bm25", 1000)) == num_hits > 0
    assert ranking(server, "town 77", "bm25")[0][0] == ranking(local, "town 77", "bm25")[0][0] == "p077"
    scores = [score for _, score in ranking(server, "ada byron", "bm25", 50)]
    assert scores == sorted(scores, reverse=True)
    assert ranking(server, "zeppelin", "bm25") == []
    assert server.retrieve("Who is the?", retriever="bm25").fallbacks


def test_graphs_of_a_database_are_kept_apart(served: Callable[..., GraphRAG], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j_search, "_LEAST_COUNT", 4)
    small, large, other = served("small"), served("large"), served("other", dimension=8)
    same = documents(120)
    for rag in (large, other):
        add(rag, same)
    # In both graphs, and in the small one only few of what the server finds first.
    add(small, [Document(f"s{d.document_id}", (Passage(f"s{i}", d.passages[0].text, "", f"s{d.document_id}"),))
                for i, d in enumerate(same[:6])])  # fmt: skip
    for retriever in ("dense", "bm25"):
        question = f"{WORDS[0]} {WORDS[1]} {same[3].passages[0].text}"
        assert {name for name, _ in ranking(small, question, retriever, 6)} == {f"s{i}" for i in range(6)}
        assert ranking(small, question, retriever)[0][0] == "s3"
        assert ranking(large, question, retriever)[0][0] == "p003"
        ours = served("other", indexes="local", dimension=8)
        assert ranking(other, question, retriever)[0][0] == ranking(ours, question, retriever)[0][0]


def test_the_indexes_follow_the_graph(served: Callable[..., GraphRAG]) -> None:
    rag = served("a")
    add(rag, documents(20))
    for retriever, question in (("dense", documents(20)[5].passages[0].full_text), ("bm25", "town 5")):
        assert ranking(rag, question, retriever)[0][0] == "p005"
    rag.delete_document("d5")
    for retriever, question in (("dense", documents(20)[5].passages[0].full_text), ("bm25", "town 5")):
        assert "p005" not in dict(ranking(rag, question, retriever, 20))
    add(rag, documents(20))
    assert ranking(rag, documents(20)[5].passages[0].full_text, "dense")[0][0] == "p005"
    assert ranking(rag, "town 5", "bm25")[0][0] == "p005"


def test_what_is_there_is_not_made_again(served: Callable[..., GraphRAG], monkeypatch: pytest.MonkeyPatch) -> None:
    rag = served("a")
    assert isinstance(rag.store, Neo4jStore)
    add(rag, documents(20))
    before, version = rag.store.statistics().digest, rag.store.version()
    store = served("a").store
    assert isinstance(store, Neo4jStore)
    assert store.search is not None
    monkeypatch.setattr(store._db, "write", None)
    monkeypatch.setattr(store._db, "run_once", None)
    store.search.complete()
    assert (store.statistics().digest, store.version()) == (before, version)
    count = "MATCH (n {graph: $graph}) WHERE n.embedding IS NOT NULL RETURN labels(n)[0], count(n), size(n.embedding)"
    counts = sorted(store.query(count + " ORDER BY size(n.embedding)").rows)
    assert [(label, size) for label, _, size in counts] == [("Entity", 32), ("Passage", 32)]
    assert counts[1][1] == 20
    names = store.query("SHOW INDEXES YIELD name, type WHERE type IN ['FULLTEXT', 'VECTOR'] RETURN name").rows
    assert {name for (name,) in names} == set(cypher.SEARCH_SCHEMA)


def test_an_unfinished_build_is_searched_too(served: Callable[..., GraphRAG]) -> None:
    rag, reader = served("a"), served("a")
    add(rag, documents(10))
    with rag.store.writing():
        rag.store.put_documents(documents(12)[10:])
        rows = rag.store.pending_vectors("passage", 100)
        rag.store.put_vectors(
            "passage", [row for row, _ in rows], rag.encoder.encode([t for _, t in rows]).astype("f2")
        )
    assert ranking(reader, documents(12)[11].passages[0].full_text, "dense")[0][0] == "p011"
    add(rag, documents(12))
    assert ranking(rag, "town 11", "bm25")[0][0] == "p011"


def test_an_empty_graph(served: Callable[..., GraphRAG]) -> None:
    rag = served("empty")
    assert ranking(rag, "ada", "dense") == ranking(rag, "ada", "bm25") == []


HOSTILE = (
    '"', "\\", "a AND", "OR", "NOT ada", "(ada", "ada~0.5^3", "[a TO b]", "text:ada", "/ada.*/", "*", "?", "a && !b",
    "ada\\", "++--", "{x", "<ada", "ada>", "a:b:c", "\x00", *STRANGE_NAMES, " ".join(f"w{i}" for i in range(2000)),
)  # fmt: skip


def test_nothing_in_a_question_is_syntax(served: Callable[..., GraphRAG]) -> None:
    rag = served("a")
    add(rag, documents(10))
    for question in HOSTILE:
        ranking(rag, f"{question[:9000]} x", "bm25")
    # A query for all passages would find more.
    for question in ("*:*", "zeppelin OR *", "[* TO *]", "/.*/", "NOT zeppelin", "tow*", "tow?", "twon~", "title:town"):
        found = {name for name, _ in ranking(rag, question, "bm25", 100)}
        assert found == (set() if "title" not in question else {f"p00{i}" for i in range(10)}), question

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60))
    def any_text(question: str) -> None:
        rag.retrieve(f"{question} ?", retriever="bm25")

    any_text()


def test_as_many_words_as_are_let_through(served: Callable[..., GraphRAG]) -> None:
    rag = served("a")
    add(rag, documents(10))
    # Each becomes several terms.
    words = [f"a{i}.b{i}-c{i}知识" for i in range(MAX_TERMS)]
    assert ranking(rag, " ".join(["byron", *words]), "bm25")


def test_the_commands(neo4j_uri: ServerUri, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    corpus, questions, uri = (
        tmp_path / "passages.jsonl",
        tmp_path / "questions.jsonl",
        f"{neo4j_uri('a')}&indexes=server",
    )
    texts = ("Ada Lovelace was born in London.", "Charles Babbage designed the Analytical Engine.")
    corpus.write_text("\n".join(json.dumps({"passage_id": f"p{i}", "text": text}) for i, text in enumerate(texts)))
    question = {"question_id": "q", "question": "Who designed the Analytical Engine?", "gold_passage_ids": ["p1"]}
    questions.write_text(json.dumps(question))

    def multihop(*arguments: str) -> dict:
        result = CliRunner().invoke(cli, [*arguments, "--store", uri, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    built = CliRunner().invoke(cli, ["build", str(corpus), "--store", uri])
    assert built.exit_code == 0, built.output
    for retriever in ("bm25", "dense"):
        for command in ("ask", "retrieve"):
            found = multihop(command, question["question"], "--retriever", retriever)
            assert found["passages"][0]["passage_id"] == "p1"
    measured = multihop("eval", "--questions", str(questions), "--retriever", "bm25,dense,hipporag2")
    assert [measured[name]["recall@2"] for name in ("bm25", "dense", "hipporag2")] == [1, 1, 1]
    assert np.isfinite(measured["dense"]["retrieval_ms_p50"])
