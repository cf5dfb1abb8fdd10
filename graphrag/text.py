"""Normalising phrases and cutting text into words and sentences, for every script."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_NOT_ASCII_WORD = re.compile(r"[^A-Za-z0-9 ]")
_NOT_SPACE = re.compile(r"\S")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)\s*$")
_DIGITS = re.compile(r"\d+")
# Scripts written without spaces: every character is a word of its own.
_UNSPACED = r"\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)\]]))\s+(?=[\"'“‘(\[]?[^\Wa-z_])|(?<=[。！？])|\n{2,}")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Col|Lt|Capt|Sgt|Rev|Hon|Mt|No|vs|etc|e\.g|i\.e|approx|ca|c|b|d|r)|\b[A-Z]\.[A-Z])\.$"
)


SECTION_SEPARATOR = " - "
"""Stands in a passage's title between the document's and the headings above the passage."""

MAX_TITLE_CHARACTERS = 200
"""A longer title is left alone: it is a text."""


def normalize_phrase(phrase: str, *, ascii_only: bool = False) -> str:
    """Return the identity of a phrase: case, punctuation and spacing removed.

    Parameters
    ----------
    phrase
        A name or relation as written.
    ascii_only
        Replace everything but ASCII letters and digits by spaces, as the published HippoRAG code does; names in other
        scripts vanish.

    Returns
    -------
    str
        NFKC, casefolded, words joined by one space. Marks that belong to a letter (the vowels of Hindi or Thai) stay. A
        phrase without any letter or digit (an emoji, ``"++"``) is kept as it stands, so that no name is erased.

    Examples
    --------
    >>> normalize_phrase("  Lothair II (of Lotharingia)")
    'lothair ii of lotharingia'
    >>> normalize_phrase("北京 is Zürich"), normalize_phrase("北京 is Zürich", ascii_only=True)
    ('北京 is zürich', 'is z rich')
    """
    if ascii_only:
        return _NOT_ASCII_WORD.sub(" ", phrase.lower()).strip()
    if phrase.isascii():  # the rule below without what it has no use for: three times as fast
        folded = phrase.lower()
        return _NOT_WORD.sub(" ", folded).strip() or " ".join(folded.split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", phrase).casefold())
    return _NOT_WORD.sub(_gap, folded).strip() or " ".join(folded.split())


def bare_title(title: str) -> str:
    """Return a title without the headings of sections and without what stands in parentheses at its end.

    Examples
    --------
    >>> bare_title("Theodred II (Bishop of Elmham)"), bare_title("Ada Lovelace - Early life")
    ('Theodred II', 'Ada Lovelace')
    """
    stripped = title.strip()
    if len(stripped) > MAX_TITLE_CHARACTERS:
        return stripped
    document, _, _ = stripped.partition(SECTION_SEPARATOR)
    return _PARENTHESIS.sub("", document) or document


def title_keys(title: str) -> list[str]:
    """Return the keys of what a title names: with and without headings of sections, and parentheses at its end.

    Examples
    --------
    >>> title_keys("Wings (1927 film)"), title_keys("Rome - History"), title_keys("")
    (['wings', 'wings 1927 film'], ['rome', 'rome history'], [])
    """
    document, _, _ = title.partition(SECTION_SEPARATOR)
    return sorted({normalize_phrase(form) for form in (title, document, bare_title(title))} - {""})


def _gap(match: re.Match[str]) -> str:
    """Return what stays of a run without letters and digits: the marks on the letter before it, and a space."""
    run = match[0]
    num_marks = 0
    if match.start():
        while num_marks < len(run) and _is_mark(run[num_marks]):
            num_marks += 1
    return run[:num_marks] + " " * (num_marks < len(run))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M") and ord(character) not in _VARIATION_SELECTORS


def word_tokens(text: str) -> list[str]:
    """Return the words of a text, casefolded; characters of scripts without spaces stand alone.

    Examples
    --------
    >>> word_tokens("Ada's Notes, 1843: 知识")
    ['ada', 's', 'notes', '1843', '知', '识']
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text stand, as it is written.

    Examples
    --------
    >>> word_spans("Ada's Notes")
    [(0, 3), (4, 5), (6, 11)]
    """
    return [match.span() for match in _WORD.finditer(text)]


def numbers_of(text: str) -> tuple[str, ...]:
    """Return the runs of digits of a text, sorted.

    Examples
    --------
    >>> numbers_of("11 November 875")
    ('11', '875')
    """
    return tuple(sorted(_DIGITS.findall(text)))


_TIME_WORDS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec c ca circa bc ad bce ce century centuries early mid late".split()
)


def is_quantity(key: str) -> bool:
    """Return whether a normalised phrase is only a number, a date or a span of time.

    Examples
    --------
    >>> [is_quantity(key) for key in ("10 december 1815", "1960s", "19th century", "boeing 747", "march")]
    [True, True, True, False, False]
    """
    words = key.split()
    return all(word[0].isdigit() or word in _TIME_WORDS for word in words) and any(word[0].isdigit() for word in words)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the character spans of a text's sentences, without the white space between them.

    A rule, not a model: a full stop ends a sentence when something that is not a lower-case letter follows and what
    stands before it is no common abbreviation or initial.

    Examples
    --------
    >>> text = "J. S. Bach died in 1750. He was a composer."
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['J. S. Bach died in 1750.', 'He was a composer.']
    """
    spans = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _NOT_SPACE.search(text, start, match.start()):
            start = match.end()
            continue
        if _ABBREVIATION.search(text, max(start, match.start() - 12), match.start()):
            continue
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [_trimmed(text, *span) for span in spans if _NOT_SPACE.search(text, *span)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def clean_text(text: str) -> str:
    r"""Return a text that every store can keep: lone surrogates replaced, everything else unchanged.

    Examples
    --------
    >>> clean_text("a\ud800b")
    'a\ufffdb'
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
