"""Show reports as JSON, as a table for terminals and as Markdown, and keep them in a folder."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

from graphrag.errors import ConfigError
from graphrag.evaluation.comparison import Comparison, compare
from graphrag.evaluation.experiment import EvaluationReport, QuestionResult

KEYS = ("recall@2", "recall@5", "recall@10", "em", "f1", "hits@1", "retrieval_ms_p50", "retrieval_ms_p95", "questions")
"""Keys of ``eval --json``, in order."""

COMPARED = ("recall@5", "f1")
"""What retrievers are compared by."""

MAX_TYPES_SHOWN = 20
MAX_FAILURES_SHOWN = 20

_HEADINGS = {"retrieval_ms_p50": "p50 ms", "retrieval_ms_p95": "p95 ms"}

_Table = list[list[str]]


def to_json_object(reports: Mapping[str, EvaluationReport]) -> dict[str, dict[str, float]]:
    """Return what ``eval --json`` prints: by retriever the figures of :data:`KEYS`, without those the data cannot give.

    Parameters
    ----------
    reports
        By the retriever's name.

    Returns
    -------
    dict
        Ready for ``json.dumps``.
    """
    return {name: _selected(report.summary()) for name, report in reports.items()}


def to_text(reports: Mapping[str, EvaluationReport]) -> str:
    """Return tables for a terminal: retrievers, then question types, differences, and what failed or fell back.

    Parameters
    ----------
    reports
        By the retriever's name.

    Returns
    -------
    str
        Lines without a newline at the end.
    """
    return "\n\n".join(f"{title}\n{_plain(table)}" for title, table in _sections(reports))


def to_markdown(reports: Mapping[str, EvaluationReport]) -> str:
    """Return what :func:`to_text` returns, as Markdown.

    Parameters
    ----------
    reports
        By the retriever's name.

    Returns
    -------
    str
        A document with a newline at the end.
    """
    sections = [f"## {title}\n\n{_markdown(table)}\n" for title, table in _sections(reports)]
    return "\n".join(["# Evaluation\n", *sections])


def write_report(reports: Mapping[str, EvaluationReport], directory: str | Path) -> list[Path]:
    """Write ``rows-<retriever>.jsonl`` for each retriever, ``report.md`` and ``report.json``, each whole or not at all.

    Parameters
    ----------
    reports
        By the retriever's name.
    directory
        Made if it is not there; older files of these names are replaced, others left alone.

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
    files = {rows[name]: _rows(report) for name, report in reports.items()}
    files["report.md"] = to_markdown(reports)
    files["report.json"] = json.dumps(_full_object(reports, rows), ensure_ascii=False, indent=2) + "\n"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return [_write_atomically(directory / name, content) for name, content in files.items()]
    except OSError as error:
        raise ConfigError(f"Cannot write the report to {directory}: {error.strerror or error}") from error


def _selected(summary: Mapping[str, float]) -> dict[str, float]:
    return {key: summary[key] for key in KEYS if key in summary}


def _full_object(reports: Mapping[str, EvaluationReport], rows: Mapping[str, str]) -> dict[str, object]:
    retrievers = {
        name: {
            "all": report.summary(),
            "by_type": report.summary_by_type(),
            "fallbacks": dict(report.fallbacks),
            "failures": [{"question_id": r.question.question_id, "error": r.error} for r in report.failures],
            "rows": rows[name],
        }
        for name, report in reports.items()
    }
    return {"retrievers": retrievers, "comparisons": [asdict(comparison) for comparison in _comparisons(reports)]}


def _rows(report: EvaluationReport) -> str:
    lines = (json.dumps(_row(result), ensure_ascii=False) for result in report.results)
    return "".join(f"{line}\n" for line in lines)


def _row(result: QuestionResult) -> dict[str, object]:
    question = result.question
    return {
        "question_id": question.question_id,
        "type": question.type,
        "question": question.question,
        "answers": question.answers,
        "gold_passage_ids": question.gold_passage_ids,
        "ranked_ids": result.ranked_ids,
        "answer": result.answer_text,
        **result.scores,
        "milliseconds": result.milliseconds,
        "fallbacks": result.fallbacks,
        "error": result.error,
    }


def _write_atomically(path: Path, content: str) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # A lone surrogate becomes its JSON escape instead of an error.
        temporary.write_text(content, encoding="utf-8", errors="backslashreplace", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _comparisons(reports: Mapping[str, EvaluationReport]) -> list[Comparison]:
    return [comparison for metric in COMPARED for comparison in compare(reports, metric=metric)]


def _sections(reports: Mapping[str, EvaluationReport]) -> list[tuple[str, _Table]]:
    sections = [
        (
            "All questions",
            _summary_table({(name,): report.summary() for name, report in reports.items()}, ["retriever"]),
        ),
        *_type_sections(reports),
        ("Differences, with 95 % bootstrap intervals", _comparison_table(_comparisons(reports))),
        ("Fallbacks", _fallback_table(reports)),
        ("Failed questions, scored 0", _failure_table(reports)),
    ]
    return [(title, table) for title, table in sections if len(table) > 1]


def _type_sections(reports: Mapping[str, EvaluationReport]) -> list[tuple[str, _Table]]:
    summaries: dict[tuple[str, ...], dict[str, float]] = {
        (kind or "(no type)", name): summary
        for name, report in reports.items()
        for kind, summary in report.summary_by_type().items()
    }
    sizes = {label[0]: summary["questions"] for label, summary in summaries.items()}
    if len(sizes) < 2:
        return []
    shown = sorted(sizes, key=lambda kind: (-sizes[kind], kind))[:MAX_TYPES_SHOWN]
    title = "By type" if len(shown) == len(sizes) else f"By type (the {len(shown)} largest of {len(sizes)})"
    ordered: dict[tuple[str, ...], dict[str, float]] = {
        (kind, name): summaries[kind, name] for kind in shown for name in reports
    }
    return [(title, _summary_table(ordered, ["type", "retriever"]))]


def _summary_table(summaries: Mapping[tuple[str, ...], Mapping[str, float]], labels: Sequence[str]) -> _Table:
    keys = [key for key in KEYS if any(key in summary for summary in summaries.values())]
    rows = [[*label, *(_figure(key, summary.get(key)) for key in keys)] for label, summary in summaries.items()]
    return [[*labels, *(_HEADINGS.get(key, key) for key in keys)], *rows]


def _comparison_table(comparisons: Sequence[Comparison]) -> _Table:
    rows = [
        [
            c.retriever,
            c.baseline,
            c.metric,
            f"{c.difference:+.3f}",
            f"[{c.low:+.3f}, {c.high:+.3f}]",
            str(c.num_questions),
        ]
        for c in comparisons
    ]
    return [["retriever", "minus", "metric", "difference", "interval", "questions"], *rows]


def _fallback_table(reports: Mapping[str, EvaluationReport]) -> _Table:
    rows = [
        [name, fallback, str(count)]
        for name, report in reports.items()
        for fallback, count in report.fallbacks.most_common()
    ]
    return [["retriever", "fallback", "questions"], *rows]


def _failure_table(reports: Mapping[str, EvaluationReport]) -> _Table:
    rows = []
    for name, report in reports.items():
        failures = report.failures
        rows += [[name, result.question.question_id, result.error] for result in failures[:MAX_FAILURES_SHOWN]]
        if len(failures) > MAX_FAILURES_SHOWN:
            rows.append([name, f"and {len(failures) - MAX_FAILURES_SHOWN} more", ""])
    return [["retriever", "question_id", "error"], *rows]


def _figure(key: str, value: float | None) -> str:
    if value is None:
        return ""
    if key == "questions":
        return str(int(value))
    return f"{value:.1f}" if key.startswith("retrieval_ms") else f"{value:.3f}"


def _cell(text: str) -> str:
    # Types, ids and messages come from files: no control characters to the terminal, no broken tables.
    printable = "".join(character if character.isprintable() else " " for character in text)
    return printable if len(printable) <= 100 else f"{printable[:99]}…"


def _plain(table: _Table) -> str:
    cells = [[_cell(text) for text in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines)


def _markdown(table: _Table) -> str:
    header, *rows = [[_cell(text).replace("\\", "\\\\").replace("|", "\\|") for text in row] for row in table]
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])
