"""Reading files, packed or not, in bounded memory."""

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from graphrag.errors import InputError
from graphrag.ingest.cleaning import UTF16_MARKS, wrong_encoding

MAX_LINE_BYTES = 10 * 2**20
"""The longest line, or item of a JSON list, that is read."""

_CHUNK_BYTES = 2**18
_GZIP_MARK = b"\x1f\x8b"


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's content, unpacked if it is packed with gzip, in parts of at most 256 KiB.

    Raises
    ------
    InputError
        If it cannot be opened or read, or is damaged.
    """
    try:
        with path.open("rb") as raw:
            if raw.peek(2).startswith(_GZIP_MARK):
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    # Not read(), which would lose what it has unpacked before it finds damage.
                    yield from iter(lambda: unpacked.read1(_CHUNK_BYTES), b"")
            else:
                yield from iter(lambda: raw.read(_CHUNK_BYTES), b"")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"Damaged gzip file: {error}") from error
    except OSError as error:
        raise InputError(f"Cannot be read: {error.strerror or error}") from error


def read_bytes(path: Path, *, limit: int) -> bytes:
    """Return a file's whole content, unpacked.

    Raises
    ------
    InputError
        If it cannot be read, or is longer than ``limit`` bytes.
    """
    content = bytearray()
    for chunk in read_chunks(path):
        content += chunk
        if len(content) > limit:
            raise InputError(f"Expected at most {limit // 2**20} MiB in a file of this kind, unpacked (got more)")
    return bytes(content)


def read_utf8_chunks(path: Path) -> Iterator[bytes]:
    """Yield a text file's content without byte order mark; UTF-16 is turned into UTF-8, UTF-8 is not checked.

    Raises
    ------
    InputError
        If it cannot be read, or is not the UTF-16 that it says it is.
    """
    chunks = read_chunks(path)
    head = b""
    while len(head) < len(codecs.BOM_UTF8) and (chunk := next(chunks, b"")):
        head += chunk
    if head.startswith(UTF16_MARKS):
        yield from _utf16_as_utf8(head, chunks)
    else:
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from chunks


def _utf16_as_utf8(head: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")()
    num_read = offset = 0
    try:
        for chunk in chain([head], chunks):
            yield decoder.decode(chunk).encode()
            num_read += len(chunk)
            # What the decoder keeps of a character cut in two is decoded with the next part.
            offset = num_read - len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(wrong_encoding(offset + error.start, is_utf16=True)) from error


def read_lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    r"""Yield ``(number, line)`` of a text file, numbers from 1, lines in UTF-8 without their ``\n``.

    A line of more than 10 MiB is read over and comes as None, so that memory is bounded whatever the file.

    Raises
    ------
    InputError
        If the file cannot be read on.
    """
    number, size = 1, 0
    begun: list[bytes] = []
    for chunk in read_utf8_chunks(path):
        *finished, rest = chunk.split(b"\n")
        for part in finished:
            size += len(part)
            yield number, b"".join([*begun, part]) if size <= MAX_LINE_BYTES else None
            number, size = number + 1, 0
            begun.clear()
        size += len(rest)
        if size > MAX_LINE_BYTES:
            begun.clear()
        else:
            begun.append(rest)
    if size:
        yield number, b"".join(begun) if size <= MAX_LINE_BYTES else None


def decode_line(line: bytes | None) -> str:
    """Return the text of a line as :func:`read_lines` gives it.

    Raises
    ------
    InputError
        If it was too long to be read, or is not UTF-8.

    Examples
    --------
    >>> decode_line("Zürich".encode())
    'Zürich'
    """
    if line is None:
        raise InputError(f"Expected a line of at most {MAX_LINE_BYTES // 2**20} MiB (got a longer one)")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"Expected UTF-8 (byte {error.start} of the line is not)") from error
