"""Run retrievers, and if wished an answerer, over questions in one process, and score what comes."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graphrag.errors import GraphRAGError
from graphrag.evaluation.answer_metrics import exact_match, f1, hits_at_1
from graphrag.evaluation.datasets import Question
from graphrag.evaluation.retrieval_metrics import all_gold_at, recall_at
from graphrag.protocols import Progress, Retriever, SeededRetriever
from graphrag.types import Answer, Retrieval

AnswerQuestion = Callable[[str, str, tuple[str, ...]], Answer]
"""Takes a question's text, a retriever's name and the question's seed entities, if they are known."""

RECALL_CUTS = (2, 5, 10)
ALL_GOLD_CUT = 5
ANSWER_METRICS = ("em", "f1", "hits@1")


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What came out for one question.

    Parameters
    ----------
    question
        The question.
    ranked_ids
        Ids of the retrieved passages, best first.
    scores
        Each in [0, 1], by name: ``recall@k`` and ``all_gold@5`` where the question has gold passages and at least
        ``k`` were asked for; ``em``, ``f1``, ``hits@1`` where it has gold answers and an answerer ran.
    answer_text
        The answer; None when none was asked for or none came.
    milliseconds
        Wall time of retrieval; None when it failed.
    fallbacks
        What could not be done as intended.
    error
        Why retrieval or answering failed, with what could not be measured scored 0; empty when both worked.
    """

    question: Question
    ranked_ids: tuple[str, ...]
    scores: Mapping[str, float] = field(hash=False)
    answer_text: str | None = None
    milliseconds: float | None = None
    fallbacks: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """What came out for all questions with one retriever; the results are in the order of the questions."""

    retriever: str
    results: tuple[QuestionResult, ...]

    @property
    def failures(self) -> tuple[QuestionResult, ...]:
        """The questions that failed."""
        return tuple(result for result in self.results if result.error)

    @property
    def fallbacks(self) -> Counter[str]:
        """How often each fallback was taken."""
        return Counter(fallback for result in self.results for fallback in result.fallbacks)

    def summary(self) -> dict[str, float]:
        """Return the means over all questions: see :func:`aggregate`."""
        return aggregate(self.results)

    def summary_by_type(self) -> dict[str, dict[str, float]]:
        """Return the means over the questions of each type, sorted by type."""
        by_type: dict[str, list[QuestionResult]] = {}
        for result in self.results:
            by_type.setdefault(result.question.type, []).append(result)
        return {kind: aggregate(by_type[kind]) for kind in sorted(by_type)}


def run_experiment(
    questions: Sequence[Question],
    retrievers: Sequence[Retriever],
    answer: AnswerQuestion | None = None,
    *,
    top_k: int = 10,
    progress: Progress | None = None,
) -> dict[str, EvaluationReport]:
    """Ask every retriever every question, one after the other, and score what comes.

    A question that fails with a ``GraphRAGError`` scores 0 in whatever could not be measured, is kept with the
    error's message, and the run goes on.

    Parameters
    ----------
    questions
        The questions.
    retrievers
        With distinct names.
    answer
        Called, after retrieval was timed, with the text of each question that has gold answers, the retriever's
        name and the question's seed entities; without it answers are not measured.
    top_k
        How many passages to ask for; recall is measured at 2, 5 and 10 as far as ``top_k`` reaches.
    progress
        Told ``(retriever's name, done, total)`` after every question.

    Returns
    -------
    dict of str to EvaluationReport
        By the retriever's name, in the given order.

    Raises
    ------
    ValueError
        If there are no questions, ``top_k`` is below 1, or two retrievers have one name.
    """
    names = [retriever.name for retriever in retrievers]
    if len(set(names)) < len(names):
        raise ValueError(f"Expected 'retrievers' to have distinct names (got {', '.join(names)})")
    if not questions:
        raise ValueError("Expected 'questions' to hold at least one question (got none)")
    if top_k < 1:
        raise ValueError(f"Expected 'top_k' to be at least 1 (got {top_k})")
    reports = {}
    for name, retriever in zip(names, retrievers, strict=True):
        results = []
        for done, question in enumerate(questions, start=1):
            results.append(_ask(question, retriever, answer, top_k))
            if progress is not None:
                progress(name, done, len(questions))
        reports[name] = EvaluationReport(name, tuple(results))
    return reports


def aggregate(results: Iterable[QuestionResult]) -> dict[str, float]:
    """Return the mean of each score over the results that have it, latency percentiles, and the number of questions.

    Parameters
    ----------
    results
        The results.

    Returns
    -------
    dict of str to float
        Scores in [0, 1] by name, ``retrieval_ms_p50`` and ``retrieval_ms_p95`` over the retrievals that worked,
        ``questions``; what no result can give is absent.
    """
    results = list(results)
    columns: dict[str, list[float]] = {}
    for result in results:
        for name, score in result.scores.items():
            columns.setdefault(name, []).append(score)
    summary = {name: float(np.mean(scores)) for name, scores in columns.items()}
    times = [result.milliseconds for result in results if result.milliseconds is not None]
    if times:
        p50, p95 = np.percentile(times, [50, 95])
        summary |= {"retrieval_ms_p50": float(p50), "retrieval_ms_p95": float(p95)}
    return summary | {"questions": len(results)}


def _ask(question: Question, retriever: Retriever, answer: AnswerQuestion | None, top_k: int) -> QuestionResult:
    answers = question.answers if answer is not None else ()
    scores = _retrieval_scores((), question, top_k) | _answer_scores("", answers, failed=True)
    ranked_ids: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    answer_text, milliseconds, failure = None, None, ""
    try:
        start = time.perf_counter()
        retrieval = _retrieved(question, retriever, top_k)
        milliseconds = 1000 * (time.perf_counter() - start)
        ranked_ids, fallbacks = tuple(p.passage_id for p in retrieval.passages), retrieval.fallbacks
        scores |= _retrieval_scores(ranked_ids, question, top_k)
        if answer is not None and answers:
            reply = answer(question.question, retriever.name, question.seed_entities)
            answer_text, fallbacks = reply.text, tuple(dict.fromkeys(fallbacks + reply.fallbacks))
            scores |= _answer_scores(reply.text, answers)
    except GraphRAGError as error:
        failure = f"{type(error).__name__}: {error}"
    return QuestionResult(question, ranked_ids, scores, answer_text, milliseconds, fallbacks, failure)


def _retrieved(question: Question, retriever: Retriever, top_k: int) -> Retrieval:
    if question.seed_entities and isinstance(retriever, SeededRetriever):
        return retriever.retrieve_seeded(question.question, question.seed_entities, top_k=top_k)
    return retriever.retrieve(question.question, top_k=top_k)


def _retrieval_scores(ranked_ids: Sequence[str], question: Question, top_k: int) -> dict[str, float]:
    gold = question.gold_passage_ids
    if not gold:
        return {}
    scores = {f"recall@{k}": recall_at(ranked_ids, gold, k) for k in RECALL_CUTS if k <= top_k}
    if top_k >= ALL_GOLD_CUT:
        scores[f"all_gold@{ALL_GOLD_CUT}"] = all_gold_at(ranked_ids, gold, ALL_GOLD_CUT)
    return scores


def _answer_scores(text: str, answers: Sequence[str], *, failed: bool = False) -> dict[str, float]:
    if not answers:
        return {}
    if failed:
        return dict.fromkeys(ANSWER_METRICS, 0.0)
    return dict(
        zip(ANSWER_METRICS, [exact_match(text, answers), f1(text, answers), hits_at_1(text, answers)], strict=True)
    )
