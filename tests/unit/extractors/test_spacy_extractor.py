import threading
import time

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors import spacy_extractor
from extractors.spacy_extractor import MAX_CLAUSE_CHARACTERS, SpacyExtractor
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
def extractor() -> SpacyExtractor:
    nlp = spacy.blank("en")
    nlp.add_pipe("toy_parser")
    return SpacyExtractor(nlp, name="toy")


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
    assert SpacyExtractor(nlp, name="a").identity != SpacyExtractor(nlp, name="b").identity
    assert SpacyExtractor(nlp, name="a").identity != SpacyExtractor(nlp, name="a", detail="clauses").identity
    assert SpacyExtractor(nlp).identity.startswith("spacy:en_")


def test_results_do_not_depend_on_company(extractor):
    passages = [Passage("a", "Ada met Charles"), Passage("b", "Tom left home")]
    forward = list(extractor.extract(passages))
    assert forward == list(extractor.extract(passages[::-1]))[::-1]


def test_questions_may_be_asked_between_results(extractor, monkeypatch):
    monkeypatch.setattr(spacy_extractor, "_GROUP_CHARACTERS", 1)
    passages = [Passage(str(i), f"Ada{i} met Charles{i}") for i in range(30)]
    alone = [extractor.extract_question(passage.text) for passage in passages]
    docs, results = [], []
    for passage, result, entities in zip(passages, extractor.extract(passages), alone, strict=True):
        assert extractor.extract_question(passage.text) == entities
        docs.append(extractor.analyze(passage.text))
        results.append(result)
    assert results == [next(extractor.extract([passage])) for passage in passages]
    assert [doc[2].text for doc in docs] == [f"Charles{i}" for i in range(30)]


def test_whoever_stops_early_waits_for_one_passage_at_most(extractor, monkeypatch):
    monkeypatch.setattr(spacy_extractor, "_GROUP_CHARACTERS", 300)
    read, num_threads = [], threading.active_count()
    monkeypatch.setattr(SpacyExtractor, "_extraction", lambda _, passage, __: (time.sleep(0.01), read.append(passage)))
    results = extractor.extract([Passage(str(i), "Ada met Charles") for i in range(400)])
    next(results)
    results.close()
    assert len(read) <= 40
    assert threading.active_count() == num_threads


def test_what_is_cut_is_counted(extractor, monkeypatch):
    list(extractor.extract([Passage("p", "Ada met Charles")]))
    assert extractor.num_cut_passages == 0
    monkeypatch.setattr(spacy_extractor, "MAX_TRIPLES", 0)
    (result,) = extractor.extract([Passage("p", "Ada met Charles")])
    assert result.triples == ()
    monkeypatch.setattr(spacy_extractor, "MAX_CHARACTERS", 3)
    (result,) = extractor.extract([Passage("p", "Ada met Charles")])
    assert [entity.text for entity in result.entities] == ["Ada"]
    assert extractor.num_cut_passages == 2


def test_more_detail_adds_phrases_and_clauses(shipped_pipeline):
    passage = Passage("p", "Ada Lovelace wrote long letters in London.", "Ada Lovelace")
    found = {}
    for detail in ("names", "phrases", "clauses"):
        (result,) = SpacyExtractor(shipped_pipeline, detail=detail).extract([passage])
        found[detail] = [(t.head, t.relation, t.tail) for t in result.triples]
    assert [triple[::2] for triple in found["names"]] == [("Ada Lovelace", "London")]
    assert set(found["names"]) < set(found["phrases"]) < set(found["clauses"])
    assert ("Ada Lovelace", "wrote", "long letters") in found["phrases"]
    assert ("Ada Lovelace", "wrote", "long letters in London") in found["clauses"]
