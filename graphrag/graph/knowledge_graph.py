"""The knowledge graph as arrays: what retrievers, reasoners and pictures read, in memory or memory-mapped."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphrag.graph.quantization import QuantizedVectors
from graphrag.protocols import FloatMatrix
from graphrag.rows import StoreVersion
from graphrag.types import Passage

IndexArray = NDArray[np.int32]
"""Positions of entities, passages or facts."""

_BLOCK = 4096


class StringTable(Sequence[str]):
    """Many texts in one byte array, readable from a memory map without loading all of them.

    Parameters
    ----------
    data
        UTF-8 bytes of all texts one after the other, shape ``(num_bytes,)``.
    offsets
        Text ``i`` is ``data[offsets[i]:offsets[i + 1]]``, shape ``(num_texts + 1,)``.
    """

    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        # Plain views of memory maps: those make every look into them several times as slow.
        self.data = np.asarray(data)
        self.offsets = np.asarray(offsets)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "StringTable":
        """Return the table of some texts.

        Examples
        --------
        >>> table = StringTable.of(["ada", "", "知识"])
        >>> list(table), table.find("知识"), table.find("x")
        (['ada', '', '知识'], 2, None)
        """
        encoded = [text.encode("utf-8") for text in texts]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(data) for data in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> str:  # type: ignore[override]  # no slices: nobody needs them
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self.data[self.offsets[index] : self.offsets[index + 1]].tobytes().decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        # Block by block: far quicker than one after the other, and a memory map stays on disk.
        for start in range(0, len(self), _BLOCK):
            offsets = self.offsets[start : start + _BLOCK + 1].tolist()
            data = self.data[offsets[0] : offsets[-1]].tobytes()
            for first, last in pairwise(offsets):
                yield data[first - offsets[0] : last - offsets[0]].decode("utf-8")

    def find(self, text: str) -> int | None:
        """Return the position of a text in a *sorted* table, or None."""
        index = bisect_left(self, text)
        return index if index < len(self) and self[index] == text else None

    def find_beginnings(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Return how many of the first words, joined by spaces, are a text of a *sorted* table, and its position.

        Shortest first. Words are looked at for as long as a text begins with them.

        Examples
        --------
        >>> table = StringTable.of(["ada", "ada lovelace", "ada lovelace day", "lovelace"])
        >>> table.find_beginnings(["ada", "lovelace", "was", "born"])
        [(1, 0), (2, 1)]
        """
        found = []
        index = 0
        for num_words in range(1, len(words) + 1):
            text = " ".join(words[:num_words])
            index = self._place(text, index) if index else bisect_left(self, text)
            there = self[index] if index < len(self) else ""
            if there == text:
                found.append((num_words, index))
            elif not there.startswith(text):
                break
        return found

    def _place(self, text: str, first: int) -> int:
        """Return where a text would be put in a sorted table, at ``first`` or later; quick where it is near."""
        step = 1
        while first + step < len(self) and self[first + step] < text:
            first, step = first + step, 2 * step
        return bisect_left(self, text, first, min(first + step, len(self)))


@dataclass(frozen=True)
class KnowledgeGraph:
    """Entities, facts, passages and the edges between them, at one version of a store.

    Node ``i < num_entities`` is entity ``i``; node ``num_entities + j`` is passage ``j``. Entities are sorted by key,
    passages by id, facts by their keys, so positions do not depend on the order in which documents came in.

    Parameters
    ----------
    version
        The store's version that this shows.
    entity_keys, entity_names
        Normalised phrases, and the most frequent way to write each.
    passage_ids, passage_titles, passage_texts, passage_details
        ``passage_details`` holds JSON ``[document_id, position, metadata]``.
    fact_head, fact_tail
        Entities of each fact, shape ``(num_facts,)``.
    fact_relations
        The most frequent way to write each fact's relation.
    fact_relation_type
        Position in ``relation_keys``, shape ``(num_facts,)``.
    relation_keys
        Normalised relation phrases, sorted.
    fact_support
        Number of (passage, triple) pairs that state the fact, shape ``(num_facts,)``.
    fact_passages
        Which passages state which fact: CSR, shape ``(num_facts, num_passages)``.
    mentions
        How often which passage names which entity: CSR, shape ``(num_passages, num_entities)``; a name of a topic that
        only its words show counts once.
    topics
        Which passage is about which entity: CSR of ones, shape ``(num_passages, num_entities)``.
    synonyms
        Entities with similar names, shape ``(num_synonyms, 2)``, first < second.
    synonym_similarity
        Cosine, shape ``(num_synonyms,)``.
    adjacency
        Symmetric edge weights: CSR, shape ``(num_nodes, num_nodes)``.
    node_order
        All nodes, neighbours near one another (:func:`graphrag.graph.adjacency.near_order`), shape ``(num_nodes,)``.
    passage_vectors, entity_vectors, fact_vectors
        Unit vectors (all zero where the encoder has not been yet), shape ``(n, dimension)``.
    fact_codes
        ``fact_vectors`` with one byte a number.
    """

    version: StoreVersion
    entity_keys: StringTable
    entity_names: StringTable
    passage_ids: StringTable
    passage_titles: StringTable
    passage_texts: StringTable
    passage_details: StringTable
    fact_head: IndexArray
    fact_tail: IndexArray
    fact_relations: StringTable
    fact_relation_type: IndexArray
    relation_keys: StringTable
    fact_support: IndexArray
    fact_passages: csr_array
    mentions: csr_array
    topics: csr_array
    synonyms: IndexArray
    synonym_similarity: NDArray[np.float64]
    adjacency: csr_array
    node_order: IndexArray
    passage_vectors: FloatMatrix
    entity_vectors: FloatMatrix
    fact_vectors: FloatMatrix
    fact_codes: QuantizedVectors

    @property
    def num_entities(self) -> int:
        """Number of entity nodes."""
        return len(self.entity_keys)

    @property
    def num_passages(self) -> int:
        """Number of passage nodes."""
        return len(self.passage_ids)

    @property
    def num_nodes(self) -> int:
        """Number of nodes: entities, then passages."""
        return self.num_entities + self.num_passages

    @property
    def num_facts(self) -> int:
        """Number of distinct (head, relation, tail)."""
        return len(self.fact_head)

    @cached_property
    def passages_of_entity(self) -> csr_array:
        """``mentions`` by entity: CSR, shape ``(num_entities, num_passages)``."""
        return csr_array(self.mentions.T)

    @cached_property
    def num_passages_of_entity(self) -> IndexArray:
        """How many passages name each entity, shape ``(num_entities,)``."""
        return np.diff(self.passages_of_entity.indptr).astype(np.int32)

    @cached_property
    def num_passages_about(self) -> IndexArray:
        """How many passages are about each entity, shape ``(num_entities,)``."""
        return np.bincount(self.topics.indices, minlength=self.num_entities).astype(np.int32)

    @cached_property
    def facts_of_entity(self) -> csr_array:
        """Facts in which each entity is head or tail: CSR, shape ``(num_entities, num_facts)``."""
        facts = np.arange(self.num_facts, dtype=np.int32)
        rows = np.concatenate([self.fact_head, self.fact_tail])
        columns = np.concatenate([facts, facts])
        ones = np.ones(len(rows), dtype=np.int8)
        return csr_array((ones, (rows, columns)), shape=(self.num_entities, self.num_facts))

    @cached_property
    def synonyms_of_entity(self) -> csr_array:
        """Similarity of each entity's synonyms: symmetric CSR, shape ``(num_entities, num_entities)``."""
        first, second = self.synonyms[:, 0], self.synonyms[:, 1]
        rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
        values = np.concatenate([self.synonym_similarity, self.synonym_similarity])
        return csr_array((values, (rows, columns)), shape=(self.num_entities, self.num_entities))

    def passage(self, index: int) -> Passage:
        """Return a passage by its position among the passages."""
        document_id, position, metadata = json.loads(self.passage_details[index])
        return Passage(
            passage_id=self.passage_ids[index],
            text=self.passage_texts[index],
            title=self.passage_titles[index],
            document_id=document_id,
            position=position,
            metadata=metadata,
        )
