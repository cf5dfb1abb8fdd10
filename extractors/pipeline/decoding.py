"""From scores to structure: dependency trees, sentence boundaries, entity spans."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extractors.pipeline.labels import ENTITY_LABELS, TAGS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_NUM_LABELS = len(ENTITY_LABELS)
_BEGIN = np.flatnonzero([tag.startswith("B-") for tag in TAGS])
_INSIDE = np.flatnonzero([tag.startswith("I-") for tag in TAGS])


class Span(NamedTuple):
    """An entity: words from ``start`` up to ``end``."""

    start: int
    end: int
    label: str


def decode_trees(scores: Floats, starts: Sequence[int]) -> Ints:
    """Return the head of every word in the best trees of a text's sentences.

    Parameters
    ----------
    scores
        Of shape (words, 1 + words), as for `decode_tree`; heads outside a word's sentence do not count.
    starts
        Positions of the first words of the sentences, in order, beginning with 0.

    Returns
    -------
    Ints
        Of shape (words,): positions in the text counted from 1, and 0 at the root words.

    Examples
    --------
    >>> decode_trees(np.array([[9.0, 0, 5, 5], [1, 2, 0, 9], [2, 9, 3, 0]], np.float32), [0, 1]).tolist()
    [0, 3, 0]
    """
    size = len(scores)
    sentence = np.repeat(np.arange(len(starts)), np.diff([*starts, size]))
    outside = sentence[:, None] != sentence
    np.fill_diagonal(outside, val=True)
    within = scores.copy()
    within[:, 1:][outside] = -np.inf
    heads: Ints = within.argmax(axis=1).astype(np.int64)
    # Most often the greedy choice is a tree: every word comes to the root, after at most as many steps as there are.
    above = np.concatenate(([0], heads))
    for _ in range(size.bit_length()):
        above = above[above]
    is_cyclic = np.logical_or.reduceat(above[1:] != 0, starts)
    num_roots = np.add.reduceat(heads == 0, starts, dtype=np.int64)
    bounds = [*starts, size]
    for index in np.flatnonzero(is_cyclic | (num_roots != 1)).tolist():
        start, end = bounds[index], bounds[index + 1]
        block = np.concatenate((scores[start:end, :1], scores[start:end, start + 1 : end + 1]), axis=1)
        tree = decode_tree(block)
        heads[start:end] = np.where(tree == 0, 0, tree + start)
    return heads


def decode_tree(scores: Floats) -> Ints:
    """Return the head of every word in the best tree with one root.

    Parameters
    ----------
    scores
        Of shape (words, 1 + words): how well each candidate, the root first, fits as the head of each word.

    Returns
    -------
    Ints
        Of shape (words,): positions counted from 1, and 0 at the root word.

    References
    ----------
    Chu and Liu 1965; Edmonds 1967: maximum spanning arborescence. The greedy choice is kept where it is already a tree.

    Examples
    --------
    >>> decode_tree(np.array([[0.0, 0, 9], [9, 1, 0]], np.float32)).tolist()
    [2, 0]
    >>> decode_tree(np.array([[5.0, 0, 9], [4, 9, 0]], np.float32)).tolist()
    [0, 1]
    """
    size = len(scores)
    exact = scores.astype(np.float64)
    exact[np.arange(size), np.arange(size) + 1] = -np.inf
    heads: Ints = exact.argmax(axis=1).astype(np.int64)
    if np.count_nonzero(heads == 0) != 1:
        heads = _with_one_root(exact, heads)
    if not _cycle(heads):
        return heads
    square = np.full((size + 1, size + 1), -np.inf)
    square[1:] = exact
    heads = _arborescence(square)[1:]
    if np.count_nonzero(heads == 0) == 1:
        return heads
    # A root arc costs more than all other arcs together can gain, so that the best tree has exactly one. Not tried at
    # once, since every word then hangs on another one first, and the cycles go many levels deep.
    finite = exact[np.isfinite(exact)]
    square[1:, 0] -= (finite.max() - finite.min() + 1) * size
    return _arborescence(square)[1:]


def _with_one_root(scores: NDArray[np.float64], heads: Ints) -> Ints:
    """Return the best heads of which exactly one is the root, cycles allowed; if there is none, no tree is better."""
    others = scores[:, 1:].argmax(axis=1)
    gains = scores[:, 0] - scores[np.arange(len(heads)), others + 1]
    root = gains.argmax() if len(heads) > 1 else 0
    heads = others.astype(np.int64) + 1
    heads[root] = 0
    return heads


def _cycle(heads: Ints) -> list[int]:
    """Return the words of one cycle, counted from 1, or nothing; ``heads`` leaves out the root."""
    state = [0] * (len(heads) + 1)
    following = [0, *heads.tolist()]
    for start in range(1, len(following)):
        node, path = start, []
        while node and not state[node]:
            state[node] = start
            path.append(node)
            node = following[node]
        if node and state[node] == start:
            return path[path.index(node) :]
    return []


def _arborescence(scores: NDArray[np.float64]) -> Ints:
    """Return the heads of the best arborescence from node 0; ``scores[i, j]`` is for head j of node i."""
    heads: Ints = scores.argmax(axis=1).astype(np.int64)
    heads[0] = 0
    cycle = _cycle(heads[1:])
    if not cycle:
        return heads
    outside = np.ones(len(scores), bool)
    outside[cycle] = False
    rest = np.flatnonzero(outside)
    members = np.array(cycle)
    # Entering the cycle at a member replaces that member's arc within it.
    entering = scores[members][:, rest] - scores[members, heads[members]][:, None]
    remaining = scores[rest]
    leaving = remaining[:, members]
    size = len(rest)
    smaller = np.empty((size + 1, size + 1))
    smaller[:size, :size] = remaining[:, rest]
    smaller[size, :size] = entering.max(axis=0)
    smaller[:size, size] = leaving.max(axis=1)
    smaller[size, size] = -np.inf
    inner = _arborescence(smaller)
    # In the smaller graph the last node stands for the cycle.
    exits = members[leaving.argmax(axis=1)]
    heads[rest[1:]] = np.where(inner[1:size] < size, np.append(rest, 0)[inner[1:size]], exits[1:])
    outer = inner[size]
    broken = members[entering[:, outer].argmax()]
    heads[broken] = rest[outer]
    return heads


def entity_spans(probabilities: Floats) -> list[Span]:
    """Return the entities that tag probabilities of shape (words, tags) mean.

    Where an entity begins and ends is decided by the sums over all labels, its label by the sum over its words:
    corpora agree on what is a name more than on its kind.

    Examples
    --------
    >>> probabilities = np.zeros((3, len(TAGS)), np.float32)
    >>> probabilities[0, TAGS.index("B-ORG")] = probabilities[1, TAGS.index("I-LOC")] = 0.6
    >>> probabilities[0, TAGS.index("B-LOC")] = 0.4
    >>> probabilities[1:, 0] = 0.4
    >>> entity_spans(probabilities)
    [Span(start=0, end=2, label='LOC')]
    """
    begin = probabilities[:, _BEGIN]
    inside = probabilities[:, _INSIDE]
    sums = np.stack((probabilities[:, 0], begin.sum(axis=1), inside.sum(axis=1)), axis=1)
    choice = sums.argmax(axis=1).tolist()
    kinds = begin + inside
    spans: list[Span] = []
    start, end = -1, 0
    for position in [*(i for i, kind in enumerate(choice) if kind), len(choice)]:
        goes_on = start >= 0 and position < len(choice) and choice[position] == 2 and position == end
        if not goes_on and start >= 0:
            spans.append(Span(start, end, ENTITY_LABELS[int(kinds[start:end].sum(axis=0).argmax())]))
        if not goes_on:
            start = position
        end = position + 1
    return spans


def label_scores(probabilities: Floats, spans: Sequence[Span]) -> list[Floats]:
    """Return for each entity the sum over its words of every label's probability, of shape (labels,)."""
    kinds = probabilities[:, _BEGIN] + probabilities[:, _INSIDE]
    return [kinds[span.start : span.end].sum(axis=0) for span in spans]


def sentence_starts(logits: Floats) -> NDArray[np.bool_]:
    """Return which words begin a sentence; the first one always does.

    Examples
    --------
    >>> sentence_starts(np.array([-1.0, -2, 3])).tolist()
    [True, False, True]
    """
    starts = logits > 0
    starts[:1] = True
    return starts
