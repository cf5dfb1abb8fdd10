"""The reports of an evaluation as a notebook shows them: tables, intervals, plots, failures one by one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from graphrag.display import Shown, notes_html, table_html
from graphrag.evaluation.comparison import Comparison, compare
from graphrag.evaluation.experiment import EvaluationReport, QuestionResult
from graphrag.evaluation.plots import plot_overview
from graphrag.evaluation.report import to_text
from graphrag.evaluation.tables import COMPARED, KEYS
from graphrag.exploration.figure import Picture
from graphrag.exploration.optional import notebook_module

if TYPE_CHECKING:
    import pandas as pd


class Evaluation(Mapping[str, EvaluationReport], Shown):
    """What came out for each retriever, by its name.

    Parameters
    ----------
    reports
        Of one run, in the order of the retrievers.
    notes
        What the reader must know.
    """

    def __init__(self, reports: Mapping[str, EvaluationReport], *, notes: Sequence[str] = ()) -> None:
        self._reports = dict(reports)
        self.notes = tuple(notes)

    def __getitem__(self, name: str) -> EvaluationReport:
        return self._reports[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._reports)

    def __len__(self) -> int:
        return len(self._reports)

    def compare(self, *, metric: str = "recall@5", baseline: str = "dense") -> list[Comparison]:
        """Return paired differences with their 95 % intervals: see :func:`graphrag.evaluation.comparison.compare`."""
        return compare(self._reports, metric=metric, baseline=baseline)

    def to_pandas(self) -> "pd.DataFrame":
        """Return a row a question and retriever: ids, texts, every score, milliseconds.

        Raises
        ------
        MissingDependencyError
            If pandas is not installed.
        """
        pandas = notebook_module("pandas", "Showing results as a table")
        rows = [_row(name, result) for name, report in self._reports.items() for result in report.results]
        return pandas.DataFrame(rows)

    def worst(self, retriever: str, *, metric: str = "recall@5", top_k: int = 10) -> tuple[QuestionResult, ...]:
        """Return the questions with the lowest score, to be read one by one.

        Parameters
        ----------
        retriever
            A retriever's name.
        metric
            A score's name; questions without it are left out.
        top_k
            At most so many.
        """
        scored = [result for result in self._reports[retriever].results if metric in result.scores]
        return tuple(sorted(scored, key=lambda result: result.scores[metric])[:top_k])

    def plot(self, *, metric: str = "recall@5", baseline: str = "dense") -> Picture:
        """Return two plots: every retriever's means, and its difference from a baseline, with 95 % intervals.

        Parameters
        ----------
        metric
            What the differences are of.
        baseline
            A retriever's name.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        """
        return Picture(plot_overview(self._reports, metric=metric, baseline=baseline))

    def __repr__(self) -> str:
        return to_text(self._reports)

    def _html(self) -> str:
        summaries = {name: report.summary() for name, report in self._reports.items()}
        keys = [key for key in KEYS if any(key in summary for summary in summaries.values())]
        rows = [
            [name, *(round(summary[key], 3) if key in summary else "" for key in keys)]
            for name, summary in summaries.items()
        ]
        parts = [table_html(["retriever", *keys], rows)]
        comparisons = [comparison for metric in COMPARED for comparison in self.compare(metric=metric)]
        if comparisons:
            spans = [
                [c.retriever, c.baseline, c.metric, f"{c.difference:+.3f}", f"[{c.low:+.3f}, {c.high:+.3f}]"]
                for c in comparisons
            ]
            parts.append(table_html(["retriever", "minus", "metric", "difference", "95 % interval"], spans))
        parts.append(notes_html(self.notes))
        for name, report in self._reports.items():
            told = [f"{name}: {text} ({count} questions)" for text, count in report.fallbacks.most_common(5)]
            told += [f"{name}: {len(report.failures)} questions failed and count 0"] if report.failures else []
            parts.append(notes_html(told))
        return "".join(parts)


def _row(name: str, result: QuestionResult) -> dict[str, object]:
    question = result.question
    return {
        "retriever": name,
        "question_id": question.question_id,
        "type": question.type,
        "question": question.question,
        "answers": question.answers,
        "answer": result.answer_text,
        "gold_passage_ids": question.gold_passage_ids,
        "ranked_ids": result.ranked_ids,
        **result.scores,
        "milliseconds": result.milliseconds,
        "error": result.error,
    }
