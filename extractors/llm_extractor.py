"""Entities and triples by a language model, in replies that a schema binds and that are checked against the passage."""

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from extractors.llm_questions import LLMQuestionEntities
from extractors.parsing import Ontology, ParsedReply, extraction_schema, merged, parse_extraction
from graphrag.errors import ExtractionError, LanguageModelError
from graphrag.llm.asking import Form, ask
from graphrag.llm.cache import ReplyCache
from graphrag.llm.failures import RefusedPromptError, UnusableReplyError
from graphrag.llm.parallel import map_in_order
from graphrag.llm.prompts import Message, read_prompt
from graphrag.llm.usage import CountingModel
from graphrag.text import clean_text
from graphrag.types import Entity, Extraction, Passage

MAX_OUTAGES = 5
"""After so many passages in a row for which the model could not be reached, the build ends."""

_PROMPTS = Path(__file__).parent / "prompts"
_JOINT, _ENTITIES, _TRIPLES, _GLEANING = (
    read_prompt(_PROMPTS / f"{name}_v1.txt") for name in ("joint", "entities", "triples", "gleaning")
)
_MAX_GLEANINGS = 3


@dataclass(frozen=True, slots=True)
class LLMExtractorSettings:
    """Options of :class:`LLMExtractor`.

    Parameters
    ----------
    mode
        ``"joint"``: entities and triples in one reply. ``"two-call"``: first entities, then triples about them, as
        HippoRAG does.
    gleanings
        How often to ask for what is still missing, from 0 to 3.
    max_tokens
        The longest reply, at least 16.
    entity_types, relations
        The only ones allowed; empty means any.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    mode: Literal["joint", "two-call"] = "joint"
    gleanings: int = 0
    max_tokens: int = 1536
    entity_types: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.mode not in {"joint", "two-call"}:
            raise ValueError(f"Expected 'mode' to be 'joint' or 'two-call' (got {self.mode!r})")
        if not 0 <= self.gleanings <= _MAX_GLEANINGS:
            raise ValueError(f"Expected 'gleanings' to be from 0 to {_MAX_GLEANINGS} (got {self.gleanings})")
        if self.max_tokens < 16:
            raise ValueError(f"Expected 'max_tokens' to be at least 16 (got {self.max_tokens})")


class LLMExtractor:
    """Asks a language model for the entities and triples of each passage.

    A reply that cannot be used is asked for once more; then the passage fails, alone, and the next build tries it
    again. The same holds for a passage that does not fit the model's context. When the model cannot be reached for
    ``MAX_OUTAGES`` passages in a row, or refuses to work at all, :meth:`extract` raises.

    Parameters
    ----------
    model
        Whom to ask.
    settings
        Options.
    cache
        Keeps usable replies about passages as they arrive, so that a killed build asks for none of them twice.
    in_flight
        How many passages are asked about at the same time, at least 1.

    Attributes
    ----------
    num_dropped : int
        Items of replies that were left out; see :class:`extractors.parsing.ParsedReply`.
    num_cut : int
        Replies of which only the beginning could be read.

    References
    ----------
    Gutiérrez et al., "HippoRAG", arXiv 2405.14831, section 2.2; Edge et al., "From Local to Global", arXiv 2404.16130,
    section 3.1.2 (gleanings).
    """

    def __init__(
        self,
        model: CountingModel,
        *,
        settings: LLMExtractorSettings = LLMExtractorSettings(),
        cache: ReplyCache | None = None,
        in_flight: int = 1,
    ) -> None:
        self.model = model
        self.settings = settings
        self.num_dropped = 0
        self.num_cut = 0
        self._cache = cache
        self.in_flight = in_flight
        self._ontology = Ontology(settings.entity_types, settings.relations)
        self._question_entities = LLMQuestionEntities(model)
        self._lock = threading.Lock()
        self._num_outages = 0

    @property
    def identity(self) -> str:
        """Model, prompts and settings."""
        prompts = [prompt.version for prompt in (_JOINT, _ENTITIES, _TRIPLES, _GLEANING)]
        digest = hashlib.sha256(f"{prompts}{self.settings}".encode()).hexdigest()
        return f"llm:{self.model.identity}:{self.settings.mode}:{digest[:16]}"

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        """Yield one result a passage, in order.

        Raises
        ------
        LanguageModelError
            If the model could not be reached for ``MAX_OUTAGES`` passages in a row, or will answer none.
        """
        for passage, result in zip(
            passages, map_in_order(self._result, passages, in_flight=self.in_flight), strict=True
        ):
            if not isinstance(result, LanguageModelError):
                self._num_outages = 0
                yield result
                continue
            self._num_outages += 1
            if self._num_outages >= MAX_OUTAGES or not result.retryable:
                raise result
            yield ExtractionError(str(result), passage_id=passage.passage_id)

    def keep_replies(self, cache: ReplyCache) -> None:
        """Keep usable replies from now on, and ask for none that is kept."""
        self._cache = cache

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the entities that a question names.

        Raises
        ------
        LanguageModelError
            If the model gives no usable answer.
        """
        return self._question_entities(question)

    def first_messages(self, passage: Passage) -> list[Message]:
        """Return what the model is asked first about a passage: to count its tokens before it costs any."""
        prompt = _JOINT if self.settings.mode == "joint" else _ENTITIES
        return prompt.fill(ontology=self._rules(), **_content(passage))

    def _result(self, passage: Passage) -> Extraction | ExtractionError | LanguageModelError:
        if not passage.full_text.strip():
            return Extraction()
        try:
            return self._joint(passage) if self.settings.mode == "joint" else self._two_calls(passage)
        except UnusableReplyError as error:
            return ExtractionError(str(error), passage_id=passage.passage_id, raw_reply=error.raw_reply)
        except RefusedPromptError as error:
            return ExtractionError(str(error), passage_id=passage.passage_id)
        except LanguageModelError as error:
            return error

    def _joint(self, passage: Passage) -> Extraction:
        messages = self.first_messages(passage)
        return self._gleaned(passage, messages, self._ask(passage, messages, ("entities", "triples")))

    def _two_calls(self, passage: Passage) -> Extraction:
        entities = self._ask(passage, self.first_messages(passage), ("entities",))
        names = json.dumps([entity.text for entity in entities.entities], ensure_ascii=False)
        messages = _TRIPLES.fill(ontology=self._rules(), entities=names, **_content(passage))
        triples = self._ask(passage, messages, ("triples",))
        return self._gleaned(passage, messages, merged(entities, triples))

    def _gleaned(self, passage: Passage, messages: list[Message], found: Extraction) -> Extraction:
        for _ in range(self.settings.gleanings):
            said = {"role": "assistant", "content": _as_reply(found)}
            more = self._ask(passage, [*messages, said, *_GLEANING.fill()], ("entities", "triples"))
            everything = merged(found, more)
            if everything == found:
                break
            found = everything
        return found

    def _ask(self, passage: Passage, messages: list[Message], parts: tuple[str, ...]) -> Extraction:
        form = Form(
            extraction_schema(self._ontology, parts=parts),
            self.settings.max_tokens,
            lambda reply: parse_extraction(reply, passage, ontology=self._ontology),
        )
        parsed: ParsedReply = ask(self.model, messages, form, cache=self._cache)
        with self._lock:
            self.num_dropped += parsed.num_dropped
            self.num_cut += parsed.was_cut
        return parsed.extraction

    def _rules(self) -> str:
        rules = []
        if self._ontology.entity_types:
            rules.append(f"- The only entity types are: {', '.join(self._ontology.entity_types)}.")
        if self._ontology.relations:
            rules.append(f"- The only relations are: {', '.join(self._ontology.relations)}.")
        return "\n".join(rules)


def _content(passage: Passage) -> dict[str, str]:
    return {"title": clean_text(passage.title) or "(none)", "text": clean_text(passage.text)}


def _as_reply(extraction: Extraction) -> str:
    entities = [{"text": e.text, "label": e.label} for e in extraction.entities]
    triples = [{"head": t.head, "relation": t.relation, "tail": t.tail} for t in extraction.triples]
    return json.dumps({"entities": entities, "triples": triples}, ensure_ascii=False)
