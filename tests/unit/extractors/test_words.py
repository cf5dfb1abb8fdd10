import pytest

from extractors.words import read_words, tokens_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Guy's O'Brien don't", ["Guy", "'s", "O'Brien", "don't"]),
        ("U.S. J.R.R. A.", ["U.S.", "J.R.R.", "A", "."]),
        ("1,234.5 1960s 20th 3-4", ["1,234.5", "1960s", "20th", "3", "-", "4"]),
        ("हिन्दी สวัสดี", ["हिन्दी", "สวัสดี"]),
        ("東京は日本の首都", ["東京", "は", "日本", "の", "首都"]),
        ("🦆🦆 ...", ["🦆🦆", "..."]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert read_words(text).words == words


def test_tokens_are_the_text() -> None:
    text = "a  b\n\n\tc\x00d\u2028"
    assert "".join(token for _, token in tokens_of(text)) == text


def test_between_is_verbatim_and_empty_for_nothing() -> None:
    words = read_words("Ada   met Bob")
    assert words.between(0, 2) == "Ada   met"
    assert words.between(1, 1) == ""
    assert not words.touches(0)
    assert not words.touches(1)
