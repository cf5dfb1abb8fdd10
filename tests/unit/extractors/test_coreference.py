import pytest

from extractors.coreference import passage_items
from extractors.rule_components import rule_pipeline, sentence_starts, words_of
from extractors.spans import Span

NLP = rule_pipeline()


def mentions(text: str, title: str) -> list[tuple[str, str]]:
    doc = NLP.tokenizer(text)
    doc.user_data["title"] = title
    doc = NLP(doc)
    words, positions = words_of(doc)
    at = {position: index for index, position in enumerate(positions)}
    spans = [Span(at[e.start], at[e.end - 1] + 1, e.label_) for e in doc.ents]
    items = passage_items(words, spans, sentence_starts(doc), title)
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


def test_what_is_not_resolved() -> None:
    assert ("The film of", "Jaws") not in mentions("The film of Ada Yu won.", "Jaws")
    assert ("She", "Rome") not in mentions("Rome is a city. Ada visited. The river of it.", "Rome")
    assert mentions("It rained in Rome.", "") == [("Rome", "Rome")]
    assert ("London", "History of Paris") not in mentions("London is a city.", "History of Paris")
