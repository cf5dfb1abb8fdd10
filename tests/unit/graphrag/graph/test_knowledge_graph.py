import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag.graph.knowledge_graph import StringTable
from graphrag.testing.toy import TOY_PASSAGES, toy_graph


@given(st.lists(st.text()))
def test_a_table_holds_its_texts(texts: list[str]) -> None:
    table = StringTable.of(texts)
    assert list(table) == texts
    assert [table[i] for i in range(len(table))] == texts


@given(st.sets(st.text()), st.text())
def test_finding_in_a_sorted_table(texts: set[str], wanted: str) -> None:
    ordered = sorted(texts)
    table = StringTable.of(ordered)
    assert table.find(wanted) == (ordered.index(wanted) if wanted in texts else None)
    assert all(table.find(text) == i for i, text in enumerate(ordered))


@given(st.sets(st.text("ab ", max_size=8)), st.lists(st.text("ab", min_size=1, max_size=2), max_size=6))
def test_beginnings_are_those_that_are_found_one_by_one(texts: set[str], words: list[str]) -> None:
    table = StringTable.of(sorted(texts))
    places = [(num, table.find(" ".join(words[:num]))) for num in range(1, len(words) + 1)]
    assert table.find_beginnings(words) == [(num, place) for num, place in places if place is not None]


@pytest.mark.parametrize("index", [-1, 2, 100])
def test_a_table_has_no_text_outside(index: int) -> None:
    with pytest.raises(IndexError):
        StringTable.of(["a", "b"])[index]


def test_a_graph_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        toy_graph().num_facts = 3  # type: ignore[misc]


def test_sizes() -> None:
    graph = toy_graph()
    assert (graph.num_entities, graph.num_passages, graph.num_facts) == (7, 5, 7)
    assert graph.num_nodes == graph.adjacency.shape[0] == 12


def test_passages_come_back_whole() -> None:
    graph = toy_graph()
    assert [graph.passage(i) for i in range(graph.num_passages)] == list(TOY_PASSAGES)


def test_views_by_entity_agree_with_the_edge_lists() -> None:
    graph = toy_graph()
    mentions, facts, synonyms = (
        matrix.toarray() for matrix in (graph.passages_of_entity, graph.facts_of_entity, graph.synonyms_of_entity)
    )
    assert (mentions == graph.mentions.toarray().T).all()
    assert graph.num_passages_of_entity.tolist() == (mentions > 0).sum(axis=1).tolist()
    for fact in range(graph.num_facts):
        assert np.flatnonzero(facts[:, fact]).tolist() == sorted({graph.fact_head[fact], graph.fact_tail[fact]})
    assert (synonyms == synonyms.T).all()
    byron, lord_byron = (graph.entity_keys.find(key) for key in ("byron", "lord byron"))
    assert synonyms[byron, lord_byron] == 0.9
    assert np.count_nonzero(synonyms) == 2


def test_an_entity_that_is_head_and_tail_of_a_fact() -> None:
    graph = toy_graph(TOY_PASSAGES[:1], [("p1", "Ouroboros", "eats", "Ouroboros")], ())
    assert graph.facts_of_entity.toarray().tolist() == [[2]]
    assert graph.adjacency.toarray()[0, 0] == 0
