"""What passages are about, and where other passages name it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphrag.graph.subjects import subject_names
from graphrag.text import is_quantity, normalize_phrase, split_sentences, title_keys, word_spans
from graphrag.types import Passage

MAX_NAMED = 1_000
"""Things that a passage is found to name at most."""

SUBJECT_WITHIN = 60
"""The subject of a first sentence begins within so many characters."""

_GOES_ON = re.compile(r"[ -]{1,2}[\"“(]?[^\W\d_a-z]\w+")
_ALIAS = re.compile(
    r"(?:\bknown (?:\w+ )?as|\bcalled|\bn[ée]e|\bborn|\bnicknamed|\bor|\balias|\bstage name|\bpen name)[ \"“']*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Parameters
    ----------
    key
        Without case and accents.
    is_capital
        It begins with an upper-case letter or a digit, or its script has no case.
    is_first
        It is the first word of a sentence.
    """

    key: str
    is_capital: bool
    is_first: bool


def topic_keys(passage: Passage, named: Sequence[tuple[str, str]], key_of: Callable[[str], str]) -> list[str]:
    """Return the keys of the entities that a passage is about.

    They are what its title names, with and without what stands in parentheses at its end. A passage without a title is
    about the subject of its first sentence, by all names that :func:`graphrag.graph.subjects.subject_names` finds. If
    that finds none, it is about what it names first, if it does so at the beginning, in the forms in which others may
    write it, and the further names that the sentence gives it ("also known as", "born").

    Parameters
    ----------
    passage
        The passage.
    named
        What it names: texts as they stand there and keys.
    key_of
        The key that a normalised phrase stands for.

    Examples
    --------
    >>> named = [("1815", "1815"), ("Ada Lovelace", "ada lovelace"), ("London", "london")]
    >>> topic_keys(Passage("p", "Ada Lovelace was born in London in 1815."), named, str)
    ['ada lovelace']
    >>> topic_keys(Passage("p", "It was born in London.", "Wings (1927 film)"), named, str)
    ['wings', 'wings 1927 film']
    """
    keys = [key_of(key) for key in title_keys(passage.title)]
    if not keys:
        subject = [normalize_phrase(name) for name in subject_names(passage.text)]
        keys = [key_of(key) for key in (*subject, *name_forms(subject[0]))] if subject else []
    return list(dict.fromkeys(keys or _subject_keys(passage.text, named)))


def _subject_keys(text: str, named: Sequence[tuple[str, str]]) -> list[str]:
    """Return the keys of the subject of a text's first sentence, and of the other names that it gives it."""
    start, end = next(iter(split_sentences(text[: 10 * SUBJECT_WITHIN])), (0, 0))
    sentence = text[start:end]
    names = [(surface, key) for surface, key in named if len(key) > 1 and not is_quantity(key)]
    places = sorted((sentence.find(surface), -len(surface), surface, key) for surface, key in names)
    found = [place for place in places if 0 <= place[0] < SUBJECT_WITHIN]
    # "Sir" and "General" are no subjects where the name goes on behind them.
    whole = [place for place in found if not _GOES_ON.match(sentence, place[0] - place[1])] or found
    if not whole:
        return []
    aliases = [key for at, _, _, key in places if at > 0 and _ALIAS.search(sentence, max(0, at - 40), at)]
    return [form for key in (whole[0][3], *aliases) for form in name_forms(key)]


def name_forms(key: str) -> list[str]:
    """Return the ways in which others may write a name: whole, without initials, its first and last or first two words.

    Examples
    --------
    >>> name_forms("stephen t kay"), name_forms("pedro lazaga sabater")
    (['stephen t kay', 'stephen kay'], ['pedro lazaga sabater', 'pedro sabater', 'pedro lazaga'])
    """
    words = key.split()
    long = [word for word in words if len(word) > 1]
    forms = [words, long, [*long[:1], *long[-1:]], long[:2]]
    return list(dict.fromkeys(" ".join(form) for form in forms if form is words or len(form) > 1))


def read_words(text: str) -> list[Word]:
    """Return the words of a text.

    Examples
    --------
    >>> [word.key for word in read_words("The Café. Adiós")], read_words("The Café. Adiós")[2].is_first
    (['the', 'cafe', 'adios'], True)
    """
    begins = iter([*(start for start, _ in split_sentences(text)), len(text) + 1])
    begin = next(begins)
    words = []
    for start, end in word_spans(text):
        is_first = start >= begin
        while start >= begin:
            begin = next(begins)
        word = text[start:end]
        words.append(Word(_folded(word), not word[0].islower(), is_first))
    return words


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    """Return a word without case and accents."""
    decomposed = unicodedata.normalize("NFKD", normalize_phrase(word))
    return "".join(c for c in decomposed if not unicodedata.combining(c)) or word


class _Node:
    """What may follow after some words, and the names that end with them."""

    __slots__ = ("following", "names")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.names: list[int] = []


class NameIndex:
    """Finds names in texts, the longest at each word, in a time linear in the text.

    Case and accents do not count, but a word of the name must begin with a capital letter. A name of one word that the
    texts mostly use as a common word ("Brother", "Wings") counts only where the capital does not begin a sentence.

    Parameters
    ----------
    names
        Normalised phrases; what is found are their positions.

    Examples
    --------
    >>> index = NameIndex(["ada lovelace", "ada", "brother"])
    >>> index.learn([read_words("Her brother, his brother and Brother (a film).")])
    >>> sorted(index.find(read_words("Ada Lovelace and Ada saw Brother.")))
    [0, 1, 2]
    >>> sorted(index.find(read_words("ADA LOVELACE. Brother saw ada.")))
    [0]
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._root = _Node()
        self._single: set[str] = set()
        self._common: set[str] = set()
        for position, name in enumerate(names):
            words = [_folded(word) for word in name.split()]
            if len(words) == 1:
                self._single.add(words[0])
            self._add(words, position)

    def learn(self, texts: Iterable[Sequence[Word]]) -> None:
        """Learn which names of one word are common words: those that more often begin with a small letter."""
        capital: Counter[str] = Counter()
        small: Counter[str] = Counter()
        for words in texts:
            for word in words:
                if word.key in self._single and not word.is_first:
                    (capital if word.is_capital else small)[word.key] += 1
        self._common = {word for word, count in small.items() if count > capital[word]}

    def find(self, words: Sequence[Word]) -> set[int]:
        """Return the positions of the names in a text."""
        found: set[int] = set()
        start = 0
        while start < len(words) and len(found) < MAX_NAMED:
            end, names = self._longest(words, start)
            found.update(names)
            start = max(end, start + 1)
        return found

    def _add(self, words: Sequence[str], position: int) -> None:
        node = self._root
        for word in words:
            node = node.following.setdefault(word, _Node())
        node.names.append(position)

    def _longest(self, words: Sequence[Word], start: int) -> tuple[int, list[int]]:
        """Return where the longest name that begins at a word ends, and its positions."""
        node: _Node | None = self._root
        end, names = start, list[int]()
        for position in range(start, len(words)):
            node = node.following.get(words[position].key) if node is not None else None
            if node is None:
                break
            if node.names and self._is_name(words[start : position + 1]):
                end, names = position + 1, node.names
        return end, names

    def _is_name(self, words: Sequence[Word]) -> bool:
        first = words[0]
        if len(words) > 1:
            return any(word.is_capital for word in words)
        return first.is_capital and len(first.key) > 1 and not (first.is_first and first.key in self._common)
