"""Names in questions."""

import pytest

from graphrag.retrieval.question_names import QuestionNames, question_words
from graphrag.testing.toy import toy_graph


def names_in(question: str) -> list[tuple[str, bool]]:
    graph = toy_graph()
    found = QuestionNames(graph).find(question_words(question))
    return [(graph.entity_keys[name.entity], name.is_topic) for name in found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who was the father of Ada Lovelace?", [("ada lovelace", True)]),
        ("who was the father of ada lovelace?", [("ada lovelace", True)]),
        ("Which engine did Charles Babbage design in London?", [("charles babbage", True), ("london", True)]),
        ("Who designed the Analytical Engine?", [("analytical engine", False)]),
        ("who designed the analytical engine?", []),
        ("is london large?", []),
        ("London?", []),
        ("", []),
        ("Was Ada Lovelace's engine the Analytical Engine?", [("ada lovelace", True), ("analytical engine", False)]),
    ],
)
def test_topics_come_first_and_other_entities_need_a_capital(question: str, expected: list[tuple[str, bool]]) -> None:
    assert names_in(question) == expected


def test_a_name_says_where_it_stands() -> None:
    graph = toy_graph()
    (name,) = QuestionNames(graph).find(question_words("Who knew Ada lovelace?"))
    assert (name.start, name.end, name.capital_share) == (2, 4, 0.5)


def test_a_long_question_is_not_searched_to_its_end() -> None:
    assert names_in("word " * 400 + "Ada Lovelace") == []
