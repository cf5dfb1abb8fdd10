import pytest

from graphrag.retrieval.hybrid import HybridRetriever, HybridSettings
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import TOY_ENCODER, TOY_PASSAGES, toy_graph


def retriever(**settings: float) -> HybridRetriever:
    lexical = LexicalIndex.build([passage.full_text for passage in TOY_PASSAGES])
    return HybridRetriever(RetrievalResources(toy_graph(), TOY_ENCODER, lexical), settings=HybridSettings(**settings))


def test_first_in_both_rankings_is_first() -> None:
    found = retriever().retrieve("London is the capital of England", top_k=5)
    assert found.passages[0].passage_id == "p3"
    assert found.passages[0].score == pytest.approx(2 / 61)
    assert len(found.passages) == 5


def test_depth_cuts_both_rankings() -> None:
    found = retriever(depth=1).retrieve("London is the capital of England", top_k=5)
    assert [passage.passage_id for passage in found.passages] == ["p3"]


def test_without_shared_words_vectors_decide_and_it_is_said() -> None:
    found = retriever().retrieve("quantum?", top_k=5)
    assert len(found.passages) == 5
    assert found.passages[0].score == pytest.approx(1 / 61)
    assert "no passage has a word of the question" in found.fallbacks[0]


@pytest.mark.parametrize("settings", [{"constant": -1}, {"constant": float("nan")}, {"depth": 0}])
def test_settings_are_validated(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"Expected '{next(iter(settings))}'"):
        HybridSettings(**settings)
