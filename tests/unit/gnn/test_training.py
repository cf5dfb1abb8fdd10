import csv
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torch_geometric")

from gnn.kinds import LEARNERS  # noqa: E402
from gnn.path_questions import path_questions  # noqa: E402
from gnn.questions import LabelledQuestion  # noqa: E402
from gnn.training import TrainingSettings, divided, hits_at_1, train  # noqa: E402
from gnn.weights_file import read_weights  # noqa: E402
from graphrag.errors import ConfigError  # noqa: E402

SETTINGS = TrainingSettings(epochs=12, batch_size=8, learning_rate=0.02, patience=12)


@pytest.fixture
def questions(books) -> list[LabelledQuestion]:
    names = list(books.names)
    made = path_questions(books, num_questions=120, max_length=2)
    return [
        LabelledQuestion(text, books, tuple(map(names.index, seeds)), tuple(map(names.index, answers)))
        for text, seeds, answers in made
    ]


@pytest.fixture(params=sorted(LEARNERS))
def make_learner(request, encoder):
    return lambda: LEARNERS[request.param].fresh(encoder, options={"size": 12, "num_steps": 2}, seed=1)


def test_training_learns_and_writes_its_files(make_learner, questions, encoder, tmp_path) -> None:
    learner = make_learner()
    before = hits_at_1(learner, questions)
    epochs = train(learner, questions, questions, tmp_path / "w.safetensors", settings=SETTINGS)
    best = max(epoch.hits_at_1 for epoch in epochs)
    assert best > max(before, 0.7)
    assert epochs[-1].loss < epochs[0].loss
    again = type(learner).of_weights(read_weights(tmp_path / "w.safetensors"), encoder)
    assert hits_at_1(learner, questions) == hits_at_1(again, questions)
    assert hits_at_1(learner, questions) == best
    rows = list(csv.DictReader((tmp_path / "w.safetensors.csv").read_text().splitlines()))
    assert [float(row["hits_at_1"]) for row in rows] == [epoch.hits_at_1 for epoch in epochs]
    assert not (tmp_path / "w.safetensors.checkpoint").exists()


def test_questions_over_several_graphs(make_learner, questions, make_graph, tmp_path) -> None:
    other = make_graph([("ulysses", "written by", "joyce"), ("dubliners", "written by", "joyce")])
    more = [LabelledQuestion("who wrote ulysses", other, (2,), (1,)), LabelledQuestion("joyce", other, (1,), (0, 2))]
    learner = make_learner()
    epochs = train(learner, questions + more * 9, questions + more, tmp_path / "w.safetensors", settings=SETTINGS)
    assert max(epoch.hits_at_1 for epoch in epochs) > 0.7
    assert hits_at_1(learner, more) == 1


def test_a_killed_run_goes_on_to_the_same_weights(make_learner, questions, tmp_path, monkeypatch) -> None:
    settings = replace(SETTINGS, epochs=3, save_seconds=1e-9)
    whole, killed, resumed = make_learner(), make_learner(), make_learner()
    train(whole, questions, questions, tmp_path / "whole", settings=settings)
    calls = 0
    loss = killed.loss

    def dying(batch):
        nonlocal calls
        calls += 1
        if calls == 20:
            raise KeyboardInterrupt
        return loss(batch)

    monkeypatch.setattr(killed, "loss", dying)
    with pytest.raises(KeyboardInterrupt):
        train(killed, questions, questions, tmp_path / "out", settings=settings)
    train(resumed, questions, questions, tmp_path / "out", settings=settings, resume=True)
    for name, tensor in whole.network.state_dict().items():
        assert torch.equal(tensor, resumed.network.state_dict()[name]), name


def test_a_checkpoint_of_another_run(make_learner, questions, tmp_path) -> None:
    (tmp_path / "out.checkpoint").write_bytes(b"no checkpoint")
    with pytest.raises(ConfigError, match="Cannot go on from"):
        train(make_learner(), questions, questions, tmp_path / "out", settings=SETTINGS, resume=True)
    torch.save({"run": {"kind": "other"}}, tmp_path / "out.checkpoint")
    with pytest.raises(ConfigError, match="belongs to a run with other questions or settings"):
        train(make_learner(), questions, questions, tmp_path / "out", settings=SETTINGS, resume=True)


def test_nothing_to_learn_from(make_learner, books, tmp_path) -> None:
    lost = [LabelledQuestion("who", books, (), (1,)), LabelledQuestion("who", books, (1,), ())]
    with pytest.raises(ConfigError, match=r"got 0 of 2 to train on and 2 to score"):
        train(make_learner(), lost, lost, tmp_path / "out", settings=SETTINGS)


def test_it_stops_when_nothing_is_gained(make_learner, questions, tmp_path) -> None:
    settings = replace(SETTINGS, patience=1, learning_rate=1e-12)
    assert len(train(make_learner(), questions, questions, tmp_path / "out", settings=settings)) == 2


def test_one_in_ten_is_held_out(questions) -> None:
    learned, scored = divided(questions, seed=1)
    assert len(scored) == len(questions) // 10
    assert {id(question) for question in learned + scored} == {id(question) for question in questions}


@pytest.mark.parametrize(("name", "value"), [("epochs", 0), ("patience", 0), ("minutes", 0.0), ("learning_rate", -1.0)])
def test_settings_are_checked(name, value) -> None:
    with pytest.raises(ValueError, match=f"Expected '{name}' to be"):
        TrainingSettings(**{name: value})
