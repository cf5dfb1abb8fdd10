import pytest

from graphrag.retrieval.bm25 import BM25Retriever
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import TOY_ENCODER, TOY_PASSAGES, toy_graph


def retriever() -> BM25Retriever:
    lexical = LexicalIndex.build([passage.full_text for passage in TOY_PASSAGES])
    return BM25Retriever(RetrievalResources(toy_graph(), TOY_ENCODER, lexical))


def test_finds_only_passages_that_share_a_word() -> None:
    found = retriever().retrieve("flour for bread", top_k=5)
    assert [passage.passage_id for passage in found.passages] == ["p5"]
    assert found.passages[0].score > 0
    assert found.fallbacks == ()


def test_a_question_without_known_words_finds_nothing_and_says_so() -> None:
    found = retriever().retrieve("quantum?")
    assert found.passages == ()
    assert found.fallbacks == ("no passage has a word of the question: found none by words",)


def test_needs_an_index_of_these_passages() -> None:
    with pytest.raises(ValueError, match=r"Expected 'lexical' to be an index of the graph's passages \(got None\)"):
        BM25Retriever(RetrievalResources(toy_graph(), TOY_ENCODER))
    with pytest.raises(ValueError, match=r"Expected 'lexical' to index 5 passages \(got 1\)"):
        BM25Retriever(RetrievalResources(toy_graph(), TOY_ENCODER, LexicalIndex.build(["a"])))
