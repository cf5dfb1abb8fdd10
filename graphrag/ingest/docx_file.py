"""Reading Word documents: headings, paragraphs, tables."""

import io
import re
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from graphrag.errors import InputError
from graphrag.ingest.cleaning import clean_line, clean_prose
from graphrag.ingest.sections import Block, ParsedFile

# A parsed XML file takes about ten times its size.
_MAX_XML_BYTES = 64 * 2**20
_MAX_UNPACKED_BYTES = 512 * 2**20
_PARAGRAPH_TAG = qn("w:p")
_HEADING_STYLE = re.compile(r"Heading ([1-9])")


def parse(data: bytes) -> ParsedFile:
    """Return the headings and the text of the body; a paragraph in the style Title is a heading of level 1.

    Headers, footers, notes and comments are no part of it.

    Raises
    ------
    InputError
        If it is no Word document, or far larger unpacked than packed.
    """
    try:
        _check_size(data)
        document = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(f"Broken Word document: {error}") from error
    return ParsedFile(tuple(_blocks(document)))


def _check_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    largest = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
    if largest > _MAX_XML_BYTES or sum(part.file_size for part in parts) > _MAX_UNPACKED_BYTES:
        raise InputError(
            f"Expected at most {_MAX_XML_BYTES // 2**20} MiB of XML and {_MAX_UNPACKED_BYTES // 2**20} MiB in all "
            "in a Word document, unpacked (got more)"
        )


def _blocks(document: Document) -> Iterator[Block]:
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from _rows(item)
        else:
            level = _level(item)
            yield Block(clean_line(item.text) if level else clean_prose(item.text), level)


def _level(paragraph: Paragraph) -> int:
    name = (paragraph.style.name if paragraph.style else "") or ""
    heading = _HEADING_STYLE.fullmatch(name)
    return int(heading.group(1)) if heading else int(name == "Title")


def _rows(table: Table) -> Iterator[Block]:
    # The rows of the XML, not of the library: those repeat a merged cell as often as the file says.
    for row in table._tbl.tr_lst:
        cells = [clean_line(" ".join(p.text for p in cell.iter(_PARAGRAPH_TAG))) for cell in row.tc_lst]
        yield Block(" | ".join(cell for cell in cells if cell))
