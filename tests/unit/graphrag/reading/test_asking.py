import pytest

from graphrag.reading.asking import parse_question
from graphrag.reading.links import Text

FILM = Text("The Wall (film)", "The Wall is a film directed by Ann Kay.")
ANN = Text("Ann Kay", "Ann Kay was a daughter of Tom Kay.")
TOM = Text("Tom Kay", "Tom Kay was the son of Jim Kay.")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who built it?", "person"),
        ("Where is it?", "place"),
        ("When was it built?", "date"),
        ("How many are there?", "number"),
        ("In which city is it?", "place"),
        ("What nationality is he?", "nation"),
        ("What instrument is it?", "thing"),
        ("Name it.", "thing"),
    ],
)
def test_the_kind_of_answer(question, kind):
    assert parse_question(question, []).kind == kind


def test_a_role_leads_to_a_text_and_the_question_is_asked_of_it():
    asking = parse_question("Where was the director of film The Wall born?", [FILM, ANN])
    assert asking.target == 1
    assert asking.rewritten == "Where was Ann Kay born?"
    assert "birth place" in asking.attributes
    assert "director" not in asking.attributes


def test_a_grandfather_is_the_fathers_father():
    asking = parse_question("Who is Ann Kay's paternal grandfather?", [ANN, TOM])
    assert (asking.target, asking.rewritten) == (1, "Who is the father of Tom Kay?")
    assert "father" in asking.attributes


def test_who_has_a_role_may_be_what_is_asked_for():
    asking = parse_question("Who is the director of The Wall?", [FILM, ANN])
    assert asking.target is None
    assert "director" in asking.attributes


def test_a_role_without_a_text_leads_nowhere():
    asking = parse_question("Where was the composer of The Wall born?", [FILM])
    assert (asking.target, asking.rewritten) == (None, "")
