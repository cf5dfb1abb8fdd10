"""The spaCy components: a scripted network, and the shipped weights."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from unittest.mock import create_autospec

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extractors.pipeline import load_pipeline
from extractors.pipeline.annotator import WEIGHTS, Annotation, Annotator
from extractors.pipeline.components import MAX_WAITING, AnnotatorComponent, add_numerals
from extractors.pipeline.decoding import Span
from extractors.pipeline.tokenizer import blank_language

HAVE_WEIGHTS = (WEIGHTS / "model.onnx").is_file()
needs_weights = pytest.mark.skipif(not HAVE_WEIGHTS, reason=f"no trained weights in {WEIGHTS}")


def flat(words: Sequence[str], breaks: frozenset[int]) -> list[Annotation]:
    """One sentence per paragraph, every word below the first, the first word an entity."""
    bounds = sorted({0, len(words), *(position for position in breaks if 0 < position < len(words))})
    found = []
    for start, end in pairwise(bounds):
        size = end - start
        found.append(
            Annotation(
                ["NOUN"] * size,
                ["NN"] * size,
                [word.lower() for word in words[start:end]],
                ["root"] + ["dep"] * (size - 1),
                [0] * size,
                [0],
                [Span(0, 1, "ORG")],
            )
        )
    return found


@pytest.fixture
def scripted() -> tuple[Language, AnnotatorComponent]:
    nlp = blank_language()
    annotator = create_autospec(Annotator, instance=True)
    annotator.labels = frozenset({"NOUN", "NN", "root"})
    annotator.annotate_texts.side_effect = lambda texts: [flat(*text) for text in texts]
    return nlp, AnnotatorComponent(nlp.vocab, annotator, 2)


def test_what_the_network_says_is_written(scripted: tuple[Language, AnnotatorComponent]) -> None:
    nlp, component = scripted
    doc = component(nlp("Films  end.\n\nBooks too"))
    assert [sentence.text.strip() for sentence in doc.sents] == ["Films  end.", "Books too"]
    assert [(token.text, token.head.text, token.dep_, token.lemma_) for token in doc if not token.is_space] == [
        ("Films", "Films", "root", "films"),
        ("end", "Films", "dep", "end"),
        (".", "Films", "dep", "."),
        ("Books", "Books", "root", "books"),
        ("too", "Books", "dep", "too"),
    ]
    assert [(entity.text, entity.label_) for entity in doc.ents] == [("Films", "ORG"), ("Books", "ORG")]
    assert {token.pos_ for token in doc if token.is_space} == {"SPACE"}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "  a", "a\n\n", "\n \n b \n"])
def test_white_space_anywhere_is_no_harm(scripted: tuple[Language, AnnotatorComponent], text: str) -> None:
    nlp, component = scripted
    doc = component(nlp(text))
    assert doc.text == text
    assert len(list(doc.sents)) <= 1


def test_documents_keep_their_order(scripted: tuple[Language, AnnotatorComponent]) -> None:
    nlp, component = scripted
    texts = [f"Text {number}{' on' * (number % 5) * 100}" for number in range(40)]
    assert [doc.text for doc in component.pipe(map(nlp, texts), batch_size=3)] == texts


def test_labels_outlive_a_memory_zone(scripted: tuple[Language, AnnotatorComponent]) -> None:
    nlp, component = scripted
    for _ in range(2):
        with nlp.memory_zone():
            doc = component(nlp("Films end"))
            assert [(token.pos_, token.tag_, token.dep_) for token in doc] == [
                ("NOUN", "NN", "root"),
                ("NOUN", "NN", "dep"),
            ]


def test_documents_are_made_as_they_are_needed(scripted: tuple[Language, AnnotatorComponent]) -> None:
    nlp, component = scripted
    made = []

    def docs() -> Iterator[Doc]:
        for number in range(1000):
            made.append(number)
            yield nlp(f"Text {number}{' on' * 200}")

    for number, doc in enumerate(component.pipe(docs())):
        assert doc.text.startswith(f"Text {number} ")
        assert len(made) <= number + MAX_WAITING + 4


def test_dates_and_numbers_are_added_where_nothing_is() -> None:
    nlp = blank_language()
    doc = nlp("Teutberga( died 11 November 875) saw 300 films at Rome 1960")
    doc.set_ents([doc[11:13].char_span(0, 9, label="EVENT")])
    assert [(entity.text, entity.label_) for entity in add_numerals(doc).ents] == [
        ("11 November 875", "DATE"),
        ("300", "NUMBER"),
        ("Rome 1960", "EVENT"),
    ]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def contents(doc: Doc) -> list[tuple[str, ...]]:
    return [
        (
            token.text,
            token.pos_,
            token.tag_,
            token.lemma_,
            token.dep_,
            str(token.head.i),
            token.ent_type_,
            token.ent_iob_,
        )
        for token in doc
    ]


@needs_weights
def test_a_sentence_is_analysed(nlp: Language) -> None:
    doc = nlp("Marie Curie discovered polonium in Paris. She was born in Warsaw on 7 November 1867.")
    assert [sentence[0].text for sentence in doc.sents] == ["Marie", "She"]
    verb = doc[2]
    assert (verb.pos_, verb.lemma_, verb.dep_) == ("VERB", "discover", "root")
    assert [child.text for child in verb.children if child.dep_ == "nsubj"] == ["Marie"]
    assert [child.text for child in verb.children if child.dep_ == "obj"] == ["polonium"]
    found = {(entity.text, entity.label_) for entity in doc.ents}
    assert {("Marie Curie", "PERSON"), ("Paris", "LOC"), ("Warsaw", "LOC"), ("7 November 1867", "DATE")} <= found


@needs_weights
def test_a_text_reads_the_same_alone_and_in_company(nlp: Language) -> None:
    texts = [
        "Teutberga( died 11 November 875) was a queen of Lotharingia by marriage to Lothair II.",
        "who directed the film based on the novel?",
        "London Dreams is a 2009 Indian Hindi- language musical drama film.",
        "?",
    ] * 5
    assert [contents(doc) for doc in nlp.pipe(texts)] == [contents(nlp(text)) for text in texts]


@needs_weights
@pytest.mark.parametrize(
    "text", ["電影是藝術", "Москва — столица России", "القاهرة مدينة", "\x00\x01 \u200b", "a" * 5000]
)
def test_any_text_is_read(nlp: Language, text: str) -> None:
    assert nlp(text).text == text
