import json

import pytest

from graphrag.cli.console import MAX_SKIPPED_LINES, ProgressBars, SkipLog, counted, duration, print_json, progress_bars
from graphrag.types import SkippedInput


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (60, "1 min 0 s"),
        (3599.4, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_duration(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_counted() -> None:
    assert counted(["b", "a", "b"]) == "b (2), a"
    assert counted([]) == ""


def test_json_is_one_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": "é\n🦜"})
    captured = capsys.readouterr()
    assert captured.out == '{"text": "é\\n🦜"}\n'
    assert json.loads(captured.out) == {"text": "é\n🦜"}
    assert captured.err == ""


def test_a_line_a_stage_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bars() as bars:
        bars("extract", 64, 1100)
        bars("extract", 1100, 1100)
        bars("encode", 5, 5)
    captured = capsys.readouterr()
    assert captured.out == ""
    first, second = captured.err.splitlines()
    assert first.startswith("extract: 1,100 in ")
    assert second.startswith("encode: 5 in ")


def test_a_bar_a_stage_where_somebody_watches(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    bars = ProgressBars()
    bars("extract", 1, 2)
    bars("extract", 2, 2)
    bars("documents", 7, 0)
    bars.close()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "extract" in captured.err
    assert "2/2" in captured.err
    assert "7" in captured.err


def test_the_bars_end_when_the_work_fails(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        with progress_bars() as bars:
            bars("extract", 1, 2)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work()
    assert capsys.readouterr().err.startswith("extract: 1 in ")


def test_what_was_skipped_is_shown_up_to_a_limit_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    log = SkipLog()
    for i in range(MAX_SKIPPED_LINES + 3):
        log(SkippedInput(f"file {i}", "x" * 1000))
    log.close()
    lines = capsys.readouterr().err.splitlines()
    assert log.count == MAX_SKIPPED_LINES + 3
    assert len(lines) == MAX_SKIPPED_LINES + 1
    assert lines[0].startswith("skipped file 0: xxx")
    assert max(map(len, lines)) <= 500
    assert lines[-1] == "skipped 3 more"


def test_nothing_skipped_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    SkipLog().close()
    assert capsys.readouterr().err == ""
