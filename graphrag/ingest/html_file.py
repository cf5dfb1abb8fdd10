"""Reading HTML: headings, and the text that a browser would show."""

import re
import warnings
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import CData, NavigableString, PageElement, Tag

from graphrag.errors import InputError
from graphrag.ingest.cleaning import clean_line, clean_prose, decode_text
from graphrag.ingest.sections import Block, ParsedFile

# A parsed tag takes about a kilobyte: this bound keeps a page below a gigabyte or two.
_MAX_TAGS = 1_000_000
_DROPPED = {"head", "script", "style", "nav", "noscript", "template", "svg", "math", "iframe", "object"}
# fmt: off
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
    "em", "font", "i", "img", "input", "ins", "kbd", "label", "mark", "q", "ruby", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}
# fmt: on
_HEADING = re.compile(r"h[1-6]")
_CELLS = {"td", "th"}


def parse(data: bytes) -> ParsedFile:
    """Return the title, the headings and the text of a page, without scripts, styles and navigation.

    Raises
    ------
    InputError
        If it is in another encoding than UTF-8 or UTF-16, or has more than a million tags.

    Examples
    --------
    >>> parse(b"<title>Ada</title><nav>Home</nav><h1>Life</h1><p>Born in <b>London</b>.</p>").blocks
    (Block(text='Life', level=1), Block(text='Born in London.', level=0))
    """
    text = decode_text(data)
    if text.count("<") > _MAX_TAGS:
        raise InputError(f"Expected at most {_MAX_TAGS} tags in an HTML file (got more)")
    # Not the parser of the standard library: it takes quadratic time for tags that are never closed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        soup = BeautifulSoup(clean_prose(text), builder=LXMLTreeBuilder())
    title = soup.head.title.get_text() if soup.head and soup.head.title else ""
    return ParsedFile(tuple(block for block in _blocks(soup) if block.text), clean_line(title))


def _blocks(root: Tag) -> Iterator[Block]:
    """Yield the text between the borders of block elements; the path is a stack, as pages can be nested deeply."""
    texts: list[str] = []
    level = 0
    for element, is_end in _walk(root):
        if isinstance(element, NavigableString):
            texts.append(_shown(element))
        elif not isinstance(element, Tag) or element.name in _INLINE:
            continue
        elif element.name in _CELLS:
            texts.append(" | " if is_end else "")
        elif element.name == "br":
            texts.append("\n" if is_end else "")
        else:
            yield _block(texts, level)
            texts = []
            level = int(element.name[1]) if _HEADING.fullmatch(element.name) and not is_end else 0
    yield _block(texts, level)


def _walk(root: Tag) -> Iterator[tuple[PageElement, bool]]:
    """Yield all elements in order, and tags once more with True at their end."""
    stack: list[tuple[Tag, Iterator[PageElement]]] = [(root, iter(root.contents))]
    while stack:
        tag, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield tag, True
        elif not isinstance(child, Tag):
            yield child, False
        elif child.name not in _DROPPED:
            yield child, False
            stack.append((child, iter(child.contents)))


def _shown(string: NavigableString) -> str:
    """Return a string as it is shown: nothing of comments and the like; line ends are spaces but in ``pre``."""
    if type(string) not in {NavigableString, CData}:
        return ""
    return str(string) if string.parent and string.parent.name == "pre" else re.sub(r"\s+", " ", string)


def _block(texts: Iterable[str], level: int) -> Block:
    text = "".join(texts)
    return Block(clean_line(text) if level else clean_prose(text).strip(" |\n"), level)
