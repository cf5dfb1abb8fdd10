import pytest

from graphrag.retrieval.linking import MAX_QUESTION_WORDS, known_names, link_entities, question_names
from graphrag.testing.toy import TOY_ENCODER, ToyExtractor, toy_graph
from graphrag.types import Entity


def names(linked: tuple[tuple[int, float], ...]) -> list[str]:
    graph = toy_graph()
    return [graph.entity_names[index] for index, _ in linked]


def test_equal_keys_need_no_vector() -> None:
    linked = link_entities(toy_graph(), TOY_ENCODER, ["LONDON,", "Lord Byron"])
    assert names(linked) == ["London", "Lord Byron"]
    assert [similarity for _, similarity in linked] == [1, 1]


def test_else_the_most_similar_name() -> None:
    linked = link_entities(toy_graph(), TOY_ENCODER, ["Augusta Ada Lovelace"])
    assert names(linked) == ["Ada Lovelace"]
    assert 0.5 < linked[0][1] < 1


def test_two_names_of_one_entity_are_one_seed_with_the_better_similarity() -> None:
    linked = link_entities(toy_graph(), TOY_ENCODER, ["Augusta Ada Lovelace", "Ada Lovelace", " ", "ada lovelace"])
    assert names(linked) == ["Ada Lovelace"]
    assert linked[0][1] == 1


@pytest.mark.parametrize("asked", [[], ["", "  "]])
def test_no_names(asked: list[str]) -> None:
    assert link_entities(toy_graph(), TOY_ENCODER, asked) == ()


def test_no_entities() -> None:
    assert link_entities(toy_graph(triples=(), synonyms=()), TOY_ENCODER, ["Ada"]) == ()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("who was the daughter of lord byron?", ["lord byron"]),
        ("Did ADA LOVELACE, meet charles babbage", ["ada lovelace", "charles babbage"]),
        ("Where is London?", []),
        ("", []),
        ("x " * MAX_QUESTION_WORDS + "lord byron", []),
    ],
)
def test_names_that_the_graph_knows_need_no_capitals(question: str, found: list[str]) -> None:
    assert known_names(toy_graph(), question) == found


class Finder(ToyExtractor):
    def __init__(self, *entities: Entity) -> None:
        self.entities = entities

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        return self.entities


def test_names_of_the_question_are_enough() -> None:
    finder = Finder(Entity("Ada Lovelace", "PERSON"), Entity("daughter", "PHRASE"))
    assert question_names(toy_graph(), finder, "Was Ada Lovelace lord byron's daughter?") == ["Ada Lovelace"]


def test_a_phrase_inside_a_known_name_is_left_out() -> None:
    finder = Finder(Entity("byron", "PHRASE"), Entity("daughter", "PHRASE"))
    assert question_names(toy_graph(), finder, "who was lord byron's daughter?") == ["lord byron", "daughter"]
