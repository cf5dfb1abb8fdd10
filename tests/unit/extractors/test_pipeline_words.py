"""Tokenizer, shapes, lemma edits and word pieces of the trained pipeline."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from extractors.pipeline import wordpieces as wordpieces_module
from extractors.pipeline.lemmas import apply_edit, lemma_edit
from extractors.pipeline.shapes import SHAPES, model_word, word_shape
from extractors.pipeline.tokenizer import blank_language
from extractors.pipeline.wordpieces import MAX_PIECES_PER_WORD, WordPieces

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def write_tokenizer(path: Path, *pieces: str) -> Path:
    vocabulary = {piece: index for index, piece in enumerate((*SPECIAL, *pieces))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.save(str(path))
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Teutberga( died 875)", ["Teutberga", "(", "died", "875", ")"]),
        ("the lay- abbot", ["the", "lay", "-", "abbot"]),
        ('of" rannair" — a', ["of", '"', "rannair", '"', "—", "a"]),
        ("1959–65", ["1959", "–", "65"]),
        ("a 10-year-old", ["a", "10", "-", "year", "-", "old"]),
        ("They don't.", ["They", "do", "n't", "."]),
        ("the U.S. Navy", ["the", "U.S.", "Navy"]),
    ],
)
def test_words_are_cut_as_in_the_treebank(text: str, words: list[str]) -> None:
    assert [token.text for token in blank_language()(text)] == words


@given(st.text(max_size=60))
def test_the_tokenizer_loses_nothing(text: str) -> None:
    assert "".join(token.text_with_ws for token in LANGUAGE(text)) == text


LANGUAGE = blank_language()


@given(st.text(max_size=12))
def test_every_word_has_a_shape(word: str) -> None:
    assert 0 < word_shape(word) < len(SHAPES)


def test_treebank_brackets_are_undone() -> None:
    assert [model_word(word) for word in ("-LRB-", "-RSB-", "''", "x")] == ["(", "]", '"', "x"]


@given(st.text(min_size=1, max_size=10), st.text(min_size=1, max_size=10))
def test_an_edit_makes_the_lemma_it_was_made_of(word: str, lemma: str) -> None:
    assert apply_edit(lemma_edit(word, lemma), word) == lemma


@pytest.mark.parametrize("edit", ["", "x|1|", "l|a|", "l1"])
def test_a_malformed_edit_is_named(edit: str) -> None:
    with pytest.raises(ValueError, match=r"Expected an edit of the form 'l\|2\|y'"):
        apply_edit(edit, "word")


def test_edits_generalize_over_words() -> None:
    assert apply_edit(lemma_edit("Walked", "walk"), "Jumped") == "jump"


def test_words_become_pieces(tmp_path: Path) -> None:
    pieces = WordPieces(write_tokenizer(tmp_path / "tokenizer.json", "film", "##s", '"'))
    assert pieces.encode(["Films", "``", "xyz", "\x00"]) == [(5, 6), (7,), (1,), (1,)]
    assert (pieces.start, pieces.end, pieces.mask, pieces.unknown) == (2, 3, 4, 1)


def test_a_long_word_keeps_its_first_pieces(tmp_path: Path) -> None:
    pieces = WordPieces(write_tokenizer(tmp_path / "tokenizer.json", "a", "##a"))
    assert pieces.encode(["a" * 100_000]) == [(5, *[6] * (MAX_PIECES_PER_WORD - 1))]


def test_the_cache_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpieces_module, "MAX_CACHED_WORDS", 2)
    pieces = WordPieces(write_tokenizer(tmp_path / "tokenizer.json", "a", "b", "c"))
    assert pieces.encode(["a", "b", "c", "c"]) == [(5,), (6,), (7,), (7,)]
    assert len(pieces._cache) == 2


def test_a_vocabulary_without_markers_is_refused(tmp_path: Path) -> None:
    Tokenizer(WordPiece({"[UNK]": 0}, unk_token="[UNK]")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ValueError, match=r"Expected the vocabulary to have the piece \[CLS\]"):
        WordPieces(tmp_path / "tokenizer.json")


def test_plain_words_of_the_vocabulary_are_found_without_the_tokenizer(tmp_path: Path) -> None:
    pieces = WordPieces(write_tokenizer(tmp_path / "tokenizer.json", "film", "fi", "##lm", "1990", "b", "##2", "é"))
    assert pieces.encode(["Film", "FILM", "film", "1990", "B2", "é"]) == [
        (5,),
        (5,),
        (5,),
        (8,),
        (9, 10),
        (pieces.unknown,),
    ]
    assert pieces.encode(["[CLS]"]) != [(pieces.start,)]
