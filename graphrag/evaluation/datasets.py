"""Question sets: our own JSON lines, and the formats of MetaQA, PathQuestion and RoG (WebQSP, CWQ)."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from graphrag.errors import InputError
from graphrag.text import clean_text

QuestionFormat = Literal["auto", "jsonl", "metaqa", "pathquestion", "rog"]
"""Names of the formats on the command line."""

# RoG's lines carry a question's subgraph, so some have megabytes.
MAX_LINE_BYTES = 32 * 2**20
MAX_LINES = 1_000_000

_HOPS = re.compile(r"([1-9]\d?)-?hop", re.IGNORECASE)
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Question:
    """A question with what is known of its answer.

    Parameters
    ----------
    question_id
        Unique in its file.
    question
        The text that is asked.
    answers
        Gold answers or aliases of one; may be empty where there are gold passages.
    gold_passage_ids
        Passages that the answer rests on; may be empty where there are answers.
    type
        Such as ``"bridge"`` or ``"2hop"``; empty when unknown.
    seed_entities
        The question's topic entities as the data set gives them, spelled as in its knowledge graph.
    """

    question_id: str
    question: str
    answers: tuple[str, ...]
    gold_passage_ids: tuple[str, ...]
    type: str = ""
    seed_entities: tuple[str, ...] = ()

    @property
    def num_hops(self) -> int | None:
        """Number of hops: as type or id name it (``"3hop1"``), else of gold passages; None where nothing tells.

        Examples
        --------
        >>> Question("3hop1__5_7", "Who?", ("Ada",), ()).num_hops, Question("1", "Who?", (), ("a", "b")).num_hops
        (3, 2)
        """
        named = _HOPS.match(self.type) or _HOPS.match(self.question_id)
        return int(named[1]) if named else len(set(self.gold_passage_ids)) or None


def load_questions(path: str | Path, *, format: QuestionFormat = "auto", limit: int | None = None) -> list[Question]:  # noqa: A002
    """Read the questions of a file, gzip or plain, in UTF-8, one a line; empty lines do not count.

    Parameters
    ----------
    path
        The file.
    format
        ``jsonl``: objects with ``question``, ``answers`` and/or ``gold_passage_ids``, and if wished ``question_id``
        (default: file name and line), ``type``, ``seed_entities``. ``metaqa``: ``question with [topic]``, a tab,
        ``answer|answer``. ``pathquestion``: question, ``answer(answer/answer/)``, ``entity#relation#…#<end>#answer``,
        tabs between. ``rog``: objects with ``question``, ``answer``, and if wished ``id``, ``q_entity``, ``a_entity``
        (the answers where ``answer`` is empty). ``auto``: told from the first line.
    limit
        Read this many questions and leave the rest of the file unread; at least 1.

    Returns
    -------
    list of Question
        At least one, in the file's order.

    Raises
    ------
    InputError
        If the file cannot be read or holds no question, or a line is wrong: the message names file and line.
    ValueError
        If ``format`` or ``limit`` is not one of the above.
    """
    if format not in get_args(QuestionFormat):
        raise ValueError(f"Expected 'format' to be one of {', '.join(get_args(QuestionFormat))} (got {format!r})")
    if limit is not None and limit < 1:
        raise ValueError(f"Expected 'limit' to be at least 1 (got {limit})")
    path = Path(path)
    questions: dict[str, Question] = {}
    parse: _Parser | None = None if format == "auto" else _PARSERS[format]
    for number, line in _lines(path):
        try:
            parse = parse or _PARSERS[_format_of(line)]
            question = parse(line, f"{path.name.split('.')[0]}-{number}")
            if question.question_id in questions:
                raise ValueError(f"Expected 'question_id' to be unique (got {question.question_id!r} again)")
        except ValueError as error:
            raise InputError(f"{path}, line {number}: {error}") from error
        questions[question.question_id] = question
        if len(questions) == limit:
            break
    if not questions:
        raise InputError(f"{path}: no questions in it")
    return list(questions.values())


def missing_gold_passages(questions: Iterable[Question], passage_ids: Collection[str]) -> tuple[str, ...]:
    """Return the gold passages that are not among some passages, sorted: no retriever over these can find them.

    Parameters
    ----------
    questions
        The questions.
    passage_ids
        Ids of all passages of a store; a set, if there are many.

    Returns
    -------
    tuple of str
        Empty if all are there.

    Examples
    --------
    >>> missing_gold_passages([Question("1", "Who?", (), ("b", "a"))], {"a"})
    ('b',)
    """
    return tuple(sorted({i for question in questions for i in question.gold_passage_ids if i not in passage_ids}))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield ``(number, text)`` of the lines with text, numbered from 1."""
    number = 0
    try:
        with path.open("rb") as file:
            # Peeking leaves the stream where it is, so pipes work too.
            is_gzip = file.peek(2).startswith(_GZIP_MAGIC)
            stream: io.BufferedIOBase = gzip.open(file) if is_gzip else file  # noqa: SIM115  # the file below it gets closed
            while data := stream.readline(MAX_LINE_BYTES + 1):
                number += 1
                _check_bounds(path, number, data)
                if line := _decoded(path, number, data).rstrip("\r\n"):
                    yield number, line
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InputError(f"Cannot read the questions in {path}: {reason}") from error


def _check_bounds(path: Path, number: int, data: bytes) -> None:
    if len(data) > MAX_LINE_BYTES:
        raise InputError(f"{path}, line {number}: Expected at most {MAX_LINE_BYTES:,} bytes in a line (got more)")
    if number > MAX_LINES:
        raise InputError(f"{path}: Expected at most {MAX_LINES:,} lines (got more)")


def _decoded(path: Path, number: int, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}, line {number}: Expected UTF-8 (byte {error.start + 1} of the line is not)"
        ) from error
    return "" if text.isspace() else text


def _format_of(line: str) -> str:
    if line.lstrip().startswith("{"):
        item = _json_object(line)
        is_rog = ("answer" in item or "q_entity" in item) and "answers" not in item
        return "rog" if is_rog else "jsonl"
    columns = line.split("\t")
    if len(columns) == 3 and "#<end>#" in columns[2]:
        return "pathquestion"
    if len(columns) == 2 and _topic_span(columns[0]):
        return "metaqa"
    raise ValueError(
        f"Expected one question a line in one of the formats {', '.join(sorted(_PARSERS))} (got {line[:60]!r})"
    )


def _parse_jsonl(line: str, default_id: str) -> Question:
    item = _json_object(line)
    answers, gold = _texts(item, "answers"), _texts(item, "gold_passage_ids")
    if not answers and not gold:
        raise ValueError("Expected 'answers' or 'gold_passage_ids' to hold at least one text (got neither)")
    return Question(
        question_id=_text(item, "question_id", default=default_id),
        question=_text(item, "question"),
        answers=answers,
        gold_passage_ids=gold,
        type=_text(item, "type", default=""),
        seed_entities=_texts(item, "seed_entities"),
    )


def _parse_rog(line: str, default_id: str) -> Question:
    item = _json_object(line)
    answers = _texts(item, "answer") or _texts(item, "a_entity")
    if not answers:
        raise ValueError("Expected 'answer' or 'a_entity' to hold at least one text (got neither)")
    return Question(
        question_id=_text(item, "id", default=default_id),
        question=_text(item, "question"),
        answers=answers,
        gold_passage_ids=(),
        seed_entities=_texts(item, "q_entity"),
    )


def _parse_metaqa(line: str, default_id: str) -> Question:
    columns = line.split("\t")
    span = _topic_span(columns[0])
    if len(columns) != 2 or span is None:
        raise ValueError(f"Expected 'question with [topic]', a tab, 'answer|answer' (got {line[:60]!r})")
    start, end = span
    topic = columns[0][start + 1 : end]
    question = columns[0][:start] + topic + columns[0][end + 1 :]
    return Question(default_id, question.strip(), _parts(columns[1], "|"), (), seed_entities=(topic,))


def _topic_span(text: str) -> tuple[int, int] | None:
    """Return the positions of the outermost brackets, or None; a topic may have brackets of its own."""
    start, end = text.find("["), text.rfind("]")
    return (start, end) if 0 <= start < end and text[start + 1 : end].strip() else None


def _parse_pathquestion(line: str, default_id: str) -> Question:
    columns = line.split("\t")
    path = columns[-1].split("#")
    if len(columns) != 3 or not columns[0].strip() or not _is_path(path):
        expected = "question, answers and 'entity#relation#…#<end>#answer' with tabs between"
        raise ValueError(f"Expected {expected} (got {line[:60]!r})")
    answer = path[-1]
    if not columns[1].startswith(f"{answer}(") or not columns[1].endswith(")"):
        raise ValueError(f"Expected the answers to be '{answer[:60]}(answer/answer/)' (got {columns[1][:60]!r})")
    answers = _parts(columns[1][len(answer) + 1 : -1].removesuffix("/"), "/")
    num_hops = (len(path) - 3) // 2
    return Question(default_id, columns[0].strip(), answers, (), f"{num_hops}hop", (path[0],))


def _is_path(path: list[str]) -> bool:
    # An entity, a relation and an entity for every hop, the mark, the answer.
    return len(path) >= 5 and len(path) % 2 == 1 and path[-2] == "<end>" and all(path)


_Parser = Callable[[str, str], Question]

_PARSERS: Mapping[str, _Parser] = {
    "jsonl": _parse_jsonl,
    "metaqa": _parse_metaqa,
    "pathquestion": _parse_pathquestion,
    "rog": _parse_rog,
}


def _parts(text: str, separator: str) -> tuple[str, ...]:
    parts = tuple(text.split(separator))
    if not all(part.strip() for part in parts):
        raise ValueError(f"Expected answers between {separator!r} (got {text[:60]!r})")
    return parts


def _json_object(line: str) -> dict[str, object]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"Expected one JSON object a line (got {line[:60]!r})") from error
    if not isinstance(item, dict):
        raise ValueError(f"Expected one JSON object a line (got {line[:60]!r})")
    return item


def _text(item: Mapping[str, object], key: str, *, default: str | None = None) -> str:
    value = item.get(key)
    if default is not None and value in (None, ""):
        return default
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"Expected '{key}' to be a text (got {_shown(value)})")
    return clean_text(value)


def _texts(item: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = item.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise ValueError(f"Expected '{key}' to be a list of texts (got {_shown(value)})")
    return tuple(dict.fromkeys(clean_text(text) for text in value))


def _shown(value: object) -> str:
    return "nothing" if value is None else repr(value)[:60]
