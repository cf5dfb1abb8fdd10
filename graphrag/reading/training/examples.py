"""Questions with texts and answers, as batches."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from graphrag.reading.inputs import Pieces, ReadingInput, Window
from graphrag.reading.spans import KINDS
from graphrag.reading.training.network import Batch

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of SQuAD: its paragraph, the others of the article, and where the answers stand (none: no answer)."""

    question: str
    title: str
    paragraph: str
    others: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A window with its target: positions of first and last pieces of the occurrences, and the kind of answer."""

    window: Window
    spans: tuple[tuple[int, int], ...]
    kind: int


def squad(path: Path) -> list[Asked]:
    """Return the questions of a file in SQuAD's format, gzip-compressed."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    found = []
    for article in articles:
        title = article["title"].replace("_", " ")
        paragraphs = tuple(p["context"] for p in article["paragraphs"])
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            for item in paragraph["qas"]:
                answers = tuple(dict.fromkeys(a["text"] for a in item["answers"]))
                spans = tuple({(a["answer_start"], a["answer_start"] + len(a["text"])) for a in item["answers"]})
                found.append(Asked(item["question"].strip(), title, text, paragraphs, spans[:1], answers))
    return found


def piece_spans(pieces: Pieces, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return first and last piece of spans in characters; those that no piece touches are left out."""
    found = []
    for start, end in spans:
        inside = [i for i, (low, high) in enumerate(pieces.offsets) if low < end and high > start]
        if inside:
            found.append((inside[0], inside[-1]))
    return found


class SquadExamples:
    """Makes examples of SQuAD's questions: the text around the answer, sometimes with a text that does not answer.

    Parameters
    ----------
    reading
        Cuts texts.
    max_pieces
        Of a window.
    """

    def __init__(self, reading: ReadingInput, max_pieces: int) -> None:
        self._reading, self._max_pieces = reading, max_pieces

    def example(self, asked: Asked, rng: np.random.Generator) -> Example:
        """Return an example; which text is shown is left to chance."""
        room = self._max_pieces - 4 - min(64, len(self._reading.pieces(asked.question)))
        draw = rng.random()
        own, spans = self._own(asked, rng, room if draw < 0.6 else room // 2)
        if draw < 0.6 or not asked.spans:
            parts, answer = [own], 0
        else:
            other = self._other(asked, rng, room // 2 if draw < 0.85 else room)
            if draw >= 0.85:
                return Example(self._window(asked, [other]), (), KINDS.index("none"))
            answer = int(rng.integers(2))
            parts = [own, other] if answer == 0 else [other, own]
        window = self._window(asked, parts)
        shift = window.sources.index(answer) if answer in window.sources else 0
        shown = [
            (a + shift, b + shift)
            for a, b in spans
            if window.sources[min(b + shift, len(window.sources) - 1)] == answer
        ]
        return Example(window, tuple(shown), 0 if shown else KINDS.index("none"))

    def _window(self, asked: Asked, parts: list[Pieces]) -> Window:
        return self._reading.window(asked.question, parts, max_pieces=self._max_pieces)

    def _own(self, asked: Asked, rng: np.random.Generator, room: int) -> tuple[Pieces, list[tuple[int, int]]]:
        pieces = self._reading.pieces(asked.paragraph)
        spans = piece_spans(pieces, asked.spans)
        if not spans:
            return self._crop(asked, pieces, rng, room), []
        first, last = spans[0]
        low, high = max(0, last + 1 - room), min(first, max(0, len(pieces) - room))
        start = int(rng.integers(min(low, high), max(low, high) + 1)) if len(pieces) > room else 0
        start = start if start <= first < start + room else first
        kept = pieces.cut(start, start + room)
        spans = [(a - start, min(b - start, len(kept) - 1)) for a, b in spans]
        return self._titled(asked, kept, spans, rng)

    def _titled(
        self, asked: Asked, kept: Pieces, spans: list[tuple[int, int]], rng: np.random.Generator
    ) -> tuple[Pieces, list[tuple[int, int]]]:
        if rng.random() < 0.5:
            return kept, spans
        title = self._reading.pieces(asked.title + ":").cut(0, 12)
        n = len(title)
        room = len(kept)
        joined = Pieces(title.ids + kept.ids, title.shapes + kept.shapes, title.offsets + kept.offsets)
        if room and spans and spans[-1][1] + n >= room + n:
            return kept, spans
        return joined, [(a + n, b + n) for a, b in spans]

    def _other(self, asked: Asked, rng: np.random.Generator, room: int) -> Pieces:
        for _ in range(6):
            text = asked.others[int(rng.integers(len(asked.others)))]
            if text != asked.paragraph and not any(answer.lower() in text.lower() for answer in asked.answers):
                return self._crop(asked, self._reading.pieces(text), rng, room)
        return self._reading.pieces(asked.title)

    def _crop(self, asked: Asked, pieces: Pieces, rng: np.random.Generator, room: int) -> Pieces:
        if len(pieces) > room:
            # An unanswerable question stays with the whole paragraph's beginning or end, not with its middle.
            start = int(rng.integers(2)) * (len(pieces) - room)
            pieces = pieces.cut(start, start + room)
        return self._titled(asked, pieces, [], rng)[0]


def endless(
    items: Sequence[Item], example: Callable[[Item, np.random.Generator], Example], rng: np.random.Generator
) -> Iterator[Example]:
    """Yield the examples of all items in random order, again and again."""
    while True:
        for index in rng.permutation(len(items)):
            yield example(items[index], rng)


def collate(examples: Sequence[Example]) -> Batch:
    """Return examples as a batch."""
    width = max(len(one.window.ids) for one in examples)
    shape = (len(examples), width)
    pieces, shapes = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    mask, readable, starts, ends = (torch.zeros(shape, dtype=torch.bool) for _ in range(4))
    for row, one in enumerate(examples):
        size = len(one.window.ids)
        pieces[row, :size] = torch.tensor(one.window.ids)
        shapes[row, :size] = torch.tensor(one.window.shapes)
        mask[row, :size] = True
        readable[row, :size] = torch.tensor(one.window.sources) >= 0
        for first, last in one.spans:
            starts[row, min(first, size - 1)] = True
            ends[row, min(last, size - 1)] = True
    return Batch(pieces, shapes, mask, readable, starts, ends, torch.tensor([one.kind for one in examples]))


def batches(examples: Iterator[Example], *, pieces: int, pool: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield batches of examples of like length, of at most so many pieces, from pools in random order."""
    while True:
        drawn = sorted((one for _, one in zip(range(pool), examples, strict=False)), key=lambda e: len(e.window.ids))
        groups: list[list[Example]] = [[]]
        for one in drawn:
            if groups[-1] and len(one.window.ids) * (len(groups[-1]) + 1) > pieces:
                groups.append([])
            groups[-1].append(one)
        for index in rng.permutation(len(groups)):
            yield collate(groups[index])
