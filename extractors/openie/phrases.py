"""Noun phrases and other parts of a tree as positions of words."""

from collections.abc import Container

from extractors.openie.tree import Tree

CLAUSES = frozenset({"acl:relcl", "advcl:relcl", "parataxis", "list", "dep", "discourse", "vocative"})
"""Relations of what hangs on a phrase without being part of it."""

APART = CLAUSES | {"appos", "conj", "cc", "cc:preconj", "mark", "case"}
"""What a phrase's head has besides the phrase itself."""

_MARKS = frozenset({",", ";", ":", "-", "–", "—", "--", ".", "...", "?", "!"})
_OPENING = {"(": ")", "[": "]", "``": "''", "“": "”", "‘": "’", "«": "»"}
_CLOSING = frozenset(_OPENING.values())


def subtree(tree: Tree, word: int, apart: Container[str] = (), below: Container[str] = CLAUSES) -> list[int]:
    """Return the words of a phrase in order, without the marks at its ends.

    Parameters
    ----------
    tree
        The text.
    word
        The head.
    apart
        Relations of the head's children that are left out with all that hangs on them.
    below
        The same for the words further down.
    """
    relations, children = tree.relations, tree.children
    found = [word]
    if not children[word]:
        return found
    queue = [child for child in children[word] if relations[child] not in apart]
    while queue:
        at = queue.pop()
        found.append(at)
        queue += [child for child in children[at] if relations[child] not in below]
    found.sort()
    return trimmed(tree, found)


def trimmed(tree: Tree, found: list[int]) -> list[int]:
    """Return positions without the punctuation marks at the ends that belong to what was left out."""
    words = tree.words
    first, last = 0, len(found)
    while last > first + 1 and (words[found[last - 1]] in _MARKS or _is_unmatched(tree, found, first, last)):
        last -= 1
    while first < last - 1 and words[found[first]] in _MARKS:
        first += 1
    return found[first:last]


def _is_unmatched(tree: Tree, found: list[int], first: int, last: int) -> bool:
    """Tell whether a phrase ends with a bracket or quote of which the other half is not in it."""
    word = tree.words[found[last - 1]]
    if word in _OPENING:
        return True
    return word in _CLOSING and not any(_OPENING.get(tree.words[i]) == word for i in found[first:last])


def preposition(tree: Tree, word: int, *, marks: bool = True) -> list[int]:
    """Return the words of the preposition before a phrase, in order: "out of", "because of"."""
    found = []
    for child in tree.children[word]:
        if child < word and (tree.relations[child] == "case" or (marks and tree.relations[child] == "mark")):
            found.append(child)
            found += [i for i in tree.children[child] if tree.relations[i] == "fixed"]
    return sorted(found)


def name_head(tree: Tree, start: int, end: int) -> int:
    """Return the first word of a name whose head stands outside it."""
    return next((i for i in range(start, end) if not start <= tree.heads[i] < end), start)


def conjuncts(tree: Tree, word: int) -> list[int]:
    """Return a word and what is coordinated with it, in order."""
    found = [word]
    for at in found:
        found += [child for child in tree.children[at] if tree.relations[child] == "conj"]
        if len(found) > 30:
            break
    return sorted(found)


_BEFORE = frozenset({"amod", "compound", "nummod", "flat", "nmod:poss", "nmod:desc", "nmod", "nmod:unmarked", "punct"})
_BOUNDS = frozenset({"det", "det:predet", "cop", "aux", "nsubj", "nsubj:outer", "case", "mark", "cc", "advmod"})
_ARTICLES = frozenset({"det", "det:predet", "punct", "case", "cc"})
_NO_START = frozenset({"DET", "PUNCT", "PRON"})


def phrase_start(tree: Tree, head: int) -> int:
    """Return where a noun with the adjectives and nouns before it begins, without its article.

    Parameters
    ----------
    tree
        The text.
    head
        The noun.
    """
    relations = tree.relations
    before = [child for child in tree.children[head] if child < head]
    bound = max((child for child in before if relations[child] in _BOUNDS), default=-1)
    start = head
    for child in before:
        if child > bound and relations[child] in _BEFORE:
            start = min(start, max(bound + 1, _leftmost(tree, child)))
    while start < head and (relations[start] in _ARTICLES or tree.tags[start] in _NO_START):
        start += 1
    return start


def _leftmost(tree: Tree, word: int) -> int:
    first = word
    queue = [word]
    while queue:
        at = queue.pop()
        first = min(first, at)
        queue += [child for child in tree.children[at] if child < at]
    return first
