"""Decoding bytes and removing from prose what is not text."""

import codecs
import re

from graphrag.errors import InputError
from graphrag.text import clean_text

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How a text in UTF-16 begins."""

_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\xad\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# Anything blank but a single space, which is most of it and stays.
_BLANK = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def decode_text(data: bytes) -> str:
    """Return the text of bytes in UTF-8 (with or without a byte order mark) or UTF-16 (with one).

    Raises
    ------
    InputError
        If they are in another encoding; the message names the first wrong byte, from 0.

    Examples
    --------
    >>> decode_text("Zürich".encode("utf-16"))
    'Zürich'
    """
    is_utf16 = data.startswith(UTF16_MARKS) and not data.startswith(codecs.BOM_UTF32_LE)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        return data.decode("utf-16") if is_utf16 else data[len(mark) :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(wrong_encoding(error.start + len(mark), is_utf16=is_utf16)) from error


def wrong_encoding(byte: int, *, is_utf16: bool) -> str:
    """Return the reason for skipping a text whose bytes are wrong from ``byte`` on.

    Examples
    --------
    >>> wrong_encoding(3, is_utf16=False)
    'Expected UTF-8, or UTF-16 with a byte order mark (byte 3 is not UTF-8)'
    """
    encoding = "UTF-16" if is_utf16 else "UTF-8"
    return f"Expected UTF-8, or UTF-16 with a byte order mark (byte {byte} is not {encoding})"


def clean_prose(text: str) -> str:
    r"""Return prose with plain white space: one space between words, one ``\n`` between lines, two between paragraphs.

    Control characters become spaces; soft hyphens and byte order marks vanish; lone surrogates are replaced.

    Examples
    --------
    >>> clean_prose("A\x00 b \r\n\r\n\r\nc\xadd\t")
    'A b\n\ncd'
    """
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", clean_text(text)))
    text = _BLANK.sub(" ", _CONTROL.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text.replace(" \n", "\n").replace("\n ", "\n")).strip()


def clean_line(text: str) -> str:
    r"""Return text on one line, cleaned like prose.

    Examples
    --------
    >>> clean_line(" Early\n\n life\x00 ")
    'Early life'
    """
    # A printable text has no white space but single characters of it, and nothing to remove.
    return " ".join((text if text.isprintable() else clean_prose(text)).split())
