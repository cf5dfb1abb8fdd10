"""A text cut into words, in linear time for any text."""

import re
from dataclasses import dataclass

# Vowel signs and diacritics, which Python's \w leaves out: without them Hindi, Thai or pointed Arabic falls to pieces.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c2\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u0f18-\u0f3f\u0f71-\u0fbc\u1000-\u1049\u1050-\u109f"
    "\u17b4-\u17d3\u200c\u200d"
)
PARTICLES = "是的在和与與了及"
"""Chinese words that stand alone, so that what is between them can be a name."""
_WORD_PATTERN = re.compile(
    rf"[{PARTICLES}]"
    r"|['’][sS]\b"
    r"|(?:[^\W\d_]\.){2,}"
    r"|\d+(?:[.,]\d+)*[A-Za-z0-9]*"
    r"|[\u3041-\u309f]+"
    rf"|[^\W\d_{PARTICLES}\u3041-\u309f](?:[\w{_MARKS}](?<![{PARTICLES}\u3041-\u309f]))*"
    rf"(?:['’](?![sS]\b)[^\W\d_][\w{_MARKS}]*)*"
    r"|\.{2,}|-{2,}|``|''"
    r"|\s+"
    r"|[^\w\s\x21-\x7e“”„‘’«»–—―…·・•、。，：；！？「」『』《》（）¡¿‐‑′″]{1,50}"
    r"|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words and punctuation marks of a text, without white space.

    Parameters
    ----------
    text
        The text.
    words
        In order.
    starts
        Where each begins in the text, in characters.
    """

    text: str
    words: list[str]
    starts: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def end(self, index: int) -> int:
        """Return where a word ends in the text."""
        return self.starts[index] + len(self.words[index])

    def between(self, start: int, end: int) -> str:
        """Return the text of words ``start`` to ``end - 1``, verbatim.

        Examples
        --------
        >>> read_words("Boso  the Elder.").between(0, 3)
        'Boso  the Elder'
        """
        return self.text[self.starts[start] : self.end(end - 1)] if start < end else ""

    def touches(self, index: int) -> bool:
        """Return whether nothing stands between a word and the one before it."""
        return index > 0 and self.end(index - 1) == self.starts[index]


def tokens_of(text: str) -> list[tuple[int, str]]:
    """Return start and text of every token, white space included: joined they are the text again.

    Examples
    --------
    >>> [token for _, token in tokens_of("Guy's widow, J.R. Tolkien, 1,200")]
    ['Guy', "'s", ' ', 'widow', ',', ' ', 'J.R.', ' ', 'Tolkien', ',', ' ', '1,200']
    """
    return [(match.start(), match.group()) for match in _WORD_PATTERN.finditer(text)]


def read_words(text: str) -> Words:
    """Return the words of a text.

    Examples
    --------
    >>> read_words("北京是中国的首都").words
    ['北京', '是', '中国', '的', '首都']
    """
    tokens = [(start, token) for start, token in tokens_of(text) if not token.isspace()]
    return Words(text, [token for _, token in tokens], [start for start, _ in tokens])
