"""The names in a question."""

from extractors import lexicon
from extractors.spans import find_spans
from extractors.words import read_words
from graphrag.text import clean_text
from graphrag.types import Entity

MAX_QUESTION_CHARACTERS = 5_000
"""What a longer question says beyond is not searched for names."""


def question_entities(question: str) -> tuple[Entity, ...]:
    """Return the names, titles, dates and numbers of a question, verbatim; its content words where it has none.

    Examples
    --------
    >>> [entity.text for entity in question_entities("When did Lothair Ii's mother die?")]
    ['Lothair Ii']
    >>> [entity.text for entity in question_entities("who directed the blue lagoon?")]
    ['directed', 'blue lagoon']
    """
    words = read_words(clean_text(question[:MAX_QUESTION_CHARACTERS]))
    spans = find_spans(words, [0])
    entities = [Entity(words.between(span.start, span.end), span.label) for span in spans]
    if not entities:
        entities = [Entity(phrase, "PHRASE") for phrase in _content_phrases(words.words)]
    return tuple(dict.fromkeys(entities))


def _content_phrases(words: list[str]) -> list[str]:
    phrases: list[list[str]] = [[]]
    for word in words:
        if word[0].isalnum() and word.lower() not in lexicon.FUNCTION_WORDS:
            phrases[-1].append(word)
        elif phrases[-1]:
            phrases.append([])
    return [" ".join(phrase) for phrase in phrases if phrase]
