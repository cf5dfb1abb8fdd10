import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphrag.cli.main import cli
from graphrag.errors import GraphRAGError, StoreError

COMMANDS = tuple("ask build copy cypher delete doctor edit eval export extract retrieve split stats train view".split())


def test_every_command_has_help(multihop) -> None:
    overview = multihop("--help").stdout
    assert sorted(cli.commands) == sorted(COMMANDS)
    for command in COMMANDS:
        assert command in overview
        result = multihop(command, "-h")
        assert (result.exit_code, result.stdout.splitlines()[0][:6]) == (0, "Usage:")


def test_version(multihop) -> None:
    result = multihop("--version")
    assert result.exit_code == 0
    assert "0." in result.stdout


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory, corpus: Path, kb: Path, questions: Path) -> dict[str, Path]:
    """Return what users get wrong, by name."""
    folder = tmp_path_factory.mktemp("wrong")
    contents: dict[str, bytes] = {
        "garbage.db": os.urandom(8192),
        "empty.db": b"",
        "text.gguf": b"this is no model",
        "no-answers.jsonl": b'{"question": "Who?"}\n',
        "broken.jsonl": b"{not json\n[1, 2]\n",
        "bad.toml": b"[biuld]\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "nothing").mkdir()
    paths = {name: folder / name for name in (*contents, "nothing", "none.db", "none.txt", "new.db")}
    return paths | {"good": corpus, "kb": kb, "questions": questions}


@pytest.mark.parametrize(
    ("command", "exit_code", "says"),
    [
        ("build {good} --store {garbage.db}", 1, "file is not a database"),
        ("build {good} --store /proc/no/such/kb.db", 1, "Cannot use the store /proc/no/such/kb.db"),
        ("build {good} --store mysql://x/y", 2, "got 'mysql://x/y'"),
        ("build {good} --store neo4j://127.0.0.1:9/neo4j", 1, "Cannot reach Neo4j at neo4j://127.0.0.1:9"),
        (
            "build {good} --store {new.db} --extractor magic",
            2,
            "Expected the extractor to be spacy, spacy:PIPELINE, llm or replay:FILE",
        ),
        ("build {good} --store {new.db} --extractor llm", 2, "--llm"),
        ("build {good} --store {new.db} --extractor llm --llm {text.gguf}", 1, "is not a GGUF file"),
        ("build {good} --store {new.db} --extractor llm --llm http://127.0.0.1:9/v1", 1, "http://127.0.0.1:9/v1"),
        ("build {good} --store {new.db} --config {bad.toml}", 2, "there is no 'biuld'; did you mean 'build'?"),
        ("build {good} --store {new.db} --config {none.txt}", 2, "Cannot read the configuration"),
        ("build {none.txt} --store {new.db}", 1, "none.txt"),
        ("build {nothing} --store {new.db}", 1, "No documents in"),
        ("ask Who? --store {none.db}", 1, "No store at"),
        ("ask Who? --store {empty.db}", 1, "is empty: make a store with 'multihop build'"),
        ("ask Who? --store {garbage.db}", 1, "file is not a database"),
        ("ask Who? --store {kb} --retriever magic", 2, "Expected 'retriever' to be one of multihop, bm25"),
        ("ask Who? --store {kb} --llm {text.gguf}", 1, "is not a GGUF file"),
        ("retrieve Who? --store {nothing}", 1, "No store at"),
        ("eval --store {kb} --questions {none.txt}", 1, "none.txt"),
        ("eval --store {kb} --questions {no-answers.jsonl}", 1, "no-answers.jsonl"),
        ("eval --store {kb} --questions {broken.jsonl}", 1, "broken.jsonl"),
        ("eval --store {kb} --questions {questions} --retriever bm25,bm25", 2, "Expected different retrievers"),
        ("eval --store {kb} --questions {questions} --retriever bm25,", 2, "Expected different retrievers"),
        ("eval --store {kb} --questions {questions} --retriever magic", 2, "Expected 'retriever' to be one of"),
        ("stats --store {none.db}", 1, "No store at"),
        ("delete no-such-document --store {kb}", 1, "has no document 'no-such-document'"),
        ("edit merge Nobody London --store {kb}", 1, "There is no entity 'Nobody' in the graph"),
        ("edit undo --store {kb}", 1, "has no correction to undo"),
        ("export {nothing} --format jsonl --store {kb}", 1, "Cannot write"),
        ("extract {none.txt}", 1, "none.txt"),
        ("extract {nothing}", 1, "No passages in"),
        ("extract {good} --extractor replay:{none.txt}", 1, "none.txt"),
    ],
)
def test_what_fails_says_why_in_one_line(
    multihop, given: dict[str, Path], command: str, exit_code: int, says: str
) -> None:
    for name, path in given.items():
        command = command.replace(f"{{{name}}}", str(path))
    result = multihop(*command.split(" "))
    *skipped, last = result.stderr.splitlines()
    assert result.exit_code == exit_code
    assert says in last
    assert last.startswith("multihop: ")
    assert all(line.startswith("skipped ") for line in skipped)
    assert result.stdout == ""


def test_what_fails_makes_no_store(given: dict[str, Path]) -> None:
    """Runs after the cases above."""
    assert not given["new.db"].exists()
    assert not given["none.db"].exists()
    assert given["empty.db"].read_bytes() == b""


@pytest.mark.parametrize(
    "command",
    [
        "no-such-command",
        "build x --store y --no-such-flag",
        "build --store y",
        "build x",
        "build x --store y --format magic",
        "retrieve Who? --store y --top-k -3",
        "retrieve Who? --store y --top-k 0",
        "retrieve Who? --store y --top-k many",
        "export x --store y --format magic",
        "eval --store y --questions q --limit 0",
        "eval --store y --questions q --questions-format magic",
        "edit",
        "edit paint A B --store y",
        "edit split A B --store y",
    ],
)
def test_wrong_usage(multihop, command: str) -> None:
    result = multihop(*command.split(" "))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: " in result.stderr


@pytest.mark.parametrize("question", ["", " \n\t ", "x" * 10_001])
def test_what_is_no_question(multihop, kb: Path, question: str) -> None:
    for command in ("ask", "retrieve"):
        result = multihop(command, question, "--store", kb, "--json")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("multihop: Expected a question")
        assert len(result.stderr) < 200


def test_an_id_that_is_no_unicode(multihop, own_kb: Path) -> None:
    result = multihop("delete", "a\udcff", "--store", own_kb)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


def fail(error: BaseException):
    def command(*_arguments: object, **_options: object) -> None:
        raise error

    return command


def test_an_error_of_several_lines_is_one_line(multihop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphrag.cli.manage.stats_command", fail(StoreError("first\n  second")))
    result = multihop("stats", "--store", "x")
    assert (result.exit_code, result.stderr) == (1, "multihop: first second\n")


def test_debug_shows_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    error = GraphRAGError("broken")
    monkeypatch.setattr("graphrag.cli.manage.stats_command", fail(error))
    assert CliRunner().invoke(cli, ["--debug", "stats", "--store", "x"]).exception is error


def test_ctrl_c_is_one_line(multihop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphrag.cli.manage.undo_command", fail(KeyboardInterrupt()))
    result = multihop("edit", "undo", "--store", "x")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "multihop: stopped; what was finished is saved, and the next build continues from there\n"
