"""Finding the files under the paths that a user names."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from graphrag.errors import InputError
from graphrag.text import clean_text
from graphrag.types import SkippedInput


def check_paths(paths: Sequence[Path]) -> None:
    """Raise if there is no path, or one that does not exist.

    Raises
    ------
    InputError
        It names every path that does not exist.
    """
    if not paths:
        raise InputError("Expected at least one file or folder (got none)")
    missing = [shown_path(path) for path in paths if not os.path.lexists(path)]
    if missing:
        raise InputError(f"No such file or folder: {', '.join(missing)}")


def shown_path(path: Path) -> str:
    r"""Return a path as one line of text that can be printed and stored.

    Examples
    --------
    >>> shown_path(Path("a\nb.txt"))
    'a?b.txt'
    """
    return "".join(character if character.isprintable() else "?" for character in clean_text(str(path)))


def find_files(paths: Sequence[Path], *, on_skip: Callable[[SkippedInput], None]) -> Iterator[Path]:
    """Yield the files that are named or lie in a named folder, folders walked in the order of their names.

    In folders, what begins with a dot is left out, and no folder is entered twice, so links in a circle do no harm.

    Parameters
    ----------
    paths
        Files and folders.
    on_skip
        Told of what is neither, and of folders that cannot be read.
    """
    entered: set[tuple[int, int]] = set()
    # A stack: folders can be nested more deeply than functions.
    stack = list(reversed(paths))
    while stack:
        path = stack.pop()
        try:
            if path.is_dir():
                stack += reversed(_children(path, entered))
                continue
            is_file = path.is_file()
        except (OSError, ValueError) as error:
            on_skip(SkippedInput(shown_path(path), f"Cannot be read: {getattr(error, 'strerror', None) or error}"))
            continue
        if is_file:
            yield path
        else:
            on_skip(SkippedInput(shown_path(path), "Neither a file nor a folder, or a link to nothing"))


def _children(folder: Path, entered: set[tuple[int, int]]) -> list[Path]:
    status = folder.stat()
    identity = (status.st_dev, status.st_ino)
    if identity in entered:
        return []
    entered.add(identity)
    return [folder / name for name in sorted(os.listdir(folder)) if not name.startswith(".")]  # noqa: PTH208 - names only
