"""From the headings and paragraphs of a file to titled sections."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphrag.text import SECTION_SEPARATOR

_MAX_HEADING_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a row of a table, ….

    Parameters
    ----------
    text
        Cleaned; may be empty.
    level
        0 for text, 1 and up for a heading, 1 being the highest.
    """

    text: str
    level: int = 0


_END = Block("", level=1)
"""What follows the last block: it ends every section."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file of prose says, in order.

    Parameters
    ----------
    blocks
        Headings and text.
    title
        What the file declares as its title beside its headings; may be empty.
    problems
        Parts of the file that could not be read: where, and why.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """Everything, a blank line between blocks."""
        return "\n\n".join(block.text for block in self.blocks if block.text)


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading; the title names the document and all headings above the text."""

    title: str
    text: str


def document_title(parsed: ParsedFile) -> str:
    """Return the first heading of level 1, else the declared title, else the first heading, else nothing.

    Examples
    --------
    >>> document_title(ParsedFile((Block("Ada Lovelace", 1), Block("She …")), title="Ada - MyWiki"))
    'Ada Lovelace'
    """
    headings = [block for block in _usable(parsed.blocks) if block.level]
    top = next((block.text for block in headings if block.level == 1), "")
    return top or parsed.title or (headings[0].text if headings else "")


def sections_of(parsed: ParsedFile) -> list[Section]:
    """Return the sections with text, in order.

    Titles join the document's title and the headings above a text by ``" - "``, so that a passage says by itself what
    it is about. A heading with nothing under it is the text of a section of its own. Headings of more than 200
    characters are text. No word is lost.

    Examples
    --------
    >>> for section in sections_of(ParsedFile((Block("Ada", 1), Block("Born."), Block("Work", 2), Block("Notes.")))):
    ...     print(section)
    Section(title='Ada', text='Born.')
    Section(title='Ada - Work', text='Notes.')
    """
    title = document_title(parsed)
    blocks = _usable(parsed.blocks)
    sections: list[Section] = []
    path: list[Block] = []
    texts: list[str] = []
    for block, following in zip(blocks, [*blocks[1:], _END], strict=False):
        if block.level:
            path = [above for above in path if above.level < block.level]
        if block.level == 0 or 0 < following.level <= block.level:
            texts.append(block.text)
        else:
            path.append(block)
        if texts and following.level:
            sections.append(Section(_joined_title(title, path), "\n\n".join(texts)))
            texts = []
    return sections


def _usable(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks that say something; headings too long for a title become text."""
    return [Block(b.text) if len(b.text) > _MAX_HEADING_CHARACTERS else b for b in blocks if b.text]


def _joined_title(title: str, path: Sequence[Block]) -> str:
    return SECTION_SEPARATOR.join(dict.fromkeys(part for part in (title, *(block.text for block in path)) if part))
