import sys
import types
from typing import ClassVar

import pytest

from graphrag.exploration import progress
from graphrag.exploration.progress import ProgressBars, in_notebook, showing_progress


class _Bar:
    """Stands for tqdm's bars."""

    made: ClassVar[list["_Bar"]] = []

    def __init__(self, *, total: int | None, desc: str, leave: bool) -> None:
        self.total, self.desc, self.n, self.closed = total, desc, 0, False
        self.made.append(self)

    def update(self, count: int) -> None:
        self.n += count

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[_Bar]:
    monkeypatch.setattr(progress, "tqdm", _Bar)
    monkeypatch.setattr(_Bar, "made", [])
    return _Bar.made


def test_a_bar_a_stage(bars: list[_Bar]) -> None:
    with showing_progress() as shown:
        shown("documents", 3, 0)
        shown("extract", 1, 4)
        shown("extract", 4, 4)
    assert [(bar.desc, bar.total, bar.n, bar.closed) for bar in _Bar.made] == [
        ("documents", None, 3, True), ("extract", 4, 4, True),
    ]  # fmt: skip


def test_bars_end_with_an_error(bars: list[_Bar]) -> None:
    def fail() -> None:
        with showing_progress() as shown:
            shown("extract", 1, 4)
            raise RuntimeError("full disk")

    with pytest.raises(RuntimeError, match="full disk"):
        fail()
    assert _Bar.made[0].closed


def test_a_notebook_is_known_by_its_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not in_notebook()
    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert in_notebook()
    assert ProgressBars()._kind is progress.notebook_tqdm
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    assert not in_notebook()
