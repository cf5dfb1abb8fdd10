"""Sentences made into padded tensors."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from extractors.pipeline.labels import TAGS
from extractors.pipeline.lemmas import lemma_edit
from extractors.pipeline.shapes import SHAPES, word_shape
from extractors.pipeline.wordpieces import WordPieces
from extractors.training.readers import Document, Sentence

IGNORED = -100
"""Class index of words about which a corpus says nothing."""

_LOWER, _TITLE, _UPPER = (SHAPES.index(shape) for shape in ("lower", "title", "upper"))
_CASED = {SHAPES.index(shape) for shape in ("lower", "title", "capital", "upper", "mixed")}


@dataclass(frozen=True, slots=True)
class Inventory:
    """The classes of every head, in the order of the model's outputs."""

    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    edits: tuple[str, ...]
    relations: tuple[str, ...]


@dataclass(slots=True)
class Example:
    """A passage as integers: per word its pieces, shape and classes; ``sentence`` numbers its sentences from 0."""

    pieces: list[tuple[int, ...]]
    shapes: list[int]
    columns: dict[str, list[int]]
    tags: list[int]

    @property
    def size(self) -> int:
        """Number of pieces, markers included."""
        return 2 + sum(map(len, self.pieces))


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step; words of shape (batch, words), pieces of shape (batch, pieces)."""

    pieces: Tensor
    shapes: Tensor
    mask: Tensor
    firsts: Tensor
    columns: dict[str, Tensor]
    allowed: Tensor
    num_words: int

    @property
    def there(self) -> Tensor:
        """Of shape (batch, words): true at words, false at padding."""
        return self.firsts > 0


def inventory(documents: Iterable[Document], *, min_edit_count: int) -> Inventory:
    """Return the classes that occur in a treebank; rare lemma edits are left out."""
    sentences = [sentence for document in documents for sentence in document]
    edits: dict[str, int] = {}
    for sentence in sentences:
        for word, lemma in zip(sentence.words, sentence.lemmas, strict=True):
            edit = lemma_edit(word, lemma)
            edits[edit] = edits.get(edit, 0) + 1
    return Inventory(
        upos=tuple(sorted({value for sentence in sentences for value in sentence.upos})),
        xpos=tuple(sorted({value for sentence in sentences for value in sentence.xpos})),
        edits=tuple(sorted(edit for edit, count in edits.items() if count >= min_edit_count)),
        relations=tuple(sorted({value for sentence in sentences for value in sentence.relations})),
    )


class Encoding:
    """Makes examples of sentences.

    Parameters
    ----------
    wordpieces
        The encoder's vocabulary.
    classes
        The classes of every head.
    """

    def __init__(self, wordpieces: WordPieces, classes: Inventory) -> None:
        self.wordpieces = wordpieces
        self.classes = classes
        self._index = {
            name: {value: index for index, value in enumerate(getattr(classes, name))}
            for name in ("upos", "xpos", "edits", "relations")
        }

    def example(self, sentences: Sequence[Sentence]) -> Example:
        """Return neighbouring sentences as one example."""
        words = [word for sentence in sentences for word in sentence.words]
        columns: dict[str, list[int]] = {
            name: [] for name in ("upos", "xpos", "edits", "relations", "heads", "sentence", "boundaries")
        }
        offset = 0
        for number, sentence in enumerate(sentences):
            size = len(sentence.words)
            columns["sentence"] += [number] * size
            if sentence.heads:
                self._add_syntax(columns, sentence, offset)
            else:
                for name in ("upos", "xpos", "edits", "relations", "heads", "boundaries"):
                    columns[name] += [IGNORED] * size
            offset += size
        tags = [tags for sentence in sentences for tags in sentence.tags]
        return Example(self.wordpieces.encode(words), [word_shape(word) for word in words], columns, tags)

    def _add_syntax(self, columns: dict[str, list[int]], sentence: Sentence, offset: int) -> None:
        """Append a sentence's syntax; heads count words of the example from 1."""
        index = self._index
        columns["upos"] += [index["upos"].get(value, IGNORED) for value in sentence.upos]
        columns["xpos"] += [index["xpos"].get(value, IGNORED) for value in sentence.xpos]
        pairs = zip(sentence.words, sentence.lemmas, strict=True)
        columns["edits"] += [index["edits"].get(lemma_edit(word, lemma), IGNORED) for word, lemma in pairs]
        columns["relations"] += [index["relations"].get(value, IGNORED) for value in sentence.relations]
        columns["heads"] += [head + offset if head else 0 for head in sentence.heads]
        columns["boundaries"] += [1] + [0] * (len(sentence.words) - 1)


def passages(document: Document, wordpieces: WordPieces, limit: int) -> Iterator[list[Sentence]]:
    """Yield runs of neighbouring sentences of at most ``limit`` pieces; a longer sentence is a run of its own."""
    run: list[Sentence] = []
    size = 0
    for sentence in document:
        pieces = sum(map(len, wordpieces.encode(sentence.words)))
        if run and size + pieces > limit:
            yield run
            run, size = [], 0
        run.append(sentence)
        size += pieces
    if run:
        yield run


def change_case(example: Example, rng: random.Random) -> None:
    """Rewrite the shapes of an example as if its text were in lower case, in title case or in capitals."""
    shape = rng.choices((_LOWER, _TITLE, _UPPER), (0.6, 0.3, 0.1))[0]
    example.shapes = [shape if old in _CASED else old for old in example.shapes]


def collate(
    examples: Sequence[Example], wordpieces: WordPieces, *, drop: float = 0.0, rng: random.Random | None = None
) -> Batch:
    """Return examples padded to the longest; with ``drop``, that share of words is masked."""
    num_words = max(len(example.pieces) for example in examples)
    num_pieces = max(example.size for example in examples)
    pieces = np.zeros((len(examples), num_pieces), np.int64)
    shapes = np.zeros_like(pieces)
    mask = np.zeros(pieces.shape, bool)
    firsts = np.zeros((len(examples), num_words), np.int64)
    columns = {name: np.full(firsts.shape, IGNORED, np.int64) for name in examples[0].columns}
    allowed = np.zeros((*firsts.shape, len(TAGS)), bool)
    for row, example in enumerate(examples):
        flat, flat_shapes = [wordpieces.start], [0]
        for position, (word, shape) in enumerate(zip(example.pieces, example.shapes, strict=True)):
            firsts[row, position] = len(flat)
            masked = rng is not None and rng.random() < drop
            flat += [wordpieces.mask] * len(word) if masked else word
            flat_shapes += [shape] * len(word)
        pieces[row, : len(flat) + 1] = [*flat, wordpieces.end]
        shapes[row, : len(flat)] = flat_shapes
        mask[row, : len(flat) + 1] = True
        for name, values in example.columns.items():
            columns[name][row, : len(values)] = values
        bits = np.array(example.tags, np.int64)
        allowed[row, : len(bits)] = bits[:, None] >> np.arange(len(TAGS)) & 1
    tensors = {name: torch.from_numpy(values) for name, values in columns.items()}
    total = sum(len(example.pieces) for example in examples)
    inputs = (torch.from_numpy(pieces), torch.from_numpy(shapes), torch.from_numpy(mask), torch.from_numpy(firsts))
    return Batch(*inputs, tensors, torch.from_numpy(allowed), total)


def batches(examples: Sequence[Example], limit: int, rng: random.Random) -> list[list[Example]]:
    """Return examples of like length put together, at most ``limit`` pieces with padding, in random order."""
    ordered = sorted(examples, key=lambda example: example.size + rng.random())
    groups: list[list[Example]] = [[]]
    for example in ordered:
        if groups[-1] and example.size * (len(groups[-1]) + 1) > limit:
            groups.append([])
        groups[-1].append(example)
    rng.shuffle(groups)
    return groups
