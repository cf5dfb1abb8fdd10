"""Verbs and copulas with their own dependents: what a clause is made of before clauses share subjects."""

from dataclasses import dataclass, field
from typing import Literal

from extractors.openie.phrases import APART, CLAUSES, preposition, subtree
from extractors.openie.tree import Tree

Role = Literal["object", "oblique", "clause", "adverbial", "predicate", "adverb"]

SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "csubj:outer"})
RELATIVES = frozenset({"who", "which", "that", "whom", "whose", "where", "when", "why"})
NEGATIONS = frozenset({"not", "n't", "n’t", "never", "no", "cannot"})
_OBJECTS = frozenset({"obj", "iobj"})
_OBLIQUES = frozenset({"obl", "obl:agent", "obl:unmarked", "obl:tmod", "obl:npmod", "obl:arg"})
_AUXILIARIES = frozenset({"aux", "aux:pass", "compound:prt"})
_NO_PREDICATE = frozenset(
    {"amod", "compound", "case", "mark", "fixed", "flat", "aux", "aux:pass", "cop", "cc", "det", "nummod", "punct"}
)
_OUTSIDE_PREDICATE = APART | SUBJECTS | {"cop", "aux", "advcl", "obl", "ccomp", "punct"}
_OUTSIDE_CONJUNCT = CLAUSES | {"appos", "advcl", "obl", "ccomp", "case", "mark"}
_NOMINAL = frozenset({"NOUN", "PROPN", "ADJ", "NUM"})
_OUTSIDE_CLAUSE = CLAUSES | {"mark", "conj", "cc", "case"}
_OUTSIDE_ARGUMENT = CLAUSES | {"case", "mark"}
_MAX_ANTECEDENT_STEPS = 5


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


@dataclass(slots=True)
class Frame:
    """A verb, or what a copula links, with its own dependents.

    Parameters
    ----------
    head
        Position of the verb or of what the copula links.
    group
        Positions of the verb with its auxiliaries, particle, negation and the adverbs between them.
    subject
        Position of its own subject, or -1.
    arguments
        Its arguments.
    has_copula, is_passive
        What kind it is.
    merged
        Position of the infinitive that goes on with the same subject ("tried to find"), or -1.
    """

    head: int
    group: list[int]
    subject: int = -1
    arguments: list[Argument] = field(default_factory=list)
    has_copula: bool = False
    is_passive: bool = False
    merged: int = -1


def read_frames(tree: Tree) -> dict[int, Frame]:
    """Return the frames of a text by their heads, in the order of the text."""
    reader = _FrameReader(tree)
    copular = {tree.heads[word] for word, relation in enumerate(tree.relations) if relation == "cop"}
    # All others are no predicates, and most words are others.
    candidates = [word for word, tag in enumerate(tree.tags) if tag == "VERB" or word in copular]
    return {word: reader.frame(word) for word in candidates if is_predicate(tree, word)}


def is_predicate(tree: Tree, word: int) -> bool:
    """Return whether a word states something: a verb of its own, or what a copula links."""
    if tree.tags[word] == "VERB":
        return tree.relations[word] not in _NO_PREDICATE
    return any(tree.relations[child] == "cop" for child in tree.children[word])


class _FrameReader:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._firsts = {first for first, _ in tree.sentences}

    def frame(self, word: int) -> Frame:
        """Return the frame of a predicate."""
        tree = self._tree
        if any(tree.relations[child] == "cop" for child in tree.children[word]):
            return self._copular(Frame(word, [], has_copula=True))
        frame = Frame(word, [word])
        for child in tree.children[word]:
            self._add(frame, child, tree.relations[child])
        frame.group.sort()
        if frame.subject < 0 and tree.relations[word] not in {"acl", "xcomp", "conj"} and tree.fine_tags[word] != "VBG":
            frame.subject = self._bare_noun_before(word, frame.group[0])
            frame.arguments = [argument for argument in frame.arguments if argument.head != frame.subject]
        return frame

    def _add(self, frame: Frame, child: int, relation: str) -> None:
        if relation in _AUXILIARIES:
            frame.group.append(child)
            frame.is_passive |= relation == "aux:pass"
        elif relation in SUBJECTS:
            frame.subject = child
        elif relation in _OBJECTS:
            frame.arguments.append(self._argument("object", child))
        elif relation in _OBLIQUES:
            frame.arguments.append(self._argument("oblique", child))
        elif relation == "advmod":
            self._add_adverb(frame, child)
        elif relation in {"xcomp", "ccomp", "advcl"}:
            self._add_clause(frame, child, relation)

    def _copular(self, frame: Frame) -> Frame:
        """Read "X is Y": the copula is the verb, Y its first argument; "X is able to do Z" goes on with "do"."""
        tree, word = self._tree, frame.head
        for child in tree.children[word]:
            relation = tree.relations[child]
            if relation in {"cop", "aux"}:
                frame.group.append(child)
            elif relation in SUBJECTS:
                frame.subject = child
            elif relation in _OBLIQUES:
                frame.arguments.append(self._argument("oblique", child))
        first, last = min(frame.group), max(frame.group)
        if frame.subject < 0:
            frame.subject = self._bare_noun_before(word, first)
        adverbs = [child for child in tree.children[word] if tree.relations[child] == "advmod"]
        frame.group += [child for child in adverbs if first < child < last or tree.lower[child] in NEGATIONS]
        frame.group.sort()
        infinitive = tree.child(word, "xcomp", "ccomp") if tree.tags[word] == "ADJ" else -1
        if infinitive > word and tree.tags[infinitive] == "VERB" and tree.child(infinitive, "nsubj") < 0:
            frame.group.append(word)
            frame.merged = infinitive
            return frame
        words = self._predicate_words(word, last, frame.group)
        lead = preposition(tree, word, marks=False)
        frame.arguments.append(Argument("predicate", word, tuple(lead), tuple(words)))
        frame.arguments.sort(key=lambda argument: (argument.head < last, argument.head))
        return frame

    def _predicate_words(self, word: int, copula: int, group: list[int]) -> list[int]:
        """Return the words after a copula, with what is coordinated unless it is a clause of its own."""
        tree = self._tree
        found = [i for i in subtree(tree, word, _OUTSIDE_PREDICATE) if i > copula and i not in group] or [word]
        for child in tree.children[word]:
            if tree.relations[child] == "conj" and tree.tags[child] in _NOMINAL and not self._has_subject(child):
                found += subtree(tree, child, _OUTSIDE_CONJUNCT)
        return sorted(set(found))

    def _has_subject(self, word: int) -> bool:
        return any(
            self._tree.relations[child] in SUBJECTS or self._tree.relations[child] == "cop"
            for child in self._tree.children[word]
        )

    def _bare_noun_before(self, word: int, verb: int) -> int:
        """Return the noun without a preposition before a verb that has no subject, or -1: parsers mistake subjects."""
        tree = self._tree
        for child in reversed(tree.children[word]):
            if child < verb and tree.tags[child] in {"NOUN", "PROPN", "PRON"} and tree.relations[child] != "conj":
                return -1 if tree.child(child, "case") >= 0 else child
        return -1

    def _add_adverb(self, frame: Frame, child: int) -> None:
        """Take an adverb that stands in the verb group or right before the verb into it, a later one as argument."""
        tree, verb = self._tree, frame.head
        if tree.lower[child] in RELATIVES or tree.tags[child] == "SCONJ":
            return
        words = subtree(tree, child)
        is_near = child == verb - 1 and len(words) == 1
        is_inside = any(tree.relations[i] in {"aux", "aux:pass"} and i < child < verb for i in tree.children[verb])
        if tree.lower[child] in NEGATIONS or ((is_near or is_inside) and child not in self._firsts):
            frame.group += words
        elif child > verb:
            frame.arguments.append(Argument("adverb", child, (), tuple(words)))

    def _add_clause(self, frame: Frame, child: int, relation: str) -> None:
        tree = self._tree
        role: Role = "clause"
        if relation == "xcomp":
            is_verbal = is_predicate(tree, child)
            if is_verbal and not any(tree.relations[other] in _OBJECTS for other in tree.children[frame.head]):
                frame.merged = child
                return
            role = "clause" if is_verbal else "predicate"
        elif relation == "advcl":
            if child < frame.head:
                return
            role = "adverbial"
        words = subtree(tree, child, _OUTSIDE_CLAUSE)
        frame.arguments.append(Argument(role, child, tuple(preposition(tree, child)), tuple(words)))

    def _argument(self, role: Role, child: int) -> Argument:
        tree = self._tree
        lead = preposition(tree, child)
        if tree.lower[child] in RELATIVES:
            child = self._antecedent(child)
        return Argument(role, child, tuple(lead), tuple(subtree(tree, child, _OUTSIDE_ARGUMENT)))

    def _antecedent(self, pronoun: int) -> int:
        """Return what a relative pronoun stands for, or the pronoun."""
        tree = self._tree
        at = tree.heads[pronoun]
        for _ in range(_MAX_ANTECEDENT_STEPS):
            if tree.relations[at] in {"acl:relcl", "acl"}:
                return tree.heads[at]
            at = tree.heads[at]
        return pronoun
