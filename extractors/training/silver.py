"""Entities without an annotator: titles of passages found in texts, and entity lists matched into theirs."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from extractors.training.mapping import ANY, NAMES, Allowed, mark_span
from extractors.training.readers import Document, Sentence, open_lines

MAX_PASSAGE_LETTERS = 300

MAX_NAME_WORDS = 8

TypedNames = Mapping[tuple[str, ...], str]
"""Label by the words of a name."""

_KINDS: dict[str, str] = {
    "WORK": "film movie song album single novel book series sitcom opera play painting poem soundtrack musical EP",
    "PERSON": "actor actress politician player footballer singer writer director composer musician cricketer painter"
    " poet nobleman lawyer officer king queen son daughter wife bishop producer screenwriter scientist journalist"
    " wrestler",
    "LOC": "city town village river lake county mountain municipality district island suburb country township commune"
    " building",
    "ORG": "company university college school band club team organization organisation party label corporation airline",
    "EVENT": "war battle election tournament championship festival earthquake season",
}
_KIND_OF = {word: label for label, words in _KINDS.items() for word in words.split()}
_IS_A = re.compile(r"\b(?:is|was|are|were) (?:an?|the|one of the|both)\b([^.;:]{0,90})")


def _labels(title: str, text: str) -> tuple[str, ...]:
    """Return the label that "is a …" gives to a passage's subject; all kinds of name when it gives none."""
    said = _IS_A.search(text, 0, 400)
    if re.search(r"\(\s*(?:born|died)\b", text[: len(title) + 60]):
        return ("PERSON",)
    if said:
        clause = re.split(r"\b(?:by|starring|from|in|of|who|which|that|for)\b", said.group(1))[0]
        found = [_KIND_OF[word] for word in re.findall(r"\w+", clause) if word in _KIND_OF]
        if found:
            return (found[-1],)
    return NAMES


def _doc_sentence(doc: Doc) -> tuple[Sentence, dict[int, int], dict[int, int]]:
    """Return a document's words without annotation, and word positions by where they start and end in the text."""
    tokens = [token for token in doc if not token.is_space]
    starts = {token.idx: position for position, token in enumerate(tokens)}
    ends = {token.idx + len(token): position + 1 for position, token in enumerate(tokens)}
    return Sentence(words=[token.text for token in tokens], tags=[ANY] * len(tokens)), starts, ends


def _mark(
    sentence: Sentence, places: tuple[dict[int, int], dict[int, int]], span: tuple[int, int], labels: tuple[str, ...]
) -> bool:
    """Mark a span of characters if it covers whole words that carry no mark yet; return whether it did."""
    start, end = places[0].get(span[0]), places[1].get(span[1])
    if start is None or end is None or any(tags != ANY for tags in sentence.tags[start:end]):
        return False
    mark_span(sentence.tags, start, end, labels)
    return True


def _rows(path: Path) -> Iterator[dict[str, str]]:
    for line in open_lines(path):
        yield json.loads(line)


def _bare(title: str) -> str:
    """Return a title without what tells it from others of its name."""
    return re.sub(r"\s*\([^)]*\)$", "", title)


def typed_names(paths: Iterable[Path], nlp: Language) -> TypedNames:
    """Return the titles of two words and more whose passages say what kind of thing they are about, all alike.

    Parameters
    ----------
    paths
        ``passages.jsonl`` files.
    nlp
        Cuts text into words.
    """
    found: dict[tuple[str, ...], set[str]] = {}
    for row in (row for path in paths for row in _rows(path)):
        title = _bare(row["title"])
        labels = _labels(title, row["text"])
        name = tuple(token.text for token in nlp.make_doc(title))
        if len(labels) == 1 and 1 < len(name) <= MAX_NAME_WORDS and title[:1].isupper():
            found.setdefault(name, set()).add(labels[0])
    return {name: next(iter(labels)) for name, labels in found.items() if len(labels) == 1}


def _mark_typed(sentence: Sentence, names: TypedNames) -> int:
    """Mark the typed names in a sentence, the longest first at each word; return how many."""
    words, marked, position = sentence.words, 0, 0
    while position < len(words):
        longest = min(MAX_NAME_WORDS, len(words) - position) if words[position][:1].isupper() else 0
        for size in range(longest, 1, -1):
            label = names.get(tuple(words[position : position + size]))
            if label and all(tags == ANY for tags in sentence.tags[position : position + size]):
                mark_span(sentence.tags, position, position + size, (label,))
                marked += 1
                position += size - 1
                break
        position += 1
    return marked


def title_mentions(path: Path, nlp: Language, names: TypedNames, *, step: int = 1) -> list[Document]:
    """Return passages in whose text titles occur, their mentions marked and nothing else said.

    Parameters
    ----------
    path
        A ``passages.jsonl`` file.
    nlp
        Cuts text into words.
    names
        Titles of other passages to mark too.
    step
        Every ``step``-th passage is read.
    """
    documents = []
    for number, row in enumerate(_rows(path)):
        text = row["text"][:MAX_PASSAGE_LETTERS]
        if number % step:
            continue
        title = _bare(row["title"])
        sentence, starts, ends = _doc_sentence(nlp(text))
        marked = 0
        if len(title) > 2 and title[0].isupper():
            for match in re.finditer(re.escape(title), text):
                marked += _mark(sentence, (starts, ends), match.span(), _labels(title, text))
        if marked + _mark_typed(sentence, names):
            documents.append([sentence])
    return documents


def listed_entities(
    passages: Path, lists: Path, nlp: Language, names: TypedNames, *, held_out: int = 5
) -> list[Document]:
    """Return passages with the capitalized names of their entity lists marked, but for the held-out ones.

    Parameters
    ----------
    passages
        A ``passages.jsonl`` file.
    lists
        Rows with ``passage_id`` and ``entities``.
    nlp
        Cuts text into words.
    names
        Names of known kind.
    held_out
        Passages at positions divisible by it are kept for measuring.
    """
    entities = {row["passage_id"]: row["entities"] for row in _rows(lists)}
    documents = []
    for number, row in enumerate(_rows(passages)):
        text = row["text"][:MAX_PASSAGE_LETTERS]
        if number % held_out == 0:
            continue
        sentence, starts, ends = _doc_sentence(nlp(text))
        marked = _mark_typed(sentence, names)
        for name in sorted(entities.get(row["passage_id"], ()), key=len, reverse=True):
            if name[:1].isupper() and not any(character.isdigit() for character in name):
                for match in re.finditer(re.escape(name), text):
                    marked += _mark(sentence, (starts, ends), match.span(), NAMES)
        if marked:
            documents.append([sentence])
    return documents


__all__ = ["Allowed", "listed_entities", "title_mentions", "typed_names"]
