import pytest

from extractors.questions import MAX_QUESTION_CHARACTERS
from extractors.spacy_extractor import SpacyExtractor


@pytest.fixture
def question_entities(shipped_pipeline):
    return SpacyExtractor(shipped_pipeline).extract_question


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did Lothair Ii's mother die?", ["Lothair Ii"]),
        ("Which film was released first, Aas Ka Panchhi or Phoolwari?", ["Aas Ka Panchhi", "Phoolwari"]),
        ("Who is the father of Christine Of Hesse-Kassel?", ["Christine Of Hesse-Kassel"]),
        ("Is Paris or London older?", ["Paris", "London"]),
        ("Who is the father of John Wallop, 2nd Earl Of Portsmouth?", ["John Wallop, 2nd Earl Of Portsmouth"]),
        ("who wrote the raven?", ["raven"]),
        ("谁是北京的市长?", ["谁", "北京", "市长"]),
        ("", []),
        ("???", []),
    ],
)
def test_names_of_questions(question_entities, question: str, expected: list[str]) -> None:
    assert [entity.text for entity in question_entities(question)] == expected


def test_long_questions_are_bounded(question_entities) -> None:
    assert question_entities("x, " * MAX_QUESTION_CHARACTERS + "Ada") != ()
    assert "Ada" not in [entity.text for entity in question_entities("x, " * MAX_QUESTION_CHARACTERS + "Ada")]
