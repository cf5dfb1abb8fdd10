from pathlib import Path

import numpy as np
import pytest

from graphrag.errors import LanguageModelError
from graphrag.llm.llama_cpp_encoder import LlamaCppEncoder
from graphrag.llm.llama_loading import LlamaSettings


@pytest.fixture(scope="module")
def encoder(tiny_gguf: Path) -> LlamaCppEncoder:
    return LlamaCppEncoder(tiny_gguf)


def test_vectors_have_length_1_and_depend_on_their_text_alone(encoder: LlamaCppEncoder) -> None:
    texts = ["Ada Lovelace", "知识", "Ada Lovelace", "x" * 5_000, "", "\ud800", "\x00"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), encoder.dimension) == (7, 288)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[2])
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(encoder.encode([text])[0], vector)


def test_similar_texts_have_similar_vectors(encoder: LlamaCppEncoder) -> None:
    # This model's vector counts letters.
    first, second, third = encoder.encode(["listen", "silent", "rhythm"])
    assert first @ second == pytest.approx(1, abs=1e-3)
    assert first @ third < 0.5


def test_no_texts(encoder: LlamaCppEncoder) -> None:
    assert encoder.encode([]).shape == (0, 288)


def test_what_changes_vectors_is_in_the_identity(encoder: LlamaCppEncoder, tiny_gguf: Path) -> None:
    assert LlamaCppEncoder(tiny_gguf, settings=LlamaSettings(context_tokens=512)).identity == encoder.identity
    assert LlamaCppEncoder(tiny_gguf, settings=LlamaSettings(context_tokens=1024)).identity != encoder.identity


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(LanguageModelError, match="Cannot read the model"):
        LlamaCppEncoder(tmp_path / "none.gguf")
