"""Reading plain text."""

from graphrag.ingest.cleaning import clean_prose, decode_text
from graphrag.ingest.sections import Block, ParsedFile


def parse(data: bytes) -> ParsedFile:
    """Return the text of a file; it has no headings and no title.

    Raises
    ------
    InputError
        If it is neither UTF-8 nor UTF-16 with a byte order mark.

    Examples
    --------
    >>> parse(b"Ada wrote notes.").text
    'Ada wrote notes.'
    """
    return ParsedFile((Block(clean_prose(decode_text(data))),))
