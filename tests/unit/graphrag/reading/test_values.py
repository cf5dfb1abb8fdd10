import pytest

from graphrag.reading.values import Date, Life, event_date, life, nations, parse_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("5 May 1990", Date(1990, 5, 5)),
        ("May 7, 2001", Date(2001, 5, 7)),
        ("March 1898", Date(1898, 3)),
        ("928", Date(928)),
        ("40 BC", Date(-40)),
        ("10th century", Date(950)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read(text, date):
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada( born 11 February 1955) is a lifter.", Life(Date(1955, 2, 11), None)),
        ("Ada ( born Ada Kay; 5 November 1917 – 1 August 2004) was.", Life(Date(1917, 11, 5), Date(2004, 8, 1))),
        ("Ada (December 26, 1914March 24, 2008) was.", Life(Date(1914, 12, 26), Date(2008, 3, 24))),
        ("Ada (– November 4, 1873) was a chiefess.", Life(None, Date(1873, 11, 4))),
        ("Ada (died 875) was a queen.", Life(None, Date(875))),
        ("Ada was born in 1901 in Rome. She died on 3 May 1980.", Life(Date(1901), Date(1980, 5, 3))),
        ("Ada (singer) is nobody.", Life(None, None)),
    ],
)
def test_lives_are_read(text, expected):
    assert life(text) == expected


def test_a_film_came_out_in_the_first_sentences_year():
    assert event_date("Emma (2009) is a film of 1932. It was shown in 1920.", "release") == Date(1932)


def test_a_thing_began_when_a_word_for_it_says_so():
    text = "It was sold in 1990 and had been founded in 1850."
    assert event_date(text, "start") == Date(1850)
    assert event_date("Nothing.", "start") is None


def test_nations_of_the_description_come_first():
    assert nations("Ada (born in Paris) was a Danish painter. She lived in Texas.") == ["Denmark", "France"]
    assert nations("A village in the hills.") == []
