"""The adapters with the real libraries."""

import importlib
import sys
from pathlib import Path

import pytest

from graphrag.errors import MissingDependencyError
from graphrag.generation.best_sentence import BestSentenceReader
from graphrag.pipeline import GraphRAG
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import DOCUMENTS

QUESTION = "What did Charles Babbage designed Analytical Engine"


@pytest.fixture
def rag(tmp_path: Path):
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    encoder = HashEncoder()
    rag = GraphRAG(store, extractor=PatternExtractor(), encoder=encoder, reader=BestSentenceReader(encoder))
    rag.build(DOCUMENTS)
    yield rag
    store.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_langchain(rag: GraphRAG) -> None:
    langchain = importlib.import_module("graphrag.adapters.langchain")
    runnables = importlib.import_module("langchain_core.runnables")
    retriever = langchain.MultihopRetriever(rag=rag, retriever="bm25", top_k=2)
    first, *rest = retriever.invoke(QUESTION)
    assert len(rest) <= 1
    assert (first.id, first.metadata["passage_id"], first.metadata["document_id"]) == ("d2", "d2", "d2")
    assert first.page_content == DOCUMENTS[1].passages[0].text
    assert first.metadata["score"] == rag.retrieve(QUESTION, retriever="bm25").passages[0].score
    chain = retriever | runnables.RunnableLambda(len)
    assert chain.invoke(QUESTION) == 1 + len(rest)
    assert retriever.batch([QUESTION, QUESTION])[1] == [first, *rest]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_llamaindex(rag: GraphRAG) -> None:
    llamaindex = importlib.import_module("graphrag.adapters.llamaindex")
    retriever = llamaindex.MultihopRetriever(rag, retriever="hipporag2", top_k=3)
    found = retriever.retrieve(QUESTION)
    ours = rag.retrieve(QUESTION, retriever="hipporag2", top_k=3).passages
    assert [node.node.node_id for node in found] == [hit.passage_id for hit in ours]
    assert [node.score for node in found] == [hit.score for hit in ours]
    assert found[0].node.get_content() == ours[0].passage.text
    assert [node.node.metadata["document_id"] for node in found] == [hit.passage.document_id for hit in ours]


@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [
        ("langchain", "langchain_core.callbacks", "langchain"),
        ("llamaindex", "llama_index.core.retrievers", "llamaindex"),
    ],
)
def test_without_the_library(monkeypatch: pytest.MonkeyPatch, module: str, package: str, extra: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"graphrag.adapters.{module}", raising=False)
    with pytest.raises(MissingDependencyError, match=rf'pip install "multihop-graphrag\[{extra}\]"'):
        importlib.import_module(f"graphrag.adapters.{module}")
