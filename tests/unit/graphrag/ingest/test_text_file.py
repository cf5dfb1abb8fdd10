"""Plain text."""

from graphrag.ingest.sections import Block
from graphrag.ingest.text_file import parse


def test_text_is_one_block_without_title() -> None:
    parsed = parse("\ufeffAda\u00a0wrote\x00 notes.\r\n\r\n\r\nBorn.".encode())
    assert parsed.blocks == (Block("Ada wrote notes.\n\nBorn."),)
    assert parsed.title == ""
