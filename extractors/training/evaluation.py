"""Measure exported weights on the test parts of the corpora, as they are run in the product."""

import argparse
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from extractors.pipeline.annotator import WEIGHTS, Annotation, Annotator
from extractors.pipeline.decoding import Span
from extractors.training.corpora import treebank, wikigold
from extractors.training.readers import Document, Sentence, read_crossner, read_wnut
from extractors.training.scores import Pair, entity_scores, syntax_scores

logger = logging.getLogger(__name__)


def merged(windows: Sequence[Annotation]) -> Annotation:
    """Return the annotations of windows that follow one another as one."""
    whole = Annotation([], [], [], [], [], [], [])
    for window in windows:
        offset = len(whole.upos)
        whole.upos.extend(window.upos)
        whole.xpos.extend(window.xpos)
        whole.lemmas.extend(window.lemmas)
        whole.relations.extend(window.relations)
        whole.heads.extend(offset + head for head in window.heads)
        whole.starts.extend(offset + start for start in window.starts)
        whole.spans.extend(Span(offset + span.start, offset + span.end, span.label) for span in window.spans)
    return whole


def by_sentence(annotator: Annotator, documents: Sequence[Document]) -> Iterator[Pair]:
    """Yield every sentence, read alone and not split."""
    for sentence in (sentence for document in documents for sentence in document):
        yield merged(annotator.annotate(sentence.words, split=False)), [sentence]


def by_document(annotator: Annotator, documents: Sequence[Document]) -> Iterator[Pair]:
    """Yield every document, its sentences found by the network."""
    for document in documents:
        words = [word for sentence in document for word in sentence.words]
        yield merged(annotator.annotate(words)), document


def evaluate(annotator: Annotator, data: Path) -> dict[str, dict[str, float]]:
    """Return the scores on the test split of EWT, and of entities on every corpus's held-out part."""
    test = treebank(data, "test")
    crossner: list[list[Sentence]] = read_crossner(data / "ner" / "crossner", "test")
    entities = {
        "wikigold held out": wikigold(data, held_out=True),
        "wnut17 test": read_wnut(data / "ner" / "wnut17" / "test.conll.gz"),
        "crossner test": crossner,
    }
    alone = list(by_sentence(annotator, test))
    return {
        "ewt test, gold sentences": syntax_scores(alone),
        "ewt test, found sentences": syntax_scores(by_document(annotator, test)),
        "universal ner ewt test": entity_scores(alone),
        **{name: entity_scores(by_sentence(annotator, documents)) for name, documents in entities.items()},
        "wikigold held out, found sentences": entity_scores(by_document(annotator, entities["wikigold held out"])),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Evaluate from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with ud_ewt and ner")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder with the exported files")
    parser.add_argument("--out", type=Path, required=True, help="JSON file for the scores")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    scores = {
        name: {key: round(value, 4) for key, value in values.items()}
        for name, values in evaluate(Annotator(options.weights), options.data).items()
    }
    options.out.write_text(json.dumps(scores, indent=2), encoding="utf-8")
    logger.info("%s", json.dumps(scores, indent=2))


if __name__ == "__main__":
    main()
