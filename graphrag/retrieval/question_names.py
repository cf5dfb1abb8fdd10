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
        self._keys = graph.entity_keys
        self._num_passages_about = graph.num_passages_about

    def find(self, words: list[QuestionWord]) -> list[QuestionName]:
        """Return the names of topics, then those of other entities, both from left to right."""
        keys = [word.key for word in words]
        known = [self._keys.find_beginnings(keys[start : start + MAX_NAME_WORDS]) for start in range(len(keys))]
        taken: set[int] = set()
        topics = list(self._names(words, known, taken, topics=True))
        taken.update(position for name in topics for position in range(name.start, name.end))
        return topics + list(self._names(words, known, taken, topics=False))

    def _names(
        self, words: list[QuestionWord], known: list[list[tuple[int, int]]], taken: set[int], *, topics: bool
    ) -> Iterator[QuestionName]:
        start = 0
        while start < len(words):
            name = self._longest(words, start, known[start], taken, topics=topics)
            if name is not None:
                yield name
            start = name.end if name is not None else start + 1

    def _longest(
        self, words: list[QuestionWord], start: int, known: list[tuple[int, int]], taken: set[int], *, topics: bool
    ) -> QuestionName | None:
        for num_words, entity in reversed(known):
            span = words[start : start + num_words]
            if (
                bool(self._num_passages_about[entity]) == topics
                and _may_be_name(span, start, topics=topics)
                and taken.isdisjoint(range(start, start + num_words))
            ):
                capitals = sum(word.is_capital for word in span)
                return QuestionName(start, start + num_words, entity, capitals / num_words, topics)
        return None


def _may_be_name(span: list[QuestionWord], start: int, *, topics: bool) -> bool:
    if len(span) == 1:
        return span[0].is_capital and start > 0 and len(span[0].key) > 1
    return topics or any(word.is_capital for word in span)
