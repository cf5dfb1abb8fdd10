"""A small graph made by hand, and an extractor of names without a model: the same everywhere, for tests."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from graphrag.graph.adjacency import build_adjacency, near_order
from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph, StringTable
from graphrag.graph.quantization import quantize
from graphrag.rows import StoreVersion
from graphrag.testing.fakes import HashEncoder
from graphrag.text import normalize_phrase
from graphrag.types import Entity, Extraction, Passage

_CAPITALIZED = re.compile(r"[A-Z]\w*(?: [A-Z]\w*)*")
_QUESTION_WORDS = frozenset({"Who", "Whose", "Which", "What", "Where", "When", "How", "Is", "Was", "Did", "In", "The"})

TOY_PASSAGES = (
    Passage("p1", "Ada Lovelace wrote notes on the Analytical Engine.", "Ada Lovelace", "d1", 0),
    Passage("p2", "Charles Babbage designed the Analytical Engine. He was born in London.", "Charles Babbage", "d2", 0),
    Passage("p3", "London is the capital of England.", "London", "d3", 0),
    Passage("p4", "Lord Byron was the father of Ada Lovelace.", "Lord Byron", "d4", 0, {"year": 1824}),
    Passage("p5", "Bread is baked from flour.", "Bread", "d5", 0),
)
"""Five passages; the last one names nothing."""

TOY_TRIPLES = (
    ("p1", "Ada Lovelace", "wrote notes on", "Analytical Engine"),
    ("p1", "Ada Lovelace", "described", "Analytical Engine"),
    ("p2", "Charles Babbage", "designed", "Analytical Engine"),
    ("p2", "Charles Babbage", "was born in", "London"),
    ("p3", "London", "is the capital of", "England"),
    ("p4", "Lord Byron", "was the father of", "Ada Lovelace"),
    ("p4", "Byron", "was the father of", "Ada Lovelace"),
)
"""``(passage_id, head, relation, tail)``; a triple without a passage has the id ``""``."""

TOY_SYNONYMS = (("Byron", "Lord Byron", 0.9),)
"""Two names of one person, and the cosine."""

TOY_ENCODER = HashEncoder(64)
"""Makes the vectors of :func:`toy_graph`."""


class _Edges(TypedDict):
    fact_head: IndexArray
    fact_tail: IndexArray
    fact_support: IndexArray
    mentions: csr_array
    topics: csr_array
    synonyms: IndexArray
    synonym_similarity: NDArray[np.float64]


class ToyExtractor:
    """Takes runs of capitalized words for entities, and finds no triples."""

    identity = "toy"

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | Exception]:
        """Yield the entities of each passage."""
        for passage in passages:
            yield Extraction(self.extract_question(passage.text))

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the runs of capitalized words, question words left out."""
        names = _CAPITALIZED.findall(question)
        return tuple(Entity(name) for name in dict.fromkeys(names) if name not in _QUESTION_WORDS)


def toy_graph(
    passages: Sequence[Passage] = TOY_PASSAGES,
    triples: Sequence[tuple[str, str, str, str]] = TOY_TRIPLES,
    synonyms: Sequence[tuple[str, str, float]] = TOY_SYNONYMS,
) -> KnowledgeGraph:
    """Return the graph of some passages and triples, as a build would make it, with vectors by :data:`TOY_ENCODER`.

    Parameters
    ----------
    passages, triples, synonyms
        In the form of :data:`TOY_PASSAGES`, :data:`TOY_TRIPLES` and :data:`TOY_SYNONYMS`. A passage names the entities
        of its triples; synonyms must be entities of triples.
    """
    passages = sorted(passages, key=lambda passage: passage.passage_id)
    names = {normalize_phrase(name): name for _, head, _, tail in triples for name in (head, tail)}
    relations = {normalize_phrase(relation): relation for _, _, relation, _ in triples}
    keys, relation_keys = sorted(names), sorted(relations)
    rows = _numbered(passages, triples, keys, relation_keys)
    support = Counter(row[:3] for row in rows)
    facts = sorted(support)
    head, relation_type, tail = np.array(facts, dtype=np.int32).reshape(-1, 3).T
    pairs = sorted(
        (*sorted((keys.index(normalize_phrase(a)), keys.index(normalize_phrase(b)))), c) for a, b, c in synonyms
    )
    edges = _Edges(
        fact_head=head,
        fact_tail=tail,
        fact_support=np.array([support[fact] for fact in facts], dtype=np.int32),
        mentions=_counts([(p, e) for h, _, t, p in rows for e in (h, t)], (len(passages), len(keys))),
        topics=_topics(passages, keys),
        synonyms=np.array([pair[:2] for pair in pairs], dtype=np.int32).reshape(-1, 2),
        synonym_similarity=np.array([pair[2] for pair in pairs], dtype=np.float64),
    )
    fact_index = {fact: index for index, fact in enumerate(facts)}
    fact_texts = [f"{names[keys[h]]} {relations[relation_keys[r]]} {names[keys[t]]}" for h, r, t in facts]
    fact_vectors = TOY_ENCODER.encode(fact_texts)
    adjacency = build_adjacency(len(keys), len(passages), **edges)
    return KnowledgeGraph(
        version=StoreVersion("toy", 1, finished=True),
        entity_keys=StringTable.of(keys),
        entity_names=StringTable.of(names[key] for key in keys),
        passage_ids=StringTable.of(passage.passage_id for passage in passages),
        passage_titles=StringTable.of(passage.title for passage in passages),
        passage_texts=StringTable.of(passage.text for passage in passages),
        passage_details=StringTable.of(json.dumps([p.document_id, p.position, dict(p.metadata)]) for p in passages),
        fact_relations=StringTable.of(relations[relation_keys[index]] for index in relation_type),
        fact_relation_type=relation_type,
        relation_keys=StringTable.of(relation_keys),
        fact_passages=_counts([(fact_index[row[:3]], row[3]) for row in rows], (len(facts), len(passages))),
        adjacency=adjacency,
        node_order=near_order(adjacency),
        passage_vectors=TOY_ENCODER.encode([passage.full_text for passage in passages]),
        entity_vectors=TOY_ENCODER.encode(keys),
        fact_vectors=fact_vectors,
        fact_codes=quantize(fact_vectors),
        **edges,
    )


_NO_PASSAGE = -1


def _topics(passages: Sequence[Passage], keys: list[str]) -> csr_array:
    titles = [normalize_phrase(passage.title) for passage in passages]
    return _counts(
        [(row, keys.index(title)) for row, title in enumerate(titles) if title in keys], (len(passages), len(keys))
    )


def _numbered(
    passages: Sequence[Passage], triples: Sequence[tuple[str, str, str, str]], keys: list[str], relation_keys: list[str]
) -> list[tuple[int, int, int, int]]:
    """Return head, relation, tail and passage of each triple as positions."""
    entity = {key: index for index, key in enumerate(keys)}
    relation_type = {key: index for index, key in enumerate(relation_keys)}
    passage_index = {passage.passage_id: index for index, passage in enumerate(passages)} | {"": _NO_PASSAGE}
    return [
        (entity[normalize_phrase(h)], relation_type[normalize_phrase(r)], entity[normalize_phrase(t)], passage_index[p])
        for p, h, r, t in triples
    ]


def _counts(pairs: Sequence[tuple[int, int]], shape: tuple[int, int]) -> csr_array:
    rows, columns = np.array([pair for pair in pairs if _NO_PASSAGE not in pair], dtype=np.int32).reshape(-1, 2).T
    return csr_array(coo_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape))
