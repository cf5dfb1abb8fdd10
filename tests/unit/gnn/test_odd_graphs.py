"""What the retriever gnn says over imported knowledge graphs that are odd, with networks that have learned nothing."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torch_geometric")

from gnn.kinds import LEARNERS  # noqa: E402
from graphrag.retrieval.gnn_entities import EntityRetriever  # noqa: E402
from graphrag.retrieval.retriever import NUM_ENTITIES, RetrievalResources  # noqa: E402
from graphrag.testing.toy import TOY_ENCODER, ToyExtractor, toy_graph  # noqa: E402

QUESTION = "What is near Anna?"
NO_NAME = "the question names no entity"
NOTHING = "the reasoner reached no entity"


@pytest.fixture(params=sorted(LEARNERS))
def over(request):
    """Return what makes a retriever over the graph of some triples."""

    def made(triples) -> EntityRetriever:
        reasoner = LEARNERS[request.param].fresh(TOY_ENCODER, options={"size": 8}, seed=3).reasoner()
        facts = tuple(("", head, relation, tail) for head, relation, tail in triples)
        return EntityRetriever(
            RetrievalResources(toy_graph((), facts, ()), TOY_ENCODER, None, ToyExtractor()), reasoner
        )

    return made


def test_entities_that_are_not_in_the_graph(over) -> None:
    retriever = over([("Emma", "written by", "Jane Austen"), ("Jane Austen", "born in", "Steventon")])
    found = retriever.retrieve_seeded("what is it?", ["Atlantis"])
    assert (found.entities, found.candidates, found.seeds) == ((), (), ())
    replaced = "the given entities are not in the graph: those in the question were used"
    assert found.fallbacks == (replaced, NO_NAME, NOTHING)


def test_an_empty_graph(over) -> None:
    found = over([]).retrieve(QUESTION)
    assert (found.entities, found.candidates, found.passages) == ((), (), ())
    assert found.fallbacks == (NO_NAME, NOTHING)


def test_one_relation(over) -> None:
    found = over([("Anna", "near", "Bert"), ("Bert", "near", "Carl")]).retrieve(QUESTION)
    assert {entity.name for entity in found.entities} >= {"Bert", "Carl"}
    assert sum(entity.score for entity in found.entities) == pytest.approx(1)
    assert found.fallbacks == ()


def test_ten_thousand_relations(over) -> None:
    triples = [(f"Place {i % 60}", f"relation {i}", f"Place {i // 60 % 60}") for i in range(10_000)]
    found = over([*triples, ("Anna", "near", "Place 1")]).retrieve(QUESTION)
    assert len(found.entities) == NUM_ENTITIES
    assert 0 < sum(entity.score for entity in found.entities) <= 1 + 1e-6
    assert found.fallbacks == ()


def test_a_fact_of_an_entity_with_itself(over) -> None:
    alone = over([("Anna", "near", "Anna"), ("Bert", "near", "Carl")]).retrieve(QUESTION)
    if alone.entities:  # relation transfer may come back to where it began, ReaRev may not
        assert [entity.name for entity in alone.entities] == ["Anna"]
    else:
        assert alone.fallbacks == (NOTHING,)
    beside = over([("Anna", "near", "Anna"), ("Anna", "near", "Bert")]).retrieve(QUESTION)
    assert beside.entities[0].name == "Bert"


def test_triples_given_twice(over) -> None:
    triples = [("Anna", "near", "Bert"), ("Anna", "knows", "Carl")]
    once, twice = (over(given).retrieve(QUESTION).entities for given in (triples, triples * 2))
    assert [entity.name for entity in once] == [entity.name for entity in twice]
    assert [entity.score for entity in once] == pytest.approx([entity.score for entity in twice])
