"""The tables of a report, and how they are written for terminals and in Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphrag.evaluation.comparison import Comparison, compare, compare_parts
from graphrag.evaluation.experiment import CITES_GOLD, PERCENTILES, EvaluationReport

KEYS = ("recall@2", "recall@5", "recall@10", "em", "f1", "hits@1", "retrieval_ms_p50", "retrieval_ms_p95", "questions")
"""Keys of ``eval --json``, in order."""

COMPARED = ("recall@5", "f1")
"""What retrievers are compared by."""

MAX_TYPES_SHOWN = 20
MAX_FAILURES_SHOWN = 20

_HEADINGS = {"retrieval_ms_p50": "p50 ms", "retrieval_ms_p95": "p95 ms"}
_STEPS = {
    "retrieval": "question to passages",
    "reading": "passages to answer",
    "answering": "question to answer",
}

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A part of a report.

    Parameters
    ----------
    title
        What it shows.
    rows
        The header, then the cells, all texts.
    note
        How to read it; may be empty.
    """

    title: str
    rows: Rows
    note: str = ""


def comparisons(reports: Mapping[str, EvaluationReport]) -> list[Comparison]:
    """Return the differences over all questions, then those of each type and each number of hops."""
    overall = [found for metric in COMPARED for found in compare(reports, metric=metric)]
    return overall + [found for metric in COMPARED for found in compare_parts(reports, metric=metric)]


def tables(reports: Mapping[str, EvaluationReport], *, in_detail: bool) -> list[Table]:
    """Return the tables that have something to say.

    Parameters
    ----------
    reports
        By the retriever's name.
    in_detail
        Whether differences are shown for every type and number of hops too.
    """
    differences = [found for found in comparisons(reports) if in_detail or not found.part]
    found = [
        Table("All questions", _summaries({(n,): report.summary() for n, report in reports.items()}, ["retriever"])),
        *_type_tables(reports),
        *_hop_tables(reports),
        Table("Differences, with 95 % bootstrap intervals", _difference_rows(differences), _DIFFERENCE_NOTE),
        Table("Answers", _answer_rows(reports), "cites gold: of the right answers, those that cite a gold passage."),
        Table("Milliseconds", _latency_rows(reports), "Wall time; percentiles over the questions."),
        Table("Language model", _usage_rows(reports), _USAGE_NOTE),
        Table("Fallbacks", _fallback_rows(reports)),
        Table("Failed questions, scored 0", _failure_rows(reports)),
    ]
    return [table for table in found if len(table.rows) > 1]


_DIFFERENCE_NOTE = (
    "Paired by question, 10,000 samples. An interval that holds 0 does not tell the two apart; of twenty intervals of "
    "equal retrievers, one misses 0 by chance."
)
_USAGE_NOTE = (
    "What was asked in this run; replies kept from earlier, or for an earlier retriever, cost nothing. The encoder and "
    "the reader that ship are free."
)


def _type_tables(reports: Mapping[str, EvaluationReport]) -> list[Table]:
    summaries: dict[tuple[str, ...], Mapping[str, float]] = {
        (kind or "(no type)", name): summary
        for name, report in reports.items()
        for kind, summary in report.summary_by_type().items()
    }
    sizes = {label[0]: summary["questions"] for label, summary in summaries.items()}
    if len(sizes) < 2:
        return []
    shown = sorted(sizes, key=lambda kind: (-sizes[kind], kind))[:MAX_TYPES_SHOWN]
    title = "By type" if len(shown) == len(sizes) else f"By type (the {len(shown)} largest of {len(sizes)})"
    ordered: dict[tuple[str, ...], Mapping[str, float]] = {
        (kind, name): summaries[kind, name] for kind in shown for name in reports
    }
    return [Table(title, _summaries(ordered, ["type", "retriever"]))]


def _hop_tables(reports: Mapping[str, EvaluationReport]) -> list[Table]:
    parts = {(str(hops), name): part for name, report in reports.items() for hops, part in report.by_hops().items()}
    if len({hops for hops, _ in parts}) < 2:
        return []
    in_order = sorted(parts, key=lambda label: int(label[0]))
    ordered: dict[tuple[str, ...], Mapping[str, float]] = {label: parts[label].summary() for label in in_order}
    note = "As the question's type or id names them, else the number of its gold passages."
    return [Table("By number of hops", _summaries(ordered, ["hops", "retriever"]), note)]


def _summaries(summaries: Mapping[tuple[str, ...], Mapping[str, float]], labels: Sequence[str]) -> Rows:
    keys = [key for key in KEYS if any(key in summary for summary in summaries.values())]
    rows = [[*label, *(_figure(key, summary.get(key)) for key in keys)] for label, summary in summaries.items()]
    return [[*labels, *(_HEADINGS.get(key, key) for key in keys)], *rows]


def _difference_rows(found: Sequence[Comparison]) -> Rows:
    has_parts = any(comparison.part for comparison in found)
    rows = [
        [
            *([c.part or "all"] if has_parts else []),
            c.retriever,
            c.baseline,
            c.metric,
            f"{c.difference:+.3f}",
            f"[{c.low:+.3f}, {c.high:+.3f}]",
            str(c.num_questions),
        ]
        for c in found
    ]
    first = ["of"] if has_parts else []
    return [[*first, "retriever", "minus", "metric", "difference", "interval", "questions"], *rows]


def _answer_rows(reports: Mapping[str, EvaluationReport]) -> Rows:
    rows = []
    for name, report in reports.items():
        summary = report.summary()
        if "abstained" in summary:
            figures = [_figure(key, summary.get(key)) for key in ("em", CITES_GOLD, "abstained", "confidence")]
            rows.append([name, *figures])
    return [["retriever", "right", "cites gold", "abstained", "mean confidence"], *rows]


def _latency_rows(reports: Mapping[str, EvaluationReport]) -> Rows:
    rows = []
    for step, meaning in _STEPS.items():
        for name, report in reports.items():
            summary = report.summary()
            keys = [f"{step}_ms_p{percent}" for percent in PERCENTILES]
            if keys[0] in summary:
                rows.append([meaning, name, *(_figure(key, summary[key]) for key in keys)])
    return [["step", "retriever", *(f"p{percent}" for percent in PERCENTILES)], *rows]


def _usage_rows(reports: Mapping[str, EvaluationReport]) -> Rows:
    rows = []
    for name, report in reports.items():
        used, asked = report.usage, len(report.results)
        if used.calls:
            counts = (used.calls, used.prompt_tokens, used.completion_tokens)
            rows.append([name, *(f"{count:,}" for count in counts), *(f"{count / asked:.1f}" for count in counts)])
    names = ["calls", "prompt tokens", "completion tokens"]
    return [["retriever", *names, *(f"{name} a question" for name in names)], *rows]


def _fallback_rows(reports: Mapping[str, EvaluationReport]) -> Rows:
    rows = [
        [name, fallback, str(count)]
        for name, report in reports.items()
        for fallback, count in report.fallbacks.most_common()
    ]
    return [["retriever", "fallback", "questions"], *rows]


def _failure_rows(reports: Mapping[str, EvaluationReport]) -> Rows:
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
    return f"{value:.1f}" if "_ms_" in key else f"{value:.3f}"


def cell(text: str) -> str:
    r"""Return a cell's text on one line of at most 100 characters, none of which steers a terminal.

    Examples
    --------
    >>> cell("a\x1b[31mb")
    'a [31mb'
    """
    # Types, ids and messages come from files.
    printable = "".join(character if character.isprintable() else " " for character in text)
    return printable if len(printable) <= 100 else f"{printable[:99]}…"


def plain(table: Table) -> str:
    """Return a table for a terminal, its title above it."""
    cells = [[cell(text) for text in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join([table.title, *lines])


def markdown(table: Table) -> str:
    """Return a table as a section of Markdown."""
    header, *rows = [[cell(text).replace("\\", "\\\\").replace("|", "\\|") for text in row] for row in table.rows]
    lines = [f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows]]
    return "\n".join([f"## {table.title}", "", *([table.note, ""] if table.note else []), *lines, ""])
