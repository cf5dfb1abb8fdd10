"""Values that a passage states of what it is about: dates of birth, death and release, countries."""

import re
from typing import NamedTuple

from extractors.dates import MONTHS, find_dates
from graphrag.reading.nations import find_nations
from graphrag.text import split_sentences

_NUMBER_OF_MONTH = {month[:3].lower(): number for number, month in enumerate(MONTHS.split("|"), start=1)}
_YEAR = re.compile(r"(?<![\d,.])\d{3,4}(?![\d,]|\.\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_WORD = re.compile(r"[A-Za-z]{3,}")
_CENTURY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)[\s-]centur", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\(([^()]{3,300})\)")
_DASH = re.compile(r"\s*[–—−]\s*|\s+-+\s*|(?<=\d)-+\s*(?=\d)|(?<=\d{4})\s*(?=[A-Z])")
_BORN = re.compile(r"\b(?:born|b\.)", re.IGNORECASE)
_DIED = re.compile(r"\b(?:died|d\.|death|assassinated|executed|killed|murdered)\b|†", re.IGNORECASE)
_OPEN = re.compile(r"[^\w]*[–—−-]")
_LEAD = 400
"""The characters of a passage in which the parenthesis with the dates of a life stands."""


class Date(NamedTuple):
    """Year (negative: before Christ), month and day; 0: not known."""

    year: int
    month: int = 0
    day: int = 0


def parse_date(text: str) -> Date | None:
    """Return the date that a text states; None if it has no year.

    Examples
    --------
    >>> parse_date("June 14, 1946"), parse_date("c. 1280"), parse_date("445 BC"), parse_date("today")
    (Date(year=1946, month=6, day=14), Date(year=1280, month=0, day=0), Date(year=-445, month=0, day=0), None)
    """
    century = _CENTURY.search(text)
    if century:
        return Date(100 * int(century[1]) - 50)
    years = _YEAR.findall(text) or (re.findall(r"\d+", text)[:1] if "BC" in text or "AD" in text else [])
    if not years:
        return None
    months = [
        _NUMBER_OF_MONTH[word[:3].lower()] for word in _WORD.findall(text) if word[:3].lower() in _NUMBER_OF_MONTH
    ]
    days = _DAY.findall(text.replace(years[0], " ", 1))
    year = -int(years[0]) if "BC" in text else int(years[0])
    return Date(year, months[0] if months else 0, int(days[0]) if days and months else 0)


class Life(NamedTuple):
    """When somebody was born and died; None: not said."""

    born: Date | None
    died: Date | None


def life(text: str) -> Life:
    """Return the dates of birth and death of the person that a passage is about.

    Examples
    --------
    >>> life("Max Kay (5 May 1890 – 7 June 1950) was an actor.")
    Life(born=Date(year=1890, month=5, day=5), died=Date(year=1950, month=6, day=7))
    >>> life("Teutberga (died 11 November 875) was a queen.").died
    Date(year=875, month=11, day=11)
    """
    born = died = None
    for match in _PARENTHESIS.finditer(text[:_LEAD]):
        born, died = _of_parenthesis(match[1])
        if born or died:
            break
    return Life(born or _after(text, _BORN), died or _after(text, _DIED))


def _of_parenthesis(inside: str) -> Life:
    dates = [date for date in (_dated(part) for part in _DASH.split(inside)) if date]
    ended = _DIED.search(inside) or _OPEN.match(inside)
    if ended and not _BORN.search(inside):
        return Life(dates[0] if len(dates) > 1 else None, dates[-1] if dates else None)
    if len(dates) > 1:
        return Life(dates[0], dates[-1])
    return Life(dates[0], None) if dates and _BORN.search(inside) else Life(None, None)


def _dated(part: str) -> Date | None:
    """Return the last date of a part of a parenthesis: what stands before is a place or another calendar."""
    found = [parse_date(part[start:end]) for start, end in find_dates(part)]
    known = [date for date in found if date]
    return known[-1] if known else parse_date(part)


def _after(text: str, word: re.Pattern[str]) -> Date | None:
    for match in word.finditer(text):
        rest = text[match.end() : match.end() + 120]
        end = next((end for _, end in split_sentences(rest)), len(rest))
        for start, stop in find_dates(rest[:end]):
            date = parse_date(rest[start:stop])
            if date:
                return date
    return None


_EVENTS = {
    "release": re.compile(
        r"\b(?:released|release|premiered|published|aired|issued|came out|launched)\b", re.IGNORECASE
    ),
    "start": re.compile(
        r"\b(?:founded|established|formed|opened|created|built|began|started|launched|incorporated|inaugurated|fought|"
        r"decided|completed|organized|first published|first issued|since|dating)\b",
        re.IGNORECASE,
    ),
}


def event_date(text: str, event: str) -> Date | None:
    """Return when what a passage is about began or was released: a date by such a word, else the first date.

    Examples
    --------
    >>> event_date("Emma is a 1932 film. It was shown in 1999.", "release").year
    1932
    """
    spans = [(start, end, parse_date(text[start:end])) for start, end in find_dates(text)]
    dates = [(start, end, date) for start, end, date in spans if date]
    first = next((end for _, end in split_sentences(text)), len(text))
    if event == "release":
        early = [date for start, _, date in dates if start < first]
        if early:
            return min(early, key=lambda date: date.year)
    for match in _EVENTS[event].finditer(text):
        for start, _, date in dates:
            if match.end() <= start < match.end() + 60 and "." not in text[match.end() : start]:
                return date
    return dates[0][2] if dates else None


def nations(text: str) -> list[str]:
    """Return the countries by which a passage describes what it is about, the most telling first.

    Adjectives right after the first "is" or "was" count before places, the first sentence before the others.

    Examples
    --------
    >>> nations("Anna Kay (born in Paris) was a Danish painter. She lived in Rome.")
    ['Denmark', 'France']
    """
    first = next((end for _, end in split_sentences(text)), len(text))
    found = find_nations(text[:first]) or find_nations(text)
    copula = re.search(r"\b(?:is|was|were|are)\b", text[:first])
    after = copula.end() if copula else 0
    ranked = sorted(found, key=lambda one: (not (one[2] and one[0] >= after), one[0]))
    return list(dict.fromkeys(name for _, name, _ in ranked))
