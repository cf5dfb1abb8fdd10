from itertools import pairwise

import pytest

from extractors.spans import MAX_NAME_CHARACTERS, find_spans, kind_of
from extractors.words import read_words


def spans(text: str, *titles: str) -> list[tuple[str, str]]:
    words = read_words(text)
    known = [read_words(title).words for title in titles]
    return [(words.between(s.start, s.end), s.label) for s in find_spans(words, [0], known)]


def names(text: str, *titles: str) -> list[str]:
    return [name for name, _ in spans(text, *titles)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He met Boso the Elder and Hucbert.", ["Boso the Elder", "Hucbert"]),
        ("She studied at the University of Copenhagen.", ["University of Copenhagen"]),
        ("It is a work of J. S. Bach.", ["J. S. Bach"]),
        ("The painter Vincent van Gogh lived there.", ["Vincent van Gogh"]),
        ("They flew a Boeing 747 to Louis XIV.", ["Boeing 747", "Louis XIV"]),
        ("It belongs to Wiley-Blackwell and Procter & Gamble.", ["Wiley-Blackwell", "Procter & Gamble"]),
        ("He saw Schindler's List with Sinéad O'Connor.", ["Schindler's List", "Sinéad O'Connor"]),
        ("He led the Kurdistan Workers' Party.", ["Kurdistan Workers' Party"]),
        ("The abbot of St. Maurice's Abbey came.", ["St. Maurice's Abbey"]),
        ("He met George Victor, Prince of Waldeck, there.", ["George Victor, Prince of Waldeck"]),
        ("He was a son of John Wallop, 2nd Earl of Portsmouth.", ["John Wallop, 2nd Earl of Portsmouth"]),
        ('The actor Fernando "Papi" Cortés came.', ['Fernando "Papi" Cortés']),
        ("It was made by 20th Century Fox.", ["20th Century Fox"]),
        ("He joined the 2008 Summer Olympics.", ["2008 Summer Olympics"]),
        ("It is an Indian Tamil film.", ["Indian", "Tamil"]),
        ("It is an Argentine-American film.", ["Argentine", "American"]),
        ("It was sold by Harry F. Sinclair Jr. and sons.", ["Harry F. Sinclair Jr."]),
        ("He was made Lieutenant Governor of Guernsey.", ["Lieutenant Governor of Guernsey"]),
        ("She married Emperor Lothair I.", ["Lothair I"]),
        ("He was at the Institute for Advanced Study.", ["Institute for Advanced Study"]),
        ("They spoke to Muhammad bin Saud and Conchobar mac Nessa.", ["Muhammad bin Saud", "Conchobar mac Nessa"]),
        ("Он видел: Лев Толстой, Νίκος Καζαντζάκης.", ["Лев Толстой", "Νίκος Καζαντζάκης"]),
        ("北京是中国的首都", ["北京", "中国", "首都"]),
        ("It sold 1,355 copies for $4.2 million.", ["1,355", "$4.2 million"]),
        ("It was 7 of 12.", []),
    ],
)
def test_names_are_found_completely(text: str, expected: list[str]) -> None:
    assert [name for name in names(text) if name != "Он"] == expected


@pytest.mark.parametrize("text", ["The film was good.", "Originally it was red.", "Founded by them.", "Unable to go."])
def test_capitals_where_a_sentence_begins_are_no_evidence(text: str) -> None:
    assert names(text) == []


def test_use_elsewhere_in_the_text_is_evidence() -> None:
    assert names("Similar to him was nobody. They like Similar.") == ["Similar", "Similar"]


def test_dates_and_quoted_titles() -> None:
    text = 'On 5 May 1990 he sang "What is God?" and “Ode to Joy” in the 1960s.'
    assert spans(text) == [
        ("5 May 1990", "DATE"),
        ("What is God?", "TITLE"),
        ("Ode to Joy", "TITLE"),
        ("1960s", "DATE"),
    ]


def test_a_stray_quote_does_not_swallow_the_text() -> None:
    assert names('It is 5" long, says Ada' + " word" * 20 + ' to Bob".') == ["Ada", "Bob"]


def test_known_titles_are_found_whatever_they_look_like() -> None:
    assert spans("We saw the good, the bad and the ugly.", "The good, the bad and the ugly") == [
        ("the good, the bad and the ugly", "TITLE")
    ]
    assert spans("It is a central bank of Sierra Leone.", "Bank of Sierra Leone") == [("Sierra Leone", "NAME")]
    assert spans("Paris Hilton likes Paris.", "Paris") == [("Paris Hilton", "NAME"), ("Paris", "TITLE")]


def test_spans_are_ordered_apart_and_bounded() -> None:
    words = read_words('Ada "Bo" Cy ' * 200 + "A" * 10_000 + " 5 May 1990 " * 50)
    found = find_spans(words, [0], [["Ada"]])
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(len(words.between(s.start, s.end)) <= MAX_NAME_CHARACTERS for s in found)


def test_kinds() -> None:
    assert [kind_of(word) for word in ["Ǆ", "eBay", "٣", "ب", "من", "の", "_"]] == ["U", "U", "N", "F", "l", "l", "p"]
