"""The entities that a question names, by a language model."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from graphrag.errors import ExtractionError
from graphrag.llm.asking import Form, ask
from graphrag.llm.cache import ReplyCache
from graphrag.llm.prompts import read_prompt
from graphrag.llm.replies import clean_phrase, read_object
from graphrag.protocols import LanguageModel, TripleExtractor
from graphrag.types import Entity, Extraction, Passage

MAX_ENTITIES = 12
"""At most so many are taken from a question."""

_MAX_QUESTION_CHARACTERS = 5_000
_MAX_NAME_CHARACTERS = 160
_PROMPT = read_prompt(Path(__file__).parent / "prompts" / "question_v1.txt")
_NAME = {"type": "string", "minLength": 1, "maxLength": _MAX_NAME_CHARACTERS}
_SCHEMA = {
    "type": "object",
    "properties": {"entities": {"type": "array", "maxItems": MAX_ENTITIES, "items": _NAME}},
    "required": ["entities"],
    "additionalProperties": False,
}


class LLMQuestionEntities:
    """Names the entities of questions, as HippoRAG's query step does; one call a question.

    Parameters
    ----------
    model
        Whom to ask.
    cache
        Replies of earlier runs.

    References
    ----------
    Gutiérrez et al., "HippoRAG", arXiv 2405.14831, section 2.3.
    """

    def __init__(self, model: LanguageModel, *, cache: ReplyCache | None = None) -> None:
        self._model = model
        self._cache = cache
        # A retriever and the search for paths ask for the entities of the same question.
        self._found = lru_cache(maxsize=64)(self._find)

    def __call__(self, question: str) -> tuple[Entity, ...]:
        """Return the entities in the order of the reply; none for a blank question.

        Raises
        ------
        UnusableReplyError
            If the model's replies cannot be used.
        LanguageModelError
            If the model does not answer.
        """
        return self._found(question[:_MAX_QUESTION_CHARACTERS]) if question.strip() else ()

    def _find(self, question: str) -> tuple[Entity, ...]:
        form = Form(_SCHEMA, 256, parse_names)
        return ask(self._model, _PROMPT.fill(question=question), form, cache=self._cache)


def parse_names(reply: str) -> tuple[Entity, ...]:
    """Return the entities of a reply, without repetition.

    Raises
    ------
    ValueError
        If it has no list of texts.

    Examples
    --------
    >>> parse_names('{"entities": ["Ada", {"text": "Bab"}, ["?"]]}')
    (Entity(text='Ada', label=''), Entity(text='Bab', label=''))
    """
    content, _ = read_object(reply, keys=["entities"])
    items = content["entities"]
    if not isinstance(items, list):
        raise ValueError(f"Expected a list of names (got {str(items)[:60]!r})")
    texts = [item.get("text") if isinstance(item, dict) else item for item in items[:MAX_ENTITIES]]
    names = [clean_phrase(text, max_characters=_MAX_NAME_CHARACTERS) for text in texts]
    return tuple(Entity(name) for name in dict.fromkeys(names) if name)


class WithLLMQuestions:
    """An extractor that leaves questions to a language model: for graphs that were built without one.

    Parameters
    ----------
    extractor
        Reads passages, and gives its identity.
    question_entities
        Reads questions.
    """

    def __init__(self, extractor: TripleExtractor, question_entities: LLMQuestionEntities) -> None:
        self._extractor = extractor
        self._question_entities = question_entities

    @property
    def identity(self) -> str:
        """The identity of what reads passages."""
        return self._extractor.identity

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        """Yield one result a passage."""
        return self._extractor.extract(passages)

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the entities that a question names.

        Raises
        ------
        LanguageModelError
            If the model gives no usable answer.
        """
        return self._question_entities(question)
