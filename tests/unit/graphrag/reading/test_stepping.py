import pytest

from graphrag.reading.descriptions import MAX_DESCRIPTIONS, find_descriptions
from graphrag.reading.links import Text
from graphrag.reading.stepping import DOUBTED_BELOW, MAX_STEPS, read_in_steps
from graphrag.types import Passage, Reading, ScoredPassage

QUESTION = "When did the Pala open in the city where the Kay Museum stands?"
FIRST_HOP = "What is the city where the Kay Museum stands?"
SECOND_HOP = "When did the Pala open in Bergen?"


def hit(passage_id, rank=1):
    return ScoredPassage(Passage(passage_id, "text", "title"), 1.0, rank)


class Library:
    """Finds one passage a question, named like it, and reads what it was told."""

    def __init__(self, answers):
        self.answers = answers
        self.searched = []

    def search(self, asked):
        self.searched.append(asked)
        return [hit(asked)]

    def read(self, asked, hits):
        text, confidence = self.answers.get(asked, ("", 0.0))
        return Reading(text, confidence, tuple(one.passage_id for one in hits) if text else (), "span")


DOUBTFUL = Reading("1900", 0.1, ("p1",), "span")


def in_steps(library, direct=DOUBTFUL, question=QUESTION):
    return read_in_steps(question, direct, [hit("p1")], library.search, library.read)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who was in charge of the country where Lake Ohrid lies?", ["the country where Lake Ohrid lies"]),
        ("What nationality is the director of film Blood Street?", ["the director of film Blood Street"]),
        ("What currency predated the Euro in the country Signmark is from?", ["the country Signmark is from"]),
        ("When did Lothair's mother die?", ["Lothair's mother", "Lothair's mother die"]),
        ("Where is the seat of the company that made Fist Power found?", ["the company that made Fist Power"]),
        ("Who directed Fist Power?", []),
        ("What company owned by Ann Kay made the film?", []),
        ("It was held at which arena that is near Green Hill?", []),
        ("Who is the director of Fist Power?", []),
        ("what is it", []),
        ("", []),
    ],
)  # fmt: skip
def test_descriptions_are_what_stands_for_a_name(question, expected):
    found = [question[start:end] for start, end in find_descriptions(question, [])]
    assert set(expected) <= set(found)
    assert bool(found) == bool(expected)


def test_a_clause_whose_verb_is_to_come_is_no_description():
    question = "Who ruled the country where the composer of Green Hill was a citizen?"
    found = [question[start:end] for start, end in find_descriptions(question, [])]
    assert found == ["the composer of Green Hill", "the country where the composer of Green Hill was a citizen"]


def test_a_title_in_small_letters_is_a_name():
    question = "where was the author of green hill born?"
    assert find_descriptions(question, []) == []
    found = find_descriptions(question, [Text("Green Hill", "…")])
    assert [question[start:end] for start, end in found] == ["the author of green hill"]


def test_descriptions_are_bounded():
    question = "Where is " + " and ".join(f"the director of Film{number}" for number in range(200)) + " from?"
    assert len(find_descriptions(question, [])) == MAX_DESCRIPTIONS


def test_what_the_question_describes_is_not_its_answer():
    library = Library({FIRST_HOP: ("Bergen", 0.5), SECOND_HOP: ("1925", 0.1)})
    reading, _ = in_steps(library, Reading("bergen", 0.2, ("p1",), "span"))
    assert (reading.text, reading.confidence) == ("1925", 0.1)
    nothing, _ = in_steps(Library({FIRST_HOP: ("Bergen", 0.5)}), Reading("Bergen", 0.2, ("p1",), "span"))
    assert nothing.confidence == 0


def test_the_first_hop_is_asked_and_its_answer_put_in_the_place():
    library = Library({FIRST_HOP: ("Bergen", 0.5), SECOND_HOP: ("1925", 0.4)})
    reading, more = in_steps(library)
    assert library.searched[:2] == [FIRST_HOP, SECOND_HOP]
    assert reading.text == "1925"
    assert reading.confidence == 0.4
    assert "What is the city where the Kay Museum stands? Bergen" in reading.method
    assert set(reading.citations) == {FIRST_HOP, SECOND_HOP}
    assert [one.passage_id for one in more] == list(reading.citations)


def test_an_answer_is_as_sure_as_its_least_sure_step():
    library = Library({FIRST_HOP: ("Bergen", 0.2), SECOND_HOP: ("1925", 0.9)})
    assert in_steps(library)[0].confidence == 0.2


def test_a_sure_answer_is_left_alone():
    library = Library({FIRST_HOP: ("Bergen", 0.9), SECOND_HOP: ("1925", 0.9)})
    sure = Reading("1900", DOUBTED_BELOW, ("p1",), "span")
    assert in_steps(library, sure) == (sure, ())
    assert library.searched == []


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {FIRST_HOP: ("Bergen", 0.05), SECOND_HOP: ("1925", 0.9)},
        {FIRST_HOP: ("Bergen", 0.9), SECOND_HOP: ("1925", 0.05)},
        {FIRST_HOP: ("Kay Museum", 0.9)},  # what the question names anyway
        {FIRST_HOP: ("Bergen", 0.9)},  # then nothing is found
    ],
)
def test_the_direct_answer_stays_where_a_step_is_less_sure(answers):
    assert in_steps(Library(answers)) == (DOUBTFUL, ())


def test_steps_are_bounded():
    class Endless(Library):
        def read(self, asked, hits):
            # Each answer brings a description of its own.
            return Reading(f"the town of X{len(self.searched)}", 0.5, (), "span")

    library = Endless({})
    in_steps(library)
    assert len(library.searched) <= MAX_STEPS * (MAX_DESCRIPTIONS + 1)
