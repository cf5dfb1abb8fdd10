import pytest

from extractors.titles import short_forms


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
