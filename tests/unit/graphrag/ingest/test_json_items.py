"""Items of JSON lists."""

import json
import tracemalloc
from pathlib import Path

import pytest

from graphrag.errors import InputError
from graphrag.ingest import json_items, reading
from graphrag.ingest.json_items import read_json_items


def items_of(path: Path, content: str) -> list[object]:
    path.write_text(content, encoding="utf-8")
    return [item for _, item in read_json_items(path)]


@pytest.mark.parametrize("chunk_bytes", [1, 3, 1000])
@pytest.mark.parametrize("indent", [None, 2])
def test_items_do_not_depend_on_the_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_bytes: int, indent: int | None
) -> None:
    monkeypatch.setattr(reading, "_CHUNK_BYTES", chunk_bytes)
    items = [{"text": 'ä "[,] \\ 北京'}, 12345, "x", None, {"a": {"b": [1, 2]}}]
    content = json.dumps(items, ensure_ascii=False, indent=indent)
    assert items_of(tmp_path / "a.json", content) == items


@pytest.mark.parametrize("content", ['{"a": 1}', ' {"a": 1}\n', '[{"a": 1}]', '{\n"a":\n1}'])
def test_a_single_object_is_one_item(tmp_path: Path, content: str) -> None:
    assert items_of(tmp_path / "a.json", content) == [{"a": 1}]


def test_objects_one_after_the_other_are_items(tmp_path: Path) -> None:
    assert items_of(tmp_path / "a.json", '{"a": 1}\n{"b": 2}\n') == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("content", ["", "  \n", "[]", " [ ] "])
def test_nothing_gives_no_item(tmp_path: Path, content: str) -> None:
    assert items_of(tmp_path / "a.json", content) == []


@pytest.mark.parametrize(
    ("content", "num_items", "message"),
    [
        ('[{"a": 1}, {bad}, {"b": 2}]', 1, r"Item 2 is not JSON \(Expecting property name .*not read"),
        ('[{"a": 1}', 1, r"The JSON list has no end"),
        ("]", 0, r"Expected '\[' before '\]' in JSON"),
        ('[{"a": 1}] {"b": 2}', 1, r"Something follows the JSON list; it is not read"),
        ("[" * 200_000, 0, r"Item 1 has too long a number or is nested too deeply"),
        (f"[{'1' * 5000}]", 0, r"Item 1 has too long a number or is nested too deeply"),
    ],
)
def test_items_before_what_is_wrong_are_read(tmp_path: Path, content: str, num_items: int, message: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    found = []
    with pytest.raises(InputError, match=message):
        found.extend(item for item in read_json_items(tmp_path / "a.json"))
    assert len(found) <= num_items


def test_an_item_that_is_too_long_ends_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_items, "MAX_LINE_BYTES", 1000)
    monkeypatch.setattr(reading, "_CHUNK_BYTES", 100)
    path = tmp_path / "a.json"
    path.write_text(json.dumps(["short", "x" * 5000]), encoding="utf-8")
    items = read_json_items(path)
    assert next(items) == (1, "short")
    with pytest.raises(InputError, match=r"Item 2 is not JSON .*or too long"):
        next(items)


def test_wrong_bytes_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'["a\xff"]')
    with pytest.raises(InputError, match="byte 3 is not UTF-8"):
        list(read_json_items(tmp_path / "a.json"))


def test_a_long_list_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"text": "word " * 200}] * 20_000), encoding="utf-8")
    tracemalloc.start()
    assert sum(1 for _ in read_json_items(path)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 2**20
