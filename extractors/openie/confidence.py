"""How sure a statement is: a logistic model over how it was found, learned from CaRB's dev set."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import exp
from pathlib import Path

import numpy as np

from extractors.openie.statements import Statement
from extractors.openie.tree import Tree

WEIGHTS = Path(__file__).parent / "confidence.json"
"""The weights that ship with the rules; ``tests/benchmarks/quality/carb.py --fit`` writes them."""

WITH_CLAUSES, FACTS = "facts and whole clauses", "facts"
"""The sets of weights."""

BIAS = "bias"
"""The feature that every statement has."""

_MAX_KNOWN = 10_000
_SIZES = (4, 5, 7, 11, 17, 27)
_ROUTINE = frozenset({"root", "conj", "ccomp", "acl:relcl", "advcl", "acl", "xcomp", "parataxis", "appos"})


def features(tree: Tree, statement: Statement) -> Iterator[str]:
    """Yield the features that a statement has.

    Parameters
    ----------
    tree
        The text.
    statement
        Read off it.
    """
    clause, argument = statement.clause, statement.argument
    form, kind = statement.form, clause.kind
    relation = tree.relations[clause.head]
    relation = relation if relation in _ROUTINE else "other"
    sizes = (
        min(statement.num_arguments, 4),
        min(len(clause.arguments), 4),
        _bucket(statement.tail.count(" ") + 1),
        _bucket(statement.head.count(" ") + 1),
        _bucket(statement.relation.count(" ") + 1),
        _bucket(abs(clause.head - clause.subject_head)),
    )
    yield from _common_features(form, kind, sizes, argument.role, relation, tree.tags[clause.subject_head])
    if clause.inherited:
        yield f"inherited {relation}"
    if kind == "noun" and argument.preposition:
        yield f"noun {tree.lower[argument.preposition[0]]}"


@lru_cache(_MAX_KNOWN)
def _common_features(
    form: str, kind: str, sizes: tuple[int, ...], role: str, relation: str, tag: str
) -> tuple[str, ...]:
    """Return the features that come from the few values that every statement has."""
    num_arguments, of_clause, tail, head, words, distance = sizes
    return (
        BIAS,
        f"{form} {kind}",
        f"{form} arguments {num_arguments} of {of_clause}",
        f"{form} tail {tail}",
        f"head {head}",
        f"relation {words}",
        f"role {role}",
        f"{kind} {relation}",
        f"subject {tag}",
        f"distance {distance}",
    )


def _bucket(size: int) -> int:
    """Return a coarse size: 0 to 3 as they are, then powers of about 1.6."""
    return size if size < 4 else _SIZES[bisect_right(_SIZES, size) - 1]


class Confidence:
    """Gives statements their confidence.

    Parameters
    ----------
    weights
        By feature; a feature without one counts nothing.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = dict(weights)

    @classmethod
    def load(cls, path: Path = WEIGHTS, *, with_clauses: bool = False) -> "Confidence":
        """Read weights from a JSON file: those for facts alone, or those for facts beside whole clauses.

        Beside the clause that it is part of a fact says little that is new, so it counts for less there.
        """
        sets = json.loads(path.read_text(encoding="utf-8"))
        weights = sets[WITH_CLAUSES if with_clauses else FACTS]
        return cls({str(name): float(value) for name, value in weights.items()})

    def __call__(self, tree: Tree, statement: Statement) -> float:
        """Return the confidence, in (0, 1), rounded to four digits."""
        return self.of_features(features(tree, statement))

    def of_features(self, names: Iterable[str]) -> float:
        """Return the confidence of a statement that has some features."""
        weights = self._weights
        total = sum([weights.get(name, 0.0) for name in names])
        return round(1 / (1 + exp(-max(-30.0, min(30.0, total)))), 4)


def fit(rows: Sequence[Sequence[str]], targets: Sequence[float], *, penalty: float = 2.0) -> dict[str, float]:
    """Return the weights of a logistic regression on shares, by Newton's method.

    Parameters
    ----------
    rows
        The features of each statement.
    targets
        In [0, 1]: how much of the statement is right.
    penalty
        Of the squared weights, the bias excepted.

    Examples
    --------
    >>> weights = fit([["bias", "a"], ["bias"]] * 50, [0.9, 0.1] * 50)
    >>> weights["a"] > 2 and weights["bias"] < -1
    True
    """
    names = sorted({name for row in rows for name in row})
    column = {name: i for i, name in enumerate(names)}
    design = np.zeros((len(rows), len(names)))
    for i, row in enumerate(rows):
        design[i, [column[name] for name in row]] = 1.0
    goal = np.asarray(targets, dtype=np.float64)
    ridge = np.full(len(names), penalty)
    if BIAS in column:
        ridge[column[BIAS]] = 1e-3
    weights = np.zeros(len(names))
    for _ in range(25):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (chance - goal) + ridge * weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
