"""Dividing a file of questions into parts for training, development and testing."""

import gzip
import random
from pathlib import Path

from graphrag.errors import ConfigError, InputError
from graphrag.evaluation.datasets import load_questions

SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}
"""The parts, and how much of the file each gets."""

SEED = 20_260


def split_questions(path: Path, out: Path, *, seed: int = SEED) -> dict[str, Path]:
    """Write the lines of a file of questions into three files, each line into one of them.

    Parameters
    ----------
    path
        Questions in any format that :func:`graphrag.evaluation.datasets.load_questions` reads, gzip or plain.
    out
        Folder for ``train``, ``dev`` and ``test``, with the ending of ``path`` without ``.gz``.
    seed
        Of the order in which lines are dealt out; equal files and seeds give equal parts.

    Returns
    -------
    dict of str to Path
        The files by part.

    Raises
    ------
    InputError
        If the file cannot be read or holds something else.
    ConfigError
        If the parts cannot be written.
    """
    load_questions(path)
    data = path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < len(SHARES) / min(SHARES.values()):
        raise InputError(f"{path}: Expected at least 30 questions to divide (got {len(lines)})")
    random.Random(seed).shuffle(lines)  # noqa: S311  # no secret
    suffix = Path(path.name.removesuffix(".gz")).suffix
    num_dev, num_test = (int(SHARES[name] * len(lines)) for name in ("dev", "test"))
    parts = {
        "train": lines[: len(lines) - num_dev - num_test],
        "dev": lines[len(lines) - num_dev - num_test : len(lines) - num_test],
        "test": lines[len(lines) - num_test :],
    }
    files = {name: out / f"{name}{suffix}" for name in parts}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, file in files.items():
            file.write_text(
                "".join(f"{line.rstrip(chr(13))}\n" for line in parts[name]), encoding="utf-8", newline="\n"
            )
    except OSError as error:
        raise ConfigError(f"Cannot write the parts to {out}: {error.strerror or error}") from error
    return files
