"""The runner of the README's figures, on a condition over the demo corpus, run for real."""

import hashlib
import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
RUNNER = ROOT / "tests" / "benchmarks" / "quality" / "run_conditions.py"


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_conditions", RUNNER)
    module = importlib.util.module_from_spec(spec)
    sys.modules["run_conditions"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, runner: ModuleType) -> Path:
    """Return a folder with the demo corpus's first passages, a question, and a condition over them."""
    folder = tmp_path_factory.mktemp("conditions")
    lines = (ROOT / "demo" / "passages.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "passages.jsonl").write_text("".join(lines[:5]), encoding="utf-8")
    question = '{"question": "Who was Ada Lovelace?", "answers": ["x"], "gold_passage_ids": ["ada-lovelace", "none"]}\n'
    (folder / "questions.jsonl").write_text(question, encoding="utf-8")
    return folder


@pytest.fixture
def conditions(folder: Path, tmp_path: Path) -> Path:
    def sha256(name: str) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()

    path = tmp_path / "conditions.toml"
    path.write_text(
        f"""# kept
[store.small]
build = ["multihop", "build", "{{data}}/passages.jsonl", "--store", "{{store.small}}"]
data = {{ "passages.jsonl" = "{sha256("passages.jsonl")}" }}

[[condition]]
id = "other"
command = ["python", "-c", "print('value 3.25')"]
patterns = {{ "recall@5" = 'value ([\\d.]+)' }}
[condition.expected]
"recall@5" = 3.25

[[condition]]
id = "small"
stores = ["small"]
command = ["multihop", "eval", "--store", "{{store.small}}", "--questions", "{{data}}/questions.jsonl",
           "--retriever", "bm25", "--no-answers", "--json"]
data = {{ "questions.jsonl" = "{sha256("questions.jsonl")}" }}
[condition.expected]
"bm25/recall@5" = 0.25  # wrong

[[condition]]
id = "rare"
slow = true
command = ["python", "-c", "import sys; sys.exit('no good')"]
[condition.expected]
"x" = 1
""",
        encoding="utf-8",
    )
    return path


def arguments(folder: Path, conditions: Path, *more: str) -> list[str]:
    return ["--data", str(folder), "--stores", str(folder / "stores"), "--conditions", str(conditions), *more]


def test_a_difference_is_told_written_back_and_gone(runner, folder: Path, conditions: Path, capsys) -> None:
    assert runner.main(arguments(folder, conditions)) == 1
    told = capsys.readouterr()
    assert "other: recall@5: 3.2500, expected 3.2500: OK" in told.out
    assert "small: bm25/recall@5: 0.5000, expected 0.2500: DIFFERS by +0.2500 (tolerance 0.0005)" in told.out
    assert "not run, because slow (--only): rare" in told.out
    before = conditions.read_text(encoding="utf-8")
    changed = (folder / "stores" / "small.db").stat().st_mtime_ns
    assert runner.main(arguments(folder, conditions, "--only", "small", "--update")) == 0
    assert conditions.read_text(encoding="utf-8") == before.replace("= 0.25  # wrong", "= 0.5  # wrong")
    capsys.readouterr()
    assert runner.main(arguments(folder, conditions, "--only", "small")) == 0
    told = capsys.readouterr()
    assert told.out == "small: bm25/recall@5: 0.5000, expected 0.5000: OK\n"
    assert "building" not in told.err  # the store is complete
    assert (folder / "stores" / "small.db").stat().st_mtime_ns == changed


def test_what_cannot_be_measured_is_told_in_a_line(runner, folder: Path, conditions: Path, capsys) -> None:
    assert runner.main(arguments(folder, conditions, "--only", "rare")) == 1
    assert "rare: FAILED: -c import sys; sys.exit('no good') …: no good" in capsys.readouterr().out
    conditions.write_text(conditions.read_text().replace("'value ([\\d.]+)'", "'worth ([\\d.]+)'"))
    assert runner.main(arguments(folder, conditions, "--only", "other")) == 1
    assert "other: FAILED: the command prints no recall@5" in capsys.readouterr().out
    assert runner.main(arguments(folder, conditions, "--only", "nothing")) == 1
    assert "Expected ids of conditions.toml (got nothing)" in capsys.readouterr().err


def test_other_data_are_refused(runner, folder: Path, conditions: Path, tmp_path: Path, capsys) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert runner.main(arguments(other, conditions, "--only", "small")) == 1
    assert "questions.jsonl is not there (--data)" in capsys.readouterr().out
    (other / "questions.jsonl").write_text("{}")
    assert runner.main(arguments(other, conditions, "--only", "small")) == 1
    assert "Expected sha256" in capsys.readouterr().out


def test_every_condition_of_ours_can_be_read_and_names_what_it_needs(runner) -> None:
    stores, conditions = runner.read_conditions(runner.CONDITIONS)
    assert len(conditions) >= 10
    places = runner.Places(Path("data"), Path("stores"), Path("work"))
    for condition in conditions:
        words = [word for command in (*condition.before, condition.command) for word in places.command(command)]
        assert not [word for word in words if "{" in word]
        written = [word for command in (*condition.before, condition.command) for word in command]
        used = {name for name in stores if any(f"{{store.{name}}}" in word for word in written)}
        assert used == set(condition.stores)
        assert condition.expected
        assert not condition.patterns or set(condition.patterns) == set(condition.expected)
    assert tomllib.loads(runner.updated(runner.CONDITIONS.read_text(encoding="utf-8"), "carb", {"f1": 0.5}))
