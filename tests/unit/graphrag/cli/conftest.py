"""The command line in this process, and a small store that it built."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphrag.cli.main import cli

PASSAGES = (
    ("ada", "Ada Lovelace", "Ada Lovelace was born in London. She worked with Charles Babbage."),
    ("babbage", "Charles Babbage", "Charles Babbage designed the Analytical Engine. Charles Babbage died in London."),
    ("engine", "Analytical Engine", "The Analytical Engine was designed by Charles Babbage in 1837."),
    ("london", "London", "London is the capital of England. London lies on the River Thames."),
    ("bread", "Bread", "Bread is baked from flour and water."),
)
QUESTIONS = (
    {"question_id": "q1", "question": "Who designed the Analytical Engine?", "answers": ["Charles Babbage"],
     "gold_passage_ids": ["babbage", "engine"], "type": "simple"},
    {"question_id": "q2", "question": "Where was Ada Lovelace born?", "answers": ["London"], "passage_ids": ["ada"],
     "type": "simple"},
)  # fmt: skip

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def multihop() -> Run:
    """Return a function that runs a command; it must end by an exit code and not by an exception of another kind."""

    def run(*arguments: object, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of five passages."""
    path = tmp_path_factory.mktemp("corpus") / "passages.jsonl"
    lines = [json.dumps({"passage_id": p, "title": title, "text": text}) for p, title, text in PASSAGES]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def questions(corpus: Path) -> Path:
    """Return a file of two questions about them."""
    path = corpus.with_name("questions.jsonl")
    path.write_text("\n".join(map(json.dumps, QUESTIONS)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def kb(multihop: Run, corpus: Path) -> Path:
    """Return a store with the passages, for reading."""
    path = corpus.with_name("kb.db")
    result = multihop("build", corpus, "--store", path)
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
def own_kb(kb: Path, tmp_path: Path) -> Path:
    """Return a copy of the store, for writing."""
    return Path(shutil.copy(kb, tmp_path / "kb.db"))
