import pytest

from graphrag.retrieval.linking import link_entities
from graphrag.testing.toy import TOY_ENCODER, toy_graph


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
