"""Examples of multi-hop questions: each passage with the question, or with the part of it that the passage answers."""

import gzip
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import bm25s

from graphrag.reading.comparison import decide
from graphrag.reading.inputs import ReadingInput
from graphrag.reading.links import Text, named_texts, occurrences
from graphrag.reading.spans import KINDS
from graphrag.reading.training.examples import Example, piece_spans
from graphrag.reading.views import MAX_PIECES

SETS = ("musique:dev", "2wiki:dev", "hotpotqa:dev", "hotpotqa:train")
"""Folder and split of the questions."""

HELD_OUT_PARTS = 3
"""One question in three is never learned from."""

NUM_DISTRACTORS = 2
"""Passages that do not answer a question, shown with it."""

NUM_NEAREST = 10
"""Of so many nearest passages."""

_EXCLUDED = frozenset({"yes", "no", "noanswer"})
_STEP = re.compile(r"#(\d+)")


@dataclass(frozen=True, slots=True)
class Read:
    """A question or a part of one, a text, and the answers that the text may hold (none: it does not answer)."""

    question: str
    text: Text
    answers: tuple[str, ...]


def is_held_out(question: str) -> bool:
    """Return whether a question is kept for measuring; it depends on its text alone."""
    return zlib.crc32(question.encode()) % HELD_OUT_PARTS == 0


def load_passages(folder: Path) -> dict[str, Text]:
    """Return the passages of a data set by id."""
    with gzip.open(folder / "passages.jsonl.gz", "rt", encoding="utf-8") as file:
        return {row["passage_id"]: Text(row["title"], row["text"]) for row in map(json.loads, file)}


def load_questions(folder: Path, split: str) -> list[dict[str, Any]]:
    """Return the questions of a split as they stand in their file."""
    lines = (folder / f"questions_{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def reads(data: Path) -> list[Read]:
    """Return what is read to learn from the questions that are not held out."""
    found: list[Read] = []
    for name in SETS:
        folder, split = name.split(":")
        passages = load_passages(data / folder)
        near = Near(passages)
        for row in load_questions(data / folder, split):
            if not is_held_out(row["question"]):
                found.extend(question_reads(row, passages, near))
    return found


class Near:
    """Finds passages that share words with a question.

    Parameters
    ----------
    passages
        At least one, by id.
    """

    def __init__(self, passages: Mapping[str, Text]) -> None:
        self._passages, self._ids = passages, list(passages)
        self._index = bm25s.BM25()
        texts = [f"{text.title} {text.text}" for text in passages.values()]
        self._index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    def find(
        self, question: str, without: Collection[str], *, holding: Sequence[str] = (), limit: int = NUM_DISTRACTORS
    ) -> list[str]:
        """Return the ids of the nearest passages, without some, and without those that hold one of some answers."""
        tokens = bm25s.tokenize([question], show_progress=False)
        found, _ = self._index.retrieve(tokens, k=min(NUM_NEAREST, len(self._ids)), show_progress=False)
        ids = [self._ids[index] for index in found[0]]
        others = (one for one in ids if one not in without)
        found = (one for one in others if not any(occurrences(self._passages[one].text, answer) for answer in holding))
        return list(islice(found, limit))


def question_reads(row: Mapping[str, Any], passages: Mapping[str, Text], near: Near) -> Iterator[Read]:
    """Yield what is read to learn from one question.

    Parameters
    ----------
    row
        With ``question``, ``answers``, ``gold_passage_ids``, and if known ``decomposition`` (MuSiQue's single
        questions) and ``evidence`` (2WikiMultiHopQA's triples).
    passages, near
        Those of its corpus; every gold passage is among them.
    """
    gold = [passages[one] for one in row["gold_passage_ids"]]
    answers = tuple(row["answers"])
    asked = row["question"]
    # What compares two things is not answered by a span; an answer that the question names is no find.
    if decide(asked, gold) is None and not any(one.lower() in asked.lower() for one in answers):
        shown = [*gold, *(passages[one] for one in near.find(asked, set(row["gold_passage_ids"])))]
        if not _EXCLUDED & {one.lower() for one in answers}:
            yield from (Read(asked, text, answers) for text in shown)
    yield from _steps(row, gold)
    yield from _evidence(row, gold)


def _steps(row: Mapping[str, Any], gold: Sequence[Text]) -> Iterator[Read]:
    """Yield the single questions that MuSiQue's annotators put together."""
    steps = row.get("decomposition", [])
    for step in steps:
        asked = _STEP.sub(lambda match: steps[int(match[1]) - 1]["answer"], step["question"])
        yield from (Read(asked, text, (step["answer"],)) for text in gold if occurrences(text.text, step["answer"]))


def _evidence(row: Mapping[str, Any], gold: Sequence[Text]) -> Iterator[Read]:
    """Yield a question for each triple that 2WikiMultiHopQA names as evidence."""
    for head, relation, tail in row.get("evidence", []):
        asked = f"What is the {relation} of {head}?"
        yield from (Read(asked, text, (tail,)) for text in gold if named_texts(asked, [text]))


def read_example(reading: ReadingInput, read: Read) -> Example:
    """Return what is read as the reader shows it, the title, then the text, with the spans of the answer."""
    head, body = reading.titled(read.text.title, read.text.text)
    window = reading.window(read.question, [head.joined(body)], max_pieces=MAX_PIECES)
    spans = [span for answer in read.answers for span in occurrences(read.text.text, answer)]
    first = window.sources.index(0) + len(head)
    room = len(window.ids) - first - 1
    shown = tuple((a + first, b + first) for a, b in piece_spans(body, spans) if b < room)
    return Example(window, shown, KINDS.index("span" if shown else "none"))
