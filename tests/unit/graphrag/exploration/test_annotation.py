import pytest

from graphrag.exploration.annotation import AnnotatedPassage, find_spans
from graphrag.types import Passage, Triple


@pytest.mark.parametrize(
    ("text", "keys", "found"),
    [
        ("Ada and Ada Lovelace", ["ada", "ada lovelace"], ["Ada", "Ada Lovelace"]),
        ("ADA, lovelace", ["ada lovelace"], ["ADA, lovelace"]),
        ("Adam", ["ada"], []),
        ("", ["ada"], []),
        ("Ada", ["", " "], []),
        ("Zürich (Switzerland)", ["zürich switzerland"], ["Zürich (Switzerland"]),
        ("Ada Ada Ada", ["ada ada"], ["Ada Ada"]),
    ],
)
def test_names_in_a_text(text: str, keys: list[str], found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in find_spans(text, keys)] == found


def test_long_texts_are_searched_in_time() -> None:
    assert len(find_spans("ada " * 200_000, ["ada"])) == 5_000


def test_markup_in_a_passage_is_text() -> None:
    text = "<b>Ada</b> & <script>alert(1)</script> Ada"
    passage = Passage("p", text, "<i>")
    shown = AnnotatedPassage(passage, (Triple("<u>", "r", "t"),), ("Ada",), find_spans(text, ["ada", "script"]))
    html = shown._repr_html_()
    for markup in ("<b>Ada", "<script", "<i>", "<u>"):
        assert markup not in html
    assert html.count("<mark") == 4
