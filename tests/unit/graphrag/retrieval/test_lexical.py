from pathlib import Path

import numpy as np
import pytest

from graphrag.retrieval.lexical import LexicalIndex

TEXTS = [
    "Ada Lovelace\nAda Lovelace wrote notes.",
    "",
    "Bread\nBread is baked.",
    "知识图谱 and graphs",
    "Lovelace is a village.",
]


def test_ranks_by_shared_words() -> None:
    scores = LexicalIndex.build(TEXTS).scores("Who was ADA LOVELACE?")
    assert scores.dtype == np.float32
    assert np.argsort(-scores)[:2].tolist() == [0, 4]
    assert (scores > 0).tolist() == [True, False, False, False, True]


def test_equals_the_formula() -> None:
    texts = ["red red blue", "blue", "green green"]
    num_texts, mean_length, k1, b = 3, 2.0, 1.5, 0.75

    def term(frequency: int, length: int, num_with: int) -> float:
        idf = np.log(1 + (num_texts - num_with + 0.5) / (num_with + 0.5))
        return idf * frequency / (frequency + k1 * (1 - b + b * length / mean_length))

    expected = [term(2, 3, 1) + term(1, 3, 2), term(1, 1, 2), 0.0]
    assert np.allclose(LexicalIndex.build(texts).scores("red and blue"), expected, rtol=1e-5)


def test_every_script() -> None:
    assert (LexicalIndex.build(TEXTS).scores("知识") > 0).tolist() == [False, False, False, True, False]


@pytest.mark.parametrize("question", ["", "the of and", "quantum", "?!"])
def test_question_without_known_words(question: str) -> None:
    assert LexicalIndex.build(TEXTS).scores(question).tolist() == [0.0] * 5


@pytest.mark.parametrize("texts", [[], ["", "the"]])
def test_nothing_to_index(texts: list[str], tmp_path: Path) -> None:
    LexicalIndex.build(texts).save(tmp_path / "index")
    loaded = LexicalIndex.load(tmp_path / "index")
    assert loaded.num_texts == len(texts)
    assert loaded.scores("the bread").tolist() == [0.0] * len(texts)


def test_saved_and_loaded(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    built = LexicalIndex.build(TEXTS)
    built.save(tmp_path / "a" / "index")
    loaded = LexicalIndex.load(tmp_path / "a" / "index")
    for question in ("Ada's notes", "graphs of bread", "nothing"):
        assert loaded.scores(question).tolist() == built.scores(question).tolist()
    assert capfd.readouterr() == ("", "")
    for file in (tmp_path / "a" / "index").iterdir():
        assert file.suffix in {".json", ".npy"}
        assert b"pickle" not in file.read_bytes()


def test_missing_index(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"lexical\.json"):
        LexicalIndex.load(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1]", "Expected lexical.json to describe a lexical index"),
        ('{"num_texts": 9, "has_words": true}', r"Expected an index of 9 texts \(got 5\)"),
        ("{", "Expecting"),
    ],
)
def test_damaged_index(content: str, message: str, tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    (tmp_path / "lexical.json").write_text(content)
    with pytest.raises(ValueError, match=message):
        LexicalIndex.load(tmp_path)
