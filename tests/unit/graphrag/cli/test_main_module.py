import subprocess
import sys

from click.testing import CliRunner

from graphrag.cli import main


def test_the_package_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "graphrag", "--version"], capture_output=True, text=True, check=True)
    assert "version" in done.stdout


def test_an_unexpected_error_is_one_line(monkeypatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the\nunexpected")

    monkeypatch.setattr("graphrag.cli.manage.stats_command", fail)
    result = CliRunner().invoke(main.cli, ["stats", "--store", "kb.db"])
    assert result.exit_code == 1
    assert result.stderr == "multihop: Unexpected RuntimeError: the unexpected (multihop --debug shows where)\n"
    assert result.stdout == ""
