"""The names in a question."""

from extractors import lexicon
from extractors.spans import MAX_NAME_CHARACTERS, find_spans
from extractors.words import Words, read_words
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
    ['blue lagoon']
    """
    words = read_words(clean_text(question[:MAX_QUESTION_CHARACTERS]))
    spans = find_spans(words, [0])
    entities = [Entity(words.between(span.start, span.end), span.label) for span in spans]
    if not entities:
        entities = [Entity(phrase, "PHRASE") for phrase in _content_phrases(words)]
    return tuple(dict.fromkeys(entities))


def _content_phrases(words: Words) -> list[str]:
    """Return the stretches between function words, verbatim."""
    phrases = []
    start = 0
    for i in range(len(words) + 1):
        word = words.words[i] if i < len(words) else "?"
        if not word[0].isalnum() or word.lower() in lexicon.FUNCTION_WORDS:
            phrases.append(words.between(start, i))
            start = i + 1
    return [phrase for phrase in phrases if 0 < len(phrase) <= MAX_NAME_CHARACTERS]
