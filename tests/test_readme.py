"""The README's code runs, and what it says of the command line is so."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphrag.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    (tmp_path / "demo").mkdir()
    shutil.copy(ROOT / "demo" / "passages.jsonl", tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    names["rag"].close()  # type: ignore[attr-defined]
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert [line.split()[0] for line in lines[1:]] == ["1", "2", "3"]


def test_the_table_of_commands_is_complete():
    named = set(re.findall(r"^\| `multihop ([a-z]+)", README, flags=re.MULTILINE))
    assert named == set(cli.commands)


def test_every_flag_in_the_readme_exists():
    runner = CliRunner()
    for command, rest in re.findall(r"multihop ([a-z]+)([^`\n]*)", README):
        if command not in cli.commands:
            continue
        help_text = runner.invoke(cli, [command, "--help"]).output
        subcommands = getattr(cli.commands[command], "commands", {})
        help_text += "".join(runner.invoke(cli, [command, name, "--help"]).output for name in subcommands)
        for flag in re.findall(r"--[a-z-]+", rest):
            assert flag in help_text, f"multihop {command} has no {flag}"
