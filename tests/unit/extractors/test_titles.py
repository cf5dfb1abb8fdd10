import pytest

from extractors.titles import MAX_TITLE_CHARACTERS, bare_title, short_forms


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Wings (1927 film)", "Wings"),
        ("(What's the Story)", "(What's the Story)"),
        ("f(x) (group)", "f(x)"),
        (" Rome ", "Rome"),
        ("", ""),
    ],
)
def test_bare_titles(title: str, bare: str) -> None:
    assert bare_title(title) == bare


def test_a_title_that_is_a_text_stays() -> None:
    title = "x " * MAX_TITLE_CHARACTERS + "(y)"
    assert bare_title(title) == title


@pytest.mark.parametrize(
    ("title", "forms"),
    [
        ("Lothair II", ["Lothair"]),
        ("Ermengarde of Tours", ["Ermengarde"]),
        ("Princess Yolanda", ["Yolanda"]),
        ("Madonna", []),
        ("List of towns", ["List"]),
    ],
)
def test_short_forms_of_people(title: str, forms: list[str]) -> None:
    assert short_forms(title, {"she"}) == forms
    assert short_forms(title, {"film"}) == []
