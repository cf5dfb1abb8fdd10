import pytest

from extractors.dates import find_dates, find_numbers


@pytest.mark.parametrize(
    "date",
    [
        "11 November 875",
        "May 5, 1990",
        "1960s",
        "c. 1280",
        "5 May",
        "January 1960",
        "10th century BC",
        "AD 40",
        "44 BC",
        "1st of May 2001",
    ],
)
def test_dates_are_found_whole(date: str) -> None:
    text = f"It was {date} then."
    assert [text[a:b] for a, b in find_dates(text)] == [date]


@pytest.mark.parametrize("text", ["1,990 men", "page 123", "1990.5", "x1990", "19905", "12 men"])
def test_what_is_no_date(text: str) -> None:
    assert list(find_dates(text)) == []


def test_ranges_are_two_dates() -> None:
    text = "(795–855) 1914-1918"
    assert [text[a:b] for a, b in find_dates(text)] == ["795", "855", "1914", "1918"]


@pytest.mark.parametrize("number", ["£5", "US$ 3.5", "12%", "601,222", "4 million", "90 percent"])
def test_numbers_are_found_whole(number: str) -> None:
    text = f"It has {number} now."
    assert [text[a:b] for a, b in find_numbers(text)] == [number]
