"""Decoding and cleaning."""

import pytest

from graphrag.errors import InputError
from graphrag.ingest.cleaning import clean_line, clean_prose, decode_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_read(encoding: str) -> None:
    assert decode_text("Zürich 北京 😀".encode(encoding)) == "Zürich 北京 😀"


def test_big_endian_utf16_is_read() -> None:
    assert decode_text(b"\xfe\xff" + "Ada".encode("utf-16-be")) == "Ada"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Zürich".encode("latin-1"), r"Expected UTF-8, or UTF-16 with a byte order mark \(byte 1 is not UTF-8\)"),
        (b"\xef\xbb\xbfab\xff", r"byte 5 is not UTF-8"),
        (b"\xff\xfea\x00b", r"byte 4 is not UTF-16"),
        ("Ada".encode("utf-32"), r"byte 0 is not UTF-8"),
    ],
)
def test_other_encodings_are_refused_with_the_first_wrong_byte(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode_text(data)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x1b[0m", "a b [0m"),
        ("  a \t b  \n   c ", "a b\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n \n\t\n\n\nb", "a\n\nb"),
        ("page\fpage\u2028line", "page\npage\nline"),
        ("co\xadop\ufeff", "coop"),
        ("a\ud800b", "a\ufffdb"),
        ("a\u00a0b\u3000c", "a b c"),
    ],
)
def test_prose_is_cleaned(text: str, cleaned: str) -> None:
    assert clean_prose(text) == cleaned


def test_a_line_is_one_line() -> None:
    assert clean_line(" a\n\n b\x00c  d ") == "a b c d"
    assert clean_line(" a  b ") == "a b"
