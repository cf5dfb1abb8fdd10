"""From a language model's reply to entities and triples, checked against the passage: pure functions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphrag.llm.replies import clean_phrase, read_object
from graphrag.text import normalize_phrase, split_sentences
from graphrag.types import Entity, Extraction, Passage, Triple

MAX_ITEMS = 48
"""At most so many entities, and so many triples, are taken from a reply."""

MAX_PHRASE_CHARACTERS = 160
"""A longer name or relation is dropped."""

MAX_LABEL_CHARACTERS = 40

_MAX_SENTENCE_CHARACTERS = 1_000
_UNGROUNDED = 0.5


@dataclass(frozen=True, slots=True)
class Ontology:
    """The types of entities and the relations that are wanted; empty means any.

    Parameters
    ----------
    entity_types, relations
        Compared without regard to case and punctuation.
    """

    entity_types: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()


ANY = Ontology()


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """What a reply holds.

    Parameters
    ----------
    extraction
        Entities and triples that are well formed.
    num_dropped
        Items left out: of another form, blank, too long, outside the ontology, or too many.
    was_cut
        Whether only the beginning of the reply could be read.
    """

    extraction: Extraction
    num_dropped: int = 0
    was_cut: bool = False


def parse_extraction(reply: str, passage: Passage, *, ontology: Ontology = ANY) -> ParsedReply:
    """Return the entities and triples of a reply.

    A triple's confidence is 1 if both its ends are words of the passage, half as much for each that is not. Its
    sentence is the passage's first that names both ends, else the tail (the head may be a pronoun there), else the
    head, else none.

    Parameters
    ----------
    reply
        Any text; see :func:`graphrag.llm.replies.read_object`.
    passage
        What was extracted from.
    ontology
        What is allowed.

    Raises
    ------
    ValueError
        If there is no object with entities or triples, or nothing in it is well formed although it is not empty.

    Examples
    --------
    >>> reply = '{"entities": [{"text": "Ada"}], "triples": [{"head": "Ada", "relation": "met", "tail": "Bab"}, 3]}'
    >>> parsed = parse_extraction(reply, Passage("p", "Ada met Bab."))
    >>> parsed.extraction.triples, parsed.num_dropped
    ((Triple(head='Ada', relation='met', tail='Bab', confidence=1.0, sentence='Ada met Bab.'),), 1)
    """
    content, was_cut = read_object(reply, keys=("entities", "triples"))
    names, rows = _items(content, "entities"), _items(content, "triples")
    entities = [_entity(item, _by_key(ontology.entity_types)) for item in names[:MAX_ITEMS]]
    grounds = _Grounds(passage)
    triples = [_triple(item, grounds, _by_key(ontology.relations)) for item in rows[:MAX_ITEMS]]
    num_kept = sum(item is not None for item in (*entities, *triples))
    num_dropped = len(names) + len(rows) - num_kept
    if num_dropped and not num_kept:
        raise ValueError(f"Expected entities as texts and triples as head, relation, tail (got {reply[:60]!r})")
    return ParsedReply(_extraction(filter(None, entities), filter(None, triples)), num_dropped, was_cut)


def merged(first: Extraction, second: Extraction) -> Extraction:
    """Return two extractions as one, without repetition.

    Examples
    --------
    >>> merged(Extraction((Entity("Ada"),)), Extraction((Entity("Ada"), Entity("Bab")))).entities
    (Entity(text='Ada', label=''), Entity(text='Bab', label=''))
    """
    return _extraction((*first.entities, *second.entities), (*first.triples, *second.triples))


def extraction_schema(
    ontology: Ontology = ANY, *, parts: Collection[str] = ("entities", "triples")
) -> dict[str, object]:
    """Return the JSON Schema of a reply, every array and string bounded.

    Parameters
    ----------
    ontology
        Its types and relations become enumerations.
    parts
        ``"entities"``, ``"triples"`` or both, in the order in which they are to be said.
    """
    phrase = {"type": "string", "minLength": 1, "maxLength": MAX_PHRASE_CHARACTERS}
    label = _choice(ontology.entity_types, MAX_LABEL_CHARACTERS)
    relation = _choice(ontology.relations, MAX_PHRASE_CHARACTERS)
    fields = {
        "entities": {"text": phrase, "label": label},
        "triples": {"head": phrase, "relation": relation, "tail": phrase},
    }
    return _object({part: {"type": "array", "maxItems": MAX_ITEMS, "items": _object(fields[part])} for part in parts})


class _Grounds:
    """The passage as names are looked up in it."""

    def __init__(self, passage: Passage) -> None:
        self._text = _padded(passage.full_text)
        self._sentences = [
            (_padded(passage.text[start:end]), passage.text[start:end])
            for start, end in split_sentences(passage.text)
            if end - start <= _MAX_SENTENCE_CHARACTERS
        ]

    def triple(self, head: str, relation: str, tail: str) -> Triple:
        ends = [_padded(head), _padded(tail)]
        num_missing = sum(end not in self._text for end in ends)
        sentence = self._sentence(*ends) or self._sentence(ends[1]) or self._sentence(ends[0])
        return Triple(head, relation, tail, _UNGROUNDED**num_missing, sentence)

    def _sentence(self, *names: str) -> str:
        """Return the first sentence that names all of them, verbatim; empty if none does."""
        return next((text for padded, text in self._sentences if all(name in padded for name in names)), "")


def _padded(text: str) -> str:
    return f" {normalize_phrase(text)} "


def _items(content: dict[str, object], key: str) -> list[object]:
    value = content.get(key, [])
    return value if isinstance(value, list) else [None]


def _by_key(names: Sequence[str]) -> dict[str, str]:
    return {normalize_phrase(name): name for name in names}


def _entity(item: object, types: Mapping[str, str]) -> Entity | None:
    text, label = (item.get("text"), item.get("label")) if isinstance(item, dict) else (item, None)
    name = clean_phrase(text, max_characters=MAX_PHRASE_CHARACTERS)
    kind = clean_phrase(label, max_characters=MAX_LABEL_CHARACTERS)
    if types:
        kind = types.get(normalize_phrase(kind), "")
    return Entity(name, kind) if name and (kind or not types) else None


def _triple(item: object, grounds: _Grounds, relations: Mapping[str, str]) -> Triple | None:
    values = [item.get(key) for key in ("head", "relation", "tail")] if isinstance(item, dict) else item
    if not isinstance(values, list) or len(values) != 3:
        return None
    head, relation, tail = (clean_phrase(value, max_characters=MAX_PHRASE_CHARACTERS) for value in values)
    if relations:
        relation = relations.get(normalize_phrase(relation), "")
    return grounds.triple(head, relation, tail) if head and relation and tail else None


def _extraction(entities: Iterable[Entity], triples: Iterable[Triple]) -> Extraction:
    """Return an extraction without repetition; of an entity with several labels the first counts."""
    by_text: dict[str, Entity] = {}
    for entity in entities:
        by_text.setdefault(entity.text, entity)
    return Extraction(tuple(by_text.values()), tuple(dict.fromkeys(triples)))


def _choice(values: Sequence[str], max_characters: int) -> dict[str, object]:
    if values:
        return {"type": "string", "enum": list(values)}
    return {"type": "string", "maxLength": max_characters}


def _object(properties: Mapping[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
