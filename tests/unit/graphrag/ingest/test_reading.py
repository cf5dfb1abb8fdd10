"""Reading files in bounded memory."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from graphrag.errors import InputError
from graphrag.ingest import reading
from graphrag.ingest.reading import decode_line, read_bytes, read_lines


def test_packed_and_plain_files_read_alike(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"Ada")
    (tmp_path / "packed").write_bytes(gzip.compress(b"Ada"))
    assert read_bytes(tmp_path / "plain", limit=10) == read_bytes(tmp_path / "packed", limit=10) == b"Ada"


def test_a_gzip_bomb_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb.txt.gz", "wb", 1) as bomb:
        for _ in range(64):
            bomb.write(bytes(2**20))
    tracemalloc.start()
    with pytest.raises(InputError, match=r"Expected at most 2 MiB in a file of this kind, unpacked \(got more\)"):
        read_bytes(tmp_path / "bomb.txt.gz", limit=2 * 2**20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: data[:12] + b"\xff" * 20, lambda data: data[:5]]
)
def test_damaged_gzip_is_refused(tmp_path: Path, damage) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(damage(gzip.compress(b"Ada Lovelace wrote notes." * 9)))
    with pytest.raises(InputError, match="Damaged gzip file"):
        read_bytes(path, limit=10**6)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot be read: No such file or directory"):
        read_bytes(tmp_path / "none", limit=1)


@pytest.mark.parametrize("chunk_bytes", [1, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_numbered_from_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, chunk_bytes: int
) -> None:
    monkeypatch.setattr(reading, "_CHUNK_BYTES", chunk_bytes)
    path = tmp_path / "a.txt"
    path.write_bytes("ä\n\nb\nc".encode(encoding))
    lines = list(read_lines(path))
    assert [number for number, _ in lines] == [1, 2, 3, 4]
    assert [decode_line(line) for _, line in lines] == ["ä", "", "b", "c"]


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 7, 1000])
def test_lines_do_not_depend_on_the_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_bytes: int) -> None:
    monkeypatch.setattr(reading, "_CHUNK_BYTES", chunk_bytes)
    monkeypatch.setattr(reading, "MAX_LINE_BYTES", 5)
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345\n123456\n\n" + "ä".encode() + b"\n1234567890")
    assert list(read_lines(path)) == [(1, b"12345"), (2, None), (3, b""), (4, "ä".encode()), (5, None)]


def test_a_line_of_100_megabytes_is_read_over_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b"one\n")
        for _ in range(100):
            file.write(b"x" * 2**20)
        file.write(b"\ntwo\n")
    tracemalloc.start()
    assert list(read_lines(path)) == [(1, b"one"), (2, None), (3, b"two")]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 2**20


def test_the_wrong_byte_of_utf16_is_counted_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_CHUNK_BYTES", 4)
    path = tmp_path / "a.txt"
    path.write_bytes("abcdef".encode("utf-16") + b"\x00\xdc\x00\xdc")
    with pytest.raises(InputError, match="byte 14 is not UTF-16"):
        list(read_lines(path))


def test_a_line_in_another_encoding_is_refused() -> None:
    with pytest.raises(InputError, match=r"Expected UTF-8 \(byte 2 of the line is not\)"):
        decode_line(b"ab\xff")
    with pytest.raises(InputError, match=r"Expected a line of at most 10 MiB \(got a longer one\)"):
        decode_line(None)
