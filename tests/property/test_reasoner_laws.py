import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
pytest.importorskip("torch_geometric")

from gnn.kinds import LEARNERS  # noqa: E402
from gnn.questions import LabelledQuestion  # noqa: E402
from graphrag.reasoning import ReasoningGraph  # noqa: E402
from graphrag.testing.fakes import HashEncoder  # noqa: E402

NUM_NODES = 7
RELATIONS = ["knows", "wrote", "lives in"]
ENCODER = HashEncoder(dimension=8)
REASONERS = {kind: made.fresh(ENCODER, options={"size": 6}, seed=5).reasoner() for kind, made in LEARNERS.items()}

arcs = st.lists(
    st.tuples(st.integers(0, NUM_NODES - 1), st.integers(0, len(RELATIONS) - 1), st.integers(0, NUM_NODES - 1)),
    max_size=16,
)
some_seeds = st.lists(st.integers(0, NUM_NODES - 1), max_size=3, unique=True)
questions = st.sampled_from(["who knows it", "where does it live in", "", "what did the one who knows it write"])
kinds = pytest.mark.parametrize("kind", sorted(LEARNERS))


def graph_of(triples) -> ReasoningGraph:
    columns = np.array(triples, dtype=np.int32).reshape(-1, 3)
    nodes = np.arange(NUM_NODES, dtype=np.int32)
    return ReasoningGraph(nodes, NUM_NODES, columns[:, 0], columns[:, 1], columns[:, 2], RELATIONS)


def reached(triples, seeds) -> set[int]:
    found = set(seeds)
    for _ in range(NUM_NODES):
        found |= {t for h, _, t in triples if h in found} | {h for h, _, t in triples if t in found}
    return found


@kinds
@given(triples=arcs, seeds=some_seeds, question=questions)
@settings(max_examples=30)
def test_probabilities_sum_to_one_or_to_zero_and_the_unreachable_gets_none(kind, triples, seeds, question) -> None:
    found = REASONERS[kind].reason(question, seeds, graph_of(triples)).probability
    assert (found >= 0).all()
    others = reached(triples, seeds) - set(seeds)
    assert found.sum() == pytest.approx(1, abs=1e-6) if others else (found.sum() < 1e-6 or kind == "transfer")
    assert set(np.flatnonzero(found)) <= reached(triples, seeds)


@kinds
@given(triples=arcs, seeds=some_seeds, question=questions, order=st.permutations(range(NUM_NODES)))
@settings(max_examples=30)
def test_renumbering_the_nodes_renumbers_the_probabilities(kind, triples, seeds, question, order) -> None:
    found = REASONERS[kind].reason(question, seeds, graph_of(triples)).probability
    renamed = [(order[h], r, order[t]) for h, r, t in reversed(triples)]
    again = REASONERS[kind].reason(question, [order[seed] for seed in seeds], graph_of(renamed)).probability
    assert np.allclose(found, again[list(order)], atol=1e-5)


@given(triples=arcs, all_seeds=st.lists(some_seeds, min_size=2, max_size=4), question=questions)
@settings(max_examples=30)
def test_a_question_in_a_batch_gets_what_it_gets_alone(triples, all_seeds, question) -> None:
    reasoner = REASONERS["rearev"]
    asked = questions_of(graph_of(triples), question, all_seeds)
    for one, found in zip(asked, reasoner.reason_many(asked), strict=True):
        alone = reasoner.reason(one.question, one.seeds, one.graph)
        assert np.allclose(alone.probability, found.probability, atol=1e-5)
        assert alone.tokens == found.tokens


@given(triples=arcs, all_seeds=st.lists(some_seeds, min_size=2, max_size=4), question=questions)
@settings(max_examples=30)
def test_relation_transfer_plans_a_question_in_a_batch_as_alone(triples, all_seeds, question) -> None:
    """What is planned is walked question by question."""
    learner = LEARNERS["transfer"].fresh(ENCODER, options={"size": 6}, seed=5)
    asked = questions_of(graph_of(triples), question, all_seeds)
    with torch.inference_mode():
        together = learner.plan(asked).plans()
        apart = [learner.plan([one]).plans()[0] for one in asked]
    for batched, alone in zip(together, apart, strict=True):
        for name in ("weights", "shares", "returning"):
            assert np.allclose(getattr(batched, name), getattr(alone, name), atol=1e-6), name


def questions_of(graph: ReasoningGraph, question: str, all_seeds) -> list[LabelledQuestion]:
    """Questions of different lengths."""
    texts = (f"{question} {'then' * number}".strip() for number in range(len(all_seeds)))
    return [LabelledQuestion(text, graph, tuple(seeds), ()) for text, seeds in zip(texts, all_seeds, strict=True)]
