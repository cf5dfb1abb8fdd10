"""From paths to documents whose passages are cut."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path, PurePath
from typing import Literal, get_args

from graphrag.errors import InputError, MissingDependencyError
from graphrag.ingest.cleaning import clean_prose
from graphrag.ingest.json_items import read_json_items
from graphrag.ingest.reading import read_bytes, read_lines
from graphrag.ingest.records import Record, read_json_line, read_record
from graphrag.ingest.sections import ParsedFile, document_title, sections_of
from graphrag.ingest.splitting import SplitSettings, split_text
from graphrag.ingest.triple_file import load_triples
from graphrag.ingest.walking import check_paths, find_files, shown_path
from graphrag.types import Document, Passage, SkippedInput, content_id

InputFormat = Literal["auto", "documents", "passages", "triples"]
"""How input is understood."""

_Skip = Callable[[SkippedInput], None]
_MEBIBYTE = 2**20
# Suffix -> the module that reads it, how it is called, the most bytes that are read.
_PROSE = {
    ".txt": ("text_file", "text", 64 * _MEBIBYTE),
    ".text": ("text_file", "text", 64 * _MEBIBYTE),
    ".md": ("markdown_file", "Markdown", 16 * _MEBIBYTE),
    ".markdown": ("markdown_file", "Markdown", 16 * _MEBIBYTE),
    ".html": ("html_file", "HTML", 16 * _MEBIBYTE),
    ".htm": ("html_file", "HTML", 16 * _MEBIBYTE),
    ".xhtml": ("html_file", "HTML", 16 * _MEBIBYTE),
    ".pdf": ("pdf_file", "PDF", 256 * _MEBIBYTE),
    ".docx": ("docx_file", "Word", 256 * _MEBIBYTE),
}
_JSON_LINES = {".jsonl", ".ndjson"}
_JSON = {".json"}
_TRIPLES = {"", ".txt", ".text", ".tsv", ".triples"}


def load_documents(
    paths: Sequence[Path],
    *,
    format: InputFormat,  # noqa: A002 - the name of the flag
    split: SplitSettings,
    on_skip: Callable[[SkippedInput], None],
) -> Iterator[Document]:
    """Read files and folders, one document after the other.

    Prose is txt, md, html, pdf and docx; records are the lines of jsonl and the items of JSON lists,
    ``{passage_id or id?, title?, text, metadata?}``. Any file may be packed with gzip. What cannot be read is skipped
    and told, and the rest goes on.

    Parameters
    ----------
    paths
        Files, and folders to be walked; hidden files in them are left out.
    format
        ``auto``: prose is split, a record is a passage as it stands. ``documents``: both are cleaned and split.
        ``passages``: neither is split, a file of prose is one passage. ``triples``: files of ``head|relation|tail``
        lines.
    split
        The budget of a passage.
    on_skip
        Told of every file, line, item or page that is not read, and why.

    Returns
    -------
    Iterator of Document
        In the order of the paths. The id of a document is the one that its input gives, else made of its title and
        text. Passages are named ``<document id>#0000`` and so on; a passage as it stands has its document's id.

    Raises
    ------
    InputError
        Before anything is read, if no path is given or one does not exist.
    ValueError
        If ``format`` is something else.
    """
    if format not in get_args(InputFormat):
        raise ValueError(f"Expected 'format' to be one of {', '.join(get_args(InputFormat))} (got {format!r})")
    check_paths(paths)
    return _documents(paths, format, split, on_skip)


def _documents(
    paths: Sequence[Path], input_format: InputFormat, split: SplitSettings, on_skip: _Skip
) -> Iterator[Document]:
    for path in find_files(paths, on_skip=on_skip):
        try:
            yield from _documents_of_file(path, input_format, split, on_skip)
        except (InputError, MissingDependencyError) as error:
            on_skip(_skipped(shown_path(path), error))


def _documents_of_file(
    path: Path, input_format: InputFormat, split: SplitSettings, on_skip: _Skip
) -> Iterator[Document]:
    source = shown_path(path)
    suffix = _suffix(path)
    if input_format == "triples":
        if suffix not in _TRIPLES:
            raise InputError(f"Triples are read from .txt, .tsv and .triples files (got {suffix!r})")
        yield load_triples(path, source=source, on_skip=on_skip)
    elif suffix in _PROSE:
        parsed = _parse(path, suffix)
        for place, reason in parsed.problems:
            on_skip(_skipped(f"{source} {place}", InputError(reason)))
        yield _prose_document(parsed, source, None if input_format == "passages" else split)
    elif suffix in _JSON_LINES | _JSON:
        yield from _record_documents(path, suffix, split if input_format == "documents" else None, on_skip)
    else:
        hint = "; it is read with --format triples" if suffix in _TRIPLES else ""
        raise InputError(f"Unknown kind of file {suffix!r}{hint}" if suffix else "A file without a known suffix")


def _suffix(path: PurePath) -> str:
    """Return the lower-case suffix that tells a file's kind, the one before ``.gz``."""
    path = PurePath(path.name.lower())
    return PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix


def _skipped(source: str, error: Exception) -> SkippedInput:
    """Return the skip for an error, its reason one line of bounded length."""
    reason = " ".join("".join(c if c.isprintable() else " " for c in str(error)[:400]).split())
    return SkippedInput(source, reason)


def _parse(path: Path, suffix: str) -> ParsedFile:
    module_name, kind, limit = _PROSE[suffix]
    data = read_bytes(path, limit=limit)
    try:
        # The library that a kind of file needs is imported by the one module that reads this kind.
        module = import_module(f"graphrag.ingest.{module_name}")
    except ImportError as error:
        raise MissingDependencyError(f"Reading {kind} files", "documents") from error
    try:
        parsed: ParsedFile = module.parse(data)
    except InputError:
        raise
    except Exception as error:  # parsers raise anything on files made to break them
        raise InputError(f"Broken {kind} file: {type(error).__name__}: {error}") from error
    return parsed


def _prose_document(parsed: ParsedFile, source: str, split: SplitSettings | None) -> Document:
    if not parsed.text:
        raise InputError("Empty: no text in this file")
    title = document_title(parsed)
    document_id = content_id(title, parsed.text)
    if split is None:
        return Document(document_id, (Passage(document_id, parsed.text, title, document_id),), (), title, source)
    cut = [(section.title, text) for section in sections_of(parsed) for text in split_text(section.text, split)]
    passages = tuple(
        Passage(f"{document_id}#{position:04d}", text, passage_title, document_id, position)
        for position, (passage_title, text) in enumerate(cut)
    )
    return Document(document_id, passages, (), title, source)


def _record_documents(path: Path, suffix: str, split: SplitSettings | None, on_skip: _Skip) -> Iterator[Document]:
    """Yield the records of a file and tell of those that are wrong; ``InputError`` if there is neither."""
    source = shown_path(path)
    is_empty = True
    for place, read in _line_readers(path, source) if suffix in _JSON_LINES else _item_readers(path, source):
        is_empty = False
        try:
            document = _record_document(read(), source, split)
        except InputError as error:
            on_skip(_skipped(place, error))
        else:
            yield document
    if is_empty:
        raise InputError("Empty: no record in this file")


def _record_document(record: Record, source: str, split: SplitSettings | None) -> Document:
    document_id, title = record.record_id, record.title
    if split is None:
        whole = Passage(document_id, record.text, title, document_id, 0, record.metadata)
        return Document(document_id, (whole,), (), title, source)
    passages = tuple(
        Passage(f"{document_id}#{position:04d}", text, title, document_id, position, record.metadata)
        for position, text in enumerate(split_text(clean_prose(record.text), split))
    )
    if not passages:
        raise InputError("Expected 'text' not to be empty")
    return Document(document_id, passages, (), title, source)


def _line_readers(path: Path, source: str) -> Iterator[tuple[str, Callable[[], Record]]]:
    for number, line in read_lines(path):
        if line is None or line.strip():
            yield f"{source}:{number}", partial(read_json_line, line)


def _item_readers(path: Path, source: str) -> Iterator[tuple[str, Callable[[], Record]]]:
    for number, item in read_json_items(path):
        yield f"{source} item {number}", partial(read_record, item)
