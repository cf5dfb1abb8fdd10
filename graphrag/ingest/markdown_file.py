"""Reading Markdown: headings, and text without its markup."""

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from graphrag.errors import InputError
from graphrag.ingest import html_file
from graphrag.ingest.cleaning import clean_line, clean_prose, decode_text
from graphrag.ingest.sections import Block, ParsedFile

# A parsed token takes some hundred bytes: these bounds keep what is parsed at once below a gigabyte or two.
_MAX_MARKS = 1_000_000
_MAX_INLINE_CHARACTERS = 100_000
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_TITLE_LINE = re.compile(r"^title:[ \t]*([^\n]{1,500})$", re.MULTILINE)


def parse(data: bytes) -> ParsedFile:
    r"""Return the headings and the text of a Markdown file (CommonMark and tables).

    Links and images leave their text, code its lines, tables their cells, HTML what a browser would show of it; of the
    front matter only the title is read.

    Raises
    ------
    InputError
        If it is in another encoding than UTF-8 or UTF-16, or has more than a million lines and table cells.

    Examples
    --------
    >>> parse(b"# Ada\n\nShe *met* [Babbage](https://example.org).").blocks
    (Block(text='Ada', level=1), Block(text='She met Babbage.', level=0))
    """
    text = decode_text(data).replace("\r\n", "\n").replace("\0", " ")
    if text.count("\n") + text.count("|") > _MAX_MARKS:
        raise InputError(f"Expected at most {_MAX_MARKS} lines and table cells in a Markdown file (got more)")
    title = ""
    if front_matter := _FRONT_MATTER.match(text):
        declared = _TITLE_LINE.search(front_matter.group(1))
        title = clean_line(declared.group(1)).strip("\"'") if declared else ""
        text = text[front_matter.end() :]
    # Inline markup is parsed block by block, so that its tokens are never all in memory.
    markdown = MarkdownIt("commonmark").enable("table").disable("inline")
    environment: dict[str, object] = {}
    tokens = markdown.parse(text, environment)
    return ParsedFile(tuple(_blocks(tokens, environment)), title)


def _blocks(tokens: Iterable[Token], environment: dict[str, object]) -> Iterator[Block]:
    level = 0
    cells: list[str] | None = None
    markdown = MarkdownIt("commonmark")
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield Block(" | ".join(cells or []))
            cells = None
        elif token.type in {"fence", "code_block"}:
            yield Block(clean_prose(token.content))
        elif token.type == "html_block":
            yield from html_file.parse(token.content.encode()).blocks
        elif token.type == "inline":
            text = _inline_text(markdown, token.content, environment)
            if cells is None:
                yield Block(clean_line(text) if level else clean_prose(text), level)
            else:
                cells.append(clean_line(text))
            level = 0


def _inline_text(markdown: MarkdownIt, content: str, environment: dict[str, object]) -> str:
    if len(content) > _MAX_INLINE_CHARACTERS:
        return content
    return "".join(_words(markdown.parseInline(content, environment)[0].children or []))


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif token.type == "image":
            yield from _words(token.children or [])
        elif token.type in {"text", "code_inline"}:
            yield token.content
