import gzip
from pathlib import Path

import pytest

from graphrag.errors import InputError
from graphrag.evaluation.datasets import load_questions
from graphrag.evaluation.splitting import split_questions

LINES = [f"who wrote [book {number}]\tauthor {number}" for number in range(101)]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "q.txt.gz"
    path.write_bytes(gzip.compress("\n".join([*LINES, ""]).encode()))
    return path


def test_every_line_goes_into_one_part(questions: Path, tmp_path: Path) -> None:
    parts = split_questions(questions, tmp_path / "out")
    lines = {name: path.read_text().splitlines() for name, path in parts.items()}
    assert {name: len(some) for name, some in lines.items()} == {"train": 81, "dev": 10, "test": 10}
    assert sorted(line for some in lines.values() for line in some) == sorted(LINES)
    assert lines["test"] != LINES[-10:]
    assert len(load_questions(parts["dev"], format="metaqa")) == 10


def test_equal_seeds_give_equal_parts(questions: Path, tmp_path: Path) -> None:
    first, again, other = (split_questions(questions, tmp_path / str(i), seed=seed) for i, seed in enumerate((1, 1, 2)))
    assert first["test"].read_text() == again["test"].read_text() != other["test"].read_text()


def test_too_few_questions(tmp_path: Path) -> None:
    path = tmp_path / "few.txt"
    path.write_text("\n".join(LINES[:29]))
    with pytest.raises(InputError, match=r"Expected at least 30 questions to divide \(got 29\)"):
        split_questions(path, tmp_path / "out")
    with pytest.raises(InputError, match="Cannot read the questions"):
        split_questions(tmp_path / "none.txt", tmp_path / "out")
