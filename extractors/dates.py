"""Dates and numbers in a text."""

import re
from collections.abc import Iterator
from functools import lru_cache

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
_MONTH = rf"(?:{MONTHS}|(?:{_SHORT})\b\.?)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"\d{3,4}"
_KEPT = 4  # results for the last texts: the pipeline and the rules for names ask about the same text
_ERA = r"(?:\s?(?:BCE|BC|CE|AD)\b)"

_DATE = re.compile(
    rf"(?<![\w.,])(?:"
    rf"{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}(?!\d){_ERA}?)?"
    rf"|{_MONTH}\s{_DAY}(?!\d)(?:,?\s{_YEAR}(?!\d))?"
    rf"|{_MONTH},?\s(?:of\s)?\d{{4}}(?!\d)"
    r"|(?:c\.|ca\.|circa)\s?\d{3,4}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)[\s-]centur(?:y|ies){_ERA}?"
    rf"|AD\s\d{{1,4}}(?!\d)|\d{{1,4}}{_ERA}"
    r"|(?:1\d|20)\d0s|[1-9]0s"
    r"|(?:1[0-9]|20)\d\d(?![\d,.]*\d)"
    r"|(?<=[iI]n )[1-9]\d\d(?![\d,.]*\d)|(?<=died )[1-9]\d\d(?!\d)|(?<=born )[1-9]\d\d(?!\d)"
    r"|(?<=\()[1-9]\d\d(?=\s?[–-])"
    r"|(?<=til )[1-9]\d\d(?!\d)|(?<=[–-])[1-9]\d\d(?=\s?\))|(?<=after )[1-9]\d\d(?!\d)|(?<=before )[1-9]\d\d(?!\d)"
    r")(?!\w)"
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?:(?:US|A|C|NZ|HK)?[$€£¥₹]\s?)?\d{1,15}(?:,\d{3}){0,6}(?:\.\d{1,12})?(?![\w])"
    r"(?:\s?%|\s(?:million|billion|trillion|thousand|percent|per cent)\b"
    r"|\s(?:km|miles|metres|meters|feet|acres|people|inhabitants)\b)?"
)


def find_dates(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end, in characters, of the dates of a text: days, months, years, decades, centuries.

    Examples
    --------
    >>> text = "Born 5 May 1990, died May 7, 2001; c. 1280, the 1960s, 10th century, 40 BC, in 928."
    >>> [text[start:end] for start, end in find_dates(text)]
    ['5 May 1990', 'May 7, 2001', 'c. 1280', '1960s', '10th century', '40 BC', '928']
    """
    return iter(_spans(_DATE, text))


def find_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end, in characters, of the numbers of a text with their currency or unit.

    Examples
    --------
    >>> text = "It cost $4.2 million and has 1,355 seats (12%)."
    >>> [text[start:end] for start, end in find_numbers(text)]
    ['$4.2 million', '1,355', '12%']
    """
    return iter(_spans(_NUMBER, text))


@lru_cache(_KEPT)
def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]
