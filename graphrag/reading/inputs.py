"""What the reading network reads: a question and texts as word pieces, word shapes and offsets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from extractors.pipeline.shapes import word_shape

MAX_POSITIONS = 512
"""Word pieces that the network has positions for."""

MAX_QUESTION_PIECES = 64

_MAX_CACHED_TEXTS = 4096


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text as the network reads it: pieces, shapes of their words, and where each stands in the text."""

    ids: tuple[int, ...]
    shapes: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.ids)

    def joined(self, other: "Pieces") -> "Pieces":
        """Return these pieces and those of another text after them."""
        return Pieces(self.ids + other.ids, self.shapes + other.shapes, self.offsets + other.offsets)

    def cut(self, start: int, end: int) -> "Pieces":
        """Return the pieces from one position to another."""
        return Pieces(self.ids[start:end], self.shapes[start:end], self.offsets[start:end])


@dataclass(frozen=True, slots=True)
class Window:
    """One run of the network: a question and texts.

    Parameters
    ----------
    ids, shapes
        Of equal length.
    sources
        Per piece: the number of the text, -1 for the question and the marks between.
    offsets
        Per piece: start and end in its text, in characters.
    """

    ids: list[int]
    shapes: list[int]
    sources: list[int]
    offsets: list[tuple[int, int]]


class ReadingInput:
    """Cuts questions and texts into pieces.

    Parameters
    ----------
    tokenizer
        A ``tokenizer.json`` file.
    """

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._start, self._end = (int(self._tokenizer.token_to_id(mark) or 0) for mark in ("[CLS]", "[SEP]"))
        self.pieces = lru_cache(_MAX_CACHED_TEXTS)(self._pieces)

    def _pieces(self, text: str) -> Pieces:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        words = encoding.word_ids
        ends: dict[int | None, tuple[int, int]] = {}
        for word, (start, end) in zip(words, encoding.offsets, strict=True):
            ends[word] = (ends[word][0] if word in ends else start, end)
        shape_of = {word: word_shape(text[start:end]) for word, (start, end) in ends.items()}
        return Pieces(tuple(encoding.ids), tuple(shape_of[word] for word in words), tuple(encoding.offsets))

    def titled(self, title: str, text: str) -> tuple[Pieces, Pieces]:
        """Return what is shown of a text: its title with a colon (nothing if there is none), and the text."""
        return self.pieces(f"{title}:" if title else ""), self.pieces(text)

    def window(self, question: str, texts: Sequence[Pieces], *, max_pieces: int = MAX_POSITIONS) -> Window:
        """Return a question and the texts that fit, the last one cut."""
        asked = self.pieces(question).cut(0, MAX_QUESTION_PIECES)
        window = Window([self._start], [0], [-1], [(0, 0)])
        for source, part in [(-1, asked), *enumerate(texts)]:
            shown = part.cut(0, max_pieces - len(window.ids) - 1)
            window.ids.extend([*shown.ids, self._end])
            window.shapes.extend([*shown.shapes, 0])
            window.sources.extend([*([source] * len(shown)), -1])
            window.offsets.extend([*shown.offsets, (0, 0)])
            if len(window.ids) >= max_pieces - 1:
                break
        return window
