"""JSON objects out of replies that may be cut, broken or wrapped in prose; nothing in them is ever run."""

import json
import re
from collections.abc import Collection
from typing import cast

MAX_REPLY_CHARACTERS = 200_000
"""What a longer reply says beyond is not read."""

_MAX_STARTS = 16
_MAX_DEPTH = 12
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_THOUGHT_END = "</think>"


def read_object(reply: str, *, keys: Collection[str]) -> tuple[dict[str, object], bool]:
    """Return the first JSON object of a reply that has one of the keys, and whether only its beginning could be read.

    Thoughts (``<think>…</think>``), prose and code fences around the object are ignored. Of an object that is cut or
    broken, everything before the damage is kept: whole elements only. Lists of a repeated key are joined; of other
    repeated values the first counts.

    Parameters
    ----------
    reply
        Any text.
    keys
        What the object may have.

    Raises
    ------
    ValueError
        If there is no such object.

    Examples
    --------
    >>> read_object('Sure: {"names": ["Ada", "Bab', keys=["names"])
    ({'names': ['Ada']}, True)
    """
    text = reply[:MAX_REPLY_CHARACTERS]
    text = text[text.rfind(_THOUGHT_END) + len(_THOUGHT_END) :] if _THOUGHT_END in text else text
    damaged = []
    for match in _first_matches("{", text):
        value, stop = _decoded(text, match)
        if _has_key(value, keys):
            return cast(dict[str, object], value), len(reply) > MAX_REPLY_CHARACTERS
        if value is None:
            damaged.append((match, stop))
    for start, stop in damaged:
        closed = closed_prefix(text[start:stop])
        value = _decoded(closed, 0)[0]
        if _has_key(value, keys):
            return cast(dict[str, object], value), True
    what = "an empty reply" if not text.strip() else repr(text[:60])
    raise ValueError(f"Expected a JSON object with {' or '.join(map(repr, keys))} (got {what})")


def closed_prefix(text: str) -> str:
    r"""Return the beginning of a JSON text up to its last whole element, with the brackets closed; empty if none is.

    Examples
    --------
    >>> closed_prefix('{"a": [{"b": "c"}, {"b": "d')
    '{"a": [{"b": "c"}]}'
    """
    open_brackets: list[str] = []
    kept = ""
    in_string = False
    end = 0
    i = 0
    while i < len(text):
        character = text[i]
        if in_string:
            i += character == "\\"
            in_string = character != '"'
        elif character == '"':
            in_string = True
        elif character in "{[":
            open_brackets.append("}" if character == "{" else "]")
            if len(open_brackets) > _MAX_DEPTH:
                break
        elif character in "}]":
            if not open_brackets or open_brackets.pop() != character:
                break
            end, kept = i + 1, "".join(reversed(open_brackets))
        elif character == ",":
            end, kept = i, "".join(reversed(open_brackets))
        i += 1
    return text[:end] + kept


def clean_phrase(value: object, *, max_characters: int) -> str:
    r"""Return a text of a reply on one line without control characters; empty if it is no text, blank or too long.

    Examples
    --------
    >>> clean_phrase(" Ada\n Lovelace ", max_characters=20), clean_phrase(["Ada"], max_characters=20)
    ('Ada Lovelace', '')
    >>> clean_phrase(1815, max_characters=20)
    '1815'
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    # A lone surrogate, which JSON can write as an escape, could not be stored.
    readable = value.encode("utf-8", "replace").decode("utf-8")
    text = " ".join(_CONTROL.sub(" ", readable).split())
    return text if len(text) <= max_characters else ""


def _first_matches(bracket: str, text: str) -> list[int]:
    found: list[int] = []
    start = text.find(bracket)
    while start >= 0 and len(found) < _MAX_STARTS:
        found.append(start)
        start = text.find(bracket, start + 1)
    return found


def _has_key(value: object, keys: Collection[str]) -> bool:
    return isinstance(value, dict) and any(key in value for key in keys)


def _decoded(text: str, start: int) -> tuple[object, int]:
    """Return the value that begins at a place, or None and where it breaks off."""
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        return None, error.pos
    except (ValueError, RecursionError):  # a number with thousands of digits; nesting without end
        return None, len(text)


def _joined(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content: dict[str, object] = {}
    for key, value in pairs:
        known = content.setdefault(key, value)
        if known is not value and isinstance(known, list) and isinstance(value, list):
            content[key] = [*known, *value]
    return content


_DECODER = json.JSONDecoder(object_pairs_hook=_joined, strict=False)
