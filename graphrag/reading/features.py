"""What speaks for a candidate: the text and sentence it stands in, the words around it, and its kind."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
_MARK = re.compile(r"[(,]")
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
_NAME_WORD = re.compile(r"[^\W\d_a-z][\w'’.-]*")
_MAX_NAME_WORDS = 4
_POSSESSIVE = re.compile(r"['’]s$")
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
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_spans, question, asking, texts, network) if network else None
        # Meanwhile, all that needs no network.
        own_of = [candidates(texts[one.text].text, one.start, one.end) for one in sentences]
        links = _links(texts)
        per_text = _text_features(question, asking, texts, links)
        per_sentence = _sentence_features(question, asking, texts, sentences)
        views = reading.result() if reading is not None else []
    found: list[tuple[int, _Sentence, Candidate]] = []
    for at, (sentence, own) in enumerate(zip(sentences, own_of, strict=True)):
        text = texts[sentence.text]
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
    parts = (
        per_text[np.array([sentence.text for _, sentence, _ in found], np.intp)],
        per_sentence[np.array([at for at, _, _ in found], np.intp)],
        _Context(question, asking, texts).features([(sentence, one) for _, sentence, one in found]),
        span_features(views, [(sentence.text, one.start, one.end) for _, sentence, one in found]),
    )
    features = np.concatenate(parts, axis=1)
    answers = [_wording(asking, one) for _, _, one in found]
    items = [(s.text, at, one) for at, s, one in found]
    named = {index for _, _, index in asking.named}
    steps = [(source, target) for source in sorted(named) for target in range(len(texts)) if links[source, target]]
    return Scene(asking, items, answers, features, steps, max((view.answerable for view in views), default=0.0))


def answer_of(seen: Scene, index: int) -> str:
    """Return what a candidate reads; a person called by the last name alone, by the whole name of another mention.

    "Hall" is answered as "G. Stanley Hall" where its own text calls him so elsewhere.
    """
    answer, (text, _, chosen) = seen.answers[index], seen.items[index]
    if seen.asking.kind != "person" or not _NAME_WORD.fullmatch(answer) or answer.isupper():
        return answer
    others = (
        one.text
        for own, _, one in seen.items
        if own == text and one.kind == CLASSES.index("name") and not one.start <= chosen.start < one.end
    )
    names = (_POSSESSIVE.sub("", other) for other in others)
    return max((name for name in names if _names_in_full(name, answer)), key=len, default=answer)


def _names_in_full(name: str, last: str) -> bool:
    words = name.split()
    return words[-1] == last and 1 < len(words) <= _MAX_NAME_WORDS and all(map(_NAME_WORD.fullmatch, words))


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


# What a candidate has of its own: what it is, what stands around it, and its class, apart and by what is asked for.
_NUM_PLAIN = 15
_NUM_AROUND = 10 + len(_BEFORE) + 2 * len(_NAMES)
_NUM_CLASSES = len(CLASSES) + 1
_CROSS = _NUM_PLAIN + _NUM_AROUND
_KINDS = _CROSS + len(KINDS) * _NUM_CLASSES
_CLASSES = _KINDS + len(KINDS)
_NUM_OWN = _CLASSES + _NUM_CLASSES


class _Words:
    """The words of a text, found once for all windows around its candidates."""

    def __init__(self, text: str) -> None:
        self._text = text
        matches = list(_WORD.finditer(text))
        self._starts = [match.start() for match in matches]
        self._ends = [match.end() for match in matches]
        self._stems = [stems(match[0]) for match in matches]

    def within(self, low: int, high: int) -> tuple[set[str], str]:
        """Return the stems of what stands between two places, words cut there, and the last word or else mark."""
        first, stop = bisect_right(self._ends, low), bisect_left(self._starts, high)
        if first >= stop or low >= high:
            mark = _MARK.search(self._text, low, max(low, high))
            return set(), mark[0] if mark else ""
        found = set().union(*self._stems[first + 1 : stop - 1])
        for place in {first, stop - 1}:
            start, end = max(self._starts[place], low), min(self._ends[place], high)
            found |= stems(self._text[start:end])
        return found, self._text[max(self._starts[stop - 1], low) : min(self._ends[stop - 1], high)].lower()


class _Context:
    """Features of single candidates."""

    def __init__(self, question: str, asking: Asking, texts: Sequence[Text]) -> None:
        self._asking, self._texts = asking, texts
        self._question = f" {normalize_phrase(question)} "
        self._asked = stems(question)
        self._focus = stems(asking.focus)
        self._titles = [normalize_phrase(bare_title(text.title)) for text in texts]
        self._title_words = [set(title.split()) for title in self._titles]
        self._words = [_Words(text.text) for text in texts]
        self._named = {index for _, _, index in asking.named}
        self._roles = {
            i
            for name in asking.attributes
            if name in {"father", "mother", "spouse", "child", "sibling", "director", "composer", "performer", "author"}
            for index in {*self._named, *({asking.target} - {None})}
            if index is not None and (i := linked_text(texts, index, name)) is not None
        }
        self._kind = KINDS.index(asking.kind)

    def features(self, found: Sequence[tuple[_Sentence, Candidate]]) -> FloatMatrix:
        """Return a row for each candidate, given with its sentence."""
        rows = np.zeros((len(found), _NUM_OWN), np.float32)
        rows[:, _KINDS + self._kind] = 1
        keys = [normalize_phrase(one.text) for _, one in found]
        counts = Counter(keys)
        for row, key, (sentence, one) in zip(rows, keys, found, strict=True):
            row[:_NUM_PLAIN] = self._plain(sentence, one, key, counts[key])
            if one.start >= 0:
                self._around(row[_NUM_PLAIN:_CROSS], sentence, one)
            own_class = one.kind if one.start >= 0 else _NUM_CLASSES - 1
            row[_CROSS + self._kind * _NUM_CLASSES + own_class] = 1
            row[_CLASSES + own_class] = 1
        return rows

    def _plain(self, sentence: _Sentence, one: Candidate, key: str, count: int) -> tuple[float, ...]:
        words = key.split()
        title = self._titles.index(key) if key in self._titles else -1
        return (
            f" {key} " in self._question,
            sum(f" {word} " in self._question for word in words) / max(len(words), 1),
            key == self._titles[sentence.text],
            not self._title_words[sentence.text].isdisjoint(words),
            title >= 0 and title != sentence.text,
            title in self._named,
            title in self._roles,
            title == self._asking.target,
            min(count, 5) / 5,
            min(len(words), 8) / 8,
            len(words) in (2, 3) and one.kind == 0,
            bool(_ORG.search(one.text)),
            bool(country_of(one.text)),
            "," in one.text,
            not self._focus.isdisjoint(stems(one.text)),
        )

    def _around(self, row: FloatMatrix, sentence: _Sentence, one: Candidate) -> None:
        """Write what stands before and after a candidate into its part of a row."""
        text, words = self._texts[sentence.text].text, self._words[sentence.text]
        low, high = max(sentence.start, one.start - _WINDOW), min(sentence.end, one.end + _WINDOW)
        left, last = words.within(low, one.start)
        right, _ = words.within(one.end, high)
        before, after = text[low : one.start], text[one.end : high]
        row[0] = len(left & self._asked) / (1 + len(self._asked))
        row[1] = len(right & self._asked) / (1 + len(self._asked))
        row[2] = (one.start - sentence.start) / max(sentence.end - sentence.start, 1)
        row[3] = before.count("(") > before.count(")")
        row[4] = not self._focus.isdisjoint(right)
        row[5] = not self._focus.isdisjoint(left)
        if last in _BEFORE:
            row[6 + _BEFORE.index(last)] = 1
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
