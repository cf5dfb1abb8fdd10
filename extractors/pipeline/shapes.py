"""What the uncased encoder does not see of a word: the pattern of its letters' case."""

from functools import lru_cache

SHAPES: tuple[str, ...] = (
    "special",
    "lower",
    "title",
    "capital",
    "upper",
    "mixed",
    "number",
    "digits",
    "symbol",
    "uncased",
)
"""Shape classes, in the order of the model's embedding; ``special`` is for the markers around the text."""

_INDEX = {shape: index for index, shape in enumerate(SHAPES)}

_QUOTES = {"``": '"', "''": '"', "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]"}


@lru_cache(50_000)
def word_shape(word: str) -> int:
    """Return the index in `SHAPES` of a word's case pattern.

    Examples
    --------
    >>> [SHAPES[word_shape(word)] for word in ("film", "Film", "A", "USA", "iPhone", "1990", "B2", "--", "電影")]
    ['lower', 'title', 'capital', 'upper', 'mixed', 'number', 'digits', 'symbol', 'uncased']
    """
    return _INDEX[_shape(word)]


def _shape(word: str) -> str:
    if word.isalpha():
        return _letter_shape(word)
    if word.isdigit():
        return "number"
    if any(character.isdigit() for character in word):
        return "digits"
    letters = "".join(character for character in word if character.isalpha())
    return _letter_shape(letters) if letters else "symbol"


def _letter_shape(letters: str) -> str:
    if letters.islower():
        return "lower"
    if len(letters) == 1 and letters.isupper():
        return "capital"
    if letters.isupper():
        return "upper"
    if letters[0].isupper() and letters[1:].islower():
        return "title"
    return "mixed" if letters.lower() != letters else "uncased"


def model_word(word: str) -> str:
    """Return a word as the encoder reads it: treebank spellings of quotes and brackets undone.

    Examples
    --------
    >>> model_word("``"), model_word("-LRB-"), model_word("film")
    ('"', '(', 'film')
    """
    return _QUOTES.get(word, word)
