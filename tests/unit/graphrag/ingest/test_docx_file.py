"""Word documents."""

import io
import zipfile

import docx
import pytest

from graphrag.errors import InputError
from graphrag.ingest import docx_file
from graphrag.ingest.docx_file import parse
from graphrag.ingest.sections import Block


def packed(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_headings_paragraphs_and_tables_are_read_in_order() -> None:
    document = docx.Document()
    document.add_heading("Ada Lovelace", level=0)
    document.add_paragraph("Born in London.")
    document.add_heading("Work", level=2)
    table = document.add_table(rows=2, cols=3)
    for row, texts in zip(table.rows, [("Name", "Year", ""), ("Ada", "1815", "merged")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 1).merge(table.cell(1, 2))
    document.add_paragraph("She wrote notes.")
    assert [block for block in parse(packed(document)).blocks if block.text] == [
        Block("Ada Lovelace", 1),
        Block("Born in London."),
        Block("Work", 2),
        Block("Name | Year"),
        Block("Ada | 1815 merged"),
        Block("She wrote notes."),
    ]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"no zip"])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="Broken Word document: File is not a zip file"):
        parse(data)


def test_another_archive_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError, match="Broken Word document: "):
        parse(buffer.getvalue())


@pytest.mark.parametrize("name", ["_MAX_XML_BYTES", "_MAX_UNPACKED_BYTES"])
def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(docx_file, name, 1000)
    with pytest.raises(InputError, match=r"Expected at most \d+ MiB of XML and \d+ MiB in all in a Word document"):
        parse(packed(docx.Document()))
