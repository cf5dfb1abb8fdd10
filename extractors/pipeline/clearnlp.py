"""Trees in the labels of spaCy's English pipelines (ClearNLP's), rewritten as Universal Dependencies.

Prepositions become marks of their objects, and what a copula links becomes the head of its clause; the rest is a change
of labels. Reference: de Marneffe et al., "Universal Dependencies", Computational Linguistics 47(2), 2021, section 2.
"""

from typing import cast

import numpy as np
from spacy.attrs import DEP, HEAD
from spacy.language import Language
from spacy.tokens import Doc
from thinc.types import Ints2d

COMPONENT = "multihop_universal_dependencies"
"""Name of the component that rewrites trees."""

TELLING = frozenset({"dobj", "pobj"})
"""Labels that only ClearNLP has."""

_LABELS = {
    "ROOT": "root",
    "dobj": "obj",
    "dative": "iobj",
    "nsubjpass": "nsubj:pass",
    "csubjpass": "csubj:pass",
    "auxpass": "aux:pass",
    "poss": "nmod:poss",
    "relcl": "acl:relcl",
    "prt": "compound:prt",
    "neg": "advmod",
    "nn": "compound",
    "npadvmod": "obl:unmarked",
    "quantmod": "advmod",
    "predet": "det:predet",
    "preconj": "cc:preconj",
    "intj": "discourse",
    "meta": "parataxis",
    "oprd": "xcomp",
    "attr": "xcomp",
    "acomp": "xcomp",
    "pobj": "obl",
    "pcomp": "advcl",
    "prep": "advmod",
    "agent": "advmod",
}
_COPULAS = frozenset({"be", "is", "was", "are", "were"})
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM"})


@Language.component(COMPONENT)
def rewrite(doc: Doc) -> Doc:
    """Rewrite a document's trees in place and return it; trees that have no label of ClearNLP's stay."""
    labels = [token.dep_ for token in doc]
    if TELLING.isdisjoint(labels):
        return doc
    heads = [token.head.i for token in doc]
    tags = [token.pos_ for token in doc]
    _raise_objects(heads, labels, tags)
    _raise_predicates(heads, labels, [token.lemma_.lower() or token.lower_ for token in doc])
    offsets = np.array([head - i for i, head in enumerate(heads)], np.int64).astype(np.uint64)
    names = np.array([doc.vocab.strings.add(_LABELS.get(label, label)) for label in labels], np.uint64)
    doc.from_array([HEAD, DEP], cast(Ints2d, np.stack((offsets, names), axis=1)))
    return doc


def _raise_objects(heads: list[int], labels: list[str], tags: list[str]) -> None:
    """Hang the object of a preposition on what the preposition hangs on, and the preposition on its object."""
    children = _children(heads)
    for word, label in enumerate(list(labels)):
        preposition = heads[word]
        if label not in {"pobj", "pcomp"} or labels[preposition] not in {"prep", "agent", "dative"}:
            continue
        above = heads[preposition]
        if label == "pobj":
            labels[word] = "nmod" if tags[above] in _NOMINAL else "obl"
            labels[word] = "obl:agent" if labels[preposition] == "agent" else labels[word]
        labels[preposition] = "case" if label == "pobj" else "mark"
        for sibling in children[preposition]:
            heads[sibling] = word
        heads[word], heads[preposition] = above, word


def _raise_predicates(heads: list[int], labels: list[str], lemmas: list[str]) -> None:
    """Make what a copula links the head of its clause."""
    children = _children(heads)
    for word, label in enumerate(list(labels)):
        verb = heads[word]
        if label not in {"attr", "acomp"} or lemmas[verb] not in _COPULAS or labels[verb] == "cop":
            continue
        labels[word], labels[verb] = labels[verb], "cop"
        above = heads[verb]
        for sibling in children[verb]:
            heads[sibling] = word
        heads[word] = word if above == verb else above
        heads[verb] = word


def _children(heads: list[int]) -> list[list[int]]:
    children: list[list[int]] = [[] for _ in heads]
    for word, head in enumerate(heads):
        if head != word:
            children[head].append(word)
    return children
