"""From the rows of a store to the knowledge graph: a pure function of the store's content."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from graphrag.graph.aboutness import NameIndex, read_words, topic_keys
from graphrag.graph.adjacency import EdgeWeights, build_adjacency, near_order
from graphrag.graph.corrections import Corrections
from graphrag.graph.knowledge_graph import IndexArray, KnowledgeGraph, StringTable
from graphrag.graph.quantization import quantize
from graphrag.protocols import FloatMatrix, GraphStore, VectorKind
from graphrag.text import normalize_phrase
from graphrag.types import Passage


def build_graph(store: GraphStore, *, weights: EdgeWeights | None = None) -> KnowledgeGraph:
    """Return the graph of everything in a store, read in one consistent state.

    Parameters
    ----------
    store
        The store.
    weights
        What an edge of each kind weighs.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    with store.reading():
        version = store.version()
        passages = list(store.passages())
        keys = list(store.entity_keys())
        index_of_key = {key: i for i, key in enumerate(keys)}
        index_of_passage = {passage.passage_id: i for i, passage in enumerate(passages)}
        names, surfaces, mentions = _read_mentions(store, index_of_key, index_of_passage)
        facts = _read_facts(store, index_of_key, index_of_passage, names)
        synonyms, similarity = _read_synonyms(store, index_of_key)
        edits = store.edits()
        vectors = {kind: _read_vectors(store, kind) for kind in ("passage", "entity", "fact")}
    given = {normalize_phrase(edit.tail): edit.tail for edit in edits if edit.kind in {"merge", "split"}}
    topics = _topics(passages, surfaces, index_of_key, Corrections(edits))
    mentions = _with_topics(mentions, topics, passages, keys)
    adjacency = build_adjacency(
        len(keys), len(passages), facts.head, facts.tail, facts.support, mentions, synonyms, similarity,
        topics=topics, weights=weights or EdgeWeights(),
    )  # fmt: skip
    return KnowledgeGraph(
        version=version,
        entity_keys=StringTable.of(keys),
        entity_names=StringTable.of(
            given.get(key) or _most_frequent(name, key) for name, key in zip(names, keys, strict=True)
        ),
        passage_ids=StringTable.of(p.passage_id for p in passages),
        passage_titles=StringTable.of(p.title for p in passages),
        passage_texts=StringTable.of(p.text for p in passages),
        passage_details=StringTable.of(map(_details, passages)),
        fact_head=facts.head,
        fact_tail=facts.tail,
        fact_relations=facts.relations,
        fact_relation_type=facts.relation_type,
        relation_keys=facts.relation_keys,
        fact_support=facts.support,
        fact_passages=facts.passages,
        mentions=mentions,
        topics=topics,
        synonyms=synonyms,
        synonym_similarity=similarity,
        adjacency=adjacency,
        node_order=near_order(adjacency),
        passage_vectors=vectors["passage"],
        entity_vectors=vectors["entity"],
        fact_vectors=vectors["fact"],
        fact_codes=quantize(vectors["fact"]),
    )


@dataclass(frozen=True)
class _Facts:
    head: IndexArray
    tail: IndexArray
    support: IndexArray
    relation_type: IndexArray
    relations: StringTable
    relation_keys: StringTable
    passages: csr_array


def _details(passage: Passage) -> str:
    return json.dumps([passage.document_id, passage.position, dict(passage.metadata)], ensure_ascii=False)


def _most_frequent(counts: Counter[str], default: str) -> str:
    """Return the most frequent text; of equally frequent ones the first in the alphabet."""
    return min(counts, key=lambda text: (-counts[text], text), default=default)


def _read_mentions(
    store: GraphStore, index_of_key: dict[str, int], index_of_passage: dict[str, int]
) -> tuple[list[Counter[str]], list[list[tuple[str, str]]], csr_array]:
    """Return how entities are written, what each passage names (as written, and keys), and how often."""
    names: list[Counter[str]] = [Counter() for _ in index_of_key]
    surfaces: list[list[tuple[str, str]]] = [[] for _ in index_of_passage]
    rows, columns = [], []
    for mention in store.mentions():
        entity, passage = index_of_key[mention.entity_key], index_of_passage[mention.passage_id]
        names[entity][mention.surface] += 1
        surfaces[passage].append((mention.surface, mention.entity_key))
        rows.append(passage)
        columns.append(entity)
    return names, surfaces, _counts(rows, columns, (len(index_of_passage), len(index_of_key)))


def _topics(
    passages: Sequence[Passage],
    surfaces: Sequence[Sequence[tuple[str, str]]],
    index_of_key: dict[str, int],
    corrections: Corrections,
) -> csr_array:
    """Return which passage is about which entity: CSR of ones, shape ``(num_passages, num_entities)``."""
    rows: list[int] = []
    columns: list[int] = []
    for row, (passage, named) in enumerate(zip(passages, surfaces, strict=True)):
        keys = topic_keys(passage, named, partial(corrections.entity_key, passage_id=passage.passage_id))
        columns += [index_of_key[key] for key in keys if key in index_of_key]
        rows += [row] * (len(columns) - len(rows))
    return _counts(rows, columns, (len(passages), len(index_of_key)))


def _with_topics(mentions: csr_array, topics: csr_array, passages: Sequence[Passage], keys: Sequence[str]) -> csr_array:
    """Return the mentions and, once each, those of other passages' topics that the extractor overlooked."""
    entities = np.unique(topics.indices)
    index = NameIndex(keys[int(entity)] for entity in entities)
    # Words are read twice, for those of a million passages would not fit into memory.
    index.learn(read_words(passage.text) for passage in passages)
    rows: list[int] = []
    columns: list[int] = []
    for row, passage in enumerate(passages):
        columns += [int(entities[name]) for name in index.find(read_words(passage.text))]
        rows += [row] * (len(columns) - len(rows))
    named = _counts(rows, columns, (len(passages), len(keys)))
    result = csr_array(mentions + named - named.multiply(mentions.sign()))
    result.eliminate_zeros()
    return result


def _counts(rows: Sequence[int], columns: Sequence[int], shape: tuple[int, int]) -> csr_array:
    """Return how often each (row, column) occurs: CSR of float32."""
    ones = np.ones(len(rows), dtype=np.float32)
    matrix = csr_array((ones, (np.array(rows, dtype=np.int32), np.array(columns, dtype=np.int32))), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _read_facts(
    store: GraphStore, index_of_key: dict[str, int], index_of_passage: dict[str, int], names: list[Counter[str]]
) -> _Facts:
    fact_keys = list(store.fact_keys())
    index_of_fact = {fact: i for i, fact in enumerate(fact_keys)}
    relations: list[Counter[str]] = [Counter() for _ in fact_keys]
    support = np.zeros(len(fact_keys), dtype=np.int32)
    rows, columns = [], []
    for row in store.triples():
        fact = index_of_fact[row.head_key, row.relation_key, row.tail_key]
        support[fact] += 1
        relations[fact][row.triple.relation] += 1
        if row.passage_id:
            rows.append(fact)
            columns.append(index_of_passage[row.passage_id])
        else:
            # An imported graph has no mentions: its triples say how its entities are written.
            names[index_of_key[row.head_key]][row.triple.head] += 1
            names[index_of_key[row.tail_key]][row.triple.tail] += 1
    relation_keys = sorted({relation for _, relation, _ in fact_keys})
    relation_index = {relation: i for i, relation in enumerate(relation_keys)}
    return _Facts(
        head=_positions(index_of_key[head] for head, _, _ in fact_keys),
        tail=_positions(index_of_key[tail] for _, _, tail in fact_keys),
        support=support,
        relation_type=_positions(relation_index[relation] for _, relation, _ in fact_keys),
        relations=StringTable.of(_most_frequent(c, f[1]) for c, f in zip(relations, fact_keys, strict=True)),
        relation_keys=StringTable.of(relation_keys),
        passages=_counts(rows, columns, (len(fact_keys), len(index_of_passage))),
    )


def _positions(values: Iterable[int]) -> IndexArray:
    return np.fromiter(values, dtype=np.int32)


def _read_synonyms(store: GraphStore, index_of_key: dict[str, int]) -> tuple[IndexArray, np.ndarray]:
    found = [(index_of_key[s.first_key], index_of_key[s.second_key], s.similarity) for s in store.synonyms()]
    pairs = np.array([(first, second) for first, second, _ in found], dtype=np.int32).reshape(-1, 2)
    return pairs, np.array([similarity for *_, similarity in found], dtype=np.float64)


def _read_vectors(store: GraphStore, kind: VectorKind) -> FloatMatrix:
    blocks = [block.astype(np.float32) for block in store.vectors(kind)]
    if not blocks:
        return np.zeros((0, 0), dtype=np.float32)
    return np.nan_to_num(np.concatenate(blocks))
