"""Clauses as facts of a graph: what is said of whom, between names and short phrases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.openie.clauses import Clause
from extractors.openie.frames import Argument
from extractors.openie.mentions import Mentions
from extractors.openie.phrases import conjuncts, name_head, phrase_start, preposition
from extractors.openie.statements import Statement
from extractors.openie.tree import Tree

MAX_PHRASE_WORDS = 7
"""A longer phrase is cut to its noun."""

MAX_RELATION_WORDS = 10
"""Of a longer relation the last words are kept."""

MAX_ENDS = 12
"""Ends that one subject or argument may have; further ones are left out."""

MAX_PLACES = 2
"""Wider places that a place is named with: "Rochester, New York, USA"."""

MAX_STEPS = 12
"""Steps in a tree from a name to what it is part of."""

_NOUNS = frozenset({"NOUN", "PROPN", "NUM", "ADJ", "SYM"})
_VERBAL = frozenset({"verb", "copula", "passive"})
_NOMINAL = frozenset({"noun", "possessive", "apposition"})
_MODIFIERS = frozenset({"amod", "nummod"})
_NAMING = frozenset({"compound", "flat", "nmod:desc", "nmod:unmarked"})
_INTO = _NAMING | {"nmod", "nmod:poss", "conj", "appos", "obl", "list"}


@dataclass(frozen=True, slots=True)
class End:
    """One end of a fact.

    Parameters
    ----------
    text
        The node's name.
    path
        Positions of the words that lead from the subject's or argument's head to the name, such as "capital of".
    is_name
        Whether it is a name, date or number, or stands for one.
    """

    text: str
    path: tuple[int, ...]
    is_name: bool


class FactReader:
    """Reads the facts of clauses.

    The ends of a subject or argument are the name at its head, else its noun with what stands before it and its "of",
    without the article; the same for what is coordinated with it; and the names in it. What leads to such a name is
    part of the relation: "(Tom; is director of; Kodak)". "The editor is Tom" in a text about a journal also says
    "(the journal; editor is; Tom)". Where the text is about something, a fact without a name is left out; with
    ``names_only`` every end has to be one.

    Parameters
    ----------
    tree
        The text.
    mentions
        Its names.
    topic
        What the text is about; may be empty.
    names_only
        Whether phrases are no ends.
    """

    def __init__(self, tree: Tree, mentions: Mentions, topic: str, *, names_only: bool = False) -> None:
        self._tree = tree
        self._topic = topic
        self._names_only = names_only
        self._items, self._at = mentions.items, mentions.at

    def facts(self, clause: Clause) -> Iterator[Statement]:
        """Yield a fact for every end of the subject with every end of an argument."""
        subjects = self._subjects(clause)
        if not subjects:
            return
        for argument in clause.arguments:
            same_name = self._at[argument.head] == self._at[clause.subject_head] >= 0
            for end in self._ends(argument.head, argument.words):
                for subject in subjects:
                    if self._is_worthwhile(clause, subject, end, same_name=same_name):
                        yield from self._fact(clause, subject, argument, end)

    def _fact(self, clause: Clause, subject: End, argument: Argument, end: End) -> Iterator[Statement]:
        words = (*subject.path, *clause.relation, *argument.preposition, *end.path)[-MAX_RELATION_WORDS:]
        implied = "" if clause.kind == "noun" else clause.implied
        if clause.kind == "apposition" and self._is_place(clause.subject_head) and self._is_place(argument.head):
            implied = "in"  # "Garden Township, Michigan"
        relation = f"{implied} {self._tree.phrase(words)}".strip()
        if relation:
            yield Statement(clause, subject.text, relation, end.text, argument, "part", words=words)

    def _is_place(self, word: int) -> bool:
        return self._at[word] >= 0 and self._items[self._at[word]].label == "LOC"

    def _is_worthwhile(self, clause: Clause, subject: End, end: End, *, same_name: bool) -> bool:
        if subject.text == end.text or (subject.path and end.path):
            return False
        if clause.kind in _NOMINAL:
            return not same_name and subject.is_name and end.is_name and end.text not in subject.text
        if self._names_only:
            return subject.is_name and end.is_name
        return subject.is_name or end.is_name or not self._topic

    def _subjects(self, clause: Clause) -> list[End]:
        found = [
            end
            for end in self._ends(clause.subject_head, clause.subject)
            if not end.path or (len(end.path) <= 2 and self._tree.tags[end.path[0]] in {"NOUN", "PROPN"})
        ]
        if self._topic and clause.kind in _VERBAL and self._is_role(clause):
            head = clause.subject_head
            found.append(End(self._topic, tuple(range(phrase_start(self._tree, head), head + 1)), is_name=True))
        return found

    def _is_role(self, clause: Clause) -> bool:
        """Tell whether a subject such as "The current editor" has to be the editor of what the text is about."""
        tree, head = self._tree, clause.subject_head
        if tree.tags[head] not in {"NOUN", "PROPN"} or tree.lower[clause.subject[0]] != "the":
            return False
        return all(self._at[i] < 0 for i in clause.subject) and head - clause.subject[0] <= MAX_PHRASE_WORDS

    def _ends(self, head: int, words: Sequence[int]) -> list[End]:
        inside = set(words)
        found: list[End] = []
        if head in inside:
            for conjunct in conjuncts(self._tree, head):
                if conjunct in inside:
                    found += self._own_ends(conjunct)
        else:
            found += self._own_ends(head)
        covered = {self._at[head], -1}
        for word in words:
            index = self._at[word]
            if index not in covered:
                covered.add(index)
                path = self._path(index, head, inside)
                if path is not None:
                    found.append(End(self._items[index].text, path, is_name=True))
        return list(dict.fromkeys(found))[:MAX_ENDS]

    def _own_ends(self, head: int) -> list[End]:
        """Return the nodes of a noun phrase, apart from names inside it."""
        tree, index = self._tree, self._at[head]
        if index < 0:
            is_wanted = tree.tags[head] in _NOUNS and not self._names_only
            text = self._phrase(head) if is_wanted else ""
            return [End(text, (), is_name=False)] if text else []
        item = self._items[index]
        found = [End(item.text, (), is_name=True)]
        parts = name_parts(tree, item.start, item.end) if item.label != "TITLE" else None
        if parts is not None:
            whole, link, inner = parts
            found += [End(whole, (), is_name=True), End(inner, tuple(range(item.start, link + 1)), is_name=True)]
        found += [End(text, (), is_name=True) for text in self._wider_places(index)]
        is_part = item.label != "TITLE" and tree.tags[head] == "NOUN" and not self._names_only
        if is_part and phrase_start(tree, head) < item.start:
            found.insert(0, End(self._phrase(head), (), is_name=False))
        return found

    def _wider_places(self, index: int) -> list[str]:
        """Return "Rochester, New York" for the place "Rochester" where the text says so: many titles look like that."""
        tree, items = self._tree, self._items
        item = items[index]
        found: list[str] = []
        last = index
        while last + 1 < len(items) and len(found) < MAX_PLACES:
            here, following = items[last], items[last + 1]
            if here.label != "LOC" or following.label != "LOC" or following.start != here.end + 1:
                break
            if tree.words[here.end] != "," or tree.relations[name_head(tree, following.start, following.end)] == "conj":
                break
            found.append(tree.between(item.start, following.end))
            last += 1
        return found

    def _phrase(self, head: int) -> str:
        """Return a noun with what stands before it and its "of", at most `MAX_PHRASE_WORDS` words."""
        tree = self._tree
        start, end = phrase_start(tree, head), head + 1
        for child in tree.children[head]:
            if child > head and tree.relations[child] == "nmod" and preposition(tree, child) == [head + 1]:
                index = self._at[child]
                last = self._items[index].end if index >= 0 else child + 1
                if tree.lower[head + 1] == "of" and last - start <= MAX_PHRASE_WORDS:
                    end = last
        return tree.between(start if end - start <= MAX_PHRASE_WORDS else head, end)

    def _path(self, index: int, head: int, inside: set[int]) -> tuple[int, ...] | None:
        """Return the words that lead from a head to a name below it; ``None`` if another clause lies between."""
        tree = self._tree
        at = name_head(tree, self._items[index].start, self._items[index].end)
        path: list[int] = []
        for _ in range(MAX_STEPS):
            if at == head:
                return tuple(path)
            relation, above = tree.relations[at], tree.heads[at]
            if relation not in _INTO or above == at or above not in inside:
                return None
            if relation == "nmod":
                path = [*self._name_of(above), *preposition(tree, at), *path]
            elif relation == "nmod:poss":
                path = [*self._name_of(above), *path]
            at = above
        return None

    def _name_of(self, word: int) -> Sequence[int]:
        index = self._at[word]
        return range(self._items[index].start, self._items[index].end) if index >= 0 else (word,)


def name_parts(tree: Tree, start: int, end: int) -> tuple[str, int, str] | None:
    """Return the two names in one such as "Guiana Highlands of Venezuela" and the position of the word between them."""
    for i in range(start + 1, end - 1):
        if tree.lower[i] in {"of", "in", "at"}:
            inner = i + 1 + (tree.lower[i + 1] == "the")
            if inner < end and tree.words[inner][0].isupper():
                return tree.between(start, i), i, tree.between(inner, end)
            return None
    return None
