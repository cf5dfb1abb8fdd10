"""The lenient answer measures of RoG and GNN-RAG: a gold answer counts wherever it stands in the output.

They flatter long outputs and must not be put beside the strict ones of :mod:`graphrag.evaluation.answer_metrics`; they
are here to reproduce published figures.
"""

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


@dataclass(frozen=True, slots=True)
class LenientScores:
    """Scores in [0, 1] of one output, or their means.

    Parameters
    ----------
    hit
        Whether some gold answer stands in the output.
    hit_at_1
        Whether some gold answer stands in the first line.
    f1, precision, recall
        Gold answers found, over the lines of the output and over the gold answers.
    """

    hit: float
    hit_at_1: float
    f1: float
    precision: float
    recall: float


def lenient_scores(prediction: str, answers: Sequence[str]) -> LenientScores:
    r"""Return the scores of an output, one answer a line.

    A precision above 1 is possible where one line holds several gold answers; the published figures contain it.

    Parameters
    ----------
    prediction
        The output.
    answers
        Gold answers.

    Raises
    ------
    ValueError
        If there is no gold answer.

    References
    ----------
    Luo et al., "Reasoning on Graphs", arXiv 2310.01061; Mavromatis and Karypis, "GNN-RAG", arXiv 2405.20139,
    section 6.

    Examples
    --------
    >>> lenient_scores("in New York City\nBoston", ["New York", "Albany"])
    LenientScores(hit=1.0, hit_at_1=1.0, f1=0.5, precision=0.5, recall=0.5)
    """
    if not answers:
        raise ValueError("Expected 'answers' to hold at least one gold answer (got none)")
    lines = prediction.split("\n")
    whole, first = _normalized(" ".join(lines)), _normalized(lines[0])
    golds = [_normalized(answer) for answer in answers]
    num_found = sum(gold in whole for gold in golds)
    precision, recall = num_found / len(lines), num_found / len(golds)
    f1 = 2 * precision * recall / (precision + recall) if num_found else 0.0
    return LenientScores(float(num_found > 0), float(any(gold in first for gold in golds)), f1, precision, recall)


def mean_lenient_scores(scores: Iterable[LenientScores]) -> LenientScores:
    """Return the means.

    Raises
    ------
    ValueError
        If there are none.
    """
    rows = list(scores)
    if not rows:
        raise ValueError("Expected at least one score (got none)")
    columns = zip(*((s.hit, s.hit_at_1, s.f1, s.precision, s.recall) for s in rows), strict=True)
    return LenientScores(*(sum(column) / len(rows) for column in columns))


def _normalized(text: str) -> str:
    """Return a text as RoG compares it: lower-cased, without ASCII punctuation and English articles."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())
