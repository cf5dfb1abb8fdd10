from pathlib import Path

import numpy as np
import pytest

from graphrag.graph.adjacency import EdgeWeights
from graphrag.graph.construction import build_graph
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.indexing import Indexer
from graphrag.rows import Edit
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.store_suite import DOCUMENTS, document
from graphrag.types import Document, Passage, Triple


@pytest.fixture
def store(tmp_path: Path):
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    yield store
    store.close()


def graph_of(store: SQLiteStore, *documents: Document) -> KnowledgeGraph:
    Indexer(store, PatternExtractor(), HashEncoder()).build(documents)
    return build_graph(store)


def entity(graph: KnowledgeGraph, key: str) -> int:
    position = graph.entity_keys.find(key)
    assert position is not None, key
    return position


def test_everything_is_in_the_order_of_its_keys(store: SQLiteStore) -> None:
    graph = graph_of(store, *DOCUMENTS)
    keys = list(graph.entity_keys)
    assert keys == sorted(keys)
    assert list(graph.passage_ids) == ["d1", "d2", "d3", "d4"]
    relations = [graph.relation_keys[i] for i in graph.fact_relation_type]
    facts = list(zip(graph.fact_head.tolist(), relations, graph.fact_tail.tolist(), strict=True))
    assert facts == sorted(facts)
    assert list(graph.relation_keys) == sorted(set(relations))


def test_numbers_of_rows_agree(store: SQLiteStore) -> None:
    graph = graph_of(store, *DOCUMENTS)
    assert graph.mentions.shape == (graph.num_passages, graph.num_entities)
    assert graph.fact_passages.shape == (graph.num_facts, graph.num_passages)
    assert graph.adjacency.shape == (graph.num_nodes, graph.num_nodes)
    for vectors, count in (
        (graph.passage_vectors, graph.num_passages),
        (graph.entity_vectors, graph.num_entities),
        (graph.fact_vectors, graph.num_facts),
    ):
        assert vectors.shape == (count, 32)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=2e-3)


def test_support_counts_passages_and_triples(store: SQLiteStore) -> None:
    twice = document("x", "A1 | is | B1. A1 | is | B1. a1 | Is | b1.")
    graph = graph_of(store, twice, document("y", "A1 | is | B1."))
    # In x two ways to write it: what is repeated word for word counts once.
    assert graph.num_facts == 1
    assert graph.fact_support.tolist() == [3]
    assert graph.fact_passages.toarray().tolist() == [[2, 1]]


def test_an_entity_is_called_what_most_texts_call_it(store: SQLiteStore) -> None:
    graph = graph_of(
        store,
        document("a", "ADA | is | poet."),
        document("b", "Ada | is | poet."),
        document("c", "Ada | is | Poet."),
    )
    assert graph.entity_names[entity(graph, "ada")] == "Ada"
    # Two to one, and where it is even the first in the alphabet.
    assert graph.entity_names[entity(graph, "poet")] == "poet"
    even = graph_of(store, document("d", "ADA | was | poet."))
    assert even.entity_names[entity(even, "ada")] == "ADA"


def test_corrections_name_their_entities(store: SQLiteStore) -> None:
    graph_of(store, *DOCUMENTS)
    with store.writing():
        store.put_edit(Edit("merge", "Lovelace Ada", "ADA LOVELACE"))
    graph = graph_of(store)
    assert graph.entity_names[entity(graph, "ada lovelace")] == "ADA LOVELACE"


def test_an_existing_graph_says_how_its_entities_are_written(store: SQLiteStore) -> None:
    graph = graph_of(store, Document("kg", triples=(Triple("Ada", "Born_In", "LONDON"),)))
    assert list(graph.entity_names) == ["Ada", "LONDON"]
    assert list(graph.fact_relations) == ["Born_In"]
    assert list(graph.relation_keys) == ["born in"]
    assert (graph.num_passages, graph.fact_passages.shape, graph.mentions.nnz) == (0, (1, 0), 0)


def test_passages_keep_title_position_and_metadata(store: SQLiteStore) -> None:
    passage = Passage("d#1", "Text.", "Title", "d", 7, {"year": 1843, "ok": True, "name": "é"})
    graph = graph_of(store, Document("d", (passage,)))
    assert graph.passage(0) == passage


def test_weights_are_handed_on(store: SQLiteStore) -> None:
    graph_of(store, document("a", "A1 | is | B1."))
    graph = build_graph(store, weights=EdgeWeights(fact=5.0, context=0.25, topic=3.0))
    assert graph.adjacency.toarray().tolist() == [[0, 5, 3.25], [5, 0, 0.25], [3.25, 0.25, 0]]


def test_a_title_says_what_a_passage_is_about(store: SQLiteStore) -> None:
    document = Document("d", (Passage("d#0", "Rome | is | city.", "Rome (city)", "d", 0),))
    graph_of(store, document)
    graph = build_graph(store, weights=EdgeWeights(fact=0, context=1, topic=5))
    keys = list(graph.entity_keys)
    (weights,) = graph.adjacency.toarray()[graph.num_entities :, : graph.num_entities].tolist()
    assert dict(zip(keys, weights, strict=True))["rome"] == 6
    assert dict(zip(keys, weights, strict=True))["city"] == 1


def test_an_empty_store_is_an_empty_graph(store: SQLiteStore) -> None:
    graph = build_graph(store)
    assert (graph.num_nodes, graph.num_facts, graph.adjacency.shape) == (0, 0, (0, 0))
    assert graph.synonyms.shape == (0, 2)


def test_an_unfinished_store_has_zero_vectors(store: SQLiteStore) -> None:
    with store.writing():
        store.put_settings({"dimension": "32"})
        store.put_documents([document("a", "A1 | is | B1.")])
    graph = build_graph(store)
    assert graph.passage_vectors.tolist() == [[0.0] * 32]
    assert not graph.version.finished


def test_the_graph_is_one_state_of_the_store(store: SQLiteStore) -> None:
    """A document that comes while the graph is read must not be half in it."""
    graph_of(store, *DOCUMENTS)
    other = SQLiteStore(store.path)
    passages = store.passages

    def passages_then_change():
        found = list(passages())
        with other.writing():
            other.delete_document("d1")
        return iter(found)

    store.passages = passages_then_change  # type: ignore[method-assign]
    graph = build_graph(store)
    assert graph.num_passages == 4
    assert graph.mentions.toarray()[0].sum() > 0
    other.close()
