"""Show reports as JSON, for terminals, as Markdown and as a page, and keep them in a folder."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

from graphrag.errors import ConfigError, MissingDependencyError
from graphrag.evaluation.experiment import EvaluationReport, QuestionResult
from graphrag.evaluation.page import PassageOf, page
from graphrag.evaluation.plots import Plot, plots
from graphrag.evaluation.tables import KEYS, comparisons, markdown, plain, tables


def to_json_object(reports: Mapping[str, EvaluationReport]) -> dict[str, dict[str, float]]:
    """Return what ``eval --json`` prints: by retriever the figures of ``KEYS``, without those the data cannot give.

    Parameters
    ----------
    reports
        By the retriever's name.

    Returns
    -------
    dict
        Ready for ``json.dumps``.
    """
    summaries = {name: report.summary() for name, report in reports.items()}
    return {name: {key: found[key] for key in KEYS if key in found} for name, found in summaries.items()}


def to_text(reports: Mapping[str, EvaluationReport]) -> str:
    """Return tables for a terminal: retrievers, parts of the questions, differences, times, cost, what failed.

    Parameters
    ----------
    reports
        By the retriever's name.

    Returns
    -------
    str
        Lines without a newline at the end.
    """
    return "\n\n".join(map(plain, tables(reports, in_detail=False)))


def to_markdown(reports: Mapping[str, EvaluationReport]) -> str:
    """Return what :func:`to_text` returns, as Markdown, with the differences of every part of the questions.

    Parameters
    ----------
    reports
        By the retriever's name.

    Returns
    -------
    str
        A document with a newline at the end.
    """
    return "\n".join(["# Evaluation\n", *map(markdown, tables(reports, in_detail=True))])


def write_report(
    reports: Mapping[str, EvaluationReport], directory: str | Path, *, passage_of: PassageOf | None = None
) -> list[Path]:
    """Write rows, pictures, a page, a Markdown and a JSON report, each file whole or not at all.

    ``rows-<retriever>.jsonl`` for each retriever; ``means.png``, ``parts.png``, ``differences.png``, ``latency.png`` as
    far as there is something to show, and not without matplotlib: then the page says how to get them; ``report.html``,
    ``report.md`` and ``report.json``.

    Parameters
    ----------
    reports
        By the retriever's name.
    directory
        Made if it is not there; older files of these names are replaced, others left alone.
    passage_of
        Returns the passage with an id, for the page; without it passages are shown by their ids.

    Returns
    -------
    list of Path
        The files written, ``report.json``, which names the others, last.

    Raises
    ------
    ConfigError
        If a file cannot be written there.
    """
    directory = Path(directory)
    rows = {name: f"rows-{quote(name, safe='')}.jsonl" for name in reports}
    drawn, note = _drawn(reports)
    pictures = [f"{plot.name}.png" for plot in drawn]
    files: dict[str, str | bytes] = {rows[name]: _rows(report) for name, report in reports.items()}
    files |= {name: plot.png() for name, plot in zip(pictures, drawn, strict=True)}
    shown = tables(reports, in_detail=True)
    files["report.html"] = page(reports, shown, drawn, note=note, passage_of=passage_of)
    files["report.md"] = to_markdown(reports) + "".join(f"\n![{plot.title}]({plot.name}.png)\n" for plot in drawn)
    full = _full_object(reports, rows) | {"pictures": pictures, "page": "report.html"}
    files["report.json"] = json.dumps(full, ensure_ascii=False, indent=2) + "\n"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return [_write_atomically(directory / name, content) for name, content in files.items()]
    except OSError as error:
        raise ConfigError(f"Cannot write the report to {directory}: {error.strerror or error}") from error


def _drawn(reports: Mapping[str, EvaluationReport]) -> tuple[list[Plot], str]:
    """Return the plots, or why there are none."""
    try:
        return plots(reports), ""
    except MissingDependencyError as error:
        return [], f"No pictures: {error}, then run this again."


def _full_object(reports: Mapping[str, EvaluationReport], rows: Mapping[str, str]) -> dict[str, object]:
    retrievers = {
        name: {
            "all": report.summary(),
            "by_type": report.summary_by_type(),
            "by_hops": {str(hops): part.summary() for hops, part in report.by_hops().items()},
            "usage": asdict(report.usage),
            "fallbacks": dict(report.fallbacks),
            "failures": [{"question_id": r.question.question_id, "error": r.error} for r in report.failures],
            "rows": rows[name],
        }
        for name, report in reports.items()
    }
    return {"retrievers": retrievers, "comparisons": [asdict(comparison) for comparison in comparisons(reports)]}


def _rows(report: EvaluationReport) -> str:
    lines = (json.dumps(_row(result), ensure_ascii=False) for result in report.results)
    return "".join(f"{line}\n" for line in lines)


def _row(result: QuestionResult) -> dict[str, object]:
    question = result.question
    return {
        "question_id": question.question_id,
        "type": question.type,
        "hops": question.num_hops,
        "question": question.question,
        "answers": question.answers,
        "gold_passage_ids": question.gold_passage_ids,
        "ranked_ids": result.ranked_ids,
        "answer": result.answer_text,
        "confidence": result.confidence,
        "citations": result.citations,
        **result.scores,
        "milliseconds": result.milliseconds,
        "answer_timings": result.answer_timings,
        "usage": asdict(result.usage),
        "fallbacks": result.fallbacks,
        "error": result.error,
    }


def _write_atomically(path: Path, content: str | bytes) -> Path:
    # A lone surrogate becomes an escape instead of an error.
    data = content if isinstance(content, bytes) else content.encode("utf-8", errors="backslashreplace")
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
