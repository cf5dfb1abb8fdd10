"""Parsed texts written by hand."""

from collections.abc import Callable, Sequence

import pytest
import spacy
from spacy.tokens import Doc, Span

Parse = Callable[..., Doc]


@pytest.fixture
def parse() -> Parse:
    """Return a function that makes a ``Doc`` of lines ``word UPOS head relation [tag]``; heads count from 1, 0 is root.

    A line of ``--`` begins a sentence, heads count from 1 in each; entities are ``(first, end, label)`` in words.
    """
    vocab = spacy.blank("en").vocab

    def make(table: str, entities: Sequence[tuple[int, int, str]] = ()) -> Doc:
        words, tags, heads, relations, fine, starts = [], [], [], [], [], []
        for sentence in table.strip().split("--\n"):
            offset = len(words)
            for number, line in enumerate(sentence.strip().splitlines()):
                word, tag, head, relation, *rest = line.split()
                words.append(word)
                tags.append(tag)
                heads.append(offset + (int(head) - 1 if int(head) else number))
                relations.append("ROOT" if relation == "ROOT" else relation)
                fine.append(rest[0] if rest else "NN")
                starts.append(number == 0)
        doc = Doc(vocab, words=words, pos=tags, tags=fine, heads=heads, deps=relations)
        doc.set_ents([Span(doc, first, end, label=label) for first, end, label in entities])
        return doc

    return make
