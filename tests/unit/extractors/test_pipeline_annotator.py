"""Windows over long texts, and what happens without weights."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.pipeline.annotator import MAX_WINDOW, Annotator, num_threads, windows
from graphrag.errors import ConfigError

WORDS = st.lists(st.sampled_from(["the", "Film", ".", '"', ")", "!"]), max_size=400)


@given(WORDS, st.frozensets(st.integers(0, 400), max_size=4), st.integers(1, 8))
def test_windows_cover_every_word_once_and_fit(words: list[str], breaks: frozenset[int], size: int) -> None:
    pieces = [(1,) * size for _ in words]
    found = list(windows(words, pieces, breaks))
    assert [position for start, end in found for position in range(start, end)] == list(range(len(words)))
    assert all((end - start) * size <= MAX_WINDOW for start, end in found)
    assert not any(start < position < end for start, end in found for position in breaks)


def test_windows_end_with_sentences() -> None:
    words = ["It", "is", "so", "."] * 60
    found = list(windows(words, [(1,)] * len(words)))
    assert len(found) > 1
    assert all(words[end - 1] == "." for _, end in found)


def test_closing_quotes_stay_with_their_sentence() -> None:
    words = ["It", "is", "so", ".", '"'] * 60
    found = list(windows(words, [(1,)] * len(words)))
    assert all(words[start] == "It" for start, _ in found)
    assert all(end == start for (_, end), (start, _) in pairwise(found))


def test_missing_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"no relations\.npz, classes\.json, lemmas\.json, tokenizer\.json"):
        Annotator(tmp_path)


def test_broken_weights_are_named(tmp_path: Path) -> None:
    for name in ("model.onnx", "relations.npz", "classes.json", "lemmas.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ConfigError, match="Expected the pipeline's weights in"):
        Annotator(tmp_path)


def test_there_is_a_thread_to_spare() -> None:
    assert num_threads() >= 2
