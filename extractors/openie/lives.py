"""Dates and places of birth and death in the parentheses after a name."""

from collections.abc import Iterator

from extractors.openie.clauses import Clause
from extractors.openie.frames import Argument
from extractors.openie.mentions import Mentions
from extractors.openie.statements import Statement
from extractors.openie.tree import Tree

MAX_WORDS = 50
"""Words of a parenthesis that are read."""

_BORN = frozenset({"born", "b", "b.", "née"})
_DIED = frozenset({"died", "d", "d.", "†", "deceased"})
_DASHES = frozenset({"–", "—", "-", "--", "−"})
_NO_PLACE = frozenset({"DATE", "NUMBER", "PERSON", "NORP", "WORK", "TITLE"})


def life_facts(tree: Tree, mentions: Mentions) -> Iterator[Statement]:
    """Yield when and where somebody was born and died: "X (5 May 1990, Lviv – 3 June 2000)", "X (died 875)".

    A date before a dash is one of birth, a date after it one of death; a lone date without "born" or "died" says
    neither.
    """
    for opening, word in enumerate(tree.words):
        if word != "(" or opening == 0 or mentions.at[opening - 1] < 0:
            continue
        owner = mentions.items[mentions.at[opening - 1]].text
        yield from _of_parenthesis(tree, mentions, owner, opening)


def _of_parenthesis(tree: Tree, mentions: Mentions, owner: str, opening: int) -> Iterator[Statement]:
    closing = next((i for i in range(opening, min(opening + MAX_WORDS, len(tree))) if tree.words[i] == ")"), 0)
    dash = _dash(tree, mentions, opening, closing)
    state = "born" if dash else ""
    for i in range(opening + 1, closing):
        word, index = tree.lower[i], mentions.at[i]
        if word in _BORN:
            state = "born"
        elif word in _DIED or i == dash:
            state = "died"
        item = mentions.items[index] if index >= 0 else None
        if item is None or item.start != i or not state or item.text == owner:
            continue
        if item.label == "DATE":
            yield _statement(owner, state, item.text, i)
        elif item.label not in _NO_PLACE and tree.words[i - 1] in {",", "in", "at", "("}:
            yield _statement(owner, f"{state} in", item.text, i)


def _dash(tree: Tree, mentions: Mentions, opening: int, closing: int) -> int:
    """Return the position of the dash between two dates, or 0."""
    dates = [i for i in range(opening + 1, closing) if _is_date(mentions, i)]
    for i in range(opening + 2, closing):
        if tree.words[i] in _DASHES and mentions.at[i] < 0 and dates and dates[0] < i < dates[-1]:
            return i
    return 0


def _is_date(mentions: Mentions, word: int) -> bool:
    return mentions.at[word] >= 0 and mentions.items[mentions.at[word]].label == "DATE"


def _statement(owner: str, relation: str, name: str, at: int) -> Statement:
    clause = Clause("life", at, (), at, (), ())
    return Statement(clause, owner, relation, name, Argument("oblique", at, (), (at,)), "part", words=())
