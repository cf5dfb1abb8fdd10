"""The command in processes of its own: killed, interrupted, two at once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphrag.cli.main import cli
from graphrag.factory import open_store
from graphrag.rows import StoreStatistics

NUM_PASSAGES = 40
COMMAND = (sys.executable, "-c", "from graphrag.cli.main import main; main()")
TIMEOUT_S = 300


def multihop(*arguments: object, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


def build_here(corpus: Path, store: Path) -> str:
    """Build in this process and return what was said."""
    result = CliRunner().invoke(cli, ["build", str(corpus), "--store", str(store)])
    assert result.exit_code == 0, result.output
    return result.stdout


def stats(store: Path) -> tuple[StoreStatistics, bool]:
    """Return the sizes, the digest, and whether the store is finished."""
    opened = open_store(str(store))
    found = opened.statistics(), opened.version().finished
    opened.close()
    return found


class Build:
    """A build in another process, stopped by the system as soon as it has finished a stage.

    Parameters
    ----------
    corpus, store
        What is built, and where.
    after
        The stage.
    """

    def __init__(self, corpus: Path, store: Path, after: str) -> None:
        command = [*COMMAND, "build", str(corpus), "--store", str(store)]
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        assert self.process.stderr is not None
        seen = []
        for line in self.process.stderr:
            seen.append(line)
            if line.startswith(f"{after}: "):
                self.process.send_signal(signal.SIGSTOP)
                return
        pytest.fail(f"the build ended before it had finished '{after}': {''.join(seen)}")

    def end_by(self, *signals: signal.Signals) -> tuple[int, list[str]]:
        """Send signals, wait, and return the exit code and what else was on stderr."""
        for number in signals:
            self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, errors.splitlines()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "passages.jsonl"
    names = [f"{first}{last}" for first in ("Al", "Be", "Ca", "Da", "El", "Fa", "Go", "Ha", "Is", "Jo")
             for last in ("bert", "dric", "mund", "nora", "phia", "rick", "stan", "tilda", "ward", "wyn")]  # fmt: skip
    with path.open("w", encoding="utf-8") as file:
        for i, name in enumerate(names[:NUM_PASSAGES]):
            friend = names[i * 7 % len(names)]
            text = f"{name} Smith was born in {friend}ton. {name} Smith worked with {friend} Jones in {1800 + i}."
            file.write(json.dumps({"passage_id": f"p{i:03}", "title": f"{name} Smith", "text": text}) + "\n")
    return path


@pytest.fixture(scope="module")
def finished(corpus: Path) -> tuple[StoreStatistics, bool]:
    """Return the statistics of a build that nothing disturbed."""
    store = corpus.with_name("undisturbed.db")
    build_here(corpus, store)
    return stats(store)


@pytest.mark.parametrize("stage", ["documents", "extract", "encode passages"])
def test_a_killed_build_is_continued(
    corpus: Path, finished: tuple[StoreStatistics, bool], tmp_path: Path, stage: str
) -> None:
    store = tmp_path / "kb.db"
    code, _ = Build(corpus, store, stage).end_by(signal.SIGKILL)
    assert code == -signal.SIGKILL
    half, is_finished = stats(store)
    assert not is_finished
    assert half.digest != finished[0].digest
    assert f"0 documents added, 0 replaced, {NUM_PASSAGES} unchanged" in build_here(corpus, store)
    assert stats(store) == finished


def test_ctrl_c_leaves_a_store_that_continues(
    corpus: Path, finished: tuple[StoreStatistics, bool], tmp_path: Path
) -> None:
    store = tmp_path / "kb.db"
    code, errors = Build(corpus, store, "documents").end_by(signal.SIGINT, signal.SIGCONT)
    assert code == 130
    assert errors[-1] == "multihop: stopped; what was finished is saved, and the next build continues from there"
    assert not any("Traceback" in line for line in errors)
    assert all(" in " in line for line in errors[:-1])  # the stages that it had begun
    assert not stats(store)[1]
    build_here(corpus, store)
    assert stats(store) == finished


def test_while_a_build_runs_others_may_ask_but_not_build(
    corpus: Path, finished: tuple[StoreStatistics, bool], tmp_path: Path
) -> None:
    store = tmp_path / "kb.db"
    build = Build(corpus, store, "encode passages")
    try:
        second = multihop("build", corpus, "--store", store)
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr == (
            f"multihop: Another build is writing to {store}: wait for it to finish, or use another store\n"
        )
        asked = multihop("ask", "Where was Albert Smith born?", "--store", store, "--json")
        assert asked.returncode == 0, asked.stderr
        assert json.loads(asked.stdout)["passages"]
    finally:
        code, _ = build.end_by(signal.SIGCONT)
    assert code == 0
    assert stats(store) == finished


def test_results_go_to_stdout_and_everything_else_to_stderr(tmp_path: Path) -> None:
    done = multihop("extract", "-", "--json", stdin="Ada Lovelace was born in London.\n")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["entities"]
    failed = multihop("ask", "Who?", "--store", tmp_path / "none.db", "--json")
    assert (failed.returncode, failed.stdout, len(failed.stderr.splitlines())) == (1, "", 1)


def test_a_terminal_that_cannot_show_a_character() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [*COMMAND, "extract", "-"],
        input="Zoë Müller was born in Łódź.".encode(),
        capture_output=True,
        env=environment,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Zoë Müller; was born in; ?ód?".encode("latin-1") in done.stdout


def test_a_reader_that_closes_the_pipe_is_no_error(corpus: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "extract", str(corpus), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=TIMEOUT_S)
    assert b"Traceback" not in errors
