"""The trained pipeline as spaCy components: what they write is what spaCy's own tagger, parser and recognizer would."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, IS_SPACE, LEMMA, POS, TAG
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan
from spacy.util import filter_spans
from spacy.vocab import Vocab
from thinc.types import Ints2d

from extractors.dates import find_dates, find_numbers
from extractors.pipeline.annotator import WEIGHTS, Annotation, Annotator, num_threads
from extractors.pipeline.decoding import Ints
from extractors.pipeline.tokenizer import blank_language

COMPONENT = "multihop_annotator"
"""Name of the component that runs the network."""

NUMERALS = "multihop_numerals"
"""Name of the component that adds dates and numbers."""

MAX_WAITING = 128
"""Documents that are read ahead."""

_WORDS_AT_ONCE = 400  # as many as fill the runs that the annotator makes at once
_SPACE_RELATION = "dep"


class AnnotatorComponent:
    """Writes tags, lemmas, trees, sentences and entities into documents.

    Parameters
    ----------
    vocab
        The pipeline's.
    annotator
        The network.
    threads
        Documents that `pipe` reads at once.
    """

    def __init__(self, vocab: Vocab, annotator: Annotator, threads: int) -> None:
        self._annotator = annotator
        self._threads = threads
        self._strings = vocab.strings
        # Added for good, whatever spaCy forgets at the end of a memory zone.
        self._labels = {label: vocab.strings.add(label) for label in annotator.labels}

    @property
    def weights(self) -> str:
        """Hash of the weights."""
        return self._annotator.weights

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document in place and return it."""
        return self._write(doc, *self._annotate([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = MAX_WAITING) -> Iterator[Doc]:
        """Yield documents annotated in place, several at a time, in their order; each is as it would be alone.

        While the caller works on one, the threads annotate the following ones.
        """
        waiting: deque[tuple[list[Doc], Future[list[list[Annotation]]]]] = deque()
        num_waiting = 0
        pool = ThreadPoolExecutor(self._threads)
        try:
            for group in _groups(docs):
                waiting.append((group, pool.submit(self._annotate, group)))
                num_waiting += len(group)
                while num_waiting >= min(max(1, batch_size), MAX_WAITING):
                    num_waiting -= len(waiting[0][0])
                    yield from self._write_next(waiting)
            while waiting:
                yield from self._write_next(waiting)
        finally:
            pool.shutdown(cancel_futures=True)

    def _write_next(self, waiting: deque[tuple[list[Doc], Future[list[list[Annotation]]]]]) -> Iterator[Doc]:
        docs, found = waiting.popleft()
        return map(self._write, docs, found.result())

    def _annotate(self, docs: Sequence[Doc]) -> list[list[Annotation]]:
        """Return the annotations of the windows of each document."""
        return self._annotator.annotate_texts([_words(doc) for doc in docs])

    def _write(self, doc: Doc, annotations: list[Annotation]) -> Doc:
        """Write annotations into their document."""
        places = np.flatnonzero(doc.to_array(IS_SPACE) == 0)
        known, add = self._labels, self._strings.add
        offsets = np.zeros(len(doc), np.int64)
        keys = np.zeros((len(doc), 5), np.uint64)
        spans = []
        offset = 0
        for found in annotations:
            here = places[offset : offset + len(found.upos)]
            offset += len(here)
            offsets[here] = here[found.heads] - here
            columns = (found.relations, found.upos, found.xpos, found.lemmas)
            keys[here, 1:] = np.array(
                [[known.get(value) or add(value) for value in values] for values in columns], np.uint64
            ).T
            spans += [DocSpan(doc, here[start], here[end - 1] + 1, label=label) for start, end, label in found.spans]
        if len(places) < len(doc):
            self._attach_spaces(doc, offsets, keys)
        keys[:, 0] = offsets.astype(np.uint64)
        doc.from_array([HEAD, DEP, POS, TAG, LEMMA], cast(Ints2d, keys))
        doc.set_ents(spans, default="outside")
        return doc

    def _attach_spaces(self, doc: Doc, offsets: Ints, keys: NDArray[np.uint64]) -> None:
        """Make white space depend on the word before it, or on the first word."""
        add = self._strings.add
        first = next((token.i for token in doc if not token.is_space), 0)
        for token in doc:
            if token.is_space:
                offsets[token.i] = first - token.i if token.i < first else -1 if token.i else 0
                keys[token.i] = (0, add(_SPACE_RELATION), add("SPACE"), add("_SP"), add(token.text))


def _groups(docs: Iterable[Doc]) -> Iterator[list[Doc]]:
    """Yield documents that are annotated together."""
    group: list[Doc] = []
    num_words = 0
    for doc in docs:
        group.append(doc)
        num_words += len(doc)
        if num_words >= _WORDS_AT_ONCE:
            yield group
            group, num_words = [], 0
    if group:
        yield group


def _words(doc: Doc) -> tuple[list[str], frozenset[int]]:
    """Return the words of a document and the positions of those that begin a paragraph."""
    words: list[str] = []
    breaks = set()
    for text in [token.text for token in doc]:
        if not text.isspace():
            words.append(text)
        elif "\n" in text:
            breaks.add(len(words))
    return words, frozenset(breaks)


def add_numerals(doc: Doc) -> Doc:
    """Add the dates and numbers that no entity covers to a document's entities and return it."""
    text = doc.text
    spans = list(doc.ents)
    num_before = len(spans)
    for label, found in (("DATE", find_dates(text)), ("NUMBER", find_numbers(text))):
        for start, end in found:
            span = doc.char_span(start, end, label=label, alignment_mode="expand")
            if span is not None and not any(token.ent_type for token in span):
                spans.append(span)
    if len(spans) > num_before:
        doc.set_ents(filter_spans(spans), default="outside")
    return doc


@Language.factory(COMPONENT, default_config={"folder": "", "threads": 0})
def _make_annotator(nlp: Language, name: str, folder: str, threads: int) -> AnnotatorComponent:  # noqa: ARG001
    return AnnotatorComponent(nlp.vocab, Annotator(Path(folder) if folder else WEIGHTS), threads or num_threads())


@Language.component(NUMERALS)
def _add_numerals(doc: Doc) -> Doc:
    return add_numerals(doc)


def load_pipeline(folder: Path | None = None, *, threads: int = 0) -> Language:
    """Return the pipeline: words, sentences, tags, lemmas, dependency trees, entities.

    Parameters
    ----------
    folder
        Of the weights; the shipped ones by default.
    threads
        Documents annotated at once by ``nlp.pipe``; 0 for one more than there are processors.

    Raises
    ------
    ConfigError
        If the weights are missing.
    """
    nlp = blank_language()
    nlp.max_length = 10_000_000
    annotator = nlp.add_pipe(COMPONENT, config={"folder": str(folder) if folder else "", "threads": threads})
    nlp.add_pipe(NUMERALS)
    nlp.meta["name"] = f"multihop-{cast(AnnotatorComponent, annotator).weights[:12]}"
    return nlp
