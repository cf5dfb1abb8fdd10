import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors.parsed_extractor import MAX_CLAUSE_CHARACTERS, ParsedExtractor
from graphrag.errors import ExtractionError
from graphrag.testing.extractor_suite import HOSTILE_TEXTS, check_result
from graphrag.types import Entity, Extraction, Passage


@Language.component("toy_parser")
def parse(doc: Doc) -> Doc:
    """Read every text as "X verb Y", word by word."""
    if "unreadable" in doc.text:
        raise ValueError("unreadable")
    words = [token for token in doc if not token.is_space]
    for i, token in enumerate(words):
        token.head = words[min(1, len(words) - 1)]
        token.dep_ = ("nsubj", "root", "obj")[i] if i < 3 else "dep"
        token.pos_ = ("PROPN", "VERB", "PROPN")[i] if i < 3 else "X"
        token.tag_ = "VBD" if i == 1 else "NN"
    doc.set_ents([Span(doc, token.i, token.i + 1, label="PERSON") for token in words[:3:2]])
    return doc


@pytest.fixture
def extractor() -> ParsedExtractor:
    nlp = spacy.blank("en")
    nlp.add_pipe("toy_parser")
    return ParsedExtractor(nlp, name="toy")


def test_triples_and_entities(extractor):
    (result,) = extractor.extract([Passage("p", "Ada met Charles")])
    (triple,) = result.triples
    assert (triple.head, triple.relation, triple.tail, triple.sentence) == ("Ada", "met", "Charles", "Ada met Charles")
    assert 0 < triple.confidence < 1
    assert result.entities == (Entity("Ada", "PERSON"), Entity("Charles", "PERSON"))


def test_the_title_is_an_entity(extractor):
    (result,) = extractor.extract([Passage("p", "", "Ada Lovelace (writer)")])
    assert result.entities == (Entity("Ada Lovelace (writer)", "TITLE"), Entity("Ada Lovelace", "TITLE"))


def test_an_unreadable_passage_leaves_its_neighbours_alone(extractor):
    passages = [Passage("a", "Ada met Charles"), Passage("b", "unreadable"), Passage("c", "Ada saw Charles")]
    first, second, third = extractor.extract(passages)
    assert isinstance(first, Extraction)
    assert isinstance(third, Extraction)
    assert isinstance(second, ExtractionError)
    assert second.passage_id == "b"
    assert str(second) == f"Expected text that {extractor.identity} can read (got unreadable)"


def test_hostile_texts_give_well_formed_results(extractor):
    passages = [Passage(str(i), text, text[:300]) for i, text in enumerate(HOSTILE_TEXTS)]
    for passage, result in zip(passages, extractor.extract(passages), strict=True):
        check_result(passage, result)


def test_long_ends_are_left_out(extractor):
    (result,) = extractor.extract([Passage("p", f"Ada met {'x' * (MAX_CLAUSE_CHARACTERS + 1)}")])
    assert result.triples == ()


def test_identity_tells_the_modes_apart():
    nlp = spacy.blank("en")
    assert ParsedExtractor(nlp, name="a").identity != ParsedExtractor(nlp, name="b").identity
    assert ParsedExtractor(nlp, name="a").identity != ParsedExtractor(nlp, name="a", whole_clauses=True).identity
    assert ParsedExtractor(nlp).identity.startswith("spacy:en_")


def test_results_do_not_depend_on_company(extractor):
    passages = [Passage("a", "Ada met Charles"), Passage("b", "Tom left home")]
    forward = list(extractor.extract(passages))
    assert forward == list(extractor.extract(passages[::-1]))[::-1]
