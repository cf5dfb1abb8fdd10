import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extractors import spacy_extractor
from extractors.rule_components import rule_pipeline
from extractors.spacy_extractor import RULES_VERSION, SpacyExtractor
from graphrag.errors import ExtractionError
from graphrag.types import Entity, Extraction, Passage


def extraction(extractor: SpacyExtractor, text: str, title: str = "") -> Extraction:
    (result,) = extractor.extract([Passage("p", text, title)])
    assert isinstance(result, Extraction)
    return result


def test_titles_are_entities_with_and_without_parentheses() -> None:
    result = extraction(SpacyExtractor(), "silence.", "Dark River (2017 film)")
    assert result.entities == (Entity("Dark River (2017 film)", "TITLE"), Entity("Dark River", "TITLE"))


def test_labels() -> None:
    text = 'Jaws is a great old film. Ada sang "Ode" on 5 May 1990 for $300.'
    labels = {entity.text: entity.label for entity in extraction(SpacyExtractor(), text, "Jaws").entities}
    assert labels == {
        "Jaws": "TITLE",
        "great old film": "PHRASE",
        "Ada": "NAME",
        "Ode": "TITLE",
        "5 May 1990": "DATE",
        "$300": "NUMBER",
    }


def test_further_forms_of_a_name_are_entities() -> None:
    result = extraction(SpacyExtractor(), "Onika Maraj, known as Nicki Minaj, sings.", "Nicki Minaj")
    assert Entity("Onika Maraj", "NAME") in result.entities


def test_identity_tells_pipeline_and_rules() -> None:
    assert SpacyExtractor().identity == f"spacy:rules:{RULES_VERSION}"
    nlp = rule_pipeline()
    nlp.meta["name"], nlp.meta["version"] = "mine", "1.2"
    assert SpacyExtractor(nlp).identity == f"spacy:en_mine-1.2:{RULES_VERSION}"


def test_what_is_cut_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    extractor = SpacyExtractor()
    extraction(extractor, "Ada met Bob.")
    assert extractor.num_cut_passages == 0
    monkeypatch.setattr(spacy_extractor, "MAX_TRIPLES", 1)
    assert len(extraction(extractor, "Ada met Bob in Rome.").triples) == 1
    monkeypatch.setattr(spacy_extractor, "MAX_CHARACTERS", 8)
    assert extraction(extractor, "Ada met Bob in Rome.").triples == ()
    assert extractor.num_cut_passages == 2


def test_long_text_is_read_up_to_a_number_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    extractor = SpacyExtractor()
    monkeypatch.setattr(spacy_extractor, "MAX_WORDS", 3)
    assert Entity("Rome", "NAME") not in extraction(extractor, "Ada met Bob in Rome.").entities
    assert extractor.num_cut_passages == 1


def test_what_a_pipeline_refuses_is_an_error_of_that_passage() -> None:
    nlp = spacy.blank("en")

    @Language.component("refuses")
    def refuse(doc: Doc) -> Doc:
        if "Bob" in doc.text:
            raise ValueError("no Bobs")
        return doc

    nlp.add_pipe("refuses")
    refused, fine = SpacyExtractor(nlp).extract([Passage("p7", "Bob"), Passage("p8", "Ada")])
    assert isinstance(refused, ExtractionError)
    assert refused.passage_id == "p7"
    assert "no Bobs" in str(refused)
    assert isinstance(fine, Extraction)


def test_empty_text_is_an_empty_extraction() -> None:
    assert extraction(SpacyExtractor(), "") == Extraction()
    assert extraction(SpacyExtractor(), "", "Rome").entities == (Entity("Rome", "TITLE"),)


def test_any_pipeline_takes_the_place_of_the_rules() -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Ada"}, {"label": "PERSON", "pattern": "Bob"}])
    result = extraction(SpacyExtractor(nlp), "Ada met Bob.")
    assert [(t.head, t.relation, t.tail) for t in result.triples] == [("Ada", "met", "Bob")]
    assert Entity("Ada", "PERSON") in result.entities
