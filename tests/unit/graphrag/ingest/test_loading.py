"""From paths to documents."""

import gzip
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from graphrag.errors import InputError
from graphrag.ingest import InputFormat, SplitSettings, load_documents
from graphrag.types import Document, SkippedInput, Triple

SMALL = SplitSettings(max_tokens=8, overlap_tokens=0)


def load(*paths: Path, input_format: InputFormat = "auto") -> tuple[list[Document], list[str]]:
    skipped: list[SkippedInput] = []
    documents = list(load_documents(paths, format=input_format, split=SMALL, on_skip=skipped.append))
    return documents, [str(skip) for skip in skipped]


def test_prose_is_split_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Ada\n\nShe was born in the city of London.\n\n## Work\n\nShe wrote notes. They were about the engine.\n"
    )
    (document,), skipped = load(path)
    assert skipped == []
    assert (document.title, document.source) == ("Ada", str(path))
    assert [(p.passage_id, p.title, p.text, p.document_id, p.position) for p in document.passages] == [
        (f"{document.document_id}#0000", "Ada", "She was born in the city of London.", document.document_id, 0),
        (
            f"{document.document_id}#0001",
            "Ada - Work",
            "She wrote notes. They were about the engine.",
            document.document_id,
            1,
        ),
    ]


def test_one_text_is_one_document_whatever_the_file_and_the_settings(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ada was born in London. She met Charles Babbage there.")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress((tmp_path / "a.txt").read_bytes()))
    (tmp_path / "c.text").write_text("\ufeffAda was born in  London. She met Charles Babbage there.\r\n")
    documents, _ = load(tmp_path)
    wide = load_documents([tmp_path], format="auto", split=SplitSettings(), on_skip=pytest.fail)
    assert len({document.document_id for document in [*documents, *wide]}) == 1
    assert len({document.fingerprint for document in documents}) == 1


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson.gz", "a.json", "a.json.gz"])
def test_records_are_passages_as_they_stand(tmp_path: Path, name: str) -> None:
    text = "One sentence. " * 20
    records = [{"passage_id": "p1", "title": "Ada", "text": text, "metadata": {"year": 1}}, {"text": "Born."}]
    content = json.dumps(records) if ".json" in name and "l" not in name else "\n".join(map(json.dumps, records))
    (tmp_path / name).write_bytes(gzip.compress(content.encode()) if name.endswith("gz") else content.encode())
    (first, second), skipped = load(tmp_path)
    assert skipped == []
    (passage,) = first.passages
    assert (passage.passage_id, passage.document_id, first.document_id) == ("p1", "p1", "p1")
    assert (passage.text, passage.title, first.title, passage.metadata) == (text, "Ada", "Ada", {"year": 1})
    assert second.passages[0].passage_id == second.document_id


def test_documents_format_splits_records(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": 5, "title": "Ada", "text": "A b c d e f. G h i j."}\n{"text": "\\u0001"}\n'
    )
    (document,), skipped = load(tmp_path / "a.jsonl", input_format="documents")
    assert [(p.passage_id, p.title, p.text) for p in document.passages] == [
        ("5#0000", "Ada", "A b c d e f."),
        ("5#0001", "Ada", "G h i j."),
    ]
    assert skipped == [f"{tmp_path}/a.jsonl:2: Expected 'text' not to be empty"]


def test_passages_format_keeps_prose_whole(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Ada\n\nOne two three four five. Six seven eight nine ten.\n")
    (document,), _ = load(tmp_path / "a.md", input_format="passages")
    (passage,) = document.passages
    assert passage.passage_id == document.document_id
    assert (passage.title, passage.text) == ("Ada", "Ada\n\nOne two three four five. Six seven eight nine ten.")


def test_triples_format_gives_one_document_a_file(tmp_path: Path) -> None:
    (tmp_path / "kb.tsv.gz").write_bytes(gzip.compress(b"a\tr\tb\nx\n"))
    (tmp_path / "kb2.txt").write_text("c|r|d\n")
    (tmp_path / "kb3.jsonl").write_text("{}")
    documents, skipped = load(tmp_path, input_format="triples")
    assert [document.triples for document in documents] == [(Triple("a", "r", "b"),), (Triple("c", "r", "d"),)]
    assert skipped == [
        f"{tmp_path}/kb.tsv.gz:2: Expected three fields that are not empty, separated by a tab",
        f"{tmp_path}/kb3.jsonl: Triples are read from .txt, .tsv and .triples files (got '.jsonl')",
    ]


def test_auto_guesses_no_triples(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("a\tr\tb\n")
    (tmp_path / "b.txt").write_text("a|r|b\n")
    documents, skipped = load(tmp_path)
    assert [document.passages[0].text for document in documents] == ["a|r|b"]
    assert skipped == [f"{tmp_path}/a.tsv: Unknown kind of file '.tsv'; it is read with --format triples"]


def test_whatever_cannot_be_read_is_one_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Marie Curie was born in Warsaw.")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 broken")
    (tmp_path / "c.txt").write_bytes(b"\xff\xfe\x00bad\x80")
    (tmp_path / "d.txt").write_text("")
    (tmp_path / "e.docx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "f.jsonl").write_text('{"text": 5}\n{not json\n\n{"title": "no text"}\n{"text": "Good."}\n')
    (tmp_path / "g.json").write_text('[{"text": "Good."}, 5, {bad}]')
    (tmp_path / "h.jsonl").write_text("\n")
    (tmp_path / "i.exe").write_bytes(b"MZ")
    (tmp_path / "j.txt.gz").write_bytes(b"\x1f\x8b broken")
    (tmp_path / "README").write_text("x")
    (tmp_path / "k.txt").write_text("Last.")
    documents, skipped = load(tmp_path)
    assert [document.passages[0].text for document in documents] == [
        "Marie Curie was born in Warsaw.", "Good.", "Good.", "Last.",
    ]  # fmt: skip
    places = [skip.removeprefix(f"{tmp_path}/") for skip in skipped]
    expected = [
        "README: A file without a known suffix",
        "b.pdf: Broken PDF file: ",
        "c.txt: Expected UTF-8, or UTF-16 with a byte order mark (byte 6 is not UTF-16)",
        "d.txt: Empty: no text in this file",
        "e.docx: Broken Word document: File is not a zip file",
        "f.jsonl:1: Expected 'text' to be a text (got a number)",
        "f.jsonl:2: Expected JSON (",
        "f.jsonl:4: Expected an object with 'text'",
        "g.json item 2: Expected an object with 'text' (got a number)",
        "g.json: Item 3 is not JSON (",
        "h.jsonl: Empty: no record in this file",
        "i.exe: Unknown kind of file '.exe'",
        "j.txt.gz: Damaged gzip file: ",
    ]
    assert len(places) == len(expected)
    assert all(place.startswith(start) for place, start in zip(places, expected, strict=True)), places
    assert not any("\n" in place for place in places)


def test_a_missing_path_is_named_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ada.")
    with pytest.raises(InputError, match=r"No such file or folder: .*nowhere.txt"):
        load_documents([tmp_path / "a.txt", tmp_path / "nowhere.txt"], format="auto", split=SMALL, on_skip=pytest.fail)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Expected 'format' to be one of auto, .*\(got 'magic'\)"):
        load_documents([tmp_path], format="magic", split=SMALL, on_skip=pytest.fail)  # type: ignore[arg-type]


def test_a_file_without_permission_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.txt").write_text("Ada.")
    monkeypatch.setattr(Path, "open", refuse)
    assert load(tmp_path / "a.txt") == ([], [f"{tmp_path}/a.txt: Cannot be read: Permission denied"])


def test_a_missing_library_is_told_with_the_command_that_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    monkeypatch.delitem(sys.modules, "graphrag.ingest.pdf_file", raising=False)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    assert load(tmp_path) == (
        [],
        [f'{tmp_path}/a.pdf: Reading PDF files needs an optional package: pip install "multihop-graphrag[documents]"'],
    )


def test_word_documents_are_read(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Ada", level=1)
    word.add_paragraph("Born in London.")
    buffer = io.BytesIO()
    word.save(buffer)
    (tmp_path / "a.docx.gz").write_bytes(gzip.compress(buffer.getvalue()))
    (document,), skipped = load(tmp_path)
    assert (document.title, [p.text for p in document.passages], skipped) == ("Ada", ["Born in London."], [])


def test_lines_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\n{"text": 2}\n')
    skipped: list[SkippedInput] = []
    documents = load_documents([tmp_path / "a.jsonl"], format="auto", split=SMALL, on_skip=skipped.append)
    assert isinstance(documents, Iterator)
    assert next(documents).passages[0].text == "One."
    assert skipped == []
    assert list(documents) == []
    assert len(skipped) == 1
