import hashlib
import random
import re
import time

import numpy as np
import pytest

from graphrag.encoders.minilm import DEFAULT_MODEL, MiniLMEncoder
from graphrag.errors import ConfigError

TEXTS = [
    "Who wrote Emma?",
    "Jane Austen is the author of the novel Emma.",
    "Bread is baked from flour, water and yeast.",
    "Zürich liegt am See; 北京 is a city.",
    "",
    "a",
    "The quick brown fox jumps over the lazy dog. " * 12,
    "The quick brown fox jumps over the lazy dog. " * 90,
    "naïve café \U0001f600 \ud800 end",
]


@pytest.fixture(scope="module")
def encoder():
    return MiniLMEncoder(num_threads=2)


@pytest.fixture(scope="module")
def together(encoder):
    return encoder.encode(TEXTS)


def test_vectors_have_length_one(encoder, together):
    assert together.shape == (len(TEXTS), encoder.dimension) == (len(TEXTS), 384)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(encoder):
    vectors = encoder.encode([])
    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32


def test_a_vector_depends_on_its_text_alone(encoder, together):
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert alone.tobytes() == together.tobytes()


@pytest.mark.parametrize("seed", range(3))
def test_order_and_company_change_no_bit(encoder, together, seed):
    chosen = random.Random(seed).choices(range(len(TEXTS)), k=2 * len(TEXTS))
    vectors = encoder.encode([TEXTS[index] for index in chosen])
    assert vectors.tobytes() == together[chosen].tobytes()


@pytest.mark.parametrize("num_words", [1, 5, 12, 40])
def test_texts_of_one_length_are_read_together_without_changing_a_bit(encoder, num_words):
    words = "red green blue fast slow old new big small cat dog tree house river stone".split()
    chosen = random.Random(num_words)
    texts = [" ".join(chosen.choices(words, k=num_words)) for _ in range(70)]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert encoder.encode(texts).tobytes() == alone.tobytes()


@pytest.mark.parametrize("num_threads", [1, 3, 8])
def test_the_number_of_threads_changes_no_bit(together, num_threads):
    assert MiniLMEncoder(num_threads=num_threads).encode(TEXTS).tobytes() == together.tobytes()


def test_similarities_are_those_of_the_fp32_model(together):
    # made by sentence-transformers with the fp32 weights
    expected = [
        [1.0, 0.7629, 0.0199, -0.0046],
        [0.7629, 1.0, -0.0259, 0.0687],
        [0.0199, -0.0259, 1.0, 0.1039],
        [-0.0046, 0.0687, 0.1039, 1.0],
    ]
    np.testing.assert_allclose(together[:4] @ together[:4].T, expected, atol=0.03)


@pytest.mark.parametrize("text", [" ", "\n\t \r", "\x00\x01\x1f", "\u200b\u2028"])
def test_a_text_without_word_pieces_gets_the_vector_of_the_empty_text(encoder, text):
    assert encoder.encode([text]).tobytes() == encoder.encode([""]).tobytes()


def test_a_lone_surrogate_reads_as_the_replacement_character(encoder):
    assert encoder.encode(["a \ud800 b"]).tobytes() == encoder.encode(["a \ufffd b"]).tobytes()


def test_only_the_first_word_pieces_count_and_longer_texts_are_counted():
    encoder = MiniLMEncoder()
    words = ["word"] * 254
    full, longer = encoder.encode([" ".join(words), " ".join([*words, "other", "things"])])
    assert full.tobytes() == longer.tobytes()
    assert encoder.num_truncated == 1


def test_max_tokens_counts_the_two_special_pieces():
    encoder = MiniLMEncoder(max_tokens=4)
    short, longer, shorter = encoder.encode(["red cat", "red cat runs", "red"])
    assert short.tobytes() == longer.tobytes() != shorter.tobytes()
    assert encoder.token_states("red cat runs")[0] == ("[CLS]", "red", "cat", "[SEP]")
    assert encoder.num_truncated == 1


@pytest.mark.parametrize("piece", ["word ", "x", "\u4e2d", "\x00", " "])
def test_a_huge_text_takes_bounded_time(encoder, piece):
    begin = time.perf_counter()
    vectors = encoder.encode([piece * (1_000_000 // len(piece))])
    assert time.perf_counter() - begin < 5
    assert np.isfinite(vectors).all()


def test_token_states_average_to_the_vector(encoder, together):
    pieces, states = encoder.token_states(TEXTS[0])
    assert pieces == ("[CLS]", "who", "wrote", "emma", "?", "[SEP]")
    assert states.shape == (6, 384)
    mean = states.mean(axis=0)
    np.testing.assert_allclose(mean / np.linalg.norm(mean), together[0], atol=1e-5)


def test_identity_names_the_weights_and_the_length():
    identity = MiniLMEncoder().identity
    assert re.fullmatch(r"all-MiniLM-L6-v2-int8/[0-9a-f]{12}/256", identity)
    assert MiniLMEncoder(num_threads=5).identity == identity
    assert MiniLMEncoder(max_tokens=128).identity != identity


def test_identity_follows_the_files(tmp_path):
    (tmp_path / "model.onnx").write_bytes((DEFAULT_MODEL / "model.onnx").read_bytes())
    tokenizer = (DEFAULT_MODEL / "tokenizer.json").read_bytes()
    (tmp_path / "tokenizer.json").write_bytes(tokenizer)
    assert MiniLMEncoder(model=tmp_path).identity == MiniLMEncoder().identity
    (tmp_path / "tokenizer.json").write_bytes(tokenizer + b"\n")
    assert MiniLMEncoder(model=tmp_path).identity != MiniLMEncoder().identity


def test_the_model_card_states_the_hashes_of_the_files():
    card = (DEFAULT_MODEL / "MODEL_CARD.md").read_text(encoding="utf-8")
    for name in ("model.onnx", "tokenizer.json"):
        content = (DEFAULT_MODEL / name).read_bytes()
        assert f"| `{name}` | {len(content):,} | `{hashlib.sha256(content).hexdigest()}` |" in card


def test_a_folder_without_model_is_one_clear_error(tmp_path):
    with pytest.raises(ConfigError, match=r"to hold model\.onnx and tokenizer\.json .*: .*No such file"):
        MiniLMEncoder(model=tmp_path / "nothing")


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\x08\x08 no model", b"version https://git-lfs.github.com/spec/v1"])
def test_a_broken_file_is_one_clear_error(tmp_path, broken, content):
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).symlink_to(DEFAULT_MODEL / name)
    (tmp_path / broken).unlink()
    (tmp_path / broken).write_bytes(content)
    with pytest.raises(ConfigError, match=r"sentence encoder: .+") as caught:
        MiniLMEncoder(model=tmp_path)
    assert "\n" not in str(caught.value)


def test_another_network_is_one_clear_error(tmp_path):
    network = (DEFAULT_MODEL / "model.onnx").read_bytes()
    (tmp_path / "model.onnx").write_bytes(network.replace(b"sentence_vector", b"sentence_factor"))
    (tmp_path / "tokenizer.json").symlink_to(DEFAULT_MODEL / "tokenizer.json")
    with pytest.raises(ConfigError, match=r"Expected the outputs .* \(got \['sentence_factor', 'token_states'\]\)"):
        MiniLMEncoder(model=tmp_path)


def test_options_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"Expected 'num_threads' to be at least 1 \(got 0\)"):
        MiniLMEncoder(num_threads=0)
    for max_tokens in (1, 513):
        with pytest.raises(ValueError, match=rf"Expected 'max_tokens' to be in \[2, 512\] \(got {max_tokens}\)"):
            MiniLMEncoder(max_tokens=max_tokens)
    assert MiniLMEncoder(max_tokens=512).encode(["word " * 600]).shape == (1, 384)


def test_a_text_asked_for_again_is_not_read_again(encoder: MiniLMEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    first = encoder.encode(["Who wrote Emma?"])
    expected = first.copy()
    first[:] = 0  # what a caller does with its vector is no other caller's business
    monkeypatch.setattr(encoder, "_encode_all", lambda _: pytest.fail("The text was read again"))
    assert encoder.encode(["Who wrote Emma?"]).tobytes() == expected.tobytes()
