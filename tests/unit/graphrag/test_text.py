import pytest

from graphrag.testing.timing import ProcessorTime
from graphrag.text import (
    MAX_TITLE_CHARACTERS,
    bare_title,
    clean_text,
    normalize_phrase,
    numbers_of,
    split_sentences,
    word_tokens,
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("phrase", "key"),
    [
        ("Ada LOVELACE", "ada lovelace"),
        ("  O'Brien,  Flann ", "o brien flann"),
        ("snake_case", "snake case"),
        ("Straße", "strasse"),
        ("①", "1"),
        ("ﬁlm", "film"),
        ("e\u0301tude", "étude"),
        ("सीता", "सीता"),
        ("İstanbul", "i\u0307stanbul"),
        ("Ada ❤️ Bob", "ada bob"),
        ("北京（首都）", "北京 首都"),
        ("🦜", "🦜"),
        ("+ +", "+ +"),
        ("", ""),
        (" \t", ""),
    ],
)
def test_normalize_phrase(phrase: str, key: str) -> None:
    assert normalize_phrase(phrase) == key


def test_names_that_differ_in_vowel_marks_are_different() -> None:
    names = ["सीता", "सती", "सूत"]
    assert len(set(map(normalize_phrase, names))) == len(names)


def test_emoji_with_variation_selectors_are_different() -> None:
    assert normalize_phrase("❤️") != normalize_phrase("☎️")


def test_normalize_phrase_as_published() -> None:
    assert normalize_phrase("Zürich (CH), 北京", ascii_only=True) == "z rich  ch"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n\n ", []),
        ("No full stop", ["No full stop"]),
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("It cost 3.5 million. e.g. this one.", ["It cost 3.5 million. e.g. this one."]),
        ("Dr. Ada met J. R. Hartley. He left.", ["Dr. Ada met J. R. Hartley.", "He left."]),
        ('He said "Go." Then he went.', ['He said "Go."', "Then he went."]),
        ("In the U.S. Army he rose.", ["In the U.S. Army he rose."]),
        ("这是一。这是二！", ["这是一。", "这是二！"]),
        ("A heading\n\nA paragraph. 2 more.", ["A heading", "A paragraph.", "2 more."]),
        ("He left. éclair came.", ["He left.", "éclair came."]),
    ],
)
def test_split_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("piece", ["A. ", "Mr. ", "x. ", ".\n", " ", "!", "\n\n", ". ' "])
def test_sentences_of_hostile_text_take_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        with ProcessorTime() as taken:
            split_sentences(text)
        return taken.seconds

    # Four times the text takes four times as long, not sixteen; the constant covers a busy machine.
    assert seconds(240_000) < 8 * seconds(60_000) + 0.5


def test_word_tokens() -> None:
    assert word_tokens("The U.S.'s Straße, 北京 カナ ①") == [
        "the",
        "u",
        "s",
        "s",
        "strasse",
        "北",
        "京",
        "カ",
        "ナ",
        "1",
    ]
    assert word_tokens("...") == []


def test_numbers_of() -> None:
    assert numbers_of("1962 film of 1961, part 2") == ("1961", "1962", "2")
    assert numbers_of("none") == ()


def test_clean_text_keeps_everything_but_lone_surrogates() -> None:
    assert clean_text("a\x00\U0001f99c é\r\n") == "a\x00\U0001f99c é\r\n"
    assert clean_text("\udc80x\ud800") == "\ufffdx\ufffd"


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Wings (1927 film)", "Wings"),
        ("(What's the Story)", "(What's the Story)"),
        ("f(x) (group)", "f(x)"),
        (" Rome ", "Rome"),
        ("Ada Lovelace (writer) - Early life - Family", "Ada Lovelace"),
        ("", ""),
    ],
)
def test_bare_titles(title: str, bare: str) -> None:
    assert bare_title(title) == bare


def test_a_title_that_is_a_text_stays() -> None:
    title = "x " * MAX_TITLE_CHARACTERS + "(y)"
    assert bare_title(title) == title
