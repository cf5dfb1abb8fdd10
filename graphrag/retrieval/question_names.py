"""The entities that a question names, found by the graph's own names."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.text import normalize_phrase, word_spans

MAX_NAME_WORDS = 12
"""Longer names are not looked for."""

MAX_QUESTION_WORDS = 300
"""Of a longer question the rest is not searched for names."""


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A word of a question.

    Parameters
    ----------
    key
        Normalised.
    is_capital
        It begins with an upper-case letter or a digit, or its script has no case.
    """

    key: str
    is_capital: bool


@dataclass(frozen=True, slots=True)
class QuestionName:
    """A name in a question.

    Parameters
    ----------
    start, end
        Its words are ``words[start:end]``.
    entity
        Position in the graph.
    capital_share
        How many of its words have a capital, in [0, 1].
    is_topic
        A passage is about the entity.
    """

    start: int
    end: int
    entity: int
    capital_share: float
    is_topic: bool


def question_words(question: str) -> list[QuestionWord]:
    """Return the words of a question.

    Examples
    --------
    >>> [word.key for word in question_words("Who wrote Émile's notes?")]
    ['who', 'wrote', 'émile', 's', 'notes']
    """
    spans = word_spans(question)[:MAX_QUESTION_WORDS]
    return [QuestionWord(normalize_phrase(question[s:e]), not question[s].islower()) for s, e in spans]


class QuestionNames:
    """Finds the names in questions: what passages are about first, then other entities in what is left.

    The longest name counts at each word. A single word must have a capital and, for a topic, not begin the question;
    other entities need a capital in any case, but a topic of several words is found in any.

    Parameters
    ----------
    graph
        Whose names they are.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._find = graph.entity_keys.find
        self._num_passages_about = graph.num_passages_about

    def find(self, words: list[QuestionWord]) -> list[QuestionName]:
        """Return the names of topics, then those of other entities, both from left to right."""
        topics = list(self._names(words, range(len(words)), topics=True))
        taken = {position for name in topics for position in range(name.start, name.end)}
        left = [position for position in range(len(words)) if position not in taken]
        return topics + list(self._names(words, left, topics=False))

    def _names(self, words: list[QuestionWord], places: "range | list[int]", *, topics: bool) -> Iterator[QuestionName]:
        allowed = set(places)
        start = 0
        while start < len(words):
            name = self._longest(words, start, allowed, topics=topics)
            if name is not None:
                yield name
            start = name.end if name is not None else start + 1

    def _longest(
        self, words: list[QuestionWord], start: int, allowed: set[int], *, topics: bool
    ) -> QuestionName | None:
        end = start
        while end < min(len(words), start + MAX_NAME_WORDS) and end in allowed:
            end += 1
        for stop in range(end, start, -1):
            span = words[start:stop]
            if not _may_be_name(span, start, topics=topics):
                continue
            entity = self._find(" ".join(word.key for word in span))
            if entity is not None and bool(self._num_passages_about[entity]) == topics:
                capitals = sum(word.is_capital for word in span)
                return QuestionName(start, stop, entity, capitals / len(span), topics)
        return None


def _may_be_name(span: list[QuestionWord], start: int, *, topics: bool) -> bool:
    if len(span) == 1:
        return span[0].is_capital and start > 0 and len(span[0].key) > 1
    return topics or any(word.is_capital for word in span)
