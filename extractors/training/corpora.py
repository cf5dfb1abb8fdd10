"""Which corpora the pipeline learns from, and which parts of them are kept for choosing and for measuring."""

from dataclasses import dataclass
from pathlib import Path

from extractors.pipeline.tokenizer import blank_language
from extractors.training.readers import (
    Document,
    add_uner,
    read_conllu,
    read_crossner,
    read_uner,
    read_wikigold,
    read_wnut,
)
from extractors.training.silver import listed_entities, title_mentions, typed_names

HELD_OUT = 5
"""Of Wikigold every fifth document is never learned from."""


@dataclass(frozen=True, slots=True)
class Corpora:
    """Documents to learn from, and development parts.

    Parameters
    ----------
    treebank, treebank_dev
        With syntax and entities.
    entities
        Further corpora with entities alone, by name.
    entities_dev
        Their held-out parts.
    """

    treebank: list[Document]
    treebank_dev: list[Document]
    entities: dict[str, list[Document]]
    entities_dev: dict[str, list[Document]]


def treebank(data: Path, split: str) -> list[Document]:
    """Return a split (``train``, ``dev``, ``test``) of EWT with the entities of Universal NER."""
    documents = read_conllu(data / "ud_ewt" / f"{split}.conllu.gz")
    name = "train.early" if split == "train" else split
    add_uner(documents, read_uner(data / "ner" / "uner_ewt" / f"en_ewt-ud-{name}.iob2.gz"))
    return documents


def wikigold(data: Path, *, held_out: bool) -> list[Document]:
    """Return the held-out documents of Wikigold, or all others."""
    documents = read_wikigold(data / "ner" / "wikigold" / "wikigold.conll.gz")
    return [document for number, document in enumerate(documents) if (number % HELD_OUT == 0) == held_out]


def load_corpora(data: Path) -> Corpora:
    """Return everything that a training run reads from the data folder."""
    nlp = blank_language()
    texts = [data / name / "passages.jsonl.gz" for name in ("musique", "2wiki", "hotpotqa")]
    names = typed_names(texts, nlp)
    silver = listed_entities(texts[0], data / "musique" / "openie_gpt-3.5-turbo-1106.jsonl.gz", nlp, names)
    for path in texts[1:]:
        silver += title_mentions(path, nlp, names)
    crossner = data / "ner" / "crossner"
    wnut = data / "ner" / "wnut17"
    return Corpora(
        treebank=treebank(data, "train"),
        treebank_dev=treebank(data, "dev"),
        entities={
            "wikigold": wikigold(data, held_out=False),
            "crossner": read_crossner(crossner, "train") + read_crossner(crossner, "dev"),
            "wnut": read_wnut(wnut / "train.conll.gz"),
            "silver": silver,
        },
        entities_dev={
            "uner": treebank(data, "dev")[::4],
            "wikigold": wikigold(data, held_out=True),
            "crossner": read_crossner(crossner, "test")[::15],
            "wnut": read_wnut(wnut / "dev.conll.gz")[::4],
        },
    )
