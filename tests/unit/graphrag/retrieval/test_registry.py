import pytest

from graphrag.errors import ConfigError
from graphrag.protocols import Retriever
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.registry import RETRIEVER_NAMES, create_retriever
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import TOY_ENCODER, TOY_PASSAGES, TOY_TRIPLES, ToyExtractor, toy_graph
from graphrag.types import Passage

WITHOUT_REASONER = [name for name in RETRIEVER_NAMES if not name.startswith("gnn")]


def resources(passages: tuple[Passage, ...] = TOY_PASSAGES, triples: tuple = TOY_TRIPLES) -> RetrievalResources:
    graph = toy_graph(passages, triples, ())
    lexical = LexicalIndex.build([passage.full_text for passage in passages])
    return RetrievalResources(graph, TOY_ENCODER, lexical, ToyExtractor())


@pytest.mark.parametrize("name", WITHOUT_REASONER)
def test_every_retriever(name: str) -> None:
    retriever: Retriever = create_retriever(name, resources())
    assert retriever.name == name
    found = retriever.retrieve("Who designed the Analytical Engine?", top_k=2)
    assert found.retriever == name
    assert len(found.passages) == 2
    assert "p2" in {passage.passage_id for passage in found.passages}
    assert found.passages[0].passage.document_id in {"d1", "d2"}
    with pytest.raises(ValueError, match="Expected 'top_k' to be at least 1"):
        retriever.retrieve("x", top_k=0)


@pytest.mark.parametrize("name", WITHOUT_REASONER)
def test_an_empty_graph_finds_nothing(name: str) -> None:
    found = create_retriever(name, resources((), ())).retrieve("Who designed the Analytical Engine?")
    assert found.passages == found.entities == found.seeds == ()


def test_gnn_needs_a_reasoner() -> None:
    with pytest.raises(ConfigError, match="The retriever 'gnn' needs a reasoner: --gnn WEIGHTS"):
        create_retriever("gnn", resources())


def test_unknown_name() -> None:
    with pytest.raises(
        ConfigError, match=r"Expected 'retriever' to be one of multihop, bm25, .* \(got 'hiporag'\); did you mean"
    ):
        create_retriever("hiporag", resources())
    with pytest.raises(ConfigError, match=r"\(got 'zzz'\)$"):
        create_retriever("zzz", resources())
