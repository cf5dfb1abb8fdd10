"""Which texts a question names, and which text another one leads to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphrag.text import bare_title

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to read: its title and its text."""

    title: str
    text: str


def named_texts(question: str, texts: Sequence[Text]) -> list[tuple[int, int, int]]:
    """Return start, end and text for every title that a question names, in the question's order, the longest first.

    Examples
    --------
    >>> named_texts("Who directed Emma Kay?", [Text("Emma", ""), Text("Emma Kay (film)", "")])
    [(13, 21, 1)]
    """
    found: list[tuple[int, int, int, int]] = []
    for index, text in enumerate(texts):
        for form in {text.title, bare_title(text.title)} - {""}:
            found.extend((-(end - start), index, start, end) for start, end in occurrences(question, form))
    taken: list[tuple[int, int, int]] = []
    for _, index, start, end in sorted(found):
        if all(end <= low or start >= high for low, high, _ in taken):
            taken.append((start, end, index))
    return sorted(taken)


def occurrences(text: str, name: str) -> list[tuple[int, int]]:
    """Return where a name stands in a text, letter case and what is between its words aside.

    Examples
    --------
    >>> occurrences("See Peut -Être and peut-être", "Peut-être")
    [(4, 14), (19, 28)]
    """
    words = _WORD.findall(name)
    if not words:
        return []
    pattern = r"(?<!\w)" + r"\W{1,3}".join(map(re.escape, words)) + r"(?!\w)"
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


_CUES = {
    "director": r"direct(?:ed|or|ion)\w*",
    "producer": r"produc(?:ed|er)\w*",
    "composer": r"compos(?:ed|er)\w*|music|score|soundtrack|song",
    "performer": r"by|perform\w+|sung|singer|song|album|single|recorded",
    "singer": r"by|perform\w+|sung|singer|song|album|single|recorded",
    "author": r"by|author|written|wrote|novel|book",
    "writer": r"by|writ\w+|wrote|screenplay",
    "screenwriter": r"writ\w+|screenplay",
    "founder": r"found(?:ed|er)\w*",
    "creator": r"creat(?:ed|or)\w*",
    "editor": r"edit(?:ed|or)\w*",
    "father": r"son|daughter|child|father|born",
    "mother": r"son|daughter|child|mother|born|and",
    "husband": r"husband|married|wife|marriage|wed|spouse|consort",
    "wife": r"wife|married|husband|marriage|wed|spouse|consort",
    "spouse": r"wife|married|husband|marriage|wed|spouse|consort",
}
_NEAR = 60


def linked_text(texts: Sequence[Text], source: int, role: str) -> int | None:
    """Return the text about who has a role in what another text is about; None if no text is linked.

    A text is linked if the other one names its title (its first and last word will do for three words and more); if
    several are, the one that is named next after a word for the role.
    """
    text = texts[source].text
    cues = [match.end() for match in re.finditer(rf"\b(?:{_CUES.get(role, re.escape(role))})\b", text, re.IGNORECASE)]
    best: tuple[float, int] | None = None
    for index, other in enumerate(texts):
        if index == source or not other.title:
            continue
        spots = _mentions(text, bare_title(other.title))
        for start in spots:
            gaps = [start - cue for cue in cues if start - cue >= 0]
            cost = min(gaps) if gaps else _NEAR * 20 + start
            if best is None or cost < best[0]:
                best = (cost, index)
    return best[1] if best else None


def _mentions(text: str, name: str) -> list[int]:
    spots = [start for start, _ in occurrences(text, name)]
    words = name.split()
    if not spots and len(words) > 2:
        spots = [start for start, _ in occurrences(text, f"{words[0]} {words[-1]}")]
    return spots
