"""Parts of a question that say who or what is meant instead of naming it: "the city where Ann Kay was born"."""

import re
from collections.abc import Iterator, Sequence

from graphrag.reading.links import Text, named_texts

MAX_DESCRIPTIONS = 4
"""Of a question, the shortest."""

_SMALL = frozenset(
    "a an the of in on at to for from by with and or but is are was were be been did does do has had have can could "
    "will would that which who whom whose where when what how why not it its he she they his her their this "
    "these".split()
)
# What asks, but describes nothing: "the name of X" is asked of X itself.
_EMPTY = frozenset("name names kind type sort number amount one ones same".split())
_NAME = re.compile(
    r"[A-Z0-9][\w’.-]*(?:(?:,?\s+(?:of|the|and|in|de|von|van|for|to|a|on|with|&)){0,3},?\s+[A-Z0-9][\w’.-]*)*"
)
_WORD = re.compile(r"[\w’'-]+")
_LAST_WORD = re.compile(r"(?:^|\s)([\w’'-]+)\s+$")
_OF = re.compile(r"\b(?:of|by)\s+(?:the\s+)?(?:[a-z]+\s+)?[\"“'‘]?$")
_ARTICLE = re.compile(r"(?:the\s+)?[\"“'‘]?$", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:(?:in|on|at|to|from|for|by|of|with)\s+)?(?:where|that|which|who|whom|whose|when|containing|with)\b",
    re.IGNORECASE,
)
_POSSESSED = re.compile(r"[\"”]?[’']s?\s+((?:[\w-]+\s+)?[\w-]+\s+of\s+[\w-]+|[\w-]+(?:\s+[\w-]+)?)")
_BELONGS = re.compile(
    r"[\"”’']?\s+(?:(?:is|was|are|were)\s+(?:\w+\s+)?|\w+(?:s|ed)\s+)(?:from|of|in|to|for|at|on|by)\b", re.IGNORECASE
)
_CLAUSE_END = re.compile(r"[,?]|$")
_ASKED = re.compile(r"\W*(?:who|what|which|where|when)(?:\s+(?:is|was|are|were))?\s*$", re.IGNORECASE)
_WHICH = re.compile(r"\b(?:what|which|whose)\s+$", re.IGNORECASE)
_MAX_NOUN_WORDS = 3


def find_descriptions(question: str, texts: Sequence[Text]) -> list[tuple[int, int]]:
    """Return start and end of the descriptions in a question that name something, the shortest first.

    Where a description ends is often open ("the country that made X taken by"; "X's main rival"): both readings are
    returned.

    Parameters
    ----------
    question
        The question.
    texts
        Passages found for it; a title that the question names counts as a name in any letter case.

    Examples
    --------
    >>> question = "What is the capital of the country where Lake Ohrid lies?"
    >>> [question[start:end] for start, end in find_descriptions(question, [])]
    ['the country where Lake Ohrid lies']
    >>> question = "Where was the film by Ann Kay shown?"
    >>> [question[start:end] for start, end in find_descriptions(question, [])]
    ['the film by Ann Kay']
    """
    found = {span for name in _names(question, texts) for span in _around(question, *name)}
    kept = [span for span in found if not _is_asked_for(question, *span)]
    return sorted(kept, key=lambda span: (span[1] - span[0], span))[:MAX_DESCRIPTIONS]


def _names(question: str, texts: Sequence[Text]) -> list[tuple[int, int]]:
    names = [(start, end) for start, end, _ in named_texts(question, texts)]
    for match in _NAME.finditer(question):
        start, end = match.span()
        words = question[start:end].split()
        if words[0].lower() in _SMALL:
            start += len(question[start:end]) - len(question[start:end].removeprefix(words[0]).lstrip())
        if start < end and all(end <= low or start >= high for low, high in names):
            names.append((start, end))
    return sorted(names)


def _around(question: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the descriptions that a name is a part of."""
    before, after = question[:start], question[end:]
    quoted = end + (after[:1] in {'"', "”", "’"})
    of = _OF.search(before)
    within = _noun_before(before[: of.start()]) if of else None
    if within is not None:
        yield within, quoted
    possessed = _POSSESSED.match(after)
    if possessed:
        words = _WORD.findall(possessed[1])
        for number in {1, len(words)}:
            if not _SMALL & {words[0].lower(), words[number - 1].lower()}:
                yield start, end + possessed.start(1) + len(" ".join(words[:number]))
    clause = end + next(_CLAUSE_END.finditer(after)).start()
    for relative in reversed(list(_RELATIVE.finditer(before))):
        noun = _noun_before(before[: relative.start()].rstrip(" ,") + " ")
        if noun is not None:
            yield noun, clause
            # "that made X": the clause may end with the name; "where X", "where the mayor of X": its verb is to come.
            subject = start if within is None else max(relative.end(), within)
            if set(_WORD.findall(before[relative.end() : subject].lower())) - _SMALL:
                yield noun, quoted
            break
    article = _ARTICLE.search(before)
    belongs = _BELONGS.match(after)
    noun = _noun_before(before[: article.start()]) if article and belongs else None
    if noun is not None and belongs:
        yield noun, end + belongs.end()


def _noun_before(text: str) -> int | None:
    """Return where a noun begins that a text ends with, its article included; None if there is none.

    Examples
    --------
    >>> text = "In what state is the main capital city "
    >>> text[_noun_before(text) :]
    'the main capital city '
    """
    start: int | None = None
    words: list[str] = []
    while len(words) <= _MAX_NOUN_WORDS:
        match = _LAST_WORD.search(text if start is None else text[:start])
        word = match[1].lower() if match else ""
        if match and word in {"the", "a", "an"} and words:
            return match.start(1) if words[0] not in _EMPTY else None
        if not match or word in _SMALL or len(words) == _MAX_NOUN_WORDS:
            break
        words.append(word)
        start = match.start(1)
    return start if words and words[0] not in _EMPTY else None


def _is_asked_for(question: str, start: int, end: int) -> bool:
    """Return whether a description says what the answer is: "what *company* owned by X …", or all but the asking."""
    before = question[:start]
    is_whole = _ASKED.match(before) and not re.search(r"\w", question[end:])
    return bool(_WHICH.search(before) or is_whole)
