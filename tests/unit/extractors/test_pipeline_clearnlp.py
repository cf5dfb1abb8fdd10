"""ClearNLP's trees, written by hand as spaCy's English pipelines would, against Universal Dependencies."""

import pytest
import spacy
from spacy.tokens import Doc

from extractors.pipeline.clearnlp import rewrite

VOCAB = spacy.blank("en").vocab


def parsed(*rows: tuple[str, str, str, int]) -> Doc:
    words, tags, labels, heads = zip(*rows, strict=True)
    return Doc(VOCAB, words=list(words), pos=list(tags), deps=list(labels), heads=list(heads), lemmas=list(words))


def tree(doc: Doc) -> list[tuple[str, str, str]]:
    return [(token.text, token.dep_, token.head.text) for token in rewrite(doc)]


def test_prepositions_become_marks_of_their_objects() -> None:
    doc = parsed(
        ("Ada", "PROPN", "nsubjpass", 2),
        ("was", "AUX", "auxpass", 2),
        ("praised", "VERB", "ROOT", 2),
        ("by", "ADP", "agent", 2),
        ("friends", "NOUN", "pobj", 3),
        ("of", "ADP", "prep", 4),
        ("Tom", "PROPN", "pobj", 5),
    )
    assert tree(doc) == [
        ("Ada", "nsubj:pass", "praised"),
        ("was", "aux:pass", "praised"),
        ("praised", "root", "praised"),
        ("by", "case", "friends"),
        ("friends", "obl:agent", "praised"),
        ("of", "case", "Tom"),
        ("Tom", "nmod", "friends"),
    ]


def test_what_a_copula_links_is_the_head() -> None:
    doc = parsed(
        ("Ada", "PROPN", "nsubj", 1),
        ("was", "AUX", "ROOT", 1),
        ("director", "NOUN", "attr", 1),
        ("of", "ADP", "prep", 2),
        ("Kodak", "PROPN", "pobj", 3),
        (".", "PUNCT", "punct", 1),
    )
    assert tree(doc) == [
        ("Ada", "nsubj", "director"),
        ("was", "cop", "director"),
        ("director", "root", "director"),
        ("of", "case", "Kodak"),
        ("Kodak", "nmod", "director"),
        (".", "punct", "director"),
    ]


def test_other_trees_stay() -> None:
    doc = parsed(("Ada", "PROPN", "nsubj", 1), ("sang", "VERB", "root", 1), ("songs", "NOUN", "obj", 1))
    assert tree(doc) == [("Ada", "nsubj", "sang"), ("sang", "root", "sang"), ("songs", "obj", "sang")]


@pytest.mark.parametrize("size", [1, 400])
def test_any_tree_stays_a_tree(size: int) -> None:
    labels = ["ROOT", *(("prep", "pobj", "attr", "pcomp", "agent", "acomp")[i % 6] for i in range(size - 1))]
    rows = [("be", "NOUN", label, max(0, i - 1)) for i, label in enumerate(labels)]
    doc = rewrite(parsed(*rows))
    for token in doc:
        above = {token, *token.ancestors}
        assert doc[token.i].sent.root in above
