import numpy as np
import pytest

from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.retrieval.surroundings import ENTITY_FEATURES, FEATURES, SurroundingsFinder
from graphrag.testing.toy import TOY_ENCODER, ToyExtractor, toy_graph

QUESTION = "Who was the father of Ada Lovelace?"


@pytest.fixture
def finder() -> SurroundingsFinder:
    graph = toy_graph()
    lexical = LexicalIndex.build([graph.passage(i).full_text for i in range(graph.num_passages)])
    return SurroundingsFinder(RetrievalResources(graph, TOY_ENCODER, lexical, ToyExtractor()))


def test_begins_with_the_seed_and_has_a_row_of_features_a_node(finder) -> None:
    around = finder.around(QUESTION, max_nodes=40)
    seen = around.graph
    assert around.seeds == (0,)
    assert seen.nodes[0] == around.linked[0][0] == finder.graph.entity_keys.find("ada lovelace")
    assert seen.node_features.shape == (seen.num_nodes, len(FEATURES))
    assert around.fallbacks == ()


def test_entities_and_passages_have_columns_of_their_own(finder) -> None:
    seen = finder.around(QUESTION, max_nodes=40).graph
    entities, passages = seen.node_features[: seen.num_entities], seen.node_features[seen.num_entities :]
    assert not entities[:, len(ENTITY_FEATURES) :].any()
    assert not passages[:, : len(ENTITY_FEATURES)].any()
    assert (entities[:, FEATURES.index("is entity")] == 1).all()
    assert (passages[:, FEATURES.index("is passage")] == 1).all()
    assert entities[0, FEATURES.index("named")] > 0
    assert np.isfinite(seen.node_features).all()


@pytest.mark.parametrize("max_nodes", [1, 3, 8])
def test_keeps_the_bound(finder, max_nodes) -> None:
    around = finder.around(QUESTION, max_nodes=max_nodes)
    assert 1 <= around.graph.num_nodes <= max_nodes
    assert around.seeds == (0,)


def test_a_question_without_a_known_entity_says_so(finder) -> None:
    around = finder.around("how is flour used?", max_nodes=40)
    assert around.fallbacks == ("the question has no entities: ranked by similarity alone",)
    assert around.graph.num_nodes
