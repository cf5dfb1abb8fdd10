"""What noun phrases say without a verb: apposition, possession, titles, places, dates of life."""

from extractors.openie.clauses import Clause, Kind
from extractors.openie.frames import Argument
from extractors.openie.phrases import CLAUSES, preposition, subtree
from extractors.openie.tree import Tree

_APART = CLAUSES | {"appos", "acl", "case", "mark", "cop", "aux", "nsubj", "nsubj:pass", "advcl"}
_ALONE = _APART | {"conj", "cc", "cc:preconj"}
_DESCRIBED = _ALONE | {"nmod:desc", "nmod:poss"}


def read_nominals(tree: Tree) -> list[Clause]:
    """Return what noun phrases say of one another."""
    found = []
    for word, relation in enumerate(tree.relations):
        head = tree.heads[word]
        if relation == "appos":
            found.append(_clause(tree, "apposition", "is", head, word))
        elif relation == "nmod:poss" and tree.tags[word] != "PRON":
            found.append(_possession(tree, word, head))
        elif relation == "nmod:desc":
            found.append(_clause(tree, "apposition", "is", head, word, described=True))
        elif relation == "nmod" and tree.tags[head] in {"NOUN", "PROPN"}:
            lead = preposition(tree, word, marks=False)
            if lead:
                found.append(_clause(tree, "noun", "is", head, word, lead=tuple(lead)))
    return found


def _clause(
    tree: Tree,
    kind: Kind,
    implied: str,
    subject: int,
    word: int,
    *,
    described: bool = False,
    lead: tuple[int, ...] = (),
) -> Clause:
    apart = _ALONE | {"nmod", "nmod:desc", "amod"} if described or lead else _ALONE
    subject_words = [i for i in subtree(tree, subject, apart) if i != word]
    argument = Argument("predicate", word, lead, tuple(subtree(tree, word, _APART)))
    return Clause(kind, word, tuple(subject_words), subject, (), (argument,), implied=implied)


def _possession(tree: Tree, owner: int, owned: int) -> Clause:
    argument = Argument("object", owned, (), tuple(subtree(tree, owned, _DESCRIBED)))
    return Clause("possessive", owner, tuple(subtree(tree, owner, _ALONE)), owner, (), (argument,), implied="has")
