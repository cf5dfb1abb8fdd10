"""How results show themselves in a notebook: HTML that follows the theme and runs nothing."""

import html
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from graphrag.types import Answer, ExplainedStep, Explanation, PathStep, ReasoningPath, Retrieval, ScoredPassage

Item_co = TypeVar("Item_co", covariant=True)

MAX_PATHS = 8
MAX_ITEMS = 100
MAX_CHARACTERS = 4_000
_PREVIEW_CHARACTERS = 180
_SHOWN_MASS = 6
# C0 and C1 controls but for line ends and tabs, what turns the direction of writing, and lone surrogates.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# Colours are the theme's, or see-through ones that suit a light and a dark page alike.
_STYLE = """
.multihop { line-height: 1.45; max-width: 62em; overflow-wrap: anywhere;
  --mh-rule: var(--jp-border-color2, rgba(128, 128, 128, .35)); --mh-accent: var(--jp-brand-color1, #2b7fd4);
  --mh-soft: var(--jp-content-font-color2, inherit); }
.multihop p { margin: .25em 0; }
.multihop .mh-answer { font-size: 1.2em; font-weight: 600; }
.multihop .mh-soft { color: var(--mh-soft); font-size: .92em; }
.multihop .mh-note { border-inline-start: 3px solid #d98a1f; padding-inline-start: .6em; }
.multihop details { margin: .2em 0; }
.multihop details details { border-inline-start: 2px solid var(--mh-rule); padding-inline-start: .7em;
  margin: .35em 0; }
.multihop summary { cursor: pointer; }
.multihop .mh-text { white-space: pre-wrap; margin: .3em 0; }
.multihop .mh-path { margin: .45em 0; line-height: 2.1; }
.multihop .mh-entity { display: inline-block; max-width: 100%; line-height: 1.5;
  border: 1px solid var(--mh-rule); border-radius: .7em; padding: .1em .5em;
  background: rgba(128, 128, 128, .12); }
.multihop .mh-relation { color: var(--mh-accent); margin: 0 .35em; }
.multihop table { border-collapse: collapse; overflow-wrap: break-word; margin: .4em 0; font-size: .95em; }
.multihop table th, .multihop table td { padding: .2em .7em; text-align: start !important; vertical-align: top;
  border-bottom: 1px solid var(--mh-rule); }
.multihop table td.mh-number { text-align: end !important; font-variant-numeric: tabular-nums; }
.multihop mark { background: rgba(255, 196, 64, .38); color: inherit; border-radius: .2em; padding: 0 .1em; }
"""


class Shown(ABC):
    """Something that a notebook shows as HTML."""

    __slots__ = ()

    @abstractmethod
    def _html(self) -> str:
        """Return what :func:`block` takes."""

    def _repr_html_(self) -> str:
        return block(self._html())


class Listing(tuple[Item_co, ...]):
    """A tuple of results that a notebook shows as HTML."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        left = len(self) - MAX_ITEMS
        more = f"<p class='mh-soft'>and {left:,} more</p>" if left > 0 else ""
        return block("".join(map(_item_html, self[:MAX_ITEMS])) + more or "<p class='mh-soft'>Nothing was found.</p>")


def block(body: str) -> str:
    """Return HTML with the style that its classes need.

    Parameters
    ----------
    body
        Made by the functions of this module: its texts are escaped.
    """
    return f"<div class='multihop'><style>{_STYLE}</style>{body}</div>"


def escape(text: object) -> str:
    r"""Return a text as HTML that shows it: no markup, no characters that cannot be seen.

    Examples
    --------
    >>> escape("<b>Ada</b> & \x1bco")
    '&lt;b&gt;Ada&lt;/b&gt; &amp;  co'
    """
    return html.escape(visible(str(text)))


def visible(text: str) -> str:
    r"""Return a text with a space for every character that is not seen but for line ends and tabs.

    Examples
    --------
    >>> visible("a\u202eb")
    'a b'
    """
    return _UNSEEN.sub(" ", text)


def shortened(text: str, characters: int = MAX_CHARACTERS) -> str:
    """Return a text's beginning, and how much is left out.

    Examples
    --------
    >>> shortened("abcdef", 4)
    'abcd… (2 more characters)'
    """
    left = len(text) - characters
    return text if left <= 0 else f"{text[:characters]}… ({left:,} more characters)"


def table_html(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; numbers stand on the right.

    Parameters
    ----------
    header
        Of the columns.
    rows
        Texts and numbers; floats get four digits.
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(map(_cell_html, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell_html(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<td class='mh-number'>{value:,}</td>" if isinstance(value, int) else _float_cell(value)
    return f"<td>{escape(shortened(str(value), 500))}</td>"


def _float_cell(value: float) -> str:
    return f"<td class='mh-number'>{value:.4g}</td>"


def _item_html(item: object) -> str:
    return item._html() if isinstance(item, Shown) else f"<p>{escape(shortened(repr(item)))}</p>"


def notes_html(notes: Iterable[str]) -> str:
    """Return what the reader must know, a line each, repeated lines once."""
    return "".join(f"<p class='mh-note mh-soft'>{escape(note)}</p>" for note in dict.fromkeys(notes))


def passage_html(hit: "ScoredPassage", *, unfolded: bool = False) -> str:
    """Return a ranked passage: its title, and its text to unfold.

    Parameters
    ----------
    hit
        The passage.
    unfolded
        Whether the text is to be seen at once.
    """
    passage = hit.passage
    beginning = "" if unfolded else " ".join(passage.text[: 2 * _PREVIEW_CHARACTERS].split())[:_PREVIEW_CHARACTERS]
    preview = f"<br><span class='mh-soft'>{escape(beginning)}…</span>" if beginning else ""
    return (
        f"<details{' open' if unfolded else ''}><summary><b>[{hit.rank}] {escape(passage.title or passage.passage_id)}"
        f"</b> <span class='mh-soft'>{escape(passage.passage_id)}, {hit.score:.4g}</span>{preview}</summary>"
        f"<div class='mh-text'>{escape(shortened(passage.text))}</div></details>"
    )


def path_html(path: "ReasoningPath") -> str:
    """Return a reasoning path: entities in boxes, relations with their direction between them."""
    if not path.steps:
        return ""
    first = f"<span class='mh-entity'>{escape(path.steps[0].source)}</span>"
    return f"<div class='mh-path'>{first}{''.join(map(_step_html, path.steps))}</div>"


def _step_html(step: "PathStep") -> str:
    before, after = ("–", "–") if step.kind == "synonym" else ("", "→") if step.forward else ("←", "")
    stated = f" title='{escape(', '.join(step.passage_ids[:10]))}'" if step.passage_ids else ""
    # Spaces between the boxes, for pages that drop the styles.
    relation = f" <span class='mh-relation'{stated}>{before} {escape(step.relation)} {after}</span> "
    return f"{relation}<span class='mh-entity'>{escape(step.target)}</span>"


def retrieval_html(retrieval: "Retrieval") -> str:
    """Return the ranked passages with the entities that the search started from."""
    seeds = ", ".join(escape(seed.name) for seed in retrieval.seeds)
    start = f"<p class='mh-soft'>from {seeds}</p>" if seeds else ""
    hits = "".join(passage_html(hit) for hit in retrieval.passages) or _entities_html(retrieval)
    return (
        f"<p><b>{escape(retrieval.question)}</b> <span class='mh-soft'>{escape(retrieval.retriever)}, "
        f"{retrieval.milliseconds:.0f} ms</span></p>{start}{notes_html(retrieval.fallbacks)}{hits}"
        f"{_explained(retrieval)}"
    )


def _entities_html(retrieval: "Retrieval") -> str:
    """Return the best entities: what a graph without passages has to show."""
    if not retrieval.entities:
        return "<p class='mh-soft'>No passage was found.</p>"
    best = retrieval.entities[:MAX_PATHS]
    return table_html(["entity", "score"], [(entity.name, entity.score) for entity in best])


def answer_html(answer: "Answer") -> str:
    """Return the answer with its citations, then its reasoning paths and its passages to unfold."""
    ranks = {hit.passage_id: hit.rank for hit in answer.retrieval.passages}
    marks = " ".join(f"[{ranks[cited]}]" for cited in answer.citations if cited in ranks)
    told = f"{answer.method}, confidence {answer.confidence:.2f}, {answer.retrieval.retriever}"
    took = f", {answer.timings['total']:.0f} ms" if "total" in answer.timings else ""
    text = escape(answer.text) if answer.text else "No answer was found."
    cited = set(answer.citations)
    hits = "".join(passage_html(hit, unfolded=hit.passage_id in cited) for hit in answer.retrieval.passages)
    return (
        f"<p class='mh-soft'>{escape(answer.question)}</p>"
        f"<p class='mh-answer'>{text} <span class='mh-soft'>{marks}</span></p>"
        f"<p class='mh-soft'>{escape(told)}{took}</p>{notes_html(answer.fallbacks)}"
        f"{_folded('reasoning path', answer.paths, _paths_html(answer.paths), unfolded=True)}"
        f"{_folded('passage', answer.retrieval.passages, hits)}{_explained(answer.retrieval)}"
    )


def _explained(retrieval: "Retrieval") -> str:
    explanation = retrieval.explanation
    if explanation is None:
        return ""
    return _folded("reasoning step", explanation.steps, explanation_html(explanation))


def explanation_html(explanation: "Explanation") -> str:
    """Return how a reasoner went: each step's attention on the question's tokens, and where the probability was."""
    return "".join(_reasoning_step_html(number, step, explanation) for number, step in enumerate(explanation.steps, 1))


def _reasoning_step_html(number: int, step: "ExplainedStep", explanation: "Explanation") -> str:
    most = max(step.attention, default=0.0) or 1.0
    tokens = " ".join(
        f"<span style='background:rgba(255,150,40,{0.75 * share / most:.2f});border-radius:.2em' "
        f"title='{share:.3f}'>{escape(token)}</span>"
        for token, share in zip(explanation.tokens, step.attention, strict=False)
    )
    mass = table_html(["", "probability"], step.mass[:_SHOWN_MASS])
    relations = [("" if r.forward else "← ") + r.text for r in step.relations[:_SHOWN_MASS]]
    walked = table_html(["relation", "weight"], zip(relations, (r.weight for r in step.relations), strict=False))
    return (
        f"<p><b>Step {number}</b> {tokens}</p>"
        f"<div style='display:flex;flex-wrap:wrap;gap:0 2.5em;align-items:start'>{mass}{walked}</div>"
    )


def _paths_html(paths: Sequence["ReasoningPath"]) -> str:
    left = len(paths) - MAX_PATHS
    more = f"<p class='mh-soft'>and {left:,} more: <code>.paths</code></p>" if left > 0 else ""
    return "".join(map(path_html, paths[:MAX_PATHS])) + more


def _folded(noun: str, items: Sequence[object], body: str, *, unfolded: bool = False) -> str:
    if not items:
        return ""
    count = f"{len(items)} {noun}{'' if len(items) == 1 else 's'}"
    return f"<details{' open' if unfolded else ''}><summary>{count}</summary>{body}</details>"
