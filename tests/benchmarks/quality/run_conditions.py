"""Measures the README's figures again and compares them with what conditions.toml expects.

    python tests/benchmarks/quality/run_conditions.py --stores ~/stores --data ../shared/data
    python tests/benchmarks/quality/run_conditions.py --only demo-retrieval 2wiki-retrieval
    python tests/benchmarks/quality/run_conditions.py --only demo-retrieval --update     # writes what was measured

Each condition names the data it reads with their sha256, its stores, the exact command, and what that must print.
Complete stores are used as they are; others are built first, once for all conditions. For every value it prints OK or
the difference; the exit code is 1 if a value differs, data are missing or differ, or a command fails. ``--list`` prints
the conditions; those marked ``slow`` run only when ``--only`` names them.
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONDITIONS = Path(__file__).with_name("conditions.toml")
PROGRAMS = {"multihop": [sys.executable, "-m", "graphrag"], "python": [sys.executable]}


class ConditionError(Exception):
    """A condition cannot be measured: one line says why."""


@dataclass(frozen=True)
class Store:
    """How a store is made: the command, the sha256 of what it reads, and commands to be run first."""

    build: list[str]
    data: dict[str, str]
    before: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Condition:
    """A command with the values that it must print.

    Parameters
    ----------
    id
        Its name.
    command
        ``{data}``, ``{root}``, ``{work}`` (an empty folder) and ``{store.NAME}`` stand for paths.
    expected
        Values by name: a path into the JSON that the command prints (``dense/recall@5``), or a name in ``patterns``.
    tolerance
        How far from the expected value is OK.
    data
        sha256 of each file that is read, by its path below ``{data}`` or, where it begins with ``demo/``, ``{root}``.
    stores
        Names of the stores that are read.
    before
        Commands to be run first.
    output
        A file of JSON that the command writes; empty: its standard output is read.
    patterns
        Regular expressions whose first group is the value, for commands that print no JSON.
    slow
        Whether it runs only when it is named.
    """

    id: str
    command: list[str]
    expected: dict[str, float]
    tolerance: float = 0.0005
    data: dict[str, str] = field(default_factory=dict)
    stores: list[str] = field(default_factory=list)
    before: list[list[str]] = field(default_factory=list)
    output: str = ""
    patterns: dict[str, str] = field(default_factory=dict)
    slow: bool = False


@dataclass(frozen=True)
class Places:
    """The folders that commands work in."""

    data: Path
    stores: Path
    work: Path

    def file(self, name: str) -> Path:
        """Return the path of a data file."""
        return (ROOT if name.startswith("demo/") else self.data) / name

    def store(self, name: str) -> Path:
        """Return the path of a store."""
        return self.stores / f"{name}.db"

    def command(self, words: Sequence[str]) -> list[str]:
        """Return a command with its placeholders replaced and its program by path."""
        return [*PROGRAMS[words[0]], *(self.filled(word) for word in words[1:])]

    def filled(self, word: str) -> str:
        """Return a word with its placeholders replaced."""
        names = {"{data}": self.data, "{root}": ROOT, "{work}": self.work}
        for name, path in names.items():
            word = word.replace(name, str(path))
        return re.sub(r"\{store\.([\w.-]+)\}", lambda match: str(self.store(match[1])), word)


def read_conditions(path: Path) -> tuple[dict[str, Store], list[Condition]]:
    """Return the stores by name and the conditions of a file, ``ConditionError`` if it says anything else."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        stores = {name: Store(**options) for name, options in content.get("store", {}).items()}
        conditions = [Condition(**options) for options in content.get("condition", [])]
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise ConditionError(f"{path}: {error}") from error
    ids = [condition.id for condition in conditions]
    if len(set(ids)) < len(ids):
        raise ConditionError(f"{path}: Expected each 'id' once (got {', '.join(ids)})")
    unknown = {name for condition in conditions for name in condition.stores} - set(stores)
    if unknown:
        raise ConditionError(f"{path}: Expected known stores (got {', '.join(sorted(unknown))})")
    return stores, conditions


def measure(condition: Condition, stores: Mapping[str, Store], places: Places) -> dict[str, float]:
    """Return the values that a condition's command prints, its stores built if they are not there."""
    check_data(condition.data, places)
    for name in condition.stores:
        ensure_store(name, stores[name], places)
    for command in condition.before:
        run(places.command(command))
    printed = run(places.command(condition.command))
    if condition.output:
        printed = Path(places.filled(condition.output)).read_text(encoding="utf-8")
    find = _by_pattern(condition.patterns, printed) if condition.patterns else _by_path(printed)
    return {name: find(name) for name in condition.expected}


def check_data(data: Mapping[str, str], places: Places) -> None:
    """Raise ``ConditionError`` if a file is not there or has another content."""
    for name, expected in data.items():
        path = places.file(name)
        if not path.is_file():
            raise ConditionError(f"{path} is not there (--data)")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise ConditionError(f"{path}: Expected sha256 {expected} (got {found})")


def ensure_store(name: str, store: Store, places: Places) -> None:
    """Build a store, or complete it, unless a build has finished it."""
    path = places.store(name)
    if path.exists() and json.loads(run([*PROGRAMS["multihop"], "stats", "--store", str(path), "--json"]))["finished"]:
        return
    check_data(store.data, places)
    print(f"building {path}", file=sys.stderr)
    path.parent.mkdir(parents=True, exist_ok=True)
    for command in (*store.before, store.build):
        run(places.command(command))


def run(command: Sequence[str]) -> str:
    """Return what a command prints; ``ConditionError`` with its last line if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise ConditionError(f"{' '.join(command[1:4])} …: {last}")
    return done.stdout


def _by_pattern(patterns: Mapping[str, str], printed: str) -> Callable[[str], float]:
    def find(name: str) -> float:
        found = re.search(patterns[name], printed, re.MULTILINE) if name in patterns else None
        if found is None:
            raise ConditionError(f"the command prints no {name}")
        return float(found[1])

    return find


def _by_path(printed: str) -> Callable[[str], float]:
    try:
        content = json.loads(printed)
    except ValueError as error:
        raise ConditionError("the command prints no JSON") from error

    def find(name: str) -> float:
        value = content
        for key in name.split("/"):
            if not isinstance(value, dict) or key not in value:
                raise ConditionError(f"the command prints no {name}")
            value = value[key]
        return float(value)

    return find


def compared(condition: Condition, measured: Mapping[str, float]) -> tuple[list[str], bool]:
    """Return a line for each value, and whether all are as expected."""
    lines, is_fine = [], True
    for name, expected in condition.expected.items():
        difference = measured[name] - expected
        is_same = abs(difference) <= condition.tolerance + 1e-12
        is_fine &= is_same
        told = "OK" if is_same else f"DIFFERS by {difference:+.4f} (tolerance {condition.tolerance:g})"
        lines.append(f"{condition.id}: {name}: {measured[name]:.4f}, expected {expected:.4f}: {told}")
    return lines, is_fine


def updated(text: str, condition_id: str, measured: Mapping[str, float]) -> str:
    """Return the text of a file of conditions with other expected values in one condition; all else stays."""
    blocks = re.split(r"(?m)^(?=\[\[condition\]\])", text)
    for number, block in enumerate(blocks):
        if re.search(rf'(?m)^id = "{re.escape(condition_id)}"$', block):
            head, separator, values = block.partition("[condition.expected]")
            for name, value in measured.items():
                line = rf'(?m)^("{re.escape(name)}" = )\S+'
                values = re.sub(line, lambda match, value=value: f"{match[1]}{round(value, 4)}", values, count=1)
            blocks[number] = head + separator + values
    return "".join(blocks)


def check(path: Path, only: Sequence[str], places: Places, *, update: bool) -> bool:
    """Measure the chosen conditions, print the comparison and return whether all is as expected."""
    stores, conditions = read_conditions(path)
    unknown = set(only) - {condition.id for condition in conditions}
    if unknown:
        raise ConditionError(f"Expected ids of {path.name} (got {', '.join(sorted(unknown))}); --list prints them")
    chosen = [condition for condition in conditions if condition.id in only or not (only or condition.slow)]
    is_fine = True
    for condition in chosen:
        try:
            with tempfile.TemporaryDirectory() as work:
                measured = measure(condition, stores, Places(places.data, places.stores, Path(work)))
        except ConditionError as error:
            print(f"{condition.id}: FAILED: {error}", flush=True)
            is_fine = False
            continue
        lines, is_same = compared(condition, measured)
        print("\n".join(lines), flush=True)
        is_fine &= is_same or update
        if update and not is_same:
            path.write_text(updated(path.read_text(encoding="utf-8"), condition.id, measured), encoding="utf-8")
            print(f"{condition.id}: wrote the measured values to {path.name}")
    left = [condition.id for condition in conditions if condition.slow and condition not in chosen]
    if left and not only:
        print(f"not run, because slow (--only): {', '.join(left)}")
    return is_fine


def main(arguments: Sequence[str] | None = None) -> int:
    """Check and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("MULTIHOP_DATA") or ROOT.parent / "shared" / "data"
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="run these conditions")
    parser.add_argument("--data", type=Path, default=Path(data), help="folder of the data sets")
    parser.add_argument("--stores", type=Path, default=ROOT / "out" / "stores", help="folder of the stores")
    parser.add_argument("--conditions", type=Path, default=CONDITIONS, help="the file of conditions")
    parser.add_argument("--update", action="store_true", help="write measured values that differ into the file")
    parser.add_argument("--list", action="store_true", help="print the conditions and run none")
    options = parser.parse_args(arguments)
    try:
        if options.list:
            for condition in read_conditions(options.conditions)[1]:
                print(f"{condition.id}{' (slow)' if condition.slow else ''}: {' '.join(condition.command)}")
            return 0
        places = Places(options.data.resolve(), options.stores.resolve(), Path())
        return 0 if check(options.conditions, options.only, places, update=options.update) else 1
    except ConditionError as error:
        print(f"run_conditions: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
