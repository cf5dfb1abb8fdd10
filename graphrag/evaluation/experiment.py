"""Run retrievers, and if wished an answerer, over questions in one process, and score what comes."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from graphrag.errors import GraphRAGError
from graphrag.evaluation.answer_metrics import exact_match, f1, hits_at_1
from graphrag.evaluation.datasets import Question
from graphrag.evaluation.retrieval_metrics import all_gold_at, recall_at
from graphrag.llm.usage import Usage
from graphrag.protocols import Progress, Retriever, SeededRetriever
from graphrag.types import Answer, Retrieval

AnswerQuestion = Callable[[str, str, tuple[str, ...]], Answer]
"""Takes a question's text, a retriever's name and the question's seed entities, if they are known."""

RECALL_CUTS = (2, 5, 10)
ALL_GOLD_CUT = 5
ANSWER_METRICS = ("em", "f1", "hits@1")
CITES_GOLD = "cites_gold"
"""1 where a right answer cites a gold passage, 0 where it does not; its mean is a share of the right answers."""
PERCENTILES = (50, 95, 99)

_Key = TypeVar("_Key", str, int)


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
        ``k`` were asked for; ``em``, ``f1``, ``hits@1`` where it has gold answers and an answerer ran; ``cites_gold``
        where the answer is right (``em`` 1) and there are gold passages.
    answer_text
        The answer; None when none was asked for or none came.
    milliseconds
        Wall time of retrieval; None when it failed.
    fallbacks
        What could not be done as intended.
    error
        Why retrieval or answering failed, with what could not be measured scored 0; empty when both worked.
    citations
        Ids of the passages that the answer cites.
    confidence
        Of the answer, in [0, 1]; None without one.
    answer_timings
        Milliseconds of the answerer's steps as :class:`graphrag.types.Answer` names them; empty without an answer.
    usage
        What a language model was asked and said for this question; replies that were kept count nothing.
    """

    question: Question
    ranked_ids: tuple[str, ...]
    scores: Mapping[str, float] = field(hash=False)
    answer_text: str | None = None
    milliseconds: float | None = None
    fallbacks: tuple[str, ...] = ()
    error: str = ""
    citations: tuple[str, ...] = ()
    confidence: float | None = None
    answer_timings: Mapping[str, float] = field(default_factory=dict, hash=False)
    usage: Usage = field(default_factory=Usage)

    @property
    def milliseconds_of_steps(self) -> dict[str, float]:
        """Wall times: ``retrieval``; ``reading`` (passages to answer); ``answering`` (question to answer)."""
        times = {
            "retrieval": self.milliseconds,
            "reading": self.answer_timings.get("read"),
            "answering": self.answer_timings.get("total"),
        }
        return {step: time for step, time in times.items() if time is not None}


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

    @property
    def usage(self) -> Usage:
        """What a language model was asked and said for all questions."""
        return sum((result.usage for result in self.results), Usage())

    def summary_by_type(self) -> dict[str, dict[str, float]]:
        """Return the means over the questions of each type, sorted by type."""
        return {kind: part.summary() for kind, part in self.by_type().items()}

    def by_type(self) -> dict[str, "EvaluationReport"]:
        """Return the report of each type of question, sorted by type."""
        return self._parts(lambda question: question.type)

    def by_hops(self) -> dict[int, "EvaluationReport"]:
        """Return the report of each number of hops, ascending, without the questions that do not tell."""
        parts = self._parts(lambda question: question.num_hops or 0)
        return {hops: part for hops, part in parts.items() if hops}

    def _parts(self, key: Callable[[Question], _Key]) -> dict[_Key, "EvaluationReport"]:
        parts: dict[_Key, list[QuestionResult]] = {}
        for result in self.results:
            parts.setdefault(key(result.question), []).append(result)
        return {part: EvaluationReport(self.retriever, tuple(parts[part])) for part in sorted(parts)}


def run_experiment(
    questions: Sequence[Question],
    retrievers: Sequence[Retriever],
    answer: AnswerQuestion | None = None,
    *,
    top_k: int = 10,
    progress: Progress | None = None,
    usage: Callable[[], Usage] | None = None,
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
    usage
        Returns what a language model has been asked and has said so far; without it no cost is counted.

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
            before = usage() if usage else Usage()
            result = _ask(question, retriever, answer, top_k)
            results.append(replace(result, usage=usage() - before) if usage else result)
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
        Scores in [0, 1] by name (``cites_gold``: over the right answers); ``retrieval_ms_p50``, ``…_p95``, ``…_p99``
        over the retrievals that worked, ``reading_ms_…`` and ``answering_ms_…`` over the answers that came; where there
        are answers, the mean ``confidence`` and ``abstained``, the share of the questions without an answer's text;
        ``questions``; what no result can give is absent.
    """
    results = list(results)
    columns: dict[str, list[float]] = {}
    for result in results:
        for name, score in result.scores.items():
            columns.setdefault(name, []).append(score)
    summary = {name: float(np.mean(scores)) for name, scores in columns.items()}
    answered = [result for result in results if result.confidence is not None]
    if answered:
        summary["confidence"] = float(np.mean([result.confidence for result in answered]))
        summary["abstained"] = sum(not result.answer_text for result in answered) / len(answered)
    times: dict[str, list[float]] = {}
    for result in results:
        for step, milliseconds in result.milliseconds_of_steps.items():
            times.setdefault(step, []).append(milliseconds)
    for step, measured in times.items():
        for percent, value in zip(PERCENTILES, np.percentile(measured, PERCENTILES), strict=True):
            summary[f"{step}_ms_p{percent}"] = float(value)
    return summary | {"questions": len(results)}


def _ask(question: Question, retriever: Retriever, answer: AnswerQuestion | None, top_k: int) -> QuestionResult:
    answers = question.answers if answer is not None else ()
    scores = _retrieval_scores((), question, top_k) | _answer_scores("", answers, failed=True)
    ranked_ids: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    milliseconds, failure = None, ""
    reply: Answer | None = None
    try:
        start = time.perf_counter()
        retrieval = _retrieved(question, retriever, top_k)
        milliseconds = 1000 * (time.perf_counter() - start)
        ranked_ids, fallbacks = tuple(p.passage_id for p in retrieval.passages), retrieval.fallbacks
        scores |= _retrieval_scores(ranked_ids, question, top_k)
        if answer is not None and answers:
            reply = answer(question.question, retriever.name, question.seed_entities)
            fallbacks = tuple(dict.fromkeys(fallbacks + reply.fallbacks))
            scores |= _answer_scores(reply.text, answers)
            scores |= _citation_score(reply, question, is_right=scores["em"] == 1)
    except GraphRAGError as error:
        failure = f"{type(error).__name__}: {error}"
    if reply is None:
        return QuestionResult(question, ranked_ids, scores, None, milliseconds, fallbacks, failure)
    return QuestionResult(
        question, ranked_ids, scores, reply.text, milliseconds, fallbacks, failure,
        reply.citations, reply.confidence, reply.timings,
    )  # fmt: skip


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


def _citation_score(reply: Answer, question: Question, *, is_right: bool) -> dict[str, float]:
    if not is_right or not question.gold_passage_ids:
        return {}
    return {CITES_GOLD: float(not set(question.gold_passage_ids).isdisjoint(reply.citations))}


def _answer_scores(text: str, answers: Sequence[str], *, failed: bool = False) -> dict[str, float]:
    if not answers:
        return {}
    if failed:
        return dict.fromkeys(ANSWER_METRICS, 0.0)
    return dict(
        zip(ANSWER_METRICS, [exact_match(text, answers), f1(text, answers), hits_at_1(text, answers)], strict=True)
    )
