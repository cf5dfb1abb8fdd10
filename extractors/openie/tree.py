"""Parsed text as plain lists: everything that the rules look at, read from a spaCy ``Doc`` in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, IDX, LENGTH, POS, SENT_START, TAG
from spacy.tokens import Doc


@dataclass(slots=True)
class Tree:
    """The words of a text with the dependency trees of its sentences; positions count words without white space.

    Parameters
    ----------
    text
        The text.
    words, lower
        In order; as written and in lower case.
    starts
        Where each word begins in the text, in characters.
    heads
        Position of each word's head; a root's is its own.
    relations
        Universal Dependencies, with subtype.
    tags
        Universal part of speech.
    fine_tags
        Part of speech in the Penn treebank's tags.
    sentences
        First and one past the last word of each.
    tokens
        Position of each word among the tokens of the ``Doc``.
    """

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    heads: list[int]
    relations: list[str]
    tags: list[str]
    fine_tags: list[str]
    sentences: list[tuple[int, int]]
    tokens: list[int]
    children: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.children = [[] for _ in self.words]
        for word, head in enumerate(self.heads):
            if head != word:
                self.children[head].append(word)

    def __len__(self) -> int:
        return len(self.words)

    def between(self, start: int, end: int) -> str:
        """Return the text of words ``start`` to ``end - 1``, verbatim."""
        return self.text[self.starts[start] : self.starts[end - 1] + len(self.words[end - 1])] if start < end else ""

    def phrase(self, positions: Sequence[int]) -> str:
        """Return the words at ascending positions: verbatim where they follow one another, else joined by spaces."""
        parts = []
        begin = 0
        for i in range(1, len(positions) + 1):
            if i == len(positions) or positions[i] != positions[i - 1] + 1:
                parts.append(self.between(positions[begin], positions[i - 1] + 1))
                begin = i
        return " ".join(parts)

    def child(self, word: int, *relations: str) -> int:
        """Return the first child in one of some relations, or -1."""
        for child in self.children[word]:
            if self.relations[child] in relations:
                return child
        return -1


def read_tree(doc: Doc) -> Tree:
    """Return the trees of a parsed ``Doc``."""
    rows = doc.to_array([HEAD, DEP, POS, TAG, IDX, LENGTH, SENT_START]).astype(np.int64).reshape(len(doc), 7)
    is_word = rows[:, 2] != doc.vocab.strings["SPACE"]
    tokens = np.flatnonzero(is_word)
    place = np.cumsum(is_word) - 1
    kept = rows[tokens]
    text = doc.text
    starts, lengths = kept[:, 4].tolist(), kept[:, 5].tolist()
    words = [text[start : start + length] for start, length in zip(starts, lengths, strict=True)]
    firsts = np.flatnonzero(kept[:, 6] == 1).tolist()
    if firsts[:1] != [0]:
        firsts = [0, *firsts]
    return Tree(
        text,
        words,
        [word.lower() for word in words],
        starts,
        np.maximum(place[tokens + kept[:, 0]], 0).tolist(),
        _strings(doc, kept[:, 1]),
        _strings(doc, kept[:, 2]),
        _strings(doc, kept[:, 3]),
        list(zip(firsts, [*firsts[1:], len(words)], strict=True)) if words else [],
        tokens.tolist(),
    )


def _strings(doc: Doc, hashes: NDArray[np.int64]) -> list[str]:
    """Return the strings of hashes, each looked up once."""
    keys = hashes.astype(np.uint64).tolist()
    strings = doc.vocab.strings
    known = {key: strings[key] for key in set(keys)}
    return [known[key] for key in keys]
