"""Reading an existing knowledge graph: one triple a line."""

from collections.abc import Callable, Iterator
from pathlib import Path

from graphrag.errors import InputError
from graphrag.ingest.cleaning import clean_line
from graphrag.ingest.reading import decode_line, read_lines
from graphrag.types import Document, SkippedInput, Triple, content_id

_MAX_FIELD_CHARACTERS = 1_000
_MAX_TRIPLES = 20_000_000


def load_triples(path: Path, *, source: str, on_skip: Callable[[SkippedInput], None]) -> Document:
    """Return a document with the triples of a file of ``head|relation|tail`` or tab-separated lines.

    The first line with three fields decides which of the two; a tab wins where both would do. Its id is made of the
    triples, so that the same file under two names is one document. Blank lines count for nothing.

    Parameters
    ----------
    path
        The file; may be packed with gzip.
    source
        Its name for people.
    on_skip
        Told of every line that is no triple.

    Raises
    ------
    InputError
        If there is no triple in the file.
    """
    triples: list[Triple] = []
    try:
        for triple in _triples(path, source, on_skip):
            if len(triples) == _MAX_TRIPLES:
                raise InputError(f"Expected at most {_MAX_TRIPLES} triples in a file; the rest is not read")
            triples.append(triple)
    except InputError as error:
        if not triples:
            raise
        on_skip(SkippedInput(source, str(error)))
    if not triples:
        raise InputError("Expected lines of head|relation|tail, or the same with tabs (found none)")
    fields = (field for t in triples for field in (t.head, t.relation, t.tail))
    return Document(content_id("triples", *fields), triples=tuple(triples), source=source)


def _triples(path: Path, source: str, on_skip: Callable[[SkippedInput], None]) -> Iterator[Triple]:
    separators: tuple[str, ...] = ("\t", "|")
    names: dict[str, str] = {}
    for number, line in read_lines(path):
        if line is not None and not line.strip():
            continue
        try:
            separator, fields = _fields(line, separators)
        except InputError as error:
            on_skip(SkippedInput(f"{source}:{number}", str(error)))
            continue
        separators = (separator,)
        # One string a name, however many triples it is in.
        head, relation, tail = (names.setdefault(field, field) for field in fields)
        yield Triple(head, relation, tail)


def _fields(line: bytes | None, separators: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return the first separator that makes three fields, and the fields."""
    text = decode_line(line)
    for separator in separators:
        fields = [clean_line(field) for field in text.split(separator, 3)]
        if len(fields) == 3 and all(fields):
            if max(map(len, fields)) > _MAX_FIELD_CHARACTERS:
                raise InputError(f"Expected fields of at most {_MAX_FIELD_CHARACTERS} characters (got a longer one)")
            return separator, fields
    shown = " or ".join("a tab" if separator == "\t" else repr(separator) for separator in separators)
    raise InputError(f"Expected three fields that are not empty, separated by {shown}")
