"""The network in training, asked for annotations."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from extractors.pipeline.annotator import Annotation
from extractors.pipeline.decoding import decode_tree, entity_spans, sentence_starts
from extractors.pipeline.lemmas import apply_edit
from extractors.training.batches import Encoding, collate, passages
from extractors.training.model import Network, Scores
from extractors.training.readers import Document, Sentence
from extractors.training.scores import Pair


def parse(
    network: Network, encoding: Encoding, documents: Sequence[Document], *, joined: int = 0, batch: int = 24
) -> Iterator[Pair]:
    """Yield what the network finds in documents, with the gold sentences it was found in, the shortest first.

    Parameters
    ----------
    network, encoding
        The network, and what makes its input.
    documents
        With gold words and sentences.
    joined
        Pieces up to which neighbouring sentences are read together; 0 reads each alone.
    batch
        Runs at a time.
    """
    runs = [run for document in documents for run in passages(document, encoding.wordpieces, joined)]
    runs.sort(key=lambda run: sum(len(sentence.words) for sentence in run))
    network.eval()
    for start in range(0, len(runs), batch):
        group = runs[start : start + batch]
        tensors = collate([encoding.example(run) for run in group], encoding.wordpieces)
        with torch.no_grad():
            scores = network(tensors.pieces, tensors.shapes, tensors.mask, tensors.firsts)
            found = [_annotation(network, encoding, scores, row, run) for row, run in enumerate(group)]
        yield from zip(found, group, strict=True)


def _annotation(network: Network, encoding: Encoding, scores: Scores, row: int, run: Sequence[Sentence]) -> Annotation:
    """Return the annotation of one row of a batch, its trees within the gold sentences."""
    words = [word for sentence in run for word in sentence.words]
    size = len(words)
    arcs = scores.arcs[row].numpy()
    heads: list[int] = []
    for sentence in run:
        offset = len(heads)
        end = offset + len(sentence.words)
        block = arcs[offset:end][:, [0, *range(offset + 1, end + 1)]]
        heads += [int(head) + offset if head else 0 for head in decode_tree(block)]
    relations = network.relations(scores.dependents[row, :size], scores.heads[row, heads]).argmax(-1)
    classes = encoding.classes
    edits = scores.edits[row, :size].argmax(-1).tolist()
    return Annotation(
        [classes.upos[index] for index in scores.upos[row, :size].argmax(-1).tolist()],
        [classes.xpos[index] for index in scores.xpos[row, :size].argmax(-1).tolist()],
        [apply_edit(classes.edits[index], word) for index, word in zip(edits, words, strict=True)],
        [classes.relations[index] for index in relations.tolist()],
        [head - 1 if head else position for position, head in enumerate(heads)],
        np.flatnonzero(sentence_starts(scores.boundaries[row, :size].numpy())).tolist(),
        entity_spans(scores.tags[row, :size].softmax(-1).numpy()),
    )
