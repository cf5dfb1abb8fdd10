"""A report as one HTML page: tables, plots, and what went wrong, question by question."""

import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import resources

from graphrag.display import escape, shortened
from graphrag.evaluation.experiment import EvaluationReport, QuestionResult
from graphrag.evaluation.plots import Plot
from graphrag.evaluation.tables import Table
from graphrag.types import Passage

PassageOf = Callable[[str], Passage | None]
"""Returns the passage with an id; None if there is none."""

MAX_QUESTIONS_SHOWN = 150
_MAX_RANKED = 5
_MAX_CHARACTERS = 900
_JUDGED = ("recall@5", "f1")


def page(
    reports: Mapping[str, EvaluationReport],
    shown: Sequence[Table],
    drawn: Sequence[Plot],
    *,
    note: str = "",
    passage_of: PassageOf | None = None,
) -> str:
    """Return the page: styles and pictures inside, no script, nothing asked of the network.

    Parameters
    ----------
    reports
        By the retriever's name.
    shown, drawn
        Tables and plots.
    note
        What is missing, and why; may be empty.
    passage_of
        For titles and texts of passages; without it they are shown by their ids.
    """
    folder = resources.files(__package__)
    style, template = (folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.html"))
    sizes = {len(report.results) for report in reports.values()}
    about = f"{max(sizes, default=0):,} questions; retrievers: {', '.join(reports)}"
    told = [f"<p class='note'>{escape(note)}</p>"] if note else []
    body = [*map(_table, shown[:1]), *told, *map(_figure, drawn), *map(_table, shown[1:])]
    body += [_questions(reports, passage_of or (lambda _: None))]
    return string.Template(template).substitute(style=style, about=escape(about), body="\n".join(body))


def _table(table: Table) -> str:
    header, *rows = table.rows
    numbers = [all(_is_number(text) for text in column if text) for column in zip(*rows, strict=True)]
    names = zip(header, numbers, strict=True)
    head = "".join(f"<th{' class=number' if is_number else ''}>{escape(name)}</th>" for name, is_number in names)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    note = f"<p class='soft'>{escape(table.note)}</p>" if table.note else ""
    content = f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    return f"<section><h2>{escape(table.title)}</h2>{note}{content}</section>"


def _cell(text: str) -> str:
    return f"<td{' class=number' if _is_number(text) else ''}>{escape(shortened(text, 300))}</td>"


def _is_number(text: str) -> bool:
    return text.replace(",", "").lstrip("+-").replace(".", "", 1).isdigit()


def _figure(plot: Plot) -> str:
    return (
        f"<section><h2>{escape(plot.title)}</h2><figure role='img' aria-label='{escape(plot.title)}'>{plot.svg()}"
        f"<figcaption class='soft'>{escape(plot.note)}</figcaption></figure></section>"
    )


def _questions(reports: Mapping[str, EvaluationReport], passage_of: PassageOf) -> str:
    """Return the questions that some retriever did not get right, the worst first."""
    by_question: dict[str, dict[str, QuestionResult]] = {}
    for name, report in reports.items():
        for result in report.results:
            by_question.setdefault(result.question.question_id, {})[name] = result
    wrong = [results for results in by_question.values() if _quality(results.values()) < 1]
    wrong.sort(key=lambda results: _quality(results.values()))
    told = f"{len(wrong):,} of {len(by_question):,} questions have a recall@5 or F1 below 1 with some retriever"
    if len(wrong) > MAX_QUESTIONS_SHOWN:
        told += f"; the {MAX_QUESTIONS_SHOWN} worst are here, all questions in the rows-….jsonl"
    items = "\n".join(_question(results, passage_of) for results in wrong[:MAX_QUESTIONS_SHOWN])
    return (
        f"<section><h2>Question by question</h2><p class='soft'>{told}. "
        f"In front of each: its mean recall@5 and F1. A click opens it.</p>{items}</section>"
    )


def _quality(results: Iterable[QuestionResult]) -> float:
    scores = [result.scores[key] for result in results for key in _JUDGED if key in result.scores]
    return sum(scores) / len(scores) if scores else 1.0


def _question(results: Mapping[str, QuestionResult], passage_of: PassageOf) -> str:
    question = next(iter(results.values())).question
    kind = f"{question.type}, " if question.type else ""
    found = f"<span class='badge'>{_quality(results.values()):.2f}</span>"
    answers = f"<p>Right: <b>{escape(shortened(' / '.join(question.answers), 300))}</b></p>" if question.answers else ""
    header = "".join(f"<th>{name}</th>" for name in _RESULT_COLUMNS)
    rows = "".join(_result_row(name, result) for name, result in results.items())
    gold = "".join(_gold_passage(passage_id, results, passage_of) for passage_id in question.gold_passage_ids)
    ranked = "".join(_ranking(name, result, passage_of) for name, result in results.items())
    return (
        f"<details><summary>{found} {escape(shortened(question.question, 400))} "
        f"<span class='soft'>{escape(kind)}{escape(question.question_id)}</span></summary>{answers}"
        f"<div class='wide'><table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{f'<h3>Gold passages</h3>{gold}' if gold else ''}<h3>First passages of each retriever</h3>"
        f"<div class='wide rankings'>{ranked}</div></details>"
    )


_RESULT_COLUMNS = ("retriever", "answer", "confidence", "EM", "F1", "recall@5", "recall@10", "cites", "what else")


def _result_row(name: str, result: QuestionResult) -> str:
    answer = result.answer_text
    confidence = "" if result.confidence is None else f"{result.confidence:.2f}"
    figures = [f"{result.scores[key]:.2f}" if key in result.scores else "" for key in ("em", "f1", *_RECALLS)]
    cells = [
        name,
        "" if answer is None else answer or "(none)",
        confidence,
        *figures,
        ", ".join(result.citations),
        "; ".join([*([result.error] if result.error else []), *result.fallbacks]),
    ]
    return f"<tr>{''.join(map(_cell, cells))}</tr>"


_RECALLS = ("recall@5", "recall@10")


def _gold_passage(passage_id: str, results: Mapping[str, QuestionResult], passage_of: PassageOf) -> str:
    ranks = [
        f"{name}: {result.ranked_ids.index(passage_id) + 1 if passage_id in result.ranked_ids else 'not found'}"
        for name, result in results.items()
    ]
    passage = passage_of(passage_id)
    text = escape(shortened(passage.text, _MAX_CHARACTERS)) if passage else "The store does not have it."
    head = f"<b>{escape(_title(passage_id, passage))}</b> <span class='soft'>rank {escape(', '.join(ranks))}</span>"
    return f"<div class='passage'>{head}<p>{text}</p></div>"


def _ranking(name: str, result: QuestionResult, passage_of: PassageOf) -> str:
    gold = set(result.question.gold_passage_ids)
    items = ""
    for passage_id in result.ranked_ids[:_MAX_RANKED]:
        title = escape(shortened(_title(passage_id, passage_of(passage_id)), 80))
        items += f"<li class='gold'>{title} (gold)</li>" if passage_id in gold else f"<li>{title}</li>"
    return f"<div><b>{escape(name)}</b><ol>{items}</ol></div>"


def _title(passage_id: str, passage: Passage | None) -> str:
    return passage.title if passage and passage.title else passage_id
