"""Laws of the extractors, on random text."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.dates import find_dates, find_numbers
from extractors.pipeline import load_pipeline
from extractors.spacy_extractor import SpacyExtractor
from extractors.words import read_words, tokens_of
from graphrag.testing.extractor_suite import check_result
from graphrag.testing.timing import ProcessorTime
from graphrag.text import clean_text
from graphrag.types import Extraction, Passage

EXTRACTOR = SpacyExtractor(load_pipeline())
PIECES = [
    "Ada",
    "Yu",
    "of",
    "the",
    "(",
    ")",
    '"',
    "'s",
    ",",
    ".",
    "–",
    "-",
    "1990",
    "5 May",
    "was",
    "born",
    "in",
    "He",
    "北京",
    "&",
    "\n",
    "J.",
]
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_extraction_is_well_formed_verbatim_and_repeatable(text: str, title: str) -> None:
    passage = Passage("p", text, title)
    (result,) = EXTRACTOR.extract([passage])
    check_result(passage, result)
    assert isinstance(result, Extraction)
    whole = clean_text(passage.full_text)
    assert all(entity.text in whole for entity in result.entities)
    names = {entity.text for entity in result.entities}
    assert all({triple.head, triple.tail} <= names for triple in result.triples)
    assert list(EXTRACTOR.extract([Passage("q", "Ada met Bob."), passage]))[1] == result


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_tokens_are_the_text(text: str) -> None:
    assert "".join(token for _, token in tokens_of(text)) == text
    words = read_words(text)
    assert all(text.startswith(word, start) for word, start in zip(words.words, words.starts, strict=True))


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_question_entities_are_verbatim(question: str) -> None:
    assert all(entity.text in clean_text(question) for entity in EXTRACTOR.extract_question(question))


@given(TEXTS)
@settings(deadline=None)
def test_dates_and_numbers_are_in_order(text: str) -> None:
    for found in (list(find_dates(text)), list(find_numbers(text))):
        assert all(a < b for a, b in found)
        assert all(first[1] <= second[0] for first, second in pairwise(found))


def _random_unicode(size: int) -> str:
    generator = random.Random(0)
    return "".join(
        chr(generator.choice((generator.randrange(0xD800), generator.randrange(0xE000, 0x110000)))) for _ in range(size)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_random_unicode(1_000_000), id="random"),
        pytest.param("A. " * 333_000, id="initials"),
        pytest.param("(" * 1_000_000, id="parentheses"),
        pytest.param('"' * 1_000_000, id="quotes"),
        pytest.param("Ada Yu, " * 125_000, id="names"),
        pytest.param("In of the " * 100_000, id="function words"),
        pytest.param("5 May 1990 " * 90_000, id="dates"),
        pytest.param("1" * 1_000_000, id="digits"),
        pytest.param("1,000," * 160_000, id="groups"),
        pytest.param("A" * 1_000_000, id="one word"),
        pytest.param("a'b" * 330_000, id="apostrophes"),
    ],
)
def test_a_megabyte_of_anything_takes_bounded_time(text: str) -> None:
    with ProcessorTime() as taken:
        (result,) = EXTRACTOR.extract([Passage("p", text, "Ada Yu")])
    check_result(Passage("p", ""), result)
    assert taken.seconds < 20
