"""Words cut into the encoder's pieces, each distinct word once."""

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer

from extractors.pipeline.shapes import model_word

MAX_PIECES_PER_WORD = 8
"""Longer words keep their first pieces: what follows says little, and a very long word must not fill a window."""

MAX_CACHED_WORDS = 200_000

_MAX_LETTERS = 100


class WordPieces:
    """The encoder's vocabulary, word by word.

    Parameters
    ----------
    path
        A ``tokenizer.json`` file.
    """

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._cache: dict[str, tuple[int, ...]] = {}
        self.start = self._special("[CLS]")
        self.end = self._special("[SEP]")
        self.mask = self._special("[MASK]")
        self.unknown = self._special("[UNK]")

    def _special(self, token: str) -> int:
        index = self._tokenizer.token_to_id(token)
        if index is None:
            raise ValueError(f"Expected the vocabulary to have the piece {token}")
        return int(index)

    def encode(self, words: Iterable[str]) -> list[tuple[int, ...]]:
        """Return one to `MAX_PIECES_PER_WORD` pieces for every word."""
        return [self._cache.get(word) or self._encode(word) for word in words]

    def _encode(self, word: str) -> tuple[int, ...]:
        pieces = self._whole(word) or self._cut(word)
        if len(self._cache) < MAX_CACHED_WORDS:
            self._cache[word] = pieces
        return pieces

    def _whole(self, word: str) -> tuple[int, ...]:
        """Return the one piece that a plain word is, or nothing: ten times as fast as the tokenizer."""
        piece = self._tokenizer.token_to_id(word.lower()) if word.isascii() and word.isalnum() else None
        return () if piece is None else (piece,)

    def _cut(self, word: str) -> tuple[int, ...]:
        text = model_word(word[:_MAX_LETTERS])
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids[:MAX_PIECES_PER_WORD]
        return tuple(ids) or (self.unknown,)
