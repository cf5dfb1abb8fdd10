"""Scores of annotations against annotated corpora."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extractors.pipeline.annotator import Annotation
from extractors.pipeline.decoding import Span
from extractors.training.mapping import CORE_LABELS, allowed_spans
from extractors.training.readers import Sentence

Pair = tuple[Annotation, Sequence[Sentence]]
"""What was found in a run of sentences, and the run with its gold annotation."""


@dataclass(slots=True)
class Counts:
    """Right, predicted and gold items."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, predicted: Iterable[object], gold: Iterable[object]) -> None:
        """Count two sets of items."""
        one, other = set(predicted), set(gold)
        self.right += len(one & other)
        self.predicted += len(one)
        self.gold += len(other)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where there is nothing.

        Examples
        --------
        >>> Counts(right=1, predicted=2, gold=2).f1
        0.5
        """
        return 2 * self.right / max(1, self.predicted + self.gold)


@dataclass(slots=True)
class _Syntax:
    """Counts of right words."""

    words: int = 0
    marks: int = 0
    right: dict[str, int] = field(default_factory=dict)
    boundaries: Counts = field(default_factory=Counts)

    def count(self, name: str, right: Iterable[bool]) -> None:
        self.right[name] = self.right.get(name, 0) + sum(right)


def _gold_heads(run: Sequence[Sentence]) -> list[int]:
    """Return the heads of a run as `Annotation` has them: positions in the run, a root's own."""
    heads: list[int] = []
    for sentence in run:
        offset = len(heads)
        heads += [offset + (head - 1 if head else position) for position, head in enumerate(sentence.heads)]
    return heads


def syntax_scores(pairs: Iterable[Pair]) -> dict[str, float]:
    """Return accuracies of tags, lemmas, heads and relations, and the F1 of sentence boundaries inside the runs.

    ``uas`` and ``las`` count punctuation, ``las_words`` does not.
    """
    total = _Syntax()
    for found, run in pairs:
        upos = [value for sentence in run for value in sentence.upos]
        relations = [value for sentence in run for value in sentence.relations]
        heads = [one == other for one, other in zip(found.heads, _gold_heads(run), strict=True)]
        arcs = [one and found.relations[i] == relations[i] for i, one in enumerate(heads)]
        total.count("upos", map(str.__eq__, found.upos, upos))
        total.count("xpos", map(str.__eq__, found.xpos, [value for sentence in run for value in sentence.xpos]))
        total.count("lemma", map(str.__eq__, found.lemmas, [value for sentence in run for value in sentence.lemmas]))
        total.count("uas", heads)
        total.count("las", arcs)
        total.count("las_words", (one for one, part in zip(arcs, upos, strict=True) if part != "PUNCT"))
        starts, position = [], total.words
        for sentence in run[:-1]:
            position += len(sentence.words)
            starts.append(position)
        total.boundaries.add((total.words + start for start in found.starts if start), starts)
        total.words += len(upos)
        total.marks += upos.count("PUNCT")
    sizes = {"las_words": total.words - total.marks}
    scores = {name: count / max(1, sizes.get(name, total.words)) for name, count in total.right.items()}
    return scores | ({"boundary_f1": total.boundaries.f1} if total.boundaries.gold else {})


def entity_scores(pairs: Iterable[Pair], labels: Sequence[str] = CORE_LABELS) -> dict[str, float]:
    """Return the F1 of entities with exact bounds: of each label, of all of them together, and of bounds alone.

    Parameters
    ----------
    pairs
        What was found, and what is right.
    labels
        Labels that count on both sides; bounds count with any label.
    """
    counts = {label: Counts() for label in labels}
    together, bounds = Counts(), Counts()
    for number, (found, run) in enumerate(pairs):
        right = allowed_spans([tags for sentence in run for tags in sentence.tags])
        gold = [Span(start, end, kinds[0]) for start, end, kinds in right if len(kinds) == 1]
        together.add(_items(number, found.spans, labels), _items(number, gold, labels))
        bounds.add(((number, *span[:2]) for span in found.spans), ((number, *span[:2]) for span in right))
        for label, count in counts.items():
            count.add(_items(number, found.spans, (label,)), _items(number, gold, (label,)))
    return {label: count.f1 for label, count in counts.items()} | {"f1": together.f1, "bounds_f1": bounds.f1}


def _items(number: int, spans: Iterable[Span], labels: Sequence[str]) -> Iterable[tuple[int, Span]]:
    return ((number, span) for span in spans if span.label in labels)
