"""What the commands print: progress and notes on stderr, results on stdout."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import click
from tqdm import tqdm

from graphrag.types import SkippedInput

MAX_SKIPPED_LINES = 100
# C0 and C1 controls, and those that turn the direction of writing.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return a text on one line without control characters: what comes from documents must not steer the terminal.

    Examples
    --------
    >>> printable("a\x1b[2Jb\n c")
    'a [2Jb c'
    """
    return " ".join(_CONTROL.sub(" ", text).split())


def note(text: str) -> None:
    """Print a line on stderr."""
    tqdm.write(text, file=sys.stderr)


def print_json(content: object) -> None:
    """Print one JSON value on stdout."""
    click.echo(json.dumps(content, ensure_ascii=False))


class ProgressBars:
    """Shows progress on stderr: a bar a stage with count and time left, or a line a stage where nobody watches."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None
        self._stage = ""
        self._started = 0.0
        self._done = 0
        self._watched = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note of ``done`` of ``total`` (0: unknown) in a stage."""
        if stage != self._stage:
            self.close()
            self._stage, self._started = stage, time.monotonic()
            if self._watched:
                self._bar = tqdm(total=total or None, desc=f"{stage:18}", unit="", leave=True, file=sys.stderr)
        self._done = done
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """End the current stage."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        elif self._stage:
            note(f"{self._stage}: {self._done:,} in {time.monotonic() - self._started:.1f} s")
        self._stage = ""


@contextmanager
def progress_bars() -> Iterator[ProgressBars]:
    """Show progress while the block runs."""
    bars = ProgressBars()
    try:
        yield bars
    finally:
        bars.close()


class SkipLog:
    """Prints what was skipped, a line each up to ``MAX_SKIPPED_LINES``, and counts all."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, skipped: SkippedInput) -> None:
        """Take note of something skipped."""
        self.count += 1
        if self.count <= MAX_SKIPPED_LINES:
            note(printable(f"skipped {skipped}")[:500])

    def close(self) -> None:
        """Say how many lines were not printed."""
        if self.count > MAX_SKIPPED_LINES:
            note(f"skipped {self.count - MAX_SKIPPED_LINES:,} more")


def duration(seconds: float) -> str:
    """Return a time span for people.

    Examples
    --------
    >>> duration(7.2), duration(95), duration(7300)
    ('7 s', '1 min 35 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def plural(count: int, word: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "entity"), plural(1200, "entity"), plural(2, "fact")
    ('1 entity', '1,200 entities', '2 facts')
    """
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word[:-1]}ies" if word.endswith("y") else f"{count:,} {word}s"


def counted(items: Sequence[str]) -> str:
    """Return texts with how often each occurs.

    Examples
    --------
    >>> counted(["a", "b", "a"])
    'a (2), b'
    """
    return ", ".join(f"{text} ({n})" if n > 1 else text for text, n in Counter(items).items())
