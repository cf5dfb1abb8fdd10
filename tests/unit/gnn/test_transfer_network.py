import numpy as np
import pytest

torch = pytest.importorskip("torch")

from gnn.arcs import LeavingArcs  # noqa: E402
from gnn.questions import LabelledQuestion, read_question  # noqa: E402
from gnn.transfer_network import TransferLearner  # noqa: E402
from gnn.transfer_reasoner import mixed, walked  # noqa: E402

TEXTS = ("who wrote emma", "", "in which place was the author of emma born and when")


@pytest.fixture
def learner(encoder) -> TransferLearner:
    learner = TransferLearner.fresh(encoder, options={"size": 8}, seed=7)
    with torch.no_grad():
        learner.network.returning.weight.normal_()  # zeros before training
    return learner


def test_torch_and_numpy_make_the_same_plans(learner, books, encoder) -> None:
    questions = [LabelledQuestion(text, books, (4,), ()) for text in TEXTS]
    with torch.inference_mode():
        plans = learner.plan(questions).plans()
    relations = encoder.encode(list(books.relation_texts))
    for question, batched in zip(questions, plans, strict=True):
        tokens, states = read_question(encoder, question.question.replace("emma", "it"))
        alone = learner.reasoner().plan(tokens, states, relations)
        assert np.allclose(batched.attention[:, : len(tokens)], alone.attention, atol=1e-6)
        assert not batched.attention[:, len(tokens) :].any()
        for name in ("weights", "shares", "returning"):
            assert np.allclose(getattr(batched, name), getattr(alone, name), atol=1e-6), name


def test_the_loss_is_that_of_the_scores_that_are_walked(learner, books) -> None:
    """The loss never makes the last step; what it says must be what the steps say."""
    all_seeds = [(4,), (4, 0), (5,)]
    questions = [LabelledQuestion(text, books, seeds, (0, 3)) for text, seeds in zip(TEXTS, all_seeds, strict=True)]
    arcs, expected = LeavingArcs.of(books), []
    with torch.inference_mode():
        plans, loss = learner.plan(questions).plans(), learner.loss(questions).item()
    for plan, question in zip(plans, questions, strict=True):
        scores = mixed(walked(arcs, plan, question.seeds), plan)
        expected.append(np.log(scores.sum() + 1e-3) - np.log(scores[list(question.answers)].sum() + 1e-9))
    assert loss == pytest.approx(np.mean(expected), abs=1e-4)


def test_questions_of_a_batch_share_a_graph(learner, books, make_graph) -> None:
    questions = [LabelledQuestion("who", graph, (0,), (1,)) for graph in (books, make_graph([("a", "r", "b")]))]
    with pytest.raises(ValueError, match="Expected 'questions' to share one graph"):
        learner.loss(questions)
