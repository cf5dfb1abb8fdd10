"""Reading the text of PDF files."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import PdfReader
from pypdf.errors import DependencyError

from graphrag.errors import InputError
from graphrag.ingest.cleaning import clean_line, clean_prose
from graphrag.ingest.sections import Block, ParsedFile

_MAX_CHARACTERS = 64 * 2**20
_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n(?=[a-z])")


def parse(data: bytes) -> ParsedFile:
    """Return the text of all pages as one block, and the title that the file declares.

    Words divided at the end of a line are joined. Pages that cannot be read are the result's ``problems``.

    Raises
    ------
    InputError
        If the file is broken, needs a password, or has no text.
    """
    with _quiet():
        reader = _opened(data)
        texts, problems = _page_texts(reader)
        title = _declared_title(reader)
    text = _HYPHENATED.sub("", clean_prose("\n".join(texts)))
    if not text and not problems:
        raise InputError("No text in this PDF file (scanned pages have none)")
    return ParsedFile((Block(text),), title, tuple(problems))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library from reporting every oddity of a file on stderr."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _opened(data: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(data), strict=False)
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("Encrypted PDF file: it needs a password")
    except DependencyError as error:
        raise InputError(f"Encrypted PDF file: {error}") from error
    return reader


def _page_texts(reader: PdfReader) -> tuple[list[str], list[tuple[str, str]]]:
    texts: list[str] = []
    problems: list[tuple[str, str]] = []
    size = 0
    for number in range(1, len(reader.pages) + 1):
        try:
            texts.append(reader.pages[number - 1].extract_text())
        except Exception as error:  # a broken page raises anything
            problems.append((f"page {number}", f"Cannot be read: {type(error).__name__}: {error}"))
            continue
        size += len(texts[-1])
        if size > _MAX_CHARACTERS:
            problems.append(
                (f"page {number}", f"The text is longer than {_MAX_CHARACTERS} characters; the rest is left")
            )
            break
    return texts, problems


def _declared_title(reader: PdfReader) -> str:
    try:
        return clean_line(str((reader.metadata and reader.metadata.title) or ""))
    except Exception:  # a broken title is no reason to lose the text
        return ""
