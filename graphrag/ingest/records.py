"""Checking the records of JSON input: what is a passage and what is not."""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from graphrag.errors import InputError
from graphrag.ingest.reading import decode_line
from graphrag.text import clean_text
from graphrag.types import Scalar, content_id

_MAX_ID_CHARACTERS = 1_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_KIND = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}


@dataclass(frozen=True, slots=True)
class Record:
    """A passage or document as JSON gives it.

    Parameters
    ----------
    record_id
        The id that the input gives, else one made of title and text.
    text
        Verbatim; not blank.
    title
        May be empty.
    metadata
        Scalars by name.
    """

    record_id: str
    text: str
    title: str
    metadata: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class _RepeatedKey:
    """Stands for a JSON object that names a key twice."""

    key: str


def _object(pairs: list[tuple[str, object]]) -> object:
    content = dict(pairs)
    if len(content) < len(pairs):
        return _RepeatedKey(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return content


DECODER = json.JSONDecoder(object_pairs_hook=_object)
"""Decodes JSON for :func:`read_record`, which refuses objects that name a key twice."""


def read_json_line(line: bytes | None) -> Record:
    """Return the record of a line of JSON; None stands for a line that is too long to be read.

    Raises
    ------
    InputError
        If the line is too long, not UTF-8 or not JSON, or its content is not as :func:`read_record` expects.

    Examples
    --------
    >>> read_json_line(b'{"passage_id": 7, "title": "Ada", "text": "Born in London."}').record_id
    '7'
    """
    try:
        value = DECODER.decode(decode_line(line))
    except json.JSONDecodeError as error:
        raise InputError(f"Expected JSON ({error.msg} at character {error.pos})") from error
    except ValueError as error:
        raise InputError("Expected JSON with numbers of at most 4300 digits (got a longer one)") from error
    except RecursionError as error:
        raise InputError("Expected JSON that is not nested so deeply") from error
    return read_record(value)


def read_record(value: object) -> Record:
    """Return the record of a decoded JSON object ``{passage_id or id?, title?, text, metadata?}``.

    Ids are texts or whole numbers of at most 1,000 characters; metadata values are texts, numbers, true or false. A
    field that is null counts as absent; other fields are not read.

    Raises
    ------
    InputError
        If something is missing, empty or of another type.

    Examples
    --------
    >>> read_record({"text": "Born in London.", "title": None}).title
    ''
    >>> read_record({"text": 5})
    Traceback (most recent call last):
    graphrag.errors.InputError: Expected 'text' to be a text (got a number)
    """
    if isinstance(value, _RepeatedKey):
        raise InputError(f"Expected every key once (got {value.key[:80]!r} twice)")
    if not isinstance(value, dict):
        raise InputError(f"Expected an object with 'text' (got {_kind(value)})")
    text = _text(value, "text")
    if not text.strip():
        raise InputError("Expected 'text' not to be empty" if "text" in value else "Expected an object with 'text'")
    title = _text(value, "title").strip()
    given_id = _given_id(value)
    return Record(given_id or content_id(title, text), text, title, _metadata(value.get("metadata")))


def _kind(value: object) -> str:
    return _KIND.get(type(value), "null" if value is None else "an object that names a key twice")


def _text(content: Mapping[str, object], key: str) -> str:
    value = content.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"Expected {key!r} to be a text (got {_kind(value)})")
    return clean_text(value)


def _given_id(content: Mapping[str, object]) -> str:
    key = "passage_id" if content.get("passage_id") is not None else "id"
    value = content.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputError(f"Expected {key!r} to be a text or a whole number (got {_kind(value)})")
    given = clean_text(str(value))
    if not 0 < len(given.strip()) <= len(given) <= _MAX_ID_CHARACTERS:
        raise InputError(f"Expected {key!r} to have 1 to {_MAX_ID_CHARACTERS} characters (got {len(given.strip())})")
    if _CONTROL.search(given):
        raise InputError(f"Expected {key!r} without control characters (got {given[:80]!r})")
    return given


def _metadata(value: object) -> dict[str, Scalar]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputError(f"Expected 'metadata' to be an object (got {_kind(value)})")
    metadata: dict[str, Scalar] = {}
    for key, item in value.items():
        if item is None:
            continue
        if not isinstance(item, str | int | float) or (isinstance(item, float) and not math.isfinite(item)):
            got = "no finite number" if isinstance(item, float) else _kind(item)
            raise InputError(f"Expected metadata {key[:80]!r} to be a text, a number, true or false (got {got})")
        metadata[clean_text(key)] = clean_text(item) if isinstance(item, str) else item
    return metadata
