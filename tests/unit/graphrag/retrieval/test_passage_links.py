"""Links between passages."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from graphrag.graph.adjacency import row
from graphrag.retrieval.passage_links import MAX_PASSAGES_OF_TOPIC, PassageLinks
from graphrag.testing.toy import toy_graph
from graphrag.types import Passage


def test_a_passage_links_to_those_whose_topic_it_names() -> None:
    graph = toy_graph()
    links = PassageLinks(graph)
    pairs = {
        (graph.passage_ids[int(source)], graph.passage_ids[int(target)])
        for source, target in zip(*links.forward.nonzero(), strict=True)
    }
    assert pairs == {("p2", "p3"), ("p4", "p1")}
    assert np.array_equal(links.backward.toarray(), links.forward.toarray().T)


def test_the_walk_goes_from_a_passage_to_what_it_names_and_on_to_other_passages() -> None:
    graph = toy_graph()
    reset = np.zeros(graph.num_nodes)
    reset[graph.num_entities] = 1
    mass = PassageLinks(graph).walk.mass(reset)
    named = graph.mentions[[0]].indices
    assert np.all(mass[named] > 0)
    assert mass.sum() == pytest.approx(1)
    assert np.count_nonzero(mass[graph.num_entities :]) > 1


def test_a_topic_of_very_many_passages_links_none() -> None:
    many = [
        Passage(f"x{n:03}", "Ada Lovelace lived.", "Ada Lovelace", f"x{n}") for n in range(MAX_PASSAGES_OF_TOPIC + 1)
    ]
    triples = [(passage.passage_id, "Ada Lovelace", "lived in", "London") for passage in many]
    assert PassageLinks(toy_graph(many, triples, ())).forward.nnz == 0
    assert PassageLinks(toy_graph(many[:3], triples[:3], ())).forward.nnz == 6


def test_a_row_has_its_columns() -> None:
    assert row(csr_array(np.array([[0, 0], [1, 0]])), 1).tolist() == [0]
