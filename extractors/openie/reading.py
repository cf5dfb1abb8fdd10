"""All statements of a text."""

from collections.abc import Iterable
from typing import Literal

from extractors.openie.clauses import read_clauses
from extractors.openie.facts import FactReader
from extractors.openie.lives import life_facts
from extractors.openie.mentions import Mentions
from extractors.openie.nominals import read_nominals
from extractors.openie.routes import route_facts
from extractors.openie.statements import Statement, clause_statement
from extractors.openie.tree import Tree

Detail = Literal["names", "phrases", "clauses"]
"""Facts between names (and dates and numbers) alone; those with short phrases too; those and whole clauses."""


def read_statements(tree: Tree, mentions: Mentions, topic: str, detail: Detail) -> list[Statement]:
    """Return the statements of a text, none twice.

    Parameters
    ----------
    tree, mentions
        The text and its names.
    topic
        What it is about; may be empty.
    detail
        What to return; whole clauses come before the facts.
    """
    verbal = read_clauses(tree)
    clauses = [*verbal, *read_nominals(tree)]
    if detail == "names":
        # "Awards in Houston" is the least sure of all: without it hipporag2 finds more (MuSiQue .683 -> .701).
        clauses = [clause for clause in clauses if clause.kind != "noun"]
    reader = FactReader(tree, mentions, topic, names_only=detail == "names")
    facts = [fact for clause in clauses for fact in reader.facts(clause)]
    facts += life_facts(tree, mentions)
    connected = {frozenset((fact.head, fact.tail)) for fact in facts}
    facts += route_facts(tree, mentions, verbal, topic, connected)
    whole = [clause_statement(tree, clause) for clause in clauses] if detail == "clauses" else []
    return _distinct([statement for statement in whole if statement is not None] + facts)


def _distinct(statements: Iterable[Statement]) -> list[Statement]:
    first: dict[tuple[str, str, str], Statement] = {}
    for statement in statements:
        first.setdefault((statement.head, statement.relation, statement.tail), statement)
    return list(first.values())
