"""Triples extracted before, read from a file: the published OpenIE of a corpus, or our own of an earlier run."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from graphrag.errors import ExtractionError, InputError
from graphrag.types import Entity, Extraction, Passage, Triple

MAX_LINE_BYTES = 4_000_000
"""A longer line is refused before it is parsed."""

MAX_PHRASE_CHARACTERS = 1_000
"""A triple or an entity with a longer text is dropped and counted."""

QuestionEntities = Callable[[str], tuple[Entity, ...]]
"""Finds the entities of a question."""


class ReplayExtractor:
    """Gives back the entities and triples that a file holds for each passage id.

    Parameters
    ----------
    path
        Lines of JSON ``{"passage_id": str, "entities": [str], "triples": [[str, str, str]]}``, gzip or plain.
    find_question_entities
        Finds the entities of a question, which no file can hold.

    Attributes
    ----------
    num_dropped : int
        How many triples and entities of the file were left out: not three strings (not a string), blank or too long.

    Raises
    ------
    InputError
        If the file cannot be read or one of its lines has another form; the message names the line.
    """

    def __init__(self, path: str | Path, *, find_question_entities: QuestionEntities) -> None:
        self._find_question_entities = find_question_entities
        self._path = Path(path)
        self._extractions: dict[str, Extraction] = {}
        self.num_dropped = 0
        digest = hashlib.sha256()
        for number, line in _lines(self._path):
            digest.update(line)
            if line.strip():
                self._add(line, where=f"{self._path.name}, line {number}")
        self._identity = f"replay:{digest.hexdigest()}"

    @property
    def identity(self) -> str:
        """``replay:`` and the SHA-256 of the file's (uncompressed) content."""
        return self._identity

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        """Yield what the file holds for each passage, or an ``ExtractionError`` for a passage that it lacks."""
        for passage in passages:
            found = self._extractions.get(passage.passage_id)
            if found is None:
                message = f"Expected passage {passage.passage_id!r} in {self._path.name} (got no line for it)"
                yield ExtractionError(message, passage_id=passage.passage_id)
            else:
                yield found

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the entities that a question names."""
        return self._find_question_entities(question)

    def _add(self, line: bytes, *, where: str) -> None:
        passage_id, names, rows = _record(line, where=where)
        if passage_id in self._extractions:
            raise InputError(f"{where}: Expected every passage once (got {passage_id!r} again)")
        entities = [Entity(cast(str, name)) for name in names if _is_phrase(name)]
        triples = [Triple(*cast(tuple[str, str, str], row)) for row in rows if _is_triple(row)]
        self.num_dropped += len(names) - len(entities) + len(rows) - len(triples)
        self._extractions[passage_id] = Extraction(tuple(dict.fromkeys(entities)), tuple(triples))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with _opened(path) as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    raise InputError(f"{path.name}, line {number}: Expected at most {MAX_LINE_BYTES:,} bytes")
                yield number, line
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"Expected a readable file of extractions (got {path}: {error})") from error


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path)) if is_gzip else path.open("rb")


def _record(line: bytes, *, where: str) -> tuple[str, list[object], list[object]]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: Expected a JSON object (got {line[:60]!r})") from error
    if not isinstance(record, dict) or not isinstance(record.get("passage_id"), str):
        raise InputError(f"{where}: Expected an object with a 'passage_id' (got {line[:60]!r})")
    lists = [record.get(key, []) for key in ("entities", "triples")]
    for key, value in zip(("entities", "triples"), lists, strict=True):
        if not isinstance(value, list):
            raise InputError(f"{where}: Expected '{key}' to be a list (got {type(value).__name__})")
    return record["passage_id"], lists[0], lists[1]


def _is_phrase(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_PHRASE_CHARACTERS


def _is_triple(row: object) -> bool:
    return isinstance(row, list) and len(row) == 3 and all(_is_phrase(value) for value in row)
