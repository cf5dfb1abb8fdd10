"""Clauses as facts of a graph: what is said of whom, between names and short phrases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.openie.clauses import Argument, Clause
from extractors.openie.mentions import Mentions
from extractors.openie.phrases import conjuncts, preposition
from extractors.openie.statements import Statement
from extractors.openie.tree import Tree

MAX_PHRASE_WORDS = 7
"""A longer phrase is no node; the names in it are."""

MAX_RELATION_WORDS = 10
"""Of a longer relation the last words are kept."""

MAX_ENDS = 12
"""Ends that one subject or argument may have; further ones are left out."""

_BEFORE = frozenset({"amod", "compound", "nummod", "flat", "nmod:poss", "nmod:desc", "nmod", "nmod:unmarked", "punct"})
_BOUNDS = frozenset({"det", "cop", "aux", "nsubj", "case", "mark", "cc", "advmod", "nsubj:outer", "det:predet"})
_ARTICLES = frozenset({"det", "det:predet", "punct", "case", "cc"})
_OWNED = frozenset({"nmod:poss"})
_NAMING = frozenset({"amod", "compound", "flat", "nummod", "nmod:desc", "nmod:unmarked"})
_INTO = frozenset({"nmod", "nmod:poss", "conj", "appos", "flat", "nmod:desc", "nmod:unmarked", "compound", "amod", "nummod", "obl", "list"})


@dataclass(frozen=True, slots=True)
class End:
    """One end of a fact.

    Parameters
    ----------
    text
        The node's name.
    path
        Positions of the words that lead from the argument's head to the name: "capital of".
    is_name
        Whether it is a name, date or number, or stands for one.
    """

    text: str
    path: tuple[int, ...]
    is_name: bool


class FactReader:
    """Reads the facts of clauses.

    Parameters
    ----------
    tree
        The text.
    mentions
        Its names.
    """

    def __init__(self, tree: Tree, mentions: Mentions, topic: str) -> None:
        self._topic = topic
        self._tree = tree
        self._items, self._at = mentions.items, mentions.at
        self._inner = dict(self._inner_names())

    def facts(self, clause: Clause) -> Iterator[Statement]:
        """Yield every pair of an end of the subject and an end of an argument."""
        tree = self._tree
        subjects = self._ends(clause.subject_head, clause.subject, subject=True)
        if self._topic and clause.kind in {"verb", "copula", "passive"} and self._is_role(clause):
            subjects.append(End(self._topic, tuple(self._np(clause.subject_head)), is_name=True))
        if not subjects:
            return
        for argument in clause.arguments:
            for end in self._ends(argument.head, argument.words):
                for subject in subjects:
                    if subject.path and end.path:
                        continue
                    both = subject.is_name and end.is_name
                    if not both and clause.kind in {"noun", "possessive", "apposition"}:
                        continue
                    if subject.text != end.text and not (clause.kind == "noun" and end.text in subject.text):
                        words = (*subject.path, *clause.relation, *argument.preposition, *end.path)
                        relation = tree.phrase(words[-MAX_RELATION_WORDS:])
                        if clause.implied and not (clause.kind == "noun"):
                            relation = f"{clause.implied} {relation}".strip()
                        if relation:
                            yield Statement(clause, subject.text, relation, end.text, argument, "part")

    def _inner_names(self) -> Iterator[tuple[int, tuple[str, tuple[int, int], str]]]:
        """Yield the parts of names such as "Guiana Highlands of Venezuela"."""
        tree = self._tree
        for index, item in enumerate(self._items):
            if item.label == "TITLE" or item.end - item.start < 3:
                continue
            for i in range(item.start + 1, item.end - 1):
                if tree.lower[i] in {"of", "in", "at"}:
                    right = i + 1 + (tree.lower[i + 1] == "the")
                    if right < item.end and tree.words[right][0].isupper():
                        left = tree.between(item.start, i)
                        yield index, (left, (i, i + 1), tree.between(right, item.end))
                    break

    def _is_role(self, clause: Clause) -> bool:
        """Tell whether a subject such as "The current editor" has to be the editor of what the text is about."""
        tree, head = self._tree, clause.subject_head
        if self._at[head] >= 0 or tree.tags[head] not in {"NOUN", "PROPN"}:
            return False
        if any(self._at[i] >= 0 for i in clause.subject):
            return False
        return tree.lower[clause.subject[0]] == "the"

    def _np(self, head: int) -> range:
        return range(self._phrase_start(head), head + 1)

    def sentence_facts(self, clauses: Sequence[Clause], connected: set[frozenset[str]]) -> Iterator[Statement]:
        """Yield what leads from a sentence's main subject to the names that no clause has led to."""
        tree = self._tree
        roots = {c.head: c for c in clauses if c.kind in {"verb", "copula", "passive"}}
        for first, last in tree.sentences:
            root = next((i for i in range(first, last) if tree.heads[i] == i), first)
            clause = roots.get(root)
            subject = self._topic
            if clause is not None and self._at[clause.subject_head] >= 0:
                subject = self._items[self._at[clause.subject_head]].text
            if not subject:
                continue
            seen = set()
            for word in range(first, last):
                index = self._at[word]
                if index < 0 or index in seen:
                    continue
                seen.add(index)
                name = self._items[index].text
                if name == subject or frozenset((subject, name)) in connected:
                    continue
                if self._items[index].label in {"NUMBER"} or tree.relations[word] == "amod":
                    continue
                path = self._route(index, root)
                relation = tree.phrase(path[-MAX_RELATION_WORDS:])
                if relation:
                    connected.add(frozenset((subject, name)))
                    argument = Argument("oblique", word, (), (word,))
                    yield Statement(clause or Clause("verb", root, (), root, (), ()), subject, relation, name, argument, "route")

    def _route(self, index: int, root: int) -> list[int]:
        """Return the words on the way from a sentence's root to a name: verbs, nouns and prepositions."""
        tree = self._tree
        item = self._items[index]
        at = next((i for i in range(item.start, item.end) if not item.start <= tree.heads[i] < item.end), item.start)
        path = preposition(tree, at)
        for _ in range(12):
            above = tree.heads[at]
            if above == at:
                break
            at = above
            if not item.start <= at < item.end:
                own = [at] if self._at[at] < 0 and tree.tags[at] in {"NOUN", "PROPN", "VERB", "ADJ"} else []
                lead = [i for i in tree.children[at] if tree.relations[i] in {"aux:pass", "cop", "aux", "compound:prt"}] if at == root else []
                path = [*(preposition(tree, at) if at != root else []), *sorted([*own, *lead]), *path]
        return path

    def _ends(self, head: int, words: Sequence[int], *, subject: bool = False) -> list[End]:
        inside = set(words)
        found: list[End] = []
        for conjunct in conjuncts(self._tree, head) if head in inside else [head]:
            if conjunct in inside or conjunct == head:
                found += self._own_ends(conjunct)
        covered = {self._at[head]}
        for word in words:
            index = self._at[word]
            if index >= 0 and index not in covered:
                covered.add(index)
                path = self._path(index, head, inside, naming=not subject)
                if path is not None and not (subject and not 1 <= len(path) <= 2):
                    found.append(End(self._items[index].text, path, is_name=True))
        return list(dict.fromkeys(found))[:MAX_ENDS]

    def _own_ends(self, head: int) -> list[End]:
        """Return the nodes of a noun phrase: the name at its head, or the phrase without its article."""
        tree = self._tree
        index = self._at[head]
        if index >= 0:
            item = self._items[index]
            found = [End(item.text, (), is_name=True)]
            inner = self._inner.get(index)
            if inner is not None:
                found += [End(inner[0], (), is_name=True), End(inner[2], tuple(range(*inner[1])), is_name=True)]
            if item.label == "TITLE" or tree.tags[head] != "NOUN" or self._phrase_start(head) >= item.start:
                return found
            return [End(self._phrase(head), (), is_name=False), *found]
        if tree.tags[head] not in {"NOUN", "PROPN", "NUM", "ADJ", "SYM"}:
            return []
        text = self._phrase(head)
        return [End(text, (), is_name=False)] if text else []

    def _phrase(self, head: int) -> str:
        """Return a noun with what stands before it and its "of", at most `MAX_PHRASE_WORDS` words."""
        tree = self._tree
        start = self._phrase_start(head)
        end = head + 1
        for child in tree.children[head]:
            if child > head and tree.relations[child] == "nmod" and preposition(tree, child) == [end]:
                last = self._phrase_end(child)
                if last - start <= MAX_PHRASE_WORDS and tree.lower[end] == "of":
                    end = last
        if end - start > MAX_PHRASE_WORDS:
            start = head
        return tree.between(start, end)

    def _phrase_start(self, head: int) -> int:
        tree = self._tree
        start = head
        bound = max((c for c in tree.children[head] if c < head and tree.relations[c] in _BOUNDS), default=-1)
        for child in tree.children[head]:
            if bound < child < head and tree.relations[child] in _BEFORE:
                start = min(start, max(bound + 1, self._leftmost(child)))
        while start < head and (tree.relations[start] in _ARTICLES or tree.tags[start] in {"DET", "PUNCT", "PRON"}):
            start += 1
        return start

    def _leftmost(self, word: int) -> int:
        tree = self._tree
        first = word
        queue = [word]
        while queue:
            at = queue.pop()
            first = min(first, at)
            queue += [child for child in tree.children[at] if child < at]
        return first

    def _phrase_end(self, head: int) -> int:
        index = self._at[head]
        return self._items[index].end if index >= 0 else head + 1

    def _path(self, index: int, head: int, inside: set[int], *, naming: bool) -> tuple[int, ...] | None:
        """Return the words that lead from an argument's head to a name in it; ``None`` if another clause lies between."""
        tree = self._tree
        item = self._items[index]
        at = next((i for i in range(item.start, item.end) if not item.start <= tree.heads[i] < item.end), item.start)
        path: list[int] = []
        for _ in range(12):
            if at == head:
                return tuple(path)
            relation, above = tree.relations[at], tree.heads[at]
            if relation not in _INTO or above == at or above not in inside:
                return None
            if relation in _NAMING and (not naming or relation in {"amod", "nummod"}):
                return None
            if relation == "nmod":
                path = [*self._name_of(above), *preposition(tree, at), *path]
            elif relation == "nmod:poss":
                path = [*self._name_of(above), *path]
            at = above
        return None

    def _name_of(self, word: int) -> list[int]:
        index = self._at[word]
        return list(range(self._items[index].start, self._items[index].end)) if index >= 0 else [word]
