"""A passage with what the graph has from it: its entities marked in the text, its triples beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphrag.display import Shown, escape, shortened, table_html
from graphrag.text import normalize_phrase
from graphrag.types import Passage, Triple

MAX_MARKED_CHARACTERS = 20_000
_WORD = re.compile(r"\w+")

Span = tuple[int, int, str]
"""First character, the one after the last, and the entity's key."""


@dataclass(frozen=True, slots=True)
class AnnotatedPassage(Shown):
    """A passage, the triples that it states, and where it names entities.

    Parameters
    ----------
    passage
        The passage.
    triples
        In the graph's words.
    entities
        Names of the entities that it mentions.
    spans
        Where the text says their names, in order, without overlap; pronouns and the like are not found. Only the
        first 20,000 characters are searched.
    """

    passage: Passage
    triples: tuple[Triple, ...]
    entities: tuple[str, ...]
    spans: tuple[Span, ...]

    def __repr__(self) -> str:
        return f"AnnotatedPassage({self.passage.passage_id!r}, triples={len(self.triples)}, spans={len(self.spans)})"

    def _html(self) -> str:
        title = escape(self.passage.title or self.passage.passage_id)
        rows = [(triple.head, triple.relation, triple.tail) for triple in self.triples]
        return (
            f"<p><b>{title}</b> <span class='mh-soft'>{escape(self.passage.passage_id)}</span></p>"
            "<div style='display:flex;flex-wrap:wrap;gap:.5em 2em;align-items:start'>"
            f"<div class='mh-text' style='flex:1 1 22em'>{self._marked()}</div>"
            f"<div style='flex:1 1 22em'>{table_html(['head', 'relation', 'tail'], rows)}</div></div>"
        )

    def _marked(self) -> str:
        text, end, parts = self.passage.text, 0, []
        for first, last, key in self.spans:
            parts += [escape(text[end:first]), f"<mark title='{escape(key)}'>{escape(text[first:last])}</mark>"]
            end = last
        return "".join(parts) + escape(shortened(text[end:], max(1, MAX_MARKED_CHARACTERS - end)))


def find_spans(text: str, keys: Sequence[str]) -> tuple[Span, ...]:
    """Return where a text says the names with some keys, left to right; at each word the longest name.

    Parameters
    ----------
    text
        Verbatim.
    keys
        Normalised phrases.

    Examples
    --------
    >>> find_spans("Ada Lovelace met Charles. ADA wrote.", ["ada", "ada lovelace"])
    ((0, 12, 'ada lovelace'), (26, 29, 'ada'))
    """
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for key in keys:
        words = tuple(key.split())
        if words:
            by_first.setdefault(words[0], []).append(words)
    for names in by_first.values():
        names.sort(key=len, reverse=True)
    tokens = [(match.span(), normalize_phrase(match[0])) for match in _WORD.finditer(text[:MAX_MARKED_CHARACTERS])]
    words_of_text = [word for _, word in tokens]
    spans, start = [], 0
    while start < len(tokens):
        names = by_first.get(words_of_text[start], [])
        found = next((name for name in names if tuple(words_of_text[start : start + len(name)]) == name), ())
        if found:
            last = start + len(found) - 1
            spans.append((tokens[start][0][0], tokens[last][0][1], " ".join(found)))
        start += max(1, len(found))
    return tuple(spans)
