"""Scores of the network on annotated corpora."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from extractors.pipeline.decoding import Span, decode_tree, entity_spans, sentence_starts
from extractors.training.batches import Encoding, collate, passages
from extractors.training.mapping import CORE_LABELS, allowed_spans
from extractors.training.model import Network, Scores
from extractors.training.readers import Document, Sentence


@dataclass(slots=True)
class Counts:
    """Right, predicted and gold; their F1."""

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
        """Harmonic mean of precision and recall; 0 where there is nothing."""
        return 2 * self.right / max(1, self.predicted + self.gold)


@dataclass(slots=True)
class Parse:
    """What the network says of one passage."""

    upos: list[int]
    xpos: list[int]
    edits: list[int]
    starts: list[bool]
    spans: list[Span]
    heads: list[int]
    relations: list[int]


def _parse(network: Network, scores: Scores, row: int, sizes: Sequence[int]) -> Parse:
    """Return the passage in one row of a batch, its trees within the sentences of the given sizes."""
    total = sum(sizes)
    arcs = scores.arcs[row].numpy()
    heads: list[int] = []
    for size in sizes:
        offset = len(heads)
        block = arcs[offset : offset + size][:, [0, *range(offset + 1, offset + size + 1)]]
        heads += [int(head) + offset if head else 0 for head in decode_tree(block)]
    relations = network.relations(scores.dependents[row, :total], scores.heads[row, heads]).argmax(-1)
    return Parse(
        scores.upos[row, :total].argmax(-1).tolist(),
        scores.xpos[row, :total].argmax(-1).tolist(),
        scores.edits[row, :total].argmax(-1).tolist(),
        sentence_starts(scores.boundaries[row, :total].numpy()).tolist(),
        entity_spans(scores.tags[row, :total].softmax(-1).numpy()),
        heads,
        relations.tolist(),
    )


def parse_runs(network: Network, encoding: Encoding, runs: list[list[Sentence]], *, batch: int = 24) -> Iterator[Parse]:
    """Yield the parse of every run of sentences, in order of size."""
    runs.sort(key=lambda run: sum(len(sentence.words) for sentence in run))
    network.eval()
    with torch.no_grad():
        for start in range(0, len(runs), batch):
            group = runs[start : start + batch]
            tensors = collate([encoding.example(run) for run in group], encoding.wordpieces)
            scores = network(tensors.pieces, tensors.shapes, tensors.mask, tensors.firsts)
            for row, run in enumerate(group):
                yield _parse(network, scores, row, [len(sentence.words) for sentence in run])


def syntax_scores(
    network: Network, encoding: Encoding, documents: list[Document], *, joined: int = 0
) -> dict[str, float]:
    """Return accuracies of tags, lemmas, heads and relations (punctuation counts), and the F1 of boundaries.

    Parameters
    ----------
    network, encoding
        What to measure.
    documents
        With gold words and sentences.
    joined
        Pieces up to which neighbouring sentences are read together; 0 reads each alone (boundaries are then trivial).
    """
    runs = [run for document in documents for run in passages(document, encoding.wordpieces, joined)]
    right = dict.fromkeys(("upos", "xpos", "lemma_edit", "uas", "las"), 0)
    boundaries, total = Counts(), 0
    for run, parse in zip(runs, parse_runs(network, encoding, runs), strict=True):
        gold = encoding.example(run).columns
        heads = np.array(parse.heads) == np.array(gold["heads"])
        right["uas"] += int(heads.sum())
        right["las"] += int((heads & (np.array(parse.relations) == np.array(gold["relations"]))).sum())
        for name, ours, theirs in (
            ("upos", parse.upos, "upos"),
            ("xpos", parse.xpos, "xpos"),
            ("lemma_edit", parse.edits, "edits"),
        ):
            right[name] += int((np.array(ours) == np.array(gold[theirs])).sum())
        total += len(parse.heads)
        starts = np.flatnonzero(parse.starts).tolist()[1:]
        boundaries.add(
            ((total, start) for start in starts), ((total, start) for start in np.flatnonzero(gold["boundaries"])[1:])
        )
    scores = {name: count / total for name, count in right.items()}
    return scores | ({"boundary_f1": boundaries.f1} if joined else {})


def entity_scores(
    network: Network,
    encoding: Encoding,
    documents: list[Document],
    labels: Sequence[str] = CORE_LABELS,
    *,
    joined: int = 0,
) -> dict[str, float]:
    """Return the F1 of entities with exact bounds: of each label, of all of them together, and of bounds alone.

    Parameters
    ----------
    network, encoding
        What to measure.
    documents
        With gold words and entities.
    labels
        Labels that count on both sides.
    joined
        Pieces up to which neighbouring sentences are read together.
    """
    runs = [run for document in documents for run in passages(document, encoding.wordpieces, joined)]
    counts = {label: Counts() for label in labels}
    together, bounds = Counts(), Counts()
    for run, parse in zip(runs, parse_runs(network, encoding, runs), strict=True):
        gold_spans = allowed_spans([tags for sentence in run for tags in sentence.tags])
        gold = [
            Span(start, end, kinds[0]) for start, end, kinds in gold_spans if len(kinds) == 1 and kinds[0] in labels
        ]
        found = [span for span in parse.spans if span.label in labels]
        together.add(found, gold)
        bounds.add((span[:2] for span in parse.spans), (span[:2] for span in gold_spans))
        for label, count in counts.items():
            count.add((span for span in found if span.label == label), (span for span in gold if span.label == label))
    return {label: count.f1 for label, count in counts.items()} | {"f1": together.f1, "bounds_f1": bounds.f1}
