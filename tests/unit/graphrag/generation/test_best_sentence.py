import numpy as np
import pytest

from graphrag.generation.best_sentence import MAX_SENTENCES, BestSentenceReader
from graphrag.protocols import FloatMatrix
from graphrag.testing.fakes import HashEncoder
from graphrag.types import Passage, PathStep, ReasoningPath, ScoredPassage


class RecordingEncoder(HashEncoder):
    """Remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode(self, texts: list[str]) -> FloatMatrix:
        self.texts += texts
        return super().encode(texts)


def hits(*passages: Passage) -> list[ScoredPassage]:
    return [ScoredPassage(passage, 1 / rank, rank) for rank, passage in enumerate(passages, start=1)]


ADA = Passage("ada", "Ada wrote notes. She was born in London.", "Ada")
BREAD = Passage("bread", "Bread is baked from flour.", "Bread")


def test_the_nearest_sentence_is_the_answer() -> None:
    reading = BestSentenceReader(HashEncoder()).read("Where was she born in London", hits(BREAD, ADA), ())
    assert (reading.text, reading.citations, reading.method) == ("She was born in London.", ("ada",), "best sentence")
    assert 0 < reading.confidence <= 1


def test_the_best_path_is_cited_as_far_as_its_passages_were_found() -> None:
    paths = [
        ReasoningPath((PathStep("a", "r", "b", passage_ids=("bread", "elsewhere", "ada")),)),
        ReasoningPath((PathStep("a", "r", "b", passage_ids=("other",)),)),
    ]
    other = Passage("other", "Something else.", "Other")
    reading = BestSentenceReader(HashEncoder()).read("She was born in London", hits(BREAD, ADA, other), paths)
    assert reading.citations == ("ada", "bread")


@pytest.mark.parametrize("passages", [(), (Passage("blank", "  \n ", "Title"),)])
def test_without_a_sentence_there_is_no_answer(passages: tuple[Passage, ...]) -> None:
    reading = BestSentenceReader(HashEncoder()).read("Who?", hits(*passages), ())
    assert (reading.text, reading.confidence, reading.citations) == ("", 0.0, ())


def test_titles_are_read_where_there_are_any() -> None:
    encoder = RecordingEncoder()
    BestSentenceReader(encoder).read("Q", hits(BREAD, Passage("x", "No title.")), ())
    assert encoder.texts == ["Q", "Bread: Bread is baked from flour.", "No title."]


def test_of_many_sentences_the_first_of_each_passage_are_compared() -> None:
    encoder = RecordingEncoder()
    long = Passage("long", " ".join(f"Sentence {i} here." for i in range(1000)))
    BestSentenceReader(encoder).read("Q", hits(long, BREAD, ADA), ())
    assert len(encoder.texts) == 1 + MAX_SENTENCES
    assert encoder.texts[1:4] == ["Sentence 0 here.", "Bread: Bread is baked from flour.", "Ada: Ada wrote notes."]


def test_confidence_is_clipped() -> None:
    class Opposite(HashEncoder):
        def encode(self, texts: list[str]) -> FloatMatrix:
            vectors = np.ones((len(texts), 1), dtype=np.float32)
            vectors[0] = -1
            return vectors

    assert BestSentenceReader(Opposite()).read("Q", hits(BREAD), ()).confidence == 0.0


def test_of_equal_sentences_the_first_is_the_answer() -> None:
    twin = Passage("twin", BREAD.text, BREAD.title)
    assert BestSentenceReader(HashEncoder()).read("bread", hits(BREAD, twin), ()).citations == ("bread",)
