import re

from hypothesis import example, given
from hypothesis import strategies as st

from graphrag.text import clean_text, normalize_phrase, numbers_of, split_sentences, word_tokens

texts = st.text(st.characters())
prose = st.text(st.sampled_from("aAé9 .!?…\"'”)([\n\t。！北\u2028\x1f")) | texts


@given(texts)
@example("\u0345")
@example("İ\u0307")
@example("ﷺ ①\u0301")
@example("¨a\ufe0f")
def test_normalizing_twice_changes_nothing(phrase: str) -> None:
    key = normalize_phrase(phrase)
    assert normalize_phrase(key) == key


@given(st.text(st.characters(max_codepoint=127)))
def test_a_plain_phrase_is_its_words(phrase: str) -> None:
    words = re.findall(r"[^\W_]+", phrase.casefold()) or phrase.casefold().split()
    assert normalize_phrase(phrase) == " ".join(words)
    # As part of a phrase that takes the longer way.
    assert normalize_phrase(f"{phrase} ψ") == " ".join([*re.findall(r"[^\W_]+", phrase.casefold()), "ψ"])


@given(texts)
def test_a_key_is_empty_only_for_blank_phrases(phrase: str) -> None:
    key = normalize_phrase(phrase)
    assert bool(key) == bool(phrase.strip())
    assert key == " ".join(key.split())


@given(texts)
def test_case_and_punctuation_around_do_not_matter(phrase: str) -> None:
    if any(map(str.isalnum, normalize_phrase(phrase))):
        assert normalize_phrase(f' "{phrase.swapcase().swapcase()}" !') == normalize_phrase(
            phrase.swapcase().swapcase()
        )


@given(prose)
def test_sentences_cover_all_but_white_space_in_order(text: str) -> None:
    spans = split_sentences(text)
    end_before = 0
    for start, end in spans:
        assert not text[end_before:start].strip()
        assert start < end
        assert text[start:end] == text[start:end].strip()
        end_before = end
    assert not text[end_before:].strip()


@given(texts)
def test_word_tokens_are_words(text: str) -> None:
    for word in word_tokens(text):
        assert word
        assert not any(map(str.isspace, word))
        assert word_tokens(word) == [word]


@given(st.lists(st.integers(0, 10**6)), st.text("abc ,"))
def test_numbers_of_finds_the_numbers_that_were_written(numbers: list[int], between: str) -> None:
    text = f"{between}x".join(map(str, numbers))
    assert numbers_of(text) == tuple(sorted(map(str, numbers)))


@given(st.text(st.characters(codec=None)))
def test_clean_text_can_be_encoded_and_is_stable(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned
    assert len(cleaned) == len(text) or any(0xD800 <= ord(c) < 0xE000 for c in text)
