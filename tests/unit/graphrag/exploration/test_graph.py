import warnings

import networkx as nx
import pytest

from graphrag.errors import LinkingError
from graphrag.exploration.graph import Graph, GraphLimitWarning
from graphrag.rows import Edit
from graphrag.testing.large import large_graph
from graphrag.testing.toy import TOY_PASSAGES, TOY_TRIPLES, toy_graph
from graphrag.types import Passage

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(toy_graph())


def test_the_whole_graph_for_networkx(graph: Graph) -> None:
    found = graph.to_networkx()
    assert isinstance(found, nx.MultiDiGraph)
    arrays = graph.arrays
    assert found.number_of_nodes() == arrays.num_nodes
    kinds = [kind for *_, kind in found.edges(data="kind")]
    assert kinds.count("fact") == arrays.num_facts
    assert kinds.count("mention") == arrays.mentions.nnz
    assert kinds.count("synonym") == len(arrays.synonyms)
    between = found.get_edge_data("entity:ada lovelace", "entity:analytical engine")
    assert {edge["relation"] for edge in between.values()} == {"wrote notes on", "described"}


def test_a_large_graph_is_limited_and_says_so(graph: Graph) -> None:
    with pytest.warns(GraphLimitWarning, match="3 of 12 nodes, the best connected; max_nodes=None gives all"):
        assert graph.to_networkx(max_nodes=3).number_of_nodes() == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert graph.to_networkx(max_nodes=None).number_of_nodes() == graph.arrays.num_nodes
    with pytest.raises(ValueError, match=r"Expected 'max_nodes' to be at least 1 \(got 0\)"), pytest.warns():
        graph.to_networkx(max_nodes=0)


def test_the_neighbourhood_grows_with_the_hops(graph: Graph) -> None:
    one = graph.neighbourhood("charles babbage")
    assert set(one.entities) == {"Charles Babbage", "Analytical Engine", "London"}
    assert one.entities[0] == "Charles Babbage"
    two = graph.neighbourhood("Charles Babbage", hops=2)
    assert set(one.entities) < set(two.entities)
    assert "England" in two.entities
    few = graph.neighbourhood("Charles Babbage", hops=3, max_nodes=2)
    assert len(few.entities) == 2
    assert few.view.notes == ("Drawn: 2 of 7 entities, 0 of 5 passages.",)
    with_passages = graph.neighbourhood("Charles Babbage", passages=True)
    assert any(node.kind == "passage" for node in with_passages.view.nodes)


def test_what_is_no_neighbourhood(graph: Graph) -> None:
    with pytest.raises(LinkingError, match="There is no entity 'Charles Babage' in the graph; did you mean 'Charles B"):
        graph.neighbourhood("Charles Babage")
    with pytest.raises(ValueError, match=r"Expected 'hops' to be at least 1 \(got 0\)"):
        graph.neighbourhood("London", hops=0)
    for number in (0, 501):
        with pytest.raises(ValueError, match=rf"Expected 'max_nodes' to be in \[1, 500\] \(got {number}\)"):
            graph.neighbourhood("London", max_nodes=number)


def test_what_is_drawn_of_a_neighbourhood_is_connected() -> None:
    # Hubs have more mass than what connects them with the centre.
    hubs = Graph(large_graph(2_000))
    for passages in (False, True):
        part = hubs.neighbourhood("Entity 001234", hops=3, max_nodes=30, passages=passages)
        assert len(part.view.nodes) == 30
        assert any(node.kind == "passage" for node in part.view.nodes) == passages
        assert nx.is_connected(part.to_networkx().to_undirected())


def test_paths_between_two_entities(graph: Graph) -> None:
    (path,) = graph.paths("Lord Byron", "Ada Lovelace", max_length=1)
    assert [step.relation for step in path.steps] == ["was the father of"]
    assert graph.paths("Ada Lovelace", "England")
    assert graph.paths("Ada Lovelace", "England", max_length=1) == ()
    assert "mh-path" in graph.paths("Ada Lovelace", "England")._repr_html_()


def test_a_passage_with_its_triples(graph: Graph) -> None:
    shown = graph.passage("p2")
    assert {(t.head, t.relation, t.tail) for t in shown.triples} == {
        ("Charles Babbage", "designed", "Analytical Engine"), ("Charles Babbage", "was born in", "London"),
    }  # fmt: skip
    text = shown.passage.text
    assert [text[start:end] for start, end, _ in shown.spans] == ["Charles Babbage", "Analytical Engine", "London"]
    assert "<mark title='london'>London</mark>" in shown._repr_html_()
    assert repr(shown) == "AnnotatedPassage('p2', triples=2, spans=3)"
    with pytest.raises(LinkingError, match="There is no passage 'p9' in the graph"):
        graph.passage("p9")


def test_searching_names(graph: Graph) -> None:
    assert graph.search("BYRON") == ("Byron", "Lord Byron")
    assert graph.search("e", limit=1) == ("Ada Lovelace",)
    assert graph.search("zzz") == ()


def test_edited_triples_say_so() -> None:
    triples = (*TOY_TRIPLES, ("", "Lord Byron", "died in", "Missolonghi"), ("", "Ada Lovelace", "knew", "Lord Byron"))
    edits = [Edit("merge", "The Poet", "Lord Byron"), Edit("add", "the poet", "Missolonghi", "Died in")]
    table = Graph(toy_graph(triples=triples), edits=edits).to_pandas().triples
    sources = {(row.head, row.relation): row.source for row in table.itertuples()}
    assert sources["Lord Byron", "died in"] == "edited"
    assert sources["Ada Lovelace", "knew"] == "imported"
    assert sources["Lord Byron", "was the father of"] == "extracted"


def test_tables(graph: Graph) -> None:
    tables = graph.to_pandas()
    arrays = graph.arrays
    assert len(tables.entities) == arrays.num_entities
    assert len(tables.triples) == arrays.num_facts
    assert len(tables.passages) == arrays.num_passages
    ada = tables.entities.set_index("key").loc["ada lovelace"]
    assert (ada.entity, ada.facts, ada.passages) == ("Ada Lovelace", 4, 2)
    described = tables.triples[tables.triples.relation == "described"].iloc[0]
    assert (described["head"], described["tail"], described.passage_ids) == (
        "Ada Lovelace", "Analytical Engine", ("p1",),
    )  # fmt: skip
    assert tables.passages.document_id.tolist() == [passage.document_id for passage in TOY_PASSAGES]


def test_statistics(graph: Graph) -> None:
    stats = graph.statistics()
    assert (stats.entities, stats.passages, stats.facts, stats.synonyms) == (7, 5, 7, 1)
    assert stats.components == 2  # bread names nothing
    assert stats.largest_component == 11
    assert stats.max_degree == 4
    assert sum(count for *_, count in stats.degrees) == stats.entities
    assert stats.best_connected[0] == ("Ada Lovelace", 4)
    assert "best connected" in graph._repr_html_()
    assert repr(graph) == "Graph(entities=7, facts=7, passages=5)"


def test_an_empty_graph() -> None:
    empty = Graph(toy_graph(passages=(), triples=(), synonyms=()))
    assert empty.statistics().components == 0
    assert empty.to_networkx().number_of_nodes() == 0
    assert empty.search("a") == ()
    assert len(empty.to_pandas().triples) == 0
    assert empty.overview().triples == ()
    with pytest.raises(LinkingError, match=r"There is no entity 'Ada' in the graph$"):
        empty.neighbourhood("Ada")


def test_markup_is_shown_as_text() -> None:
    passages = (Passage("p1", f"{SCRIPT} met Ada.", SCRIPT, "d1"),)
    graph = Graph(toy_graph(passages=passages, triples=(("p1", SCRIPT, "<b>met</b>", "Ada"),), synonyms=()))
    for shown in (
        graph,
        graph.statistics(),
        graph.passage("p1"),
        graph.neighbourhood("Ada"),
        graph.paths("Ada", SCRIPT),
    ):
        html = shown._repr_html_()
        assert "<script" not in html
        assert "<b>met" not in html
        assert "&lt;script&gt;" in html
