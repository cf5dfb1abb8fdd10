import pytest
import spacy
from spacy import displacy
from spacy.matcher import Matcher

from extractors.rule_components import rule_pipeline, sentence_starts, words_of


@pytest.mark.parametrize(
    "text", ["Ada met  Bob.\n\nShe left.", "", " ", "\n", "x" * 5_000, "a\x00b", " Ada ", "🦆\u2028"]
)
def test_a_doc_is_its_text(text: str) -> None:
    doc = rule_pipeline()(text)
    assert doc.text == text


def test_matchers_and_displays_work() -> None:
    nlp = rule_pipeline()
    doc = nlp("Ada Lovelace met Charles Babbage. She wrote.")
    matcher = Matcher(nlp.vocab)
    matcher.add("met", [[{"ENT_TYPE": "NAME"}, {"LOWER": "met"}]])
    assert [doc[start:end].text for _, start, end in matcher(doc)] == ["Lovelace met"]
    assert "Charles Babbage" in displacy.render(doc, style="ent", jupyter=False)
    assert [sentence.text for sentence in doc.sents] == ["Ada Lovelace met Charles Babbage.", "She wrote."]


def test_a_roman_numeral_ends_a_sentence() -> None:
    doc = rule_pipeline()("It is set in World War I. It was written by J. S. Bach.")
    assert [sentence.text for sentence in doc.sents] == ["It is set in World War I.", "It was written by J. S. Bach."]


def test_words_of_any_pipeline() -> None:
    doc = spacy.blank("en")("Ada  met Bob.")
    words, positions = words_of(doc)
    assert words.words == ["Ada", "met", "Bob", "."]
    assert positions == [0, 2, 3, 4]
    assert sentence_starts(doc) == [0]


def test_long_text_without_sentences_is_cut_in_blocks() -> None:
    doc = rule_pipeline()("word " * 5_000)
    assert len(list(doc.sents)) == 3
