import numpy as np
import pytest

torch = pytest.importorskip("torch")

from gnn.tensors import RelationalGraph  # noqa: E402


def test_every_arc_has_its_inverse_and_is_there_once(make_graph) -> None:
    twice = make_graph([("a", "r", "b"), ("a", "r", "b"), ("c", "s", "c")])
    graph = RelationalGraph.of(twice)
    arcs = set(
        zip(
            graph.head.tolist(),
            graph.pair_relation[graph.pair].tolist(),
            graph.pair_tail[graph.pair].tolist(),
            strict=True,
        )
    )
    assert arcs == {(0, 0, 1), (1, 2, 0), (2, 1, 2), (2, 3, 2)}
    assert len(graph.head) == 4


def test_pairs_gather_the_arcs_with_one_tail_and_relation(books) -> None:
    graph = RelationalGraph.of(books)
    assert graph.num_pairs < len(graph.head)
    keys = set(zip(graph.pair_tail.tolist(), graph.pair_relation.tolist(), strict=True))
    assert len(keys) == graph.num_pairs


def test_arcs_that_leave_and_arrive(books) -> None:
    graph = RelationalGraph.of(books)
    names = list(books.names)
    leaving = torch.zeros(graph.num_nodes, dtype=torch.bool)
    leaving[names.index("austen")] = True
    everywhere = graph.arcs(leaving)
    assert {names[i] for i in everywhere.tail.tolist()} == {"emma", "persuasion", "steventon"}
    only = torch.zeros(graph.num_nodes, dtype=torch.bool)
    only[names.index("emma")] = True
    assert [names[i] for i in graph.arcs(leaving, into=only).tail.tolist()] == ["emma"]
    assert torch.equal(everywhere.by_pair.to_dense().T, everywhere.by_head.to_dense())


def test_degrees_count_the_arcs_that_leave(books) -> None:
    graph = RelationalGraph.of(books)
    degrees, transposed = (matrix.to_dense() for matrix in graph.degrees)
    expected = np.zeros(degrees.shape, dtype=np.float32)
    np.add.at(expected, (graph.pair_relation[graph.pair].numpy(), graph.head.numpy()), 1)
    assert np.array_equal(degrees.numpy(), expected)
    assert torch.equal(transposed, degrees.T)


def test_a_graph_without_arcs(make_graph) -> None:
    graph = RelationalGraph.of(make_graph([]))
    assert (graph.num_nodes, graph.num_pairs, graph.num_relations) == (0, 0, 0)
