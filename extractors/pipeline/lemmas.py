"""Lemmas as edits of a word's end, so that a classifier over a few hundred edits lemmatizes unseen words."""


def lemma_edit(word: str, lemma: str) -> str:
    """Return the edit that makes the lemma: case (``k`` keep, ``l`` lower), letters cut off the end, letters added.

    Examples
    --------
    >>> lemma_edit("Founded", "found"), lemma_edit("was", "be"), lemma_edit("Paris", "Paris")
    ('l|2|', 'l|3|be', 'k|0|')
    """
    keep = _common(word, lemma) > _common(word.lower(), lemma)
    base = word if keep else word.lower()
    shared = _common(base, lemma)
    return f"{'k' if keep else 'l'}|{len(base) - shared}|{lemma[shared:]}"


def _common(first: str, second: str) -> int:
    """Return the length of the common beginning."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length


def apply_edit(edit: str, word: str) -> str:
    """Return the lemma that an edit makes of a word; the word in lower case where it is too short for the edit.

    Raises
    ------
    ValueError
        If the edit is not of the form that `lemma_edit` writes.

    Examples
    --------
    >>> apply_edit("l|2|", "Founded"), apply_edit("l|3|be", "Was"), apply_edit("l|9|", "go")
    ('found', 'be', 'go')
    """
    case, _, rest = edit.partition("|")
    cut, separator, ending = rest.partition("|")
    if case not in {"k", "l"} or not cut.isdigit() or not separator:
        raise ValueError(f"Expected an edit of the form 'l|2|y' (got {edit!r})")
    base = word.lower() if case == "l" else word
    length = len(base) - int(cut)
    if length < 0 or not (length or ending):
        return word.lower()
    return base[:length] + ending
