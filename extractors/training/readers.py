"""The annotated corpora, read into one form."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from extractors.training.mapping import ANY, Allowed, crossner_tags, uner_tags, wikigold_tags, wnut_tags
from graphrag.errors import InputError


@dataclass(slots=True)
class Sentence:
    """Words with whatever annotation their corpus has.

    Parameters
    ----------
    words
        As the corpus writes them.
    upos, xpos, lemmas, relations
        One string per word; empty when the corpus has no syntax.
    heads
        Position of each word's head, counted from 1; 0 for the root; empty when the corpus has no syntax.
    tags
        Per word the entity tags that the annotation allows; all tags where it says nothing.
    """

    words: list[str]
    upos: list[str] = field(default_factory=list)
    xpos: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    tags: list[Allowed] = field(default_factory=list)


Document = list[Sentence]
"""Sentences that follow one another."""


def open_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, gzipped or not, without their ends.

    Raises
    ------
    InputError
        If there is no such file.
    """
    if not path.is_file():
        raise InputError(f"Expected the corpus file {path} (not found)")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield runs of lines between empty lines."""
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def read_conllu(path: Path) -> list[Document]:
    """Return the documents of a CoNLL-U file; multiword lines and empty nodes are left out."""
    documents: list[Document] = []
    for block in _blocks(open_lines(path)):
        if not documents or any(line.startswith("# newdoc") for line in block):
            documents.append([])
        rows = [line.split("\t") for line in block if not line.startswith("#")]
        rows = [row for row in rows if row[0].isdigit()]
        sentence = Sentence(
            words=[row[1] for row in rows],
            lemmas=[row[2] for row in rows],
            upos=[row[3] for row in rows],
            xpos=[row[4] for row in rows],
            heads=[int(row[6]) for row in rows],
            relations=[row[7] for row in rows],
            tags=[ANY] * len(rows),
        )
        documents[-1].append(sentence)
    return documents


def read_uner(path: Path) -> dict[str, list[str]]:
    """Return the tags of Universal NER by the sentence's words, joined by spaces."""
    found = {}
    for block in _blocks(open_lines(path)):
        rows = [line.split("\t") for line in block if not line.startswith("#")]
        found[" ".join(row[1] for row in rows)] = [row[2] for row in rows]
    return found


def add_uner(documents: list[Document], tags_of: dict[str, list[str]]) -> int:
    """Set the entity tags of sentences that Universal NER knows; return how many words got none."""
    missing = 0
    for sentence in (sentence for document in documents for sentence in document):
        raw = tags_of.get(" ".join(sentence.words))
        if raw is None:
            missing += len(sentence.words)
        else:
            sentence.tags = uner_tags(raw, sentence.words, sentence.upos)
    return missing


def read_wikigold(path: Path) -> list[Document]:
    """Return the documents of Wikigold."""
    documents: list[Document] = [[]]
    for block in _blocks(open_lines(path)):
        if block[0].startswith("-DOCSTART-"):
            documents.append([])
        rows = [line.rsplit(" ", 1) for line in block if not line.startswith("-DOCSTART-")]
        if rows:
            words = [row[0] for row in rows]
            documents[-1].append(Sentence(words=words, tags=wikigold_tags([row[1] for row in rows], words)))
    return [document for document in documents if document]


def read_wnut(path: Path) -> list[Document]:
    """Return the sentences of WNUT17, each as a document of its own."""
    documents = []
    for block in _blocks(open_lines(path)):
        rows = [line.split("\t") for line in block]
        words = [row[0] for row in rows]
        documents.append([Sentence(words=words, tags=wnut_tags([row[1] for row in rows], words))])
    return documents


def read_crossner(folder: Path, split: str) -> list[Document]:
    """Return the sentences of one split of CrossNER's five domains, each as a document of its own."""
    documents = []
    for domain in sorted(path for path in folder.iterdir() if path.is_dir()):
        for row in json.loads("\n".join(open_lines(domain / f"{split}.json.gz"))):
            words, starts = _whitespace_words(row["sentence"])
            spans = [(*entity["pos"], entity["type"]) for entity in row["entities"]]
            documents.append([Sentence(words=words, tags=crossner_tags(words, starts, spans))])
    return documents


def _whitespace_words(text: str) -> tuple[list[str], list[int]]:
    """Return the words between white space and where they start."""
    matches = list(re.finditer(r"\S+", text))
    return [match.group() for match in matches], [match.start() for match in matches]
