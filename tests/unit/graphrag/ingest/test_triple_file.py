"""Existing knowledge graphs."""

import gzip
from pathlib import Path

import pytest

from graphrag.errors import InputError
from graphrag.ingest import triple_file
from graphrag.ingest.triple_file import load_triples
from graphrag.types import Document, SkippedInput, Triple


def load(path: Path, content: str) -> tuple[Document, list[SkippedInput]]:
    path.write_text(content, encoding="utf-8")
    skipped: list[SkippedInput] = []
    return load_triples(path, source="kb", on_skip=skipped.append), skipped


@pytest.mark.parametrize(
    "content", ["Kismet|directed_by|William Dieterle\n", "Kismet\tdirected_by\t William  Dieterle\r\n\n"]
)
def test_both_separators_are_read(tmp_path: Path, content: str) -> None:
    document, skipped = load(tmp_path / "kb.txt", content)
    assert document.triples == (Triple("Kismet", "directed_by", "William Dieterle"),)
    assert (document.passages, document.source, skipped) == ((), "kb", [])


def test_a_tab_wins_and_the_first_triple_decides(tmp_path: Path) -> None:
    document, skipped = load(tmp_path / "kb.txt", "no triple\na|b\tr|s|t\tc\nx|y|z\nd\te\tf\n")
    assert document.triples == (Triple("a|b", "r|s|t", "c"), Triple("d", "e", "f"))
    assert [str(skip) for skip in skipped] == [
        "kb:1: Expected three fields that are not empty, separated by a tab or '|'",
        "kb:3: Expected three fields that are not empty, separated by a tab",
    ]


def test_wrong_lines_are_skipped_one_by_one(tmp_path: Path) -> None:
    document, skipped = load(tmp_path / "kb.txt", f"a|r|b\na|r\na|r|b|c\na| |b\n{'x' * 1001}|r|b\nc|r|d\n")
    assert [triple.head for triple in document.triples] == ["a", "c"]
    assert [skip.source for skip in skipped] == ["kb:2", "kb:3", "kb:4", "kb:5"]
    assert skipped[-1].reason == "Expected fields of at most 1000 characters (got a longer one)"


def test_a_line_in_another_encoding_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "kb.txt").write_bytes(b"a|r|b\nZ\xfcrich|r|b\n")
    skipped: list[SkippedInput] = []
    assert len(load_triples(tmp_path / "kb.txt", source="kb", on_skip=skipped.append).triples) == 1
    assert [str(skip) for skip in skipped] == ["kb:2: Expected UTF-8 (byte 1 of the line is not)"]


def test_the_same_triples_are_the_same_document(tmp_path: Path) -> None:
    first, _ = load(tmp_path / "a.txt", "a|r|b\nc|r|d\n")
    second, _ = load(tmp_path / "b.tsv", "a\tr\tb\nc\tr\td")
    other, _ = load(tmp_path / "c.txt", "a|r|b\n")
    assert first.document_id == second.document_id != other.document_id


def test_a_file_without_triples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"Expected lines of head\|relation\|tail, or the same with tabs \(found none\)"
    ):
        load(tmp_path / "kb.txt", "nothing\n")


def test_what_was_read_before_the_damage_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "kb.txt.gz"
    path.write_bytes(gzip.compress(b"a|r|b\n" * 9)[:12])
    skipped: list[SkippedInput] = []
    with pytest.raises(InputError, match="Damaged gzip file"):
        load_triples(path, source="kb", on_skip=skipped.append)
    path.write_bytes(gzip.compress(b"a|r|b\n" * 9) + b"\x1f\x8bxxxx")
    assert len(load_triples(path, source="kb", on_skip=skipped.append).triples) == 9
    assert skipped[0].reason.startswith("Damaged gzip file")


def test_the_number_of_triples_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triple_file, "_MAX_TRIPLES", 2)
    document, skipped = load(tmp_path / "kb.txt", "a|r|b\n" * 3)
    assert len(document.triples) == 2
    assert [skip.reason for skip in skipped] == ["Expected at most 2 triples in a file; the rest is not read"]
