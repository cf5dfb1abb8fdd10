import pytest

from extractors.coreference import passage_items
from extractors.spans import find_spans
from extractors.titles import short_forms
from extractors.words import read_words
from graphrag.text import bare_title


def mentions(text: str, title: str) -> list[tuple[str, str]]:
    words = read_words(text)
    starts = [0, *(i + 1 for i, word in enumerate(words.words[:-1]) if word == ".")]
    topic = bare_title(title)
    full = [read_words(form).words for form in dict.fromkeys((title, topic)) if form]
    short = [read_words(form).words for form in short_forms(topic, {word.lower() for word in words.words})]
    items = passage_items(words, find_spans(words, starts, full, short), starts, title, labels={})
    return [(words.between(item.start, item.end), item.text) for item in items]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Ada Young", "Ada Young sang. She danced. Young slept.", [("She", "Ada Young"), ("Young", "Ada Young")]),
        ("Jaws (film)", "Jaws is a film. It won. The film is long.", [("It", "Jaws"), ("The film", "Jaws")]),
        ("Nicki Minaj", "Onika Maraj (born 1982), known as Nicki Minaj, sings.", [("Onika Maraj", "Nicki Minaj")]),
        ("Jaws", "Directed by Ada Yu, it won.", [("it", "Jaws")]),
        ("Jaws", "Ada Yu directed it. Yu sang.", [("Yu", "Ada Yu")]),
    ],
)
def test_words_that_stand_for_a_name(title: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert set(expected) <= set(mentions(text, title))


def test_the_rarer_pronoun_is_somebody_else() -> None:
    said = mentions("She met Bo Yu. He sang. She danced with her.", "Ada Young")
    assert [surface for surface, text in said if text == "Ada Young"] == ["She", "She"]


def test_what_is_not_resolved() -> None:
    assert ("The film of", "Jaws") not in mentions("The film of Ada Yu won.", "Jaws")
    assert ("She", "Rome") not in mentions("Rome is a city. Ada visited. The river of it.", "Rome")
    assert mentions("It rained in Rome.", "") == [("Rome", "Rome")]
    assert ("London", "History of Paris") not in mentions("London is a city.", "History of Paris")
