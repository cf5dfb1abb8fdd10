import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torch_geometric")

from gnn import messages  # noqa: E402
from gnn.messages import PairMessages  # noqa: E402
from gnn.questions import LabelledQuestion  # noqa: E402
from gnn.rearev import ReaRevNetwork, ReaRevOptions  # noqa: E402
from gnn.subgraphs import SubgraphBatch  # noqa: E402
from gnn.tensors import RelationalGraph  # noqa: E402


@pytest.fixture
def batch(make_graph, books) -> SubgraphBatch:
    small = make_graph([("a", "written by", "b"), ("b", "likes", "a"), ("b", "likes", "c")])
    graphs = [books, small]
    texts = dict.fromkeys(text for graph in graphs for text in graph.relation_texts)
    numbers = {text: number for number, text in enumerate(texts)}
    questions = [LabelledQuestion("?", graph, (0,), ()) for graph in graphs]
    return SubgraphBatch.of(questions, [RelationalGraph.of(graph) for graph in graphs], numbers)


def per_arc(batch, values, vectors):
    """One vector an arc, in a loop."""
    found = torch.zeros(batch.num_graphs * batch.num_nodes, vectors.shape[2])
    for head, pair in zip(batch.head.tolist(), batch.pair.tolist(), strict=True):
        tail, relation = int(batch.pair_tail[pair]), int(batch.pair_relation[pair])
        found[tail] += values.reshape(-1)[head] * vectors[tail // batch.num_nodes, relation]
    return found.view(batch.num_graphs, batch.num_nodes, -1)


@pytest.mark.parametrize("dense_relations", [0, 64])
def test_both_ways_equal_one_vector_an_arc(batch, monkeypatch, dense_relations) -> None:
    monkeypatch.setattr(messages, "DENSE_RELATIONS", dense_relations)
    torch.manual_seed(0)
    values = torch.rand(batch.num_graphs, batch.num_nodes, requires_grad=True)
    vectors = torch.randn(batch.num_graphs, batch.num_relations, 5, requires_grad=True)
    found = PairMessages()(batch, values, vectors)
    expected = per_arc(batch, values, vectors)
    assert torch.allclose(found, expected, atol=1e-5)
    direction = torch.randn_like(found)
    gradients = torch.autograd.grad((found * direction).sum(), [values, vectors])
    wanted = torch.autograd.grad((expected * direction).sum(), [values, vectors])
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(gradients, wanted, strict=True))


def test_what_a_seed_reaches(batch, books) -> None:
    assert batch.reachable.shape == (2, books.num_nodes)
    assert batch.reachable[1].tolist() == [False, True, True] + [False] * (books.num_nodes - 3)
    names = list(books.names)
    assert not batch.reachable[0, names.index("atlantis")]
    assert not batch.reachable[0, 0]


def test_the_update_of_relations_equals_that_of_what_arrives(batch) -> None:
    torch.manual_seed(0)
    network = ReaRevNetwork(ReaRevOptions(dimension=16, size=6))
    states = torch.rand(batch.num_graphs, batch.num_nodes, 6)
    made = torch.rand(batch.num_graphs, batch.num_relations, 12)
    half = batch.num_relations // 2
    forwards, backwards = made.clone(), made.clone()
    forwards[:, half:], backwards[:, :half] = 0, 0
    arrived = [per_arc(batch, batch.seeds, vectors) for vectors in (forwards, backwards)]
    expected = torch.relu(network.update[0](torch.cat([states, *arrived], dim=2)))
    found = network._updated(network.update[0], states, batch, batch.seeds, made)
    assert torch.allclose(found, expected, atol=1e-5)
