"""Clauses of a parsed text: who does what to whom, where and when, as positions of words."""

from dataclasses import dataclass, field, replace
from typing import Literal

from extractors.openie.phrases import APART, CLAUSES, conjuncts, preposition, subtree
from extractors.openie.tree import Tree

Kind = Literal["verb", "copula", "passive", "participle", "apposition", "possessive", "noun", "life"]

_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "csubj:outer"})
_OBJECTS = frozenset({"obj", "iobj"})
_OBLIQUES = frozenset({"obl", "obl:agent", "obl:unmarked", "obl:tmod", "obl:npmod", "obl:arg"})
_AUXILIARIES = frozenset({"aux", "aux:pass", "cop", "compound:prt"})
_NO_PREDICATE = frozenset(
    {"amod", "compound", "case", "mark", "fixed", "flat", "aux", "aux:pass", "cop", "cc", "det", "nummod", "punct"}
)
_RELATIVE = frozenset({"who", "which", "that", "whom", "whose", "where", "when", "why"})
Role = Literal["object", "oblique", "clause", "adverbial", "predicate", "adverb"]
NEGATIONS = frozenset({"not", "n't", "n’t", "never", "no", "cannot"})


@dataclass(frozen=True, slots=True)
class Argument:
    """What a clause says besides its subject and verb.

    Parameters
    ----------
    role
        ``predicate`` is what a copula links, ``adverbial`` a clause that is no complement.
    head
        Position of its head.
    preposition
        Positions of the words that lead it.
    words
        Positions of its words, without the preposition.
    """

    role: Role
    head: int
    preposition: tuple[int, ...]
    words: tuple[int, ...]

    @property
    def full(self) -> tuple[int, ...]:
        """Preposition and words."""
        return self.preposition + self.words


@dataclass(frozen=True, slots=True)
class Clause:
    """A statement.

    Parameters
    ----------
    kind
        How it was found.
    head
        Position of the verb or noun that states.
    subject
        Positions of the subject's words.
    subject_head
        Position of the subject's head.
    relation
        Positions of the words of the verb group.
    arguments
        In the order of the text.
    implied
        The relation's words that the text leaves out, such as "is" of an apposition.
    inherited
        Whether the subject stands in another clause.
    """

    kind: Kind
    head: int
    subject: tuple[int, ...]
    subject_head: int
    relation: tuple[int, ...]
    arguments: tuple[Argument, ...]
    implied: str = ""
    inherited: bool = False


@dataclass(slots=True)
class _Frame:
    """A verb with its own dependents, before subjects are shared."""

    head: int
    group: list[int]
    subject: int = -1
    arguments: list[Argument] = field(default_factory=list)
    has_copula: bool = False
    is_passive: bool = False
    merged: int = -1


class ClauseReader:
    """Reads the clauses of a text.

    Parameters
    ----------
    tree
        The text.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._frames: dict[int, _Frame] = {}
        self._firsts = {first for first, _ in tree.sentences}

    def clauses(self) -> list[Clause]:
        """Return the clauses in the order of their heads."""
        tree = self._tree
        for word in range(len(tree)):
            if self._is_predicate(word):
                self._frames[word] = self._frame(word)
        found = []
        for word, frame in self._frames.items():
            found += self._of_frame(word, frame)
        return found

    def _is_predicate(self, word: int) -> bool:
        tree = self._tree
        if tree.tags[word] == "VERB":
            return tree.relations[word] not in _NO_PREDICATE
        return any(tree.relations[child] == "cop" for child in tree.children[word])

    def _frame(self, word: int) -> _Frame:
        tree = self._tree
        frame = _Frame(word, [word])
        children = tree.children[word]
        frame.has_copula = any(tree.relations[child] == "cop" for child in children)
        if frame.has_copula:
            return self._copular_frame(frame)
        for child in children:
            relation = tree.relations[child]
            if relation in _AUXILIARIES:
                frame.group.append(child)
                frame.is_passive |= relation == "aux:pass"
            elif relation in _SUBJECTS:
                frame.subject = child
            elif relation in _OBJECTS:
                frame.arguments.append(self._argument("object", child))
            elif relation in _OBLIQUES:
                frame.arguments.append(self._argument("oblique", child))
            elif relation == "advmod":
                self._add_adverb(frame, child)
            elif relation in {"xcomp", "ccomp", "advcl"}:
                self._add_clause(frame, child, relation)
        frame.group.sort()
        if frame.subject < 0 and tree.relations[word] not in {"acl", "xcomp", "conj"} and tree.fine_tags[word] != "VBG":
            frame.subject = self._bare_noun_before(word, frame.group[0])
            frame.arguments = [a for a in frame.arguments if a.head != frame.subject]
        return frame

    def _copular_frame(self, frame: _Frame) -> _Frame:
        """Read "X is Y": the copula is the verb, Y its first argument."""
        tree = self._tree
        word = frame.head
        frame.group = []
        outside = set(APART | _SUBJECTS | {"cop", "aux", "advcl", "obl", "ccomp", "punct"})
        for child in tree.children[word]:
            relation = tree.relations[child]
            if relation in {"cop", "aux"}:
                frame.group.append(child)
            elif relation in _SUBJECTS:
                frame.subject = child
            elif relation in _OBLIQUES:
                frame.arguments.append(self._argument("oblique", child))
        if frame.subject < 0:
            frame.subject = self._bare_noun_before(word, min(frame.group))
        start = max(frame.group)
        lead = [
            c
            for c in tree.children[word]
            if tree.relations[c] == "advmod" and (min(frame.group) < c < start + 1 or tree.lower[c] in NEGATIONS)
        ]
        frame.group = sorted(frame.group + lead)
        infinitive = tree.child(word, "xcomp", "ccomp") if tree.tags[word] == "ADJ" else -1
        if infinitive > word and tree.tags[infinitive] == "VERB" and tree.child(infinitive, "nsubj") < 0:
            frame.group.append(word)
            frame.merged = infinitive
            return frame
        words = [i for i in subtree(tree, word, outside) if i not in frame.group]
        words = [i for i in words if i > start] or [word]
        argument = Argument("predicate", word, tuple(preposition(tree, word, marks=False)), tuple(words))
        frame.arguments.append(argument)
        frame.arguments.sort(key=lambda a: (a.head < start, a.head))
        return frame

    def _bare_noun_before(self, word: int, verb: int) -> int:
        """Return the noun without a preposition before a verb that has no subject, or -1: parsers mistake subjects."""
        tree = self._tree
        for child in reversed(tree.children[word]):
            if child < verb and tree.tags[child] in {"NOUN", "PROPN", "PRON"} and tree.relations[child] != "conj":
                return -1 if tree.child(child, "case") >= 0 else child
        return -1

    def _add_adverb(self, frame: _Frame, child: int) -> None:
        tree = self._tree
        if tree.lower[child] in _RELATIVE or tree.tags[child] == "SCONJ":
            return
        words = subtree(tree, child)
        near = child < frame.head and words[-1] == frame.head - 1 and len(words) == 1
        inside = any(tree.relations[i].startswith("aux") and i < child < frame.head for i in tree.children[frame.head])
        if tree.lower[child] in NEGATIONS or ((near or inside) and child not in self._firsts):
            frame.group += words
        elif child > frame.head:
            frame.arguments.append(Argument("adverb", child, (), tuple(words)))

    def _add_clause(self, frame: _Frame, child: int, relation: str) -> None:
        tree = self._tree
        words = subtree(tree, child, CLAUSES | {"mark", "conj", "cc", "case"})
        marks = preposition(tree, child)
        role: Role = "clause"
        if relation == "xcomp":
            is_verb = self._is_predicate(child)
            if is_verb and not any(tree.relations[c] in _OBJECTS for c in tree.children[frame.head]):
                frame.merged = child
                return
            role = "clause" if is_verb else "predicate"
        elif relation == "advcl":
            if child < frame.head:
                return
            role = "adverbial"
        frame.arguments.append(Argument(role, child, tuple(marks), tuple(words)))

    def _argument(self, role: Literal["object", "oblique"], child: int) -> Argument:
        tree = self._tree
        lead = preposition(tree, child)
        if tree.lower[child] in _RELATIVE:
            child = self._antecedent(child)
        words = subtree(tree, child, CLAUSES | {"case", "mark"})
        return Argument(role, child, tuple(lead), tuple(words))

    def _antecedent(self, pronoun: int) -> int:
        """Return what a relative pronoun stands for, or the pronoun."""
        tree = self._tree
        at = tree.heads[pronoun]
        for _ in range(5):
            if tree.relations[at] in {"acl:relcl", "acl"}:
                return tree.heads[at]
            at = tree.heads[at]
        return pronoun

    def _of_frame(self, word: int, frame: _Frame) -> list[Clause]:
        tree = self._tree
        subject, inherited = self._subject(word, 0)
        if subject < 0:
            return []
        group, arguments, last = list(frame.group), list(frame.arguments), frame
        for _ in range(4):
            if last.merged < 0 or last.merged not in self._frames:
                break
            lead = [c for c in tree.children[last.merged] if tree.relations[c] == "mark"]
            last = self._frames[last.merged]
            group += lead + last.group
            arguments += last.arguments
        marker = tree.child(word, "mark")
        if marker >= 0 and tree.lower[marker] == "to":
            group.append(marker)
        group = self._with_shared_auxiliaries(word, frame, group)
        kind: Kind = "copula" if frame.has_copula else "passive" if frame.is_passive else "verb"
        if tree.relations[word] in {"acl"}:
            kind = "participle"
        clause = Clause(
            kind,
            word,
            tuple(self._subject_words(subject)),
            subject,
            tuple(sorted(set(group))),
            tuple(arguments),
            inherited=inherited,
        )
        return [clause]

    def _with_shared_auxiliaries(self, word: int, frame: _Frame, group: list[int]) -> list[int]:
        """Give "raised" of "was born and raised" its "was"."""
        tree = self._tree
        if tree.relations[word] != "conj" or frame.subject >= 0 or frame.has_copula:
            return group
        first = self._frames.get(tree.heads[word])
        if first is None or tree.fine_tags[first.head] != tree.fine_tags[word]:
            return group
        own = any(tree.relations[i].startswith("aux") for i in group)
        return group if own else [i for i in first.group if tree.relations[i].startswith("aux")] + group

    def _subject(self, word: int, depth: int) -> tuple[int, bool]:
        """Return the position of a verb's subject and whether it stands in another clause; -1 if there is none."""
        tree = self._tree
        if depth > 20:
            return -1, True
        frame = self._frames.get(word)
        head, relation = tree.heads[word], tree.relations[word]
        if frame is not None and frame.subject >= 0:
            if tree.lower[frame.subject] in _RELATIVE:
                if relation in {"conj", "root"}:
                    return self._subject(head, depth + 1) if head != word else (-1, True)
                return self._described(head)
            return frame.subject, False
        if head == word:
            return -1, True
        if relation in {"acl", "acl:relcl"}:
            return self._described(head)
        if relation in {"xcomp", "ccomp", "advcl", "conj", "parataxis"}:
            governor = self._frames.get(head)
            if relation == "xcomp" and governor is not None:
                if governor.merged == word:
                    return -1, True
                for argument in governor.arguments:
                    if argument.role == "object":
                        return argument.head, True
            return self._subject(head, depth + 1)[0], True
        return -1, True

    def _described(self, noun: int) -> tuple[int, bool]:
        """Return what a noun stands for: after a copula the copula's subject."""
        frame = self._frames.get(noun)
        if frame is not None and frame.has_copula and frame.subject >= 0:
            subject, _ = self._subject(noun, 1)
            return subject, True
        return noun, False

    def _subject_words(self, subject: int) -> list[int]:
        return subtree(self._tree, subject, CLAUSES | {"appos", "acl", "case", "mark", "cop", "aux"})


def read_clauses(tree: Tree) -> list[Clause]:
    """Return the clauses of a text's verbs and copulas."""
    return ClauseReader(tree).clauses()
