import pytest

torch = pytest.importorskip("torch")

from gnn.layers import at_most_one, relation_step, sparse_product  # noqa: E402
from gnn.tensors import RelationalGraph  # noqa: E402


def per_arc(scores, weights, graph):
    """The same step with one value an arc, by torch's own derivative."""
    relation, tail = graph.pair_relation[graph.pair], graph.pair_tail[graph.pair]
    return torch.zeros_like(scores).index_add(0, tail, scores[graph.head] * weights[relation])


def test_the_step_and_its_derivative_equal_those_arc_by_arc(books) -> None:
    graph = RelationalGraph.of(books)
    torch.manual_seed(0)
    for step in (per_arc, lambda x, w, g: relation_step(x, w, g.arcs(torch.ones(g.num_nodes, dtype=torch.bool)))):
        torch.manual_seed(1)
        scores = torch.rand(graph.num_nodes, 3, requires_grad=True)
        weights = torch.rand(graph.num_relations, 3, requires_grad=True)
        direction = torch.rand(graph.num_nodes, 3)
        found = step(scores, weights, graph)
        (found * direction).sum().backward()
        if step is per_arc:
            expected = found.detach(), scores.grad, weights.grad
        else:
            assert torch.allclose(found, expected[0], atol=1e-6)
            assert torch.allclose(scores.grad, expected[1], atol=1e-6)
            assert torch.allclose(weights.grad, expected[2], atol=1e-6)


def test_a_sparse_product_has_the_derivative_of_a_dense_one(books) -> None:
    matrix, transposed = RelationalGraph.of(books).degrees
    values = torch.rand(matrix.shape[1], 2, requires_grad=True)
    sparse_product(matrix, transposed, values).sum().backward()
    assert torch.allclose(values.grad, matrix.to_dense().sum(0)[:, None].expand(-1, 2))


def test_the_cut_keeps_the_gradient() -> None:
    values = torch.tensor([0.5, 3.0], requires_grad=True)
    found = at_most_one(values)
    found.sum().backward()
    assert found.tolist() == [0.5, 1.0]
    assert values.grad.tolist() == [1.0, 1.0]
