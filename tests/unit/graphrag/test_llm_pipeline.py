from pathlib import Path

import pytest

from graphrag.errors import ConfigError
from graphrag.generation.llm_reader import LLMReader
from graphrag.llm_pipeline import LLMGraphRAG, Thinker
from graphrag.retrieval.fact_filter import FilteredHippoRAG2Retriever
from graphrag.retrieval.hipporag import HippoRAGRetriever
from graphrag.retrieval.ircot import IRCoTRetriever
from graphrag.retrieval.multihop import MultihopRetriever
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.testing.store_suite import document


def reply(messages) -> str:
    """Answer whichever task it is."""
    task = messages[0]["content"]
    if "choose the facts" in task:
        return '{"facts": [1]}'
    if "one thought at a time" in task:
        return "So the answer is: Babbage."
    return '{"thought": "It says so.", "citations": [1], "answer": "Babbage"}'


@pytest.fixture
def rag(tmp_path: Path):
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    model = ScriptedModel(reply)
    rag = LLMGraphRAG(
        store, extractor=PatternExtractor(), encoder=HashEncoder(), reader=LLMReader(model), thinker=Thinker(model)
    )
    rag.build([document("d1", "Ada | met | Babbage."), document("d2", "Babbage | built | Engine.")])
    yield rag
    store.close()


def test_the_model_takes_part_in_retrieving_and_answering(rag: LLMGraphRAG) -> None:
    answer = rag.ask("Who built the Engine?", retriever="hipporag2")
    assert answer.text == "Babbage"
    assert answer.method == "language model"
    assert answer.citations
    asked = [messages[0]["content"][:30] for messages in rag.thinker.model.asked]  # type: ignore[attr-defined]
    assert len(asked) == 2


def test_retrievers_by_name(rag: LLMGraphRAG) -> None:
    assert isinstance(rag.retriever(), MultihopRetriever)
    assert isinstance(rag.retriever("hipporag2"), FilteredHippoRAG2Retriever)
    assert isinstance(rag.retriever("hipporag"), HippoRAGRetriever)
    ircot = rag.retriever("ircot:bm25")
    assert isinstance(ircot, IRCoTRetriever)
    assert ircot.name == "ircot:bm25"
    assert rag.retriever("ircot").name == "ircot:multihop"
    assert rag.retriever("ircot:bm25") is ircot
    assert rag.ask("Who built the Engine?", retriever="ircot:bm25").retrieval.retriever == "ircot:bm25"
    with pytest.raises(ConfigError, match="Expected 'retriever' to be one of"):
        rag.retriever("ircot:magic")


def test_a_changed_store_is_seen(rag: LLMGraphRAG) -> None:
    before = rag.retriever("ircot:bm25")
    rag.build([document("d3", "Ada | wrote | Notes.")])
    assert rag.retriever("ircot:bm25") is not before
