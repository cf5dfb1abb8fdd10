from pathlib import Path

import pytest

from graphrag.testing.tiny_gguf import CHAT_TEMPLATE, write_tiny_gguf


def test_the_file_is_small_whole_and_always_the_same(tmp_path: Path) -> None:
    gguf = pytest.importorskip("gguf")
    first = write_tiny_gguf(tmp_path / "a.gguf")
    second = write_tiny_gguf(tmp_path / "b.gguf")
    assert first.read_bytes() == second.read_bytes()
    assert 300_000 < first.stat().st_size < 600_000
    reader = gguf.GGUFReader(first)
    assert reader.get_field("general.architecture").contents() == "llama"
    assert reader.get_field("tokenizer.chat_template").contents() == CHAT_TEMPLATE
    assert len(reader.tensors) == 12


@pytest.mark.parametrize("word", ["", "Anna", "Zürich"])
def test_a_word_that_cannot_be_foreseen(tmp_path: Path, word: str) -> None:
    with pytest.raises(
        ValueError, match=rf"Expected 'word' to be ASCII characters, none of them twice \(got '{word}'\)"
    ):
        write_tiny_gguf(tmp_path / "a.gguf", word=word)
