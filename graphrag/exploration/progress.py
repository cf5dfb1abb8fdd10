"""Progress of long work: a bar a stage, in a notebook a widget."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from tqdm import tqdm
from tqdm.notebook import tqdm as notebook_tqdm


class ProgressBars:
    """Shows a bar a stage; told ``(stage, done, total)``."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""
        self._kind: Any = notebook_tqdm if in_notebook() else tqdm

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note of ``done`` of ``total`` (0: unknown) in a stage."""
        if stage != self._stage:
            self.close()
            self._stage = stage
            self._bar = self._kind(total=total or None, desc=stage, leave=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """End the current stage."""
        if self._bar is not None:
            self._bar.close()
        self._bar, self._stage = None, ""


@contextmanager
def showing_progress() -> Iterator[ProgressBars]:
    """Show progress while the block runs."""
    bars = ProgressBars()
    try:
        yield bars
    finally:
        bars.close()


def in_notebook() -> bool:
    """Return whether this runs in the kernel of a notebook that can show widgets."""
    if "IPython" not in sys.modules or find_spec("ipywidgets") is None:
        return False
    return hasattr(sys.modules["IPython"].get_ipython(), "kernel")


def show_piece(piece: str) -> None:
    """Write a piece of a language model's reply under the cell, without characters that are not seen."""
    sys.stdout.write("".join(c if c.isprintable() or c == "\n" else " " for c in piece))
    sys.stdout.flush()
