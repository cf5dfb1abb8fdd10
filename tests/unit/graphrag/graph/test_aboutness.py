"""What passages are about and where they are named."""

import pytest

from graphrag.graph.aboutness import NameIndex, read_words, topic_keys
from graphrag.testing.timing import ProcessorTime
from graphrag.types import Passage


def same(key: str) -> str:
    return key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lovelace was born in London.", ["ada lovelace"]),
        ("In 1815 Ada Lovelace was born.", ["ada lovelace"]),
        ("It was a rainy day. Ada Lovelace stayed in London.", []),
        ("", []),
        ("The story, which is long and which begins with rain and with wind, is about Ada Lovelace.", []),
    ],
)
def test_an_untitled_passage_is_about_the_subject_of_its_first_sentence(text: str, expected: list[str]) -> None:
    named = [("1815", "1815"), ("London", "london"), ("Ada Lovelace", "ada lovelace"), ("Ada", "ada")]
    assert topic_keys(Passage("p", text), named, same) == expected


def test_a_correction_changes_what_a_title_means() -> None:
    moved = {"countess of lovelace": "ada lovelace"}
    passage = Passage("p", "She wrote notes.", "Countess of Lovelace")
    assert topic_keys(passage, [], lambda key: moved.get(key, key)) == ["ada lovelace"]


def found(names: list[str], text: str, *, corpus: tuple[str, ...] = ()) -> list[str]:
    index = NameIndex(names)
    index.learn(read_words(known) for known in corpus)
    return sorted(names[position] for position in index.find(read_words(text)))


def test_the_longest_name_wins() -> None:
    names = ["new york", "new york city", "york"]
    assert found(names, "He moved to New York City.") == ["new york city"]
    assert found(names, "He moved from New York to York.") == ["new york", "york"]


def test_case_and_accents_of_names_do_not_count() -> None:
    assert found(["sao paulo"], "SÃO PAULO is large.") == ["sao paulo"]
    assert found(["são paulo"], "Sao Paulo is large.") == ["são paulo"]
    assert found(["знание"], "Книга Знание.") == ["знание"]
    assert found(["知 识"], "这是知识。") == ["知 识"]


def test_a_word_is_a_name_only_with_a_capital() -> None:
    assert found(["brother"], "His brother came.") == []
    assert found(["brother"], "He saw the film Brother.") == ["brother"]
    assert found(["the blue lagoon"], "He saw the blue lagoon.") == []


def test_a_common_word_that_begins_a_sentence_is_no_name() -> None:
    corpus = ("The brother and another brother.",)
    assert found(["brother"], "Brother is here.", corpus=corpus) == []
    assert found(["brother"], "Brother is here.") == ["brother"]
    assert found(["brother"], "He made Brother.", corpus=corpus) == ["brother"]


def test_names_that_share_their_beginning_stay_apart() -> None:
    assert found(["ada", "ada lovelace", "ada byron"], "Ada Smith met Ada Byron.") == ["ada", "ada byron"]


def test_long_texts_of_half_names_take_linear_time() -> None:
    name = " ".join(["aa"] * 40)
    index = NameIndex([name + " bb"])
    words = read_words("Aa " * 20_000)
    with ProcessorTime() as taken:
        assert index.find(words) == set()
    assert taken.seconds < 10
