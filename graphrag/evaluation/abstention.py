"""Whether a reader's confidence falls when the passages that an answer rests on are not there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from graphrag.evaluation.datasets import Question
from graphrag.protocols import Progress, Reader, Retriever, SearchingReader
from graphrag.types import Reading, ScoredPassage


@dataclass(frozen=True, slots=True)
class Abstention:
    """Confidence of the same questions with and without their gold passages.

    Parameters
    ----------
    with_gold, without_gold
        Of each question, in [0, 1], shape ``(num_questions,)``.
    abstained_with_gold, abstained_without_gold
        Shares of the questions that got no answer.
    """

    with_gold: tuple[float, ...]
    without_gold: tuple[float, ...]
    abstained_with_gold: float
    abstained_without_gold: float

    @property
    def area_under_roc(self) -> float:
        """How well confidence tells the two apart: see :func:`area_under_roc`."""
        return area_under_roc(self.with_gold, self.without_gold)


def measure_abstention(
    questions: Sequence[Question],
    retriever: Retriever,
    reader: Reader,
    *,
    top_k: int = 5,
    progress: Progress | None = None,
) -> Abstention:
    """Let a reader answer every question from the best passages, then from the best that are not gold.

    Parameters
    ----------
    questions
        Those without gold passages are left out.
    retriever, reader
        What is measured; the reader gets no reasoning paths.
    top_k
        How many passages the reader gets each time.
    progress
        Told ``("abstention", done, total)`` after every question.

    Returns
    -------
    Abstention
        In the order of the questions.

    Raises
    ------
    ValueError
        If no question has gold passages.
    """
    asked = [question for question in questions if question.gold_passage_ids]
    if not asked:
        raise ValueError("Expected 'questions' with gold passages (got none)")
    whole, bereft = [], []
    for done, question in enumerate(asked, start=1):
        gold = frozenset(question.gold_passage_ids)
        whole.append(_read(reader, question, _Without(retriever, frozenset(), top_k)))
        bereft.append(_read(reader, question, _Without(retriever, gold, top_k)))
        if progress is not None:
            progress("abstention", done, len(asked))
    shares = [sum(not reading.text for reading in readings) / len(asked) for readings in (whole, bereft)]
    confidences = [tuple(reading.confidence for reading in readings) for readings in (whole, bereft)]
    return Abstention(confidences[0], confidences[1], shares[0], shares[1])


@dataclass(frozen=True, slots=True)
class _Without:
    """Finds passages as if some were not there."""

    retriever: Retriever
    gone: frozenset[str]
    top_k: int

    def __call__(self, question: str) -> list[ScoredPassage]:
        found = self.retriever.retrieve(question, top_k=self.top_k + len(self.gone)).passages
        kept = [hit for hit in found if hit.passage_id not in self.gone][: self.top_k]
        return [replace(hit, rank=rank) for rank, hit in enumerate(kept, start=1)]


def _read(reader: Reader, question: Question, search: _Without) -> Reading:
    passages = search(question.question)
    if isinstance(reader, SearchingReader):
        return reader.read_searching(question.question, passages, (), search)[0]
    return reader.read(question.question, passages, ())


def area_under_roc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the probability that a positive's score is above a negative's, ties counting half.

    Parameters
    ----------
    positive, negative
        Scores, at least one of each.

    Returns
    -------
    float
        In [0, 1]; 0.5 for scores that say nothing.

    Raises
    ------
    ValueError
        If there are none of one kind.

    References
    ----------
    Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
    Radiology 143, 1982.

    Examples
    --------
    >>> area_under_roc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    if not len(positive) or not len(negative):
        raise ValueError(f"Expected scores of both kinds (got {len(positive)} and {len(negative)})")
    lower = np.sort(np.asarray(negative, dtype=np.float64))
    below, not_above = (np.searchsorted(lower, positive, side=side) for side in ("left", "right"))
    return float((below + not_above).mean() / (2 * len(lower)))
