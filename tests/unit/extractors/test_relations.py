import pytest

from extractors.relations import COPULA, NEIGHBOUR, PARENTHESIS, SUBJECT
from extractors.spacy_extractor import SpacyExtractor
from graphrag.types import Extraction, Passage

EXTRACTOR = SpacyExtractor()


def facts(text: str, title: str = "") -> set[tuple[str, str, str]]:
    (result,) = EXTRACTOR.extract([Passage("p", text, title)])
    assert isinstance(result, Extraction)
    return {(t.head, t.relation, t.tail) for t in result.triples}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "X Men was a film directed by Ada Yu and written by Bob Zed.",
            {("X Men", "was a film directed by", "Ada Yu"), ("X Men", "written by", "Bob Zed")},
        ),
        (
            "Teutberga( died 11 November 875) was a queen of Lotharingia.",
            {("Teutberga", "died", "11 November 875"), ("Teutberga", "was a queen of", "Lotharingia")},
        ),
        (
            "Ada Yu (5 May 1990 – 3 June 2000) sang.",
            {("Ada Yu", "born", "5 May 1990"), ("Ada Yu", "died", "3 June 2000")},
        ),
        (
            "Ada Yu (5 May 1990, in Lviv – 3 June 2000, in Rome) sang.",
            {("Ada Yu", "born in", "Lviv"), ("Ada Yu", "died in", "Rome")},
        ),
        ("London (1908, 1948 and 2012) was chosen.", {("London", "in", "1908"), ("London", "in", "1948")}),
        ("Jaws is a 1975 American thriller film by Ada Yu.", {("Jaws", "is", "1975 American thriller film")}),
        (
            "Jaws was released on 5 May 1975 by Fox Films.",
            {("Jaws", "was released on", "5 May 1975"), ("Jaws", "was released by", "Fox Films")},
        ),
        ("Jaws stars Ada Yu, Bob Zed and Cy Lo.", {("Jaws", "stars", name) for name in ("Ada Yu", "Bob Zed", "Cy Lo")}),
        ("Born in Rome, Ada Yu studied in Paris.", {("Ada Yu", "Born in", "Rome"), ("Ada Yu", "studied in", "Paris")}),
        ("When Guy Lo died, Hugh married Guy's widow, Marozia.", {("Hugh", "married", "Guy")}),
    ],
)
def test_what_a_sentence_says(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert expected - facts(text) == set()


def test_a_sentence_without_subject_speaks_of_the_title() -> None:
    assert ("Jaws", "music score was by", "Ada Yu") in facts("The music score was by Ada Yu.", "Jaws")


def test_confidence_tells_how_a_triple_was_found() -> None:
    text = "Ada Yu (born 5 May 1990) is a great singer from Rome in Italy."
    (result,) = EXTRACTOR.extract([Passage("p", text)])
    assert isinstance(result, Extraction)
    found = {(t.head, t.tail): t.confidence for t in result.triples}
    assert found["Ada Yu", "5 May 1990"] == PARENTHESIS
    assert found["Ada Yu", "great singer"] == COPULA
    assert found["Ada Yu", "Italy"] == SUBJECT
    assert found["Rome", "Italy"] == NEIGHBOUR
    assert {t.sentence for t in result.triples} == {text}


def test_relations_are_at_most_eight_words() -> None:
    (relation,) = {
        r for h, r, t in facts("Ada Yu went one two three four five six seven eight nine to Rome.") if t == "Rome"
    }
    assert relation == "three four five six seven eight nine to"


def test_no_names_no_triples() -> None:
    assert facts("nothing to see here.") == set()
