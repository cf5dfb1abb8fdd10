"""Finding files."""

import os
from pathlib import Path

import pytest

from graphrag.errors import InputError
from graphrag.ingest.walking import check_paths, find_files, shown_path
from graphrag.types import SkippedInput


def found(*paths: Path) -> tuple[list[Path], list[SkippedInput]]:
    skipped: list[SkippedInput] = []
    return list(find_files(paths, on_skip=skipped.append)), skipped


def test_folders_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ["c.txt", "b/z.txt", "b/a.txt", "a.txt", ".hidden", ".git/x.txt"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    files, skipped = found(tmp_path, tmp_path / "c.txt", tmp_path / ".hidden")
    names = [str(file.relative_to(tmp_path)) for file in files]
    assert names == ["a.txt", "b/a.txt", "b/z.txt", "c.txt", "c.txt", ".hidden"]
    assert skipped == []


def test_links_in_a_circle_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.txt").write_text("x")
    (tmp_path / "inner" / "back").symlink_to(tmp_path)
    (tmp_path / "inner" / "self").symlink_to(tmp_path / "inner" / "self")
    files, skipped = found(tmp_path)
    assert files == [tmp_path / "inner" / "a.txt"]
    assert [Path(skip.source).name for skip in skipped] == ["self"]


def test_what_is_no_file_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    files, skipped = found(tmp_path)
    assert files == []
    assert [str(skip) for skip in skipped] == [
        f"{tmp_path / name}: Neither a file nor a folder, or a link to nothing" for name in ("gone.txt", "pipe.txt")
    ]


def test_a_folder_that_cannot_be_read_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> list[str]:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(os, "listdir", refuse)
    assert found(tmp_path) == ([], [SkippedInput(str(tmp_path), "Cannot be read: Permission denied")])


def test_missing_paths_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No such file or folder: .*one.txt, .*two.txt$"):
        check_paths([tmp_path, tmp_path / "one.txt", tmp_path / "two.txt"])
    with pytest.raises(InputError, match="Expected at least one file or folder"):
        check_paths([])


def test_paths_are_shown_on_one_line() -> None:
    assert shown_path(Path("a\n\x1b\udcff.txt")) == "a??\ufffd.txt"
