"""Reading the items of a JSON list one by one, in bounded memory."""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path

from graphrag.errors import InputError
from graphrag.ingest.cleaning import wrong_encoding
from graphrag.ingest.reading import MAX_LINE_BYTES, read_utf8_chunks
from graphrag.ingest.records import DECODER

_SPACE = " \t\r\n"


def read_json_items(path: Path) -> Iterator[tuple[int, object]]:
    """Yield ``(number, item)``, numbers from 1, of a file with a JSON list, or with objects one after the other.

    Raises
    ------
    InputError
        If the file cannot be read, or at the first item that is no JSON or has more than 10 Mi characters: what
        follows it cannot be told apart.
    """
    buffer = _Buffer(path)
    is_list = buffer.peek() == "["
    buffer.skip(int(is_list))
    number = 0
    while (character := buffer.peek()) and character != "]":
        if character == ",":
            buffer.skip(1)
            continue
        number += 1
        yield number, buffer.value(number)
    buffer.skip(int(is_list))
    if bool(character) != is_list:
        raise InputError("The JSON list has no end" if is_list else "Expected '[' before ']' in JSON")
    if buffer.peek():
        raise InputError("Something follows the JSON list; it is not read")


class _Buffer:
    """The part of a file's text that is being decoded."""

    def __init__(self, path: Path) -> None:
        self._texts = _decoded(path)
        self._text = ""
        self._position = 0
        self._is_complete = False

    def skip(self, num_characters: int) -> None:
        self._position += num_characters

    def peek(self) -> str:
        """Return the next character that is not white space; empty at the end."""
        while True:
            while self._position < len(self._text):
                if self._text[self._position] not in _SPACE:
                    return self._text[self._position]
                self._position += 1
            if self._is_complete:
                return ""
            self._read_on(1)

    def value(self, number: int) -> object:
        """Return the next value."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._position)
            except json.JSONDecodeError as error:
                # An item cut by the end of the buffer looks broken: doubling the buffer keeps the work linear.
                if self._is_complete or len(self._text) - self._position > MAX_LINE_BYTES:
                    reason = f"Item {number} is not JSON ({error.msg}), or too long; it and what follows are not read"
                    raise InputError(reason) from error
            except (ValueError, RecursionError) as error:
                reason = (
                    f"Item {number} has too long a number or is nested too deeply; it and what follows are not read"
                )
                raise InputError(reason) from error
            else:
                if end < len(self._text) or self._is_complete:
                    self._position = end
                    return value
            self._read_on(len(self._text) - self._position)

    def _read_on(self, num_characters: int) -> None:
        texts = [self._text[self._position :]]
        self._position = 0
        while num_characters > 0:
            text = next(self._texts, None)
            if text is None:
                self._is_complete = True
                break
            texts.append(text)
            num_characters -= len(text)
        self._text = "".join(texts)


def _decoded(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    num_read = offset = 0
    try:
        for chunk in read_utf8_chunks(path):
            yield decoder.decode(chunk)
            num_read += len(chunk)
            offset = num_read - len(decoder.getstate()[0])
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(wrong_encoding(offset + error.start, is_utf16=False)) from error
