"""Clauses as statements of two ends: each with all its words, as people would copy them out of the sentence."""

from dataclasses import dataclass

from spacy.tokens import Doc

from extractors.openie.clauses import Clause
from extractors.openie.frames import Argument
from extractors.openie.tree import Tree

CORE = frozenset({"object", "predicate", "clause"})
"""Roles of arguments that follow the verb without changing its meaning."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple, with where it comes from.

    Parameters
    ----------
    clause
        What it was read off.
    head, relation, tail
        In the words of the text, but for what an apposition or possessive leaves out ("is", "has").
    argument
        The argument that leads the tail.
    form
        ``clause`` for a clause with all its arguments, ``part`` for one argument or a name in one, ``route`` for a name
        that only the way through the tree connects with the subject.
    num_arguments
        How many arguments the tail holds.
    words
        Positions of the relation's words.
    """

    clause: Clause
    head: str
    relation: str
    tail: str
    argument: Argument
    form: str
    num_arguments: int = 1
    words: tuple[int, ...] = ()


def clause_statement(tree: Tree, clause: Clause) -> Statement | None:
    """Return a clause as one statement: the verb with the first argument's preposition, then all arguments.

    "Tom joined the company as a clerk in 1941." is ``(Tom; joined; the company as a clerk in 1941)``, "Tom worked in
    Kettering." is ``(Tom; worked in; Kettering)``. What stands before the subject follows in the tail.
    """
    arguments = clause.arguments
    if not arguments or not clause.subject:
        return None
    first = first_argument(clause)
    words = (*clause.relation, *first.preposition)
    later = {i for a in arguments if a is not first and a.head > clause.head for i in a.full}
    earlier = [tree.phrase(a.full) for a in arguments if a is not first and a.head <= clause.head]
    tail = " ".join([tree.phrase(sorted(later.union(first.words))), *earlier])
    relation = f"{clause.implied} {tree.phrase(words)}".strip()
    head = tree.phrase(clause.subject)
    return Statement(clause, head, relation, tail, first, "clause", len(arguments), words) if relation else None


def first_argument(clause: Clause) -> Argument:
    """Return the object or what the copula links; without either the first argument after the verb, or any."""
    arguments = clause.arguments
    core = next((a for a in arguments if a.role in CORE), None)
    after = next((a for a in arguments if a.head > clause.head), None)
    return core or after or arguments[0]


def relation_lemma(doc: Doc, tree: Tree, statement: Statement) -> str:
    """Return a statement's relation in its basic form: "was designed by" is "design by", "did not win" "not win".

    Parameters
    ----------
    doc, tree
        The text; the ``Doc`` has lemmas.
    statement
        Read off it. What it implies ("is", "has", "born") stays as it is.
    """
    kept = [word for word in statement.words if tree.relations[word] not in {"aux", "aux:pass", "punct"}]
    lemmas = [doc[tree.tokens[word]].lemma_.lower() or tree.lower[word] for word in kept]
    if not kept:
        return statement.relation.lower()
    return " ".join([statement.clause.implied, *lemmas]).strip()
