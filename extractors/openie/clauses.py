"""Clauses of a parsed text: who does what to whom, where and when, as positions of words."""

from dataclasses import dataclass
from typing import Literal

from extractors.openie.frames import RELATIVES, Argument, Frame, read_frames
from extractors.openie.phrases import CLAUSES, subtree
from extractors.openie.tree import Tree

Kind = Literal["verb", "copula", "passive", "participle", "apposition", "possessive", "noun", "life"]

_OUTSIDE_SUBJECT = CLAUSES | {"appos", "acl", "case", "mark", "cop", "aux"}
_SHARING = frozenset({"xcomp", "ccomp", "advcl", "conj", "parataxis"})
_MAX_DEPTH = 20
_MAX_INFINITIVES = 4


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
        In the order of the text, what a copula links first.
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


def read_clauses(tree: Tree) -> list[Clause]:
    """Return the clauses of a text's verbs and copulas that have a subject, in the order of their heads.

    A verb without a subject of its own takes the antecedent of its relative clause, the noun that it modifies (after a
    copula the copula's subject: "X is a book written by Y"), the object or subject of the verb that governs it, or that
    of the verb that it is coordinated with.
    """
    reader = _ClauseReader(tree)
    found = (reader.clause(frame) for frame in reader.frames.values())
    return [clause for clause in found if clause is not None]


class _ClauseReader:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.frames = read_frames(tree)

    def clause(self, frame: Frame) -> Clause | None:
        """Return a frame's clause, or nothing if no subject can be found."""
        tree, word = self._tree, frame.head
        subject, inherited = self._subject(word, 0)
        if subject < 0:
            return None
        group, arguments = self._with_infinitives(frame)
        marker = tree.child(word, "mark")
        if marker >= 0 and tree.lower[marker] == "to":
            group.append(marker)
        group = self._with_shared_auxiliaries(frame, group)
        words = subtree(tree, subject, _OUTSIDE_SUBJECT)
        relation = tuple(sorted(set(group)))
        return Clause(
            self._kind(frame), word, tuple(words), subject, relation, tuple(arguments), inherited=inherited
        )  # fmt: skip

    def _kind(self, frame: Frame) -> Kind:
        if self._tree.relations[frame.head] == "acl":
            return "participle"
        return "copula" if frame.has_copula else "passive" if frame.is_passive else "verb"

    def _with_infinitives(self, frame: Frame) -> tuple[list[int], list[Argument]]:
        """Return group and arguments of a verb together with the infinitives that go on: "tried to begin to write"."""
        group, arguments = list(frame.group), list(frame.arguments)
        for _ in range(_MAX_INFINITIVES):
            following = self.frames.get(frame.merged)
            if following is None:
                break
            group += [c for c in self._tree.children[following.head] if self._tree.relations[c] == "mark"]
            group += following.group
            arguments += following.arguments
            frame = following
        return group, arguments

    def _with_shared_auxiliaries(self, frame: Frame, group: list[int]) -> list[int]:
        """Give "raised" of "was born and raised" its "was"."""
        tree, word = self._tree, frame.head
        first = self.frames.get(tree.heads[word]) if tree.relations[word] == "conj" else None
        if first is None or frame.subject >= 0 or frame.has_copula:
            return group
        if tree.fine_tags[first.head] != tree.fine_tags[word] or any(self._is_auxiliary(i) for i in group):
            return group
        return [i for i in first.group if self._is_auxiliary(i)] + group

    def _is_auxiliary(self, word: int) -> bool:
        return self._tree.relations[word] in {"aux", "aux:pass"}

    def _subject(self, word: int, depth: int) -> tuple[int, bool]:
        """Return the position of a verb's subject and whether it stands in another clause; -1 if there is none."""
        frame = self.frames.get(word)
        if frame is None or frame.subject < 0:
            return self._shared_subject(word, depth)
        if self._tree.lower[frame.subject] not in RELATIVES:
            return frame.subject, False
        head, relation = self._tree.heads[word], self._tree.relations[word]
        if relation == "conj":
            return self._subject(head, depth + 1) if depth < _MAX_DEPTH else (-1, True)
        return self._described(head, depth) if relation != "root" else (-1, True)

    def _shared_subject(self, word: int, depth: int) -> tuple[int, bool]:
        head, relation = self._tree.heads[word], self._tree.relations[word]
        if head == word or depth > _MAX_DEPTH:
            return -1, True
        if relation in {"acl", "acl:relcl"}:
            return self._described(head, depth)
        if relation not in _SHARING:
            return -1, True
        governor = self.frames.get(head)
        if relation == "xcomp" and governor is not None:
            if governor.merged == word:
                return -1, True
            objects = [argument.head for argument in governor.arguments if argument.role == "object"]
            if objects:
                return objects[0], True
        return self._subject(head, depth + 1)[0], True

    def _described(self, noun: int, depth: int) -> tuple[int, bool]:
        """Return what a noun stands for: after a copula the copula's subject."""
        frame = self.frames.get(noun)
        if frame is not None and frame.has_copula and frame.subject >= 0 and depth < _MAX_DEPTH:
            return self._subject(noun, depth + 1)[0], True
        return noun, False
