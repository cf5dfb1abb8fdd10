"""What stores give back, row by row, and the corrections that they keep."""

from dataclasses import dataclass
from typing import Literal

from graphrag.types import Triple, content_id


@dataclass(frozen=True, slots=True)
class MentionRow:
    """That a passage names an entity: the passage's id, the entity's key, the passage's words for it, and a label."""

    passage_id: str
    entity_key: str
    surface: str
    label: str


@dataclass(frozen=True, slots=True)
class TripleRow:
    """A triple with its provenance, as a store gives it back.

    Parameters
    ----------
    document_id, passage_id
        Where it comes from; ``passage_id`` is empty for imported triples.
    position
        Its place among the triples of the passage or document, from 0.
    head_key, relation_key, tail_key
        Normalised phrases: the identity of the fact.
    triple
        Verbatim.
    """

    document_id: str
    passage_id: str
    position: int
    head_key: str
    relation_key: str
    tail_key: str
    triple: Triple


@dataclass(frozen=True, slots=True)
class SynonymRow:
    """Two entities with similar names; ``first_key < second_key``; similarity is a cosine rounded to 6 digits."""

    first_key: str
    second_key: str
    similarity: float


EditKind = Literal["merge", "split", "add", "remove"]
"""What a correction does."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A correction of the graph by hand, kept apart from what extractors find: a rebuild applies it again.

    Parameters
    ----------
    kind
        ``"merge"``: ``head`` is the same entity as ``tail`` and takes its name. ``"split"``: what ``passage_ids`` call
        ``head`` is another entity, named ``tail``. ``"add"`` and ``"remove"``: the triple ``(head, relation, tail)``.
    head, relation, tail
        Names as people write them.
    passage_ids
        For ``"split"``.
    """

    kind: EditKind
    head: str
    tail: str
    relation: str = ""
    passage_ids: tuple[str, ...] = ()

    @property
    def triple(self) -> Triple:
        """The triple that is added or removed."""
        return Triple(self.head, self.relation, self.tail)

    @property
    def document_id(self) -> str:
        """The document that holds an added triple."""
        return f"edited:{content_id(self.head, self.relation, self.tail)}"


@dataclass(frozen=True, slots=True)
class StoreStatistics:
    """Sizes of a store, and the digest of its content."""

    documents: int
    passages: int
    entities: int
    facts: int
    triples: int
    synonyms: int
    failed_passages: int
    pending: int
    digest: str


@dataclass(frozen=True, slots=True)
class StoreVersion:
    """Which content of which store a snapshot shows.

    Parameters
    ----------
    store_id
        Random, made with the store.
    generation
        Grows with every finished change.
    finished
        False while a build has written something and not yet finished.
    """

    store_id: str
    generation: int
    finished: bool
