"""PDF files."""

import io
import logging

import pytest
from pypdf import PdfReader, PdfWriter

from graphrag.errors import InputError
from graphrag.ingest import pdf_file
from graphrag.ingest.pdf_file import parse


def pdf(*pages: str, title: str = "") -> bytes:
    """Return a PDF file with one line of text for each line of each page."""
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    bodies.append(f"<</Title({title})>>".encode())
    kids = []
    for page in pages:
        lines = " T* ".join(f"({line}) Tj" for line in page.split("\n"))
        content = f"BT /F1 12 Tf 14 TL 72 700 Td {lines} ET".encode() if page else b""
        number = len(bodies) + 1
        kids.append(f"{number} 0 R")
        bodies += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (number + 1),
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        ]
    bodies[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table + trailer


def encrypted(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_pages_and_title_are_read_and_divided_words_joined() -> None:
    parsed = parse(pdf("Ada wrote pro-\ngrams.", "She lived in", title="Ada"))
    assert parsed.text == "Ada wrote programs.\nShe lived in"
    assert (parsed.title, parsed.problems) == ("Ada", ())


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 broken", b"no pdf at all"])
def test_a_broken_file_raises(data: bytes) -> None:
    with pytest.raises(Exception, match=r"."):
        parse(data)


def test_a_file_without_text_is_refused() -> None:
    with pytest.raises(InputError, match=r"No text in this PDF file \(scanned pages have none\)"):
        parse(pdf(""))


def test_a_password_is_asked_for() -> None:
    with pytest.raises(InputError, match="Encrypted PDF file: it needs a password"):
        parse(encrypted(pdf("Ada"), "secret"))


def test_a_file_encrypted_without_password_is_read() -> None:
    assert parse(encrypted(pdf("Ada"), "")).text == "Ada"


def test_a_broken_page_is_told_and_the_rest_read(monkeypatch: pytest.MonkeyPatch) -> None:
    extract = pdf_file.PdfReader(io.BytesIO(pdf("x"))).pages[0].__class__.extract_text

    def break_on_first(page, *args, **kwargs) -> str:
        text = extract(page, *args, **kwargs)
        if "first" in text:
            raise KeyError("font")
        return text

    monkeypatch.setattr("pypdf._page.PageObject.extract_text", break_on_first)
    parsed = parse(pdf("first", "second"))
    assert parsed.text == "second"
    assert parsed.problems == (("page 1", "Cannot be read: KeyError: 'font'"),)


def test_the_text_of_a_file_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "_MAX_CHARACTERS", 3)
    parsed = parse(pdf("one", "two", "three"))
    assert parsed.text == "one\ntwo"
    assert parsed.problems == (("page 2", "The text is longer than 3 characters; the rest is left"),)


def test_the_library_does_not_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Exception, match=r"."):
        parse(b"%PDF-1.7 broken")
    assert caplog.records == []
    assert logging.getLogger("pypdf").level == logging.NOTSET
