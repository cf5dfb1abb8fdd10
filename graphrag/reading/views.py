"""What the reading network says of each text: of the question as asked, and of the question about one text alone."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from graphrag.protocols import FloatMatrix
from graphrag.reading.asking import Asking
from graphrag.reading.links import Text
from graphrag.reading.spans import KINDS, SpanNetwork

MAX_PIECES = 320
"""Of a window; of a longer text the beginning is read."""

NUM_THREADS = 2
"""Windows that are read at a time."""

NUM_PROPOSALS = 6
_MAX_SPAN = 24
_FLOOR = -15.0
_SPAN, _NONE = KINDS.index("span"), KINDS.index("none")


@dataclass(frozen=True, slots=True)
class View:
    """The network's scores for one text.

    Parameters
    ----------
    text
        Its number.
    rewritten
        Whether the question was the one about this text alone.
    bounds
        Per piece of the text: start and end in characters, shape (pieces, 2).
    starts, ends
        Logits, per piece.
    proposals
        Start and end of the best spans in characters.
    best
        The best span's sum of logits.
    answerable
        Logit of "span" less that of "none".
    """

    text: int
    rewritten: bool
    bounds: FloatMatrix
    starts: FloatMatrix
    ends: FloatMatrix
    proposals: tuple[tuple[int, int], ...]
    best: float
    answerable: float


def read_spans(question: str, asking: Asking, texts: Sequence[Text], network: SpanNetwork) -> list[View]:
    """Return a view of each text, and one of the text that a role leads to with the rewritten question."""
    asked = [(question, number, False) for number in range(len(texts))]
    if asking.target is not None and asking.rewritten:
        asked.append((asking.rewritten, asking.target, True))
    return _views(asked, texts, network)


def best_spans(question: str, texts: Sequence[Text], network: SpanNetwork) -> FloatMatrix:
    """Return how clearly a span of each text looks like the answer: its sum of logits, shape ``(len(texts),)``."""
    views = _views([(question, number, False) for number in range(len(texts))], texts, network)
    return np.array([view.best for view in views], np.float32)


def _views(asked: Sequence[tuple[str, int, bool]], texts: Sequence[Text], network: SpanNetwork) -> list[View]:
    """Return a view for each question, number of a text, and whether the question is rewritten."""
    if not asked:
        return []
    # The longest first, so that no thread begins one when the others have nothing left to do.
    order = sorted(range(len(asked)), key=lambda place: -len(texts[asked[place][1]].text))
    with ThreadPoolExecutor(min(NUM_THREADS, len(asked))) as pool:
        waiting = {}
        for place in order:
            question, number, rewritten = asked[place]
            waiting[place] = pool.submit(_view, question, number, texts[number], network, rewritten=rewritten)
        return [waiting[place].result() for place in range(len(asked))]


def _view(question: str, number: int, text: Text, network: SpanNetwork, *, rewritten: bool) -> View:
    head, body = network.inputs.titled(text.title, text.text)
    window = network.inputs.window(question, [head.joined(body)], max_pieces=MAX_PIECES)
    scores = network.scores(window)
    first = window.sources.index(0) + len(head) if 0 in window.sources else len(window.ids)
    stop = min(first + len(body), len(window.ids) - 1)
    bounds = np.array(window.offsets[first:stop], np.float32).reshape(-1, 2)
    starts, ends = scores.starts[first:stop], scores.ends[first:stop]
    proposals, best = best_pairs(starts, ends)
    spans = tuple((int(bounds[a, 0]), int(bounds[b, 1])) for a, b in proposals)
    return View(number, rewritten, bounds, starts, ends, spans, best, float(scores.kinds[_SPAN] - scores.kinds[_NONE]))


def best_pairs(starts: FloatMatrix, ends: FloatMatrix) -> tuple[list[tuple[int, int]], float]:
    """Return first and last piece of the best spans, and the first one's sum of logits.

    Parameters
    ----------
    starts, ends
        Logits, shape (pieces,) each.
    """
    if not len(starts):
        return [], _FLOOR
    sums = starts[:, None] + ends[None, :]
    length = np.subtract.outer(np.arange(len(ends)), np.arange(len(starts))).T
    sums[(length < 0) | (length >= _MAX_SPAN)] = -np.inf
    order = np.argsort(-sums, axis=None, kind="stable")[:NUM_PROPOSALS]
    rows, columns = np.unravel_index(order, sums.shape)
    return [(int(a), int(b)) for a, b in zip(rows, columns, strict=True)], float(sums[rows[0], columns[0]])


NUM_SPAN_FEATURES = 12


def span_features(views: Sequence[View], places: Sequence[tuple[int, int, int]]) -> FloatMatrix:
    """Return what the network says of candidates, given by text, start and end; zero without a view."""
    rows = np.zeros((len(places), NUM_SPAN_FEATURES), np.float32)
    best = max((view.best for view in views if not view.rewritten), default=0.0)
    of_text: dict[int, list[int]] = {}
    for row, (text, start, _) in enumerate(places):
        if start >= 0:
            of_text.setdefault(text, []).append(row)
    for view in views:
        own = np.array(of_text.get(view.text, []), np.int64)
        if not len(own) or not len(view.starts):
            continue
        low, high = (np.array([places[row][side] for row in own]) for side in (1, 2))
        first = np.searchsorted(view.bounds[:, 1], low, side="right")
        last = np.searchsorted(view.bounds[:, 0], high, side="left") - 1
        read = first <= last
        own, first, last = own[read], first[read], last[read]
        begins, ends = view.starts[first], view.ends[last]
        total = np.maximum(begins + ends, _FLOOR)
        at = 6 if view.rewritten else 0
        rows[own, at] = total / 4
        rows[own, at + 1] = np.maximum(total - view.best, _FLOOR) / 4
        rows[own, at + 2] = np.maximum(begins - view.starts.max(), _FLOOR) / 4
        rows[own, at + 3] = np.maximum(ends - view.ends.max(), _FLOOR) / 4
        rows[own, at + 4] = 1.0 if view.rewritten else np.maximum(total - best, _FLOOR) / 4
        rows[own, at + 5] = view.answerable / 4
    return rows
