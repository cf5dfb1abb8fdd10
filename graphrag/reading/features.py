"""What speaks for a candidate: the text and sentence it stands in, the words around it, and its kind."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graphrag.protocols import FloatMatrix
from graphrag.reading.asking import ATTRIBUTES, CUES, KINDS, Asking, parse_question
from graphrag.reading.candidates import CLASSES, Candidate, candidates
from graphrag.reading.links import Text, linked_text, occurrences
from graphrag.reading.nations import country_of
from graphrag.reading.spans import SpanNetwork
from graphrag.reading.views import read_spans, span_features
from graphrag.text import bare_title, normalize_phrase, split_sentences

MAX_TEXTS = 5
MAX_SENTENCES = 60
_NAMES = list(ATTRIBUTES)
_WORD = re.compile(r"\w+")
_WINDOW = 45
_MAX_CACHED = 4096
_BEFORE = (
    "in",
    "at",
    "from",
    "by",
    "of",
    "as",
    "born",
    "a",
    "the",
    "(",
    ",",
    "and",
    "was",
    "is",
    "to",
    "with",
    "named",
)
_COMMON = frozenset(
    "the a an of in on at by for with from to and or is are was were be been do does did has have had what which who "
    "whom whose when where how that this it its his her their as".split()
)
_ORG = re.compile(r"\b(?:University|College|School|Institute|Academy|Company|Club|Band|Party|Association|Records?)\b")


@dataclass(frozen=True, slots=True)
class Scene:
    """A question with the candidates of its texts.

    Parameters
    ----------
    asking
        What is asked for.
    items
        Text, sentence and candidate, each.
    answers
        The wording that a candidate would be as an answer.
    features
        Shape (candidates, features).
    links
        Pairs of texts: the question names the first, which names the second.
    answerable
        The network's highest logit of "span" less that of "none"; 0 without a network.
    """

    asking: Asking
    items: list[tuple[int, int, Candidate]]
    answers: list[str]
    features: FloatMatrix
    links: list[tuple[int, int]]
    answerable: float


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: int
    number: int
    start: int
    end: int


@lru_cache(_MAX_CACHED)
def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words that carry meaning.

    Examples
    --------
    >>> sorted(stems("Who directed the film?"))
    ['direc', 'film']
    """
    return frozenset(word[:5] for word in _WORD.findall(text.lower()) if word not in _COMMON)


def scene(question: str, texts: Sequence[Text], network: SpanNetwork | None = None) -> Scene:
    """Return the candidates of the first `MAX_TEXTS` texts with their features.

    Without a network the features that it gives are zero.
    """
    texts = list(texts[:MAX_TEXTS])
    asking = parse_question(question, texts)
    sentences = [
        _Sentence(i, number, start, end)
        for i, text in enumerate(texts)
        for number, (start, end) in enumerate(split_sentences(text.text))
    ]
    sentences = sorted(sentences, key=lambda one: (one.number, one.text))[:MAX_SENTENCES]
    views = read_spans(question, asking, texts, network) if network else []
    found: list[tuple[int, _Sentence, Candidate]] = []
    for at, sentence in enumerate(sentences):
        text = texts[sentence.text]
        own = candidates(text.text, sentence.start, sentence.end)
        found.extend((at, sentence, one) for one in own)
        known = {(one.start, one.end) for one in own}
        proposed = {p for view in views if view.text == sentence.text for p in view.proposals}
        found.extend(
            (at, sentence, Candidate(start, end, text.text[start:end], CLASSES.index("span")))
            for start, end in sorted(proposed - known)
            if sentence.start <= start < sentence.end
        )
        if sentence.number == 0 and text.title:
            found.append((at, sentence, Candidate(-1, -1, bare_title(text.title), CLASSES.index("name"))))
    links = _links(texts)
    per_text = _text_features(question, asking, texts, links)
    per_sentence = _sentence_features(question, asking, texts, sentences)
    context = _Context(question, asking, texts, Counter(normalize_phrase(one.text) for _, _, one in found))
    of_spans = span_features(views, [(s.text, one.start, one.end) for _, s, one in found])
    rows = [
        np.concatenate((per_text[s.text], per_sentence[at], context.features(s, one), spans))
        for (at, s, one), spans in zip(found, of_spans, strict=True)
    ]
    features = np.array(rows, np.float32) if rows else np.zeros((0, 1), np.float32)
    answers = [_wording(asking, one) for _, _, one in found]
    items = [(s.text, at, one) for at, s, one in found]
    named = {index for _, _, index in asking.named}
    steps = [(source, target) for source in sorted(named) for target in range(len(texts)) if links[source, target]]
    return Scene(asking, items, answers, features, steps, max((view.answerable for view in views), default=0.0))


def _wording(asking: Asking, one: Candidate) -> str:
    if asking.kind == "nation" and "nationality" in asking.attributes and "country" in asking.focus.lower():
        return country_of(one.text) or one.text
    return one.text


def _links(texts: Sequence[Text]) -> NDArray[np.bool_]:
    """Return which text names the title of which other."""
    links = np.zeros((len(texts), len(texts)), bool)
    for i, text in enumerate(texts):
        for j, other in enumerate(texts):
            links[i, j] = i != j and bool(other.title) and bool(occurrences(text.text, bare_title(other.title)))
    return links


def _text_features(question: str, asking: Asking, texts: Sequence[Text], links: NDArray[np.bool_]) -> FloatMatrix:
    named = {index for _, _, index in asking.named}
    rows = np.zeros((len(texts), 10), np.float32)
    asked = stems(question)
    for i, text in enumerate(texts):
        from_named = any(links[n, i] for n in named)
        rows[i] = (
            i / MAX_TEXTS,
            i == 0,
            i in named,
            from_named and i not in named,
            any(links[i, n] for n in named),
            asking.target is not None,
            asking.target == i,
            bool(links[:, i].any()),
            len(asked & stems(text.text + " " + text.title)) / (1 + len(asked)),
            len(named) / MAX_TEXTS,
        )
    return rows


def _sentence_features(
    question: str, asking: Asking, texts: Sequence[Text], sentences: Sequence[_Sentence]
) -> FloatMatrix:
    asked = stems(question)
    rows = np.zeros((len(sentences), 5), np.float32)
    for row, s in enumerate(sentences):
        text = texts[s.text].text[s.start : s.end]
        overlap = len(asked & stems(text)) / (1 + len(asked))
        cued = any(CUES[name].search(text) for name in asking.attributes)
        others = {index for _, _, index in asking.named if index != s.text}
        names = sum(bool(occurrences(text, bare_title(texts[index].title))) for index in others)
        rows[row] = (s.number == 0, min(s.number, 8) / 8, overlap, cued, min(names, 2))
    return rows


class _Context:
    """Features of single candidates."""

    def __init__(self, question: str, asking: Asking, texts: Sequence[Text], counts: Counter[str]) -> None:
        self._asking, self._texts, self._counts = asking, texts, counts
        self._question = f" {normalize_phrase(question)} "
        self._asked = stems(question)
        self._focus = stems(asking.focus)
        self._titles = [normalize_phrase(bare_title(text.title)) for text in texts]
        self._named = {index for _, _, index in asking.named}
        self._roles = {
            i
            for name in asking.attributes
            if name in {"father", "mother", "spouse", "child", "sibling", "director", "composer", "performer", "author"}
            for index in {*self._named, *({asking.target} - {None})}
            if index is not None and (i := linked_text(texts, index, name)) is not None
        }
        self._kind = KINDS.index(asking.kind)
        self._kinds = np.eye(len(KINDS), dtype=np.float32)[self._kind]
        self._attributes = np.array([name in asking.attributes for name in _NAMES], np.float32)

    def features(self, sentence: _Sentence, one: Candidate) -> FloatMatrix:
        key = normalize_phrase(one.text)
        words = key.split()
        asked = sum(f" {word} " in self._question for word in words) / max(len(words), 1)
        title = self._titles.index(key) if key in self._titles else -1
        own = self._titles[sentence.text]
        classes = np.zeros(len(CLASSES) + 1, np.float32)
        classes[one.kind if one.start >= 0 else -1] = 1
        plain = [
            f" {key} " in self._question,
            asked,
            key == own,
            bool(set(words) & set(own.split())),
            title >= 0 and title != sentence.text,
            title in self._named,
            title in self._roles,
            title == self._asking.target,
            min(self._counts[key], 5) / 5,
            min(len(words), 8) / 8,
            len(words) in (2, 3) and one.kind == 0,
            bool(_ORG.search(one.text)),
            bool(country_of(one.text)),
            "," in one.text,
            bool(self._focus & stems(one.text)),
        ]
        around = self._around(sentence, one)
        cross = np.zeros((len(KINDS), len(classes)), np.float32)
        cross[self._kind] = classes
        return np.concatenate((plain, around, cross.ravel(), self._kinds, classes)).astype(np.float32)

    def _around(self, sentence: _Sentence, one: Candidate) -> FloatMatrix:
        row = np.zeros(10 + len(_BEFORE) + 2 * len(_NAMES), np.float32)
        if one.start < 0:
            return row
        text = self._texts[sentence.text].text
        before = text[max(sentence.start, one.start - _WINDOW) : one.start]
        after = text[one.end : min(sentence.end, one.end + _WINDOW)]
        left, right = stems(before), stems(after)
        row[0] = len(left & self._asked) / (1 + len(self._asked))
        row[1] = len(right & self._asked) / (1 + len(self._asked))
        row[2] = (one.start - sentence.start) / max(sentence.end - sentence.start, 1)
        row[3] = before.count("(") > before.count(")")
        row[4] = bool(self._focus & right)
        row[5] = bool(self._focus & left)
        last = re.search(r"(\w+|[(,])\W*$", before)
        word = last[1].lower() if last else ""
        if word in _BEFORE:
            row[6 + _BEFORE.index(word)] = 1
        at = 10 + len(_BEFORE)
        for name in self._asking.attributes:
            position = _NAMES.index(name)
            ends = [match.end() for match in CUES[name].finditer(before)]
            if ends:
                row[at + position] = near = 1 - (len(before) - ends[-1]) / _WINDOW
                row[7 + len(_BEFORE)] = max(row[7 + len(_BEFORE)], near)
            starts = CUES[name].search(after)
            if starts:
                row[at + len(_NAMES) + position] = near = 1 - starts.start() / _WINDOW
                row[8 + len(_BEFORE)] = max(row[8 + len(_BEFORE)], near)
        return row
