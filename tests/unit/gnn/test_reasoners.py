"""What holds for every reasoner that is learned, and for what learns it."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torch_geometric")

from gnn.kinds import LEARNERS  # noqa: E402
from gnn.loading import load_reasoner  # noqa: E402
from gnn.questions import LabelledQuestion  # noqa: E402
from gnn.weights_file import Weights, write_weights  # noqa: E402
from graphrag.errors import ConfigError  # noqa: E402
from graphrag.reasoning import ReasoningGraph  # noqa: E402
from graphrag.testing.fakes import HashEncoder  # noqa: E402

KINDS = sorted(LEARNERS)


@pytest.fixture(params=KINDS)
def learner(request, encoder):
    return LEARNERS[request.param].fresh(encoder, options={"size": 8}, seed=3)


@pytest.fixture
def reasoner(learner):
    return learner.reasoner()


def test_probabilities_sum_to_one_and_the_unreachable_gets_none(reasoner, books) -> None:
    names = list(books.names)
    found = reasoner.reason("who wrote emma", [names.index("emma")], books)
    assert found.probability.sum() == pytest.approx(1)
    assert found.probability[names.index("atlantis")] == found.probability[names.index("nowhere")] == 0
    assert found.tokens == ("who", "wrote", "it")
    for step in found.steps:
        assert step.mass.shape == (books.num_nodes,)
        assert step.attention.sum() == pytest.approx(1)
        assert step.relation_weights.shape == (len(books.relation_texts), 2)
        assert (step.relation_weights >= 0).all()


@pytest.mark.parametrize("seeds", [[], ["nowhere"]])
def test_without_seeds_nothing_is_reached_and_elsewhere_only_what_is_near(reasoner, books, seeds) -> None:
    names = list(books.names)
    found = reasoner.reason("where is it", [names.index(seed) for seed in seeds], books)
    reached = {names[i] for i in np.flatnonzero(found.probability)}
    assert reached - set(seeds) == ({"atlantis"} if seeds else set())


def test_a_seed_that_is_no_node(reasoner, books) -> None:
    with pytest.raises(ValueError, match=r"Expected 'seeds' to be in \[0, 8\) \(got \[99\]\)"):
        reasoner.reason("who", [99], books)


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [("a", "r", "a")],
        [("a", "r", "b")] * 3,
        [("a", f"r{i}", f"e{i}") for i in range(200)],
        [("a", "", "b")],
    ],
    ids=["empty", "self-loop", "duplicates", "many relations", "relation without words"],
)
def test_odd_graphs(reasoner, make_graph, facts) -> None:
    graph = make_graph(facts)
    found = reasoner.reason("what is r of a", [0] if facts else [], graph)
    total = found.probability.sum()
    # Alone with itself a seed is an answer for relation transfer, which may come back, and for ReaRev none.
    assert total == pytest.approx(1) if graph.num_nodes > 1 else (total == 0 or total == pytest.approx(1))
    assert np.isfinite(found.probability).all()


def test_duplicates_change_nothing(reasoner, make_graph) -> None:
    facts = [("a", "r", "b"), ("b", "s", "c"), ("a", "s", "c")]
    once = reasoner.reason("what", [0], make_graph(facts)).probability
    assert np.allclose(once, reasoner.reason("what", [0], make_graph(facts * 2)).probability, atol=1e-6)


def test_ten_thousand_relations(reasoner, make_graph) -> None:
    graph = make_graph([(f"e{i % 50}", f"relation {i}", f"e{(7 * i + 1) % 50}") for i in range(10_000)])
    found = reasoner.reason("what is relation 77 of e1", [1], graph)
    assert found.probability.sum() == pytest.approx(1)


def test_the_best_node_is_the_most_probable(learner, books) -> None:
    names = list(books.names)
    questions = [
        LabelledQuestion("who wrote emma", books, (names.index("emma"),), ()),
        LabelledQuestion("x", books, (), ()),
    ]
    best = learner.best(questions)
    found = learner.reasoner().reason(questions[0].question, questions[0].seeds, books)
    assert best[0] == found.probability.argmax()
    assert best[1] is None


def test_weights_go_to_a_file_and_back(learner, books, encoder, tmp_path) -> None:
    write_weights(tmp_path / "w.safetensors", learner.weights())
    again, reasoner = load_reasoner(tmp_path / "w.safetensors", encoder), learner.reasoner()
    assert type(again) is type(reasoner)
    first, second = (r.reason("who wrote emma", [3], books).probability for r in (reasoner, again))
    assert np.array_equal(first, second)
    third = type(learner).of_weights(learner.weights(), encoder).reasoner().reason("who wrote emma", [3], books)
    assert np.array_equal(first, third.probability)


def test_weights_that_do_not_fit(learner, encoder, tmp_path) -> None:
    weights = learner.weights()
    write_weights(tmp_path / "kind", Weights("other", {}, weights.tensors))
    with pytest.raises(ConfigError, match=r"a reasoner of kind text, transfer or rearev \(got 'other'\)"):
        load_reasoner(tmp_path / "kind", encoder)
    (name, tensor), *others = weights.tensors.items()
    wrong = [
        Weights(weights.kind, {"unknown": 1}, weights.tensors),
        Weights(weights.kind, {**weights.options, "num_steps": 0}, weights.tensors),
        Weights(weights.kind, {**weights.options, "num_steps": "2"}, weights.tensors),
        Weights(weights.kind, weights.options, dict(others)),
        Weights(weights.kind, weights.options, {**weights.tensors, name: tensor[:-1]}),
        Weights(weights.kind, weights.options, {**weights.tensors, "another": tensor}),
    ]
    for number, given in enumerate(wrong):
        write_weights(tmp_path / f"{number}", given)
        with pytest.raises(ConfigError, match=f"the weights of a reasoner of kind '{weights.kind}'"):
            load_reasoner(tmp_path / f"{number}", encoder)
    write_weights(tmp_path / "good", weights)
    with pytest.raises(ConfigError, match=r"Expected an encoder of vectors of length 16 \(got 8\)"):
        load_reasoner(tmp_path / "good", HashEncoder(dimension=8))


@pytest.mark.parametrize("name", ["size", "num_steps"])
def test_sizes_are_checked(learner, encoder, name) -> None:
    with pytest.raises(ValueError, match=rf"Expected '{name}' to be (at least 1|in \[1, \d+\]) \(got 0\)"):
        type(learner).fresh(encoder, options={name: 0})


def bytes_kept(learner, num_arcs: int) -> int:
    """Return what the loss of two questions over a random graph keeps for its gradient; a tenth of it are seeds."""
    rng, num_nodes = np.random.default_rng(0), num_arcs // 4
    head, tail = rng.integers(0, num_nodes, (2, num_arcs)).astype(np.int32)
    relation = rng.integers(0, 5, num_arcs).astype(np.int32)
    nodes = np.arange(num_nodes, dtype=np.int32)
    graph = ReasoningGraph(nodes, num_nodes, head, relation, tail, [f"r{i}" for i in range(5)])
    seeds = tuple(range(0, num_nodes, 10))
    questions = [LabelledQuestion("what is it", graph, seeds, (1, 2)), LabelledQuestion("it", graph, (3,), (4,))]
    sizes = [0]
    with torch.autograd.graph.saved_tensors_hooks(lambda t: sizes.append(t.nbytes) or t, lambda t: t):
        learner.loss(questions)
    return sum(sizes)


def test_what_training_keeps_grows_no_faster_than_the_graph(learner) -> None:
    small, middle, large = (bytes_kept(learner, num_arcs) for num_arcs in (2_000, 4_000, 8_000))
    assert 1.5 * small < middle < 2.2 * small
    assert 1.5 * middle < large < 2.2 * middle
