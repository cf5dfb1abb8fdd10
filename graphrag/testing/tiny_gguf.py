"""A real GGUF file of a third of a megabyte: its model says one word wherever it may, so that a test can foresee it."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gguf import GGUFWriter

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
END, TURN, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"

_WIDTH = 288  # at least the vocabulary: a token is one coordinate
_HEADS, _HEAD_WIDTH = 2, 16
_MERGED = "Ġt"
_NORMAL, _CONTROL = 1, 3  # kinds of tokens
# What the model likes best after any character, where a grammar does not decide: to close what is open.
_LIKED = {"]": 0.9, "}": 0.8, '"': 0.6, ",": 0.5, ":": 0.5}


def write_tiny_gguf(
    path: str | Path,
    *,
    word: str = "Ada",
    context_tokens: int = 8192,
    chat_template: str = CHAT_TEMPLATE,
    layers: int = 1,
    feed_forward: int = 32,
) -> Path:
    """Write a model of the llama architecture with a token a byte and return its path.

    A reply without a grammar is the word. Under a grammar, every string is the word and every list has one item. The
    attention and feed-forward layers are computed like any model's and add nothing to what is said.

    Parameters
    ----------
    path
        Where to.
    word
        What the model says: ASCII, no character twice.
    context_tokens
        What the model claims to have been trained with.
    chat_template
        Jinja.
    layers, feed_forward
        How much work the model makes, whatever it says: number of layers and their inner width.

    Raises
    ------
    ValueError
        If a character of the word stands in it twice or is not ASCII.
    """
    if not word.isascii() or len(set(word)) < len(word) or not word:
        raise ValueError(f"Expected 'word' to be ASCII characters, none of them twice (got {word!r})")
    tokens = [*_byte_characters(), _MERGED, END, TURN, TURN_END]
    from gguf import GGUFWriter  # noqa: PLC0415  # only tests have it

    writer = GGUFWriter(str(path), "llama")
    _write_header(writer, context_tokens, layers, feed_forward)
    _write_vocabulary(writer, tokens, chat_template)
    for name, tensor in _tensors(_transitions(word, tokens), layers, feed_forward).items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return Path(path)


def _write_header(writer: "GGUFWriter", context_tokens: int, layers: int, feed_forward: int) -> None:
    writer.add_name("tiny")
    writer.add_context_length(context_tokens)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_key_length(_HEAD_WIDTH)
    writer.add_value_length(_HEAD_WIDTH)
    writer.add_rope_dimension_count(_HEAD_WIDTH)
    writer.add_layer_norm_rms_eps(1e-5)


def _write_vocabulary(writer: "GGUFWriter", tokens: Sequence[str], chat_template: str) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(list(tokens))
    writer.add_token_types([_CONTROL if token.startswith("<|") else _NORMAL for token in tokens])
    writer.add_token_merges([" ".join(_MERGED)])
    writer.add_bos_token_id(tokens.index(END))
    writer.add_eos_token_id(tokens.index(TURN_END))
    writer.add_add_bos_token(False)
    writer.add_chat_template(chat_template)


def _byte_characters() -> list[str]:
    """Return the character by which GPT-2's tokenizer writes each byte."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = itertools.count(0x100)
    return [chr(byte) if byte in shown else chr(next(hidden)) for byte in range(0x100)]


def _transitions(word: str, tokens: Sequence[str]) -> NDArray[np.float16]:
    """Return how much the model likes each token (row) after each token (column)."""
    table = np.zeros((len(tokens), _WIDTH))
    for token, liking in _LIKED.items():
        table[ord(token)] = liking
    for before in '\n "[{':
        table[ord(word[0]), ord(before)] = 3.0
    for before, after in itertools.pairwise(word):
        table[ord(after), ord(before)] = 3.0
    table[tokens.index(TURN_END), ord(word[-1])] = 3.0
    table[ord('"'), ord(word[-1])] = 2.0
    # Lists begin with something, and numbers are 1.
    table[[ord("{"), ord('"'), ord("1")], ord("[")] = 2.0, 1.8, 1.6
    table[ord("1"), ord(" ")] = 1.5
    table[[ord("]"), ord("}")], ord("1")] = 1.5
    return table.astype(np.float16)


def _tensors(transitions: NDArray[np.float16], layers: int, feed_forward: int) -> dict[str, NDArray[np.floating]]:
    rng = np.random.default_rng(0)
    inner = _HEADS * _HEAD_WIDTH

    def noise(*shape: int) -> NDArray[np.float16]:
        return rng.normal(0, 0.02, shape).astype(np.float16)

    ones = np.ones(_WIDTH, dtype=np.float32)
    tensors: dict[str, NDArray[np.floating]] = {
        "token_embd.weight": np.eye(len(transitions), _WIDTH, dtype=np.float16),
        "output_norm.weight": ones,
        "output.weight": transitions,
    }
    for layer in range(layers):
        # What a layer would add is multiplied by zero: it is computed and changes nothing.
        tensors |= {
            f"blk.{layer}.attn_norm.weight": ones,
            f"blk.{layer}.attn_q.weight": noise(inner, _WIDTH),
            f"blk.{layer}.attn_k.weight": noise(inner, _WIDTH),
            f"blk.{layer}.attn_v.weight": noise(inner, _WIDTH),
            f"blk.{layer}.attn_output.weight": np.zeros((_WIDTH, inner), dtype=np.float16),
            f"blk.{layer}.ffn_norm.weight": ones,
            f"blk.{layer}.ffn_gate.weight": noise(feed_forward, _WIDTH),
            f"blk.{layer}.ffn_up.weight": noise(feed_forward, _WIDTH),
            f"blk.{layer}.ffn_down.weight": np.zeros((_WIDTH, feed_forward), dtype=np.float16),
        }
    return tensors
