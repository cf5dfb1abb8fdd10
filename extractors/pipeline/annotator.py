"""The trained network at work: words in, tags, lemmas, trees and entities out."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from extractors.pipeline.agreement import relabelled, tidied
from extractors.pipeline.decoding import Floats, Ints, Span, decode_trees, entity_spans, label_scores, sentence_starts
from extractors.pipeline.lemmas import apply_edit
from extractors.pipeline.shapes import word_shape
from extractors.pipeline.wordpieces import WordPieces
from graphrag.errors import ConfigError

WEIGHTS = Path(__file__).parents[1] / "weights"
"""Where the shipped weights are."""

MAX_WINDOW = 126
"""Word pieces the network reads at once: as many as the passages it learned from had at most."""

MAX_CACHED_LEMMAS = 50_000

_RUNS_AT_ONCE = 8

_OUTPUTS = ["upos", "xpos", "edits", "starts", "tags", "arcs", "nearest", "relations", "dependents", "heads"]
_FILES = ("model.onnx", "relations.npz", "classes.json", "lemmas.json", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the network says of a run of words.

    Parameters
    ----------
    upos, xpos, lemmas, relations
        One string per word.
    heads
        Position of each word's head in the run; its own at the root of a sentence.
    starts
        Positions of the words that begin a sentence, the first one included.
    spans
        Entities, in order.
    """

    upos: list[str]
    xpos: list[str]
    lemmas: list[str]
    relations: list[str]
    heads: list[int]
    starts: list[int]
    spans: list[Span]


@dataclass(frozen=True, slots=True)
class _Run:
    """A window of one of several texts: where it is, its words, and what the network is given."""

    text: int
    start: int
    words: Sequence[str]
    feeds: dict[str, Ints]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the network says of a window: where it begins in its text, and the scores of its entities' labels."""

    start: int
    annotation: Annotation
    scores: list[Floats]


class Annotator:
    """The network and its classes.

    Every window is a run of its own in a session with one thread: int8 activations share one scale per run, so the
    words of another text in the same run would change the result. Several threads may call `annotate` at once.

    Parameters
    ----------
    folder
        With ``model.onnx``, ``relations.npz``, ``classes.json``, ``lemmas.json`` and ``tokenizer.json``.

    Attributes
    ----------
    weights : str
        SHA-256 of the files.
    labels : frozenset[str]
        All parts of speech and relations.

    Raises
    ------
    ConfigError
        If one of the files is missing or cannot be read.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise ConfigError(f"Expected the pipeline's weights in {folder} (no {', '.join(missing)})")
        try:
            classes = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
            self._upos, self._xpos, self._edits, self._relations = (
                [str(value) for value in classes[name]] for name in ("upos", "xpos", "edits", "relations")
            )
            self._lemmas: dict[str, dict[str, str]] = json.loads((folder / "lemmas.json").read_text(encoding="utf-8"))
            with np.load(folder / "relations.npz", allow_pickle=False) as arrays:
                self._weight = arrays["weight"].astype(np.float32).T.copy()
                self._bias = arrays["bias"].astype(np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"Expected the pipeline's weights in {folder} ({error})") from error
        self.labels = frozenset((*self._upos, *self._xpos, *self._relations))
        self._cached_lemmas: dict[tuple[str, int, int], str] = {}
        self._wordpieces = WordPieces(folder / "tokenizer.json")
        self._session = _session(folder / "model.onnx")
        self.weights = _digest(folder)

    def annotate(
        self, words: Sequence[str], breaks: frozenset[int] = frozenset(), *, split: bool = True
    ) -> list[Annotation]:
        """Return what the network says of words, window by window.

        Parameters
        ----------
        words
            Without white space.
        breaks
            Positions of words that begin a paragraph: no window, and so no sentence, reaches across.
        split
            Whether sentences are found; if not, each window is one.
        """
        return self.annotate_texts([(words, breaks)], split=split)[0]

    def annotate_texts(
        self, texts: Sequence[tuple[Sequence[str], frozenset[int]]], *, split: bool = True
    ) -> list[list[Annotation]]:
        """Return what the network says of several texts, of each the same as of it alone, but sooner.

        Parameters
        ----------
        texts
            The words and the breaks of each, as for `annotate`.
        split
            Whether sentences are found; if not, each window is one.
        """
        runs = [run for index, (words, breaks) in enumerate(texts) for run in self._runs(index, words, breaks)]
        found: list[list[_Reading]] = [[] for _ in texts]
        # A run of the network pushes all else out of the processor's caches: what follows is done for several at once.
        for first in range(0, len(runs), _RUNS_AT_ONCE):
            group = runs[first : first + _RUNS_AT_ONCE]
            outputs = [self._session.run(_OUTPUTS, run.feeds) for run in group]
            for run, output in zip(group, outputs, strict=True):
                found[run.text].append(self._read(run, output, split))
        return [_agreed(words, readings) for (words, _), readings in zip(texts, found, strict=True)]

    def _runs(self, text: int, words: Sequence[str], breaks: frozenset[int]) -> Iterator[_Run]:
        pieces = self._wordpieces.encode(words)
        shapes = [word_shape(word) for word in words]
        for start, end in windows(words, pieces, breaks):
            lengths = [len(word) for word in pieces[start:end]]
            flat = [self._wordpieces.start, *chain.from_iterable(pieces[start:end]), self._wordpieces.end]
            kinds = np.zeros((1, len(flat)), np.int64)
            kinds[0, 1:-1] = np.repeat(shapes[start:end], lengths)
            firsts = 1 + np.cumsum([0, *lengths[:-1]])
            feeds = {"pieces": np.array([flat], np.int64), "shapes": kinds, "firsts": firsts}
            yield _Run(text, start, words[start:end], feeds)

    def _read(self, run: _Run, outputs: Sequence[NDArray[Any]], split: bool) -> _Reading:
        """Return what the network's outputs say."""
        words = run.words
        upos, xpos, edits, logits, tags, arcs, nearest, scores, dependents, candidates = outputs
        starts = np.flatnonzero(sentence_starts(logits)).tolist() if split else [0]
        heads = decode_trees(arcs, starts)
        # The network's relations are those to the heads with the highest scores, which a tree may change.
        other = np.flatnonzero(heads != nearest)
        if len(other):
            pairs = np.maximum(dependents[other] + candidates[heads[other]], 0)
            scores[other] = pairs @ self._weight + self._bias
        own = np.arange(len(words))
        spans = [span for span in tidied(words, entity_spans(tags)) if span]
        annotation = Annotation(
            [self._upos[index] for index in upos.tolist()],
            [self._xpos[index] for index in xpos.tolist()],
            self._lemmas_of(words, upos.tolist(), edits.tolist()),
            [self._relations[index] for index in _relation_choice(scores, heads, self._relations).tolist()],
            np.where(heads == 0, own, heads - 1).tolist(),
            starts,
            spans,
        )
        return _Reading(run.start, annotation, label_scores(tags, spans))

    def _lemmas_of(self, words: Sequence[str], upos: Sequence[int], edits: Sequence[int]) -> list[str]:
        known = self._cached_lemmas
        return [known.get(word) or self._lemma(*word) for word in zip(words, upos, edits, strict=True)]

    def _lemma(self, word: str, upos: int, edit: int) -> str:
        """Return the lemma that the treebank gives to a word of this part of speech, or that the edit makes."""
        known = self._lemmas.get(self._upos[upos])
        lemma = (known and known.get(word.lower())) or apply_edit(self._edits[edit], word)
        if len(self._cached_lemmas) < MAX_CACHED_LEMMAS:
            self._cached_lemmas[word, upos, edit] = lemma
        return lemma


def _agreed(words: Sequence[str], readings: Sequence[_Reading]) -> list[Annotation]:
    """Return the annotations of a text's windows, equal names with one label in all of them."""
    found = [(reading.start, reading.annotation) for reading in readings]
    spans = [Span(offset + start, offset + end, label) for offset, one in found for start, end, label in one.spans]
    labels = iter(relabelled(words, spans, [score for reading in readings for score in reading.scores]))
    for _, one in found:
        one.spans[:] = [Span(span.start, span.end, next(labels).label) for span in one.spans]
    return [one for _, one in found]


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Runs differ in length: a memory pattern would be made anew for most of them.
    options.enable_mem_pattern = False
    # The file holds the graph as it is to be run: optimizing it makes loading slow and nothing fast.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no base class of their own.
        raise ConfigError(f"Expected an ONNX model at {path} ({error})") from error


def _relation_choice(scores: Floats, heads: Ints, names: Sequence[str]) -> Ints:
    """Return the best relation of every word: ``root`` at the roots and nowhere else."""
    root = names.index("root")
    scores[:, root] = -np.inf
    choice: Ints = scores.argmax(axis=1)
    choice[heads == 0] = root
    return choice


_ENDS = frozenset(".!?…。！？")
_CLOSERS = frozenset("\"'”’)]»''")
_LAST = _ENDS | _CLOSERS


def windows(
    words: Sequence[str], pieces: Sequence[tuple[int, ...]], breaks: frozenset[int] = frozenset()
) -> Iterator[tuple[int, int]]:
    """Yield start and end of runs of at most `MAX_WINDOW` pieces, cut after a sentence's end where there is one.

    Examples
    --------
    >>> words = ["Yes", "."] * 40
    >>> list(windows(words, [(1, 2)] * 80))
    [(0, 62), (62, 80)]
    """
    start = size = 0
    safe = 0
    for position, word in enumerate(pieces):
        over = size + len(word) > MAX_WINDOW
        if position in breaks or over:
            cut = safe if over and safe > start and position not in breaks else position
            if cut > start:
                yield start, cut
            size = sum(map(len, pieces[cut:position]))
            start = safe = cut
        size += len(word)
        if words[position] in _LAST and _may_end(words, position):
            safe = position + 1
    if start < len(pieces):
        yield start, len(pieces)


def _may_end(words: Sequence[str], position: int) -> bool:
    """Return whether a sentence is likely to end here: a full stop before an upper-case word, or quotes after one."""
    following = words[position + 1] if position + 1 < len(words) else ""
    if words[position] in _CLOSERS:
        return position > 0 and words[position - 1] in _ENDS and following not in _CLOSERS and not following.islower()
    return words[position] in _ENDS and following not in _CLOSERS and not following.islower()


def num_threads() -> int:
    """Return how many threads annotate at once by default: one more than processors that this process may use.

    While one thread waits for Python's lock, the others keep the processors busy: 1.2 times as fast on two.
    """
    num_processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return num_processors + 1
