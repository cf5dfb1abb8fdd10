import pytest

from graphrag.reading.comparison import decide
from graphrag.reading.links import Text

ANN = Text("Ann Kay", "Ann Kay (5 May 1901 – 3 June 1960) was a Danish painter.")
BO = Text("Bo Lie (actor)", "Bo Lie (born 7 July 1911) is a Norwegian actor. He died on 2 March 1950.")
OLD = Text("Old Film", "Old Film is a 1932 British film directed by Ann Kay.")
NEW = Text("New Film", "New Film is a 1948 film from France directed by Bo Lie.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who was born first, Ann Kay or Bo Lie?", "Ann Kay"),
        ("Who is younger, Bo Lie (Actor) or Ann Kay?", "Bo Lie (Actor)"),
        ("Was Ann Kay or Bo Lie born later?", "Bo Lie"),
        ("Who died first, Ann Kay or Bo Lie?", "Bo Lie"),
        ("Who lived longer, Ann Kay or Bo Lie?", "Ann Kay"),
        ("Which film was released more recently, New Film or Old Film?", "New Film"),
        ("Which film has the director born later, Old Film or New Film?", "New Film"),
        ("Which film whose director died earlier, Old Film or New Film?", "New Film"),
        ("Are Ann Kay and Bo Lie of the same nationality?", "no"),
        ("Does Ann Kay have the same nationality as Bo Lie?", "no"),
        ("Do both directors of films Old Film and New Film have the same nationality?", "no"),
        ("Are Ann Kay and Bo Lie both actors?", "no"),
        ("Are Old Film and New Film both films?", "yes"),
        ("Which is British, New Film or Old Film?", "Old Film"),
    ],
)
def test_values_decide(question, answer):
    assert decide(question, [NEW, ANN, OLD, BO]).answer == answer


def test_the_texts_that_decide_are_told():
    decision = decide("Which film has the director born later, Old Film or New Film?", [NEW, ANN, OLD, BO])
    assert set(decision.texts) == {0, 1, 2, 3}
    assert decision.confidence > 0.9


def test_works_stand_for_directors_who_are_not_there():
    decision = decide("Which film has the director born later, Old Film or New Film?", [NEW, OLD])
    assert (decision.answer, decision.reason) == ("New Film", "dates of the works compared")
    assert decision.confidence < 0.9


def test_one_value_alone_makes_less_sure():
    decision = decide("Who was born first, Ann Kay or Bo Lie?", [ANN])
    assert decision.confidence <= 0.5


@pytest.mark.parametrize("question", ["Where was Ann Kay born?", "", "Who painted it or not", "Is it?"])
def test_other_questions_are_left_alone(question):
    assert decide(question, [ANN, BO]) is None


def test_equal_dates_decide_nothing_by_themselves():
    twin = Text("Eve Kay", ANN.text)
    assert decide("Who was born first, Ann Kay or Eve Kay?", [ANN, twin]).confidence < 0.5
