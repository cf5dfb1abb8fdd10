"""Records of JSON input."""

import json

import pytest

from graphrag.errors import InputError
from graphrag.ingest.records import read_json_line, read_record
from graphrag.types import content_id


def test_every_field_is_read() -> None:
    content = {"passage_id": "p1", "id": "d1", "title": " Ada ", "text": " Born.\n"}
    record = read_json_line(json.dumps({**content, "metadata": {"year": 1815, "gone": None}}).encode())
    assert (record.record_id, record.title, record.text) == ("p1", "Ada", " Born.\n")
    assert record.metadata == {"year": 1815}


@pytest.mark.parametrize(
    ("content", "expected"), [({"id": 7}, "7"), ({"id": "x y"}, "x y"), ({"passage_id": None, "id": 0}, "0")]
)
def test_ids_are_texts_or_whole_numbers(content: dict[str, object], expected: str) -> None:
    assert read_record({"text": "Born.", **content}).record_id == expected


def test_without_an_id_the_content_is_the_id() -> None:
    assert read_record({"title": "Ada", "text": "Born."}).record_id == content_id("Ada", "Born.")


def test_metadata_keeps_its_types() -> None:
    metadata = {"a": True, "b": 1, "c": 1.5, "d": "x\ud800"}
    read = read_record({"text": "Born.", "metadata": metadata}).metadata
    assert read == {"a": True, "b": 1, "c": 1.5, "d": "x\ufffd"}
    assert [type(value) for value in read.values()] == [bool, int, float, str]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"text": 5}', r"Expected 'text' to be a text \(got a number\)"),
        (b'{"text": ["a"]}', r"Expected 'text' to be a text \(got a list\)"),
        (b"{not json", r"Expected JSON \(Expecting property name enclosed in double quotes at character 1\)"),
        (b'{"title": "no text"}', r"Expected an object with 'text'"),
        (b'{"text": " \\n"}', r"Expected 'text' not to be empty"),
        (b'{"text": null}', r"Expected 'text' not to be empty"),
        (b'{"text": "a", "title": 5}', r"Expected 'title' to be a text \(got a number\)"),
        (b'{"text": "a", "text": "b"}', r"Expected every key once \(got 'text' twice\)"),
        (b'["a"]', r"Expected an object with 'text' \(got a list\)"),
        (b"null", r"Expected an object with 'text' \(got null\)"),
        (b'{"text": "a", "id": true}', r"Expected 'id' to be a text or a whole number \(got true or false\)"),
        (b'{"text": "a", "id": 1.5}', r"Expected 'id' to be a text or a whole number \(got a number\)"),
        (b'{"text": "a", "id": " "}', r"Expected 'id' to have 1 to 1000 characters \(got 0\)"),
        (
            b'{"text": "a", "passage_id": "' + b"i" * 1001 + b'"}',
            r"Expected 'passage_id' to have 1 to 1000 characters \(got 1001\)",
        ),
        (b'{"text": "a", "id": "a\\nb"}', r"Expected 'id' without control characters"),
        (b'{"text": "a", "metadata": 5}', r"Expected 'metadata' to be an object \(got a number\)"),
        (
            b'{"text": "a", "metadata": {"k": [1]}}',
            r"Expected metadata 'k' to be a text, a number, true or false \(got a list\)",
        ),
        (b'{"text": "a", "metadata": {"k": {"x": 1, "x": 2}}}', r"got an object that names a key twice"),
        (b'{"text": "a", "metadata": {"k": NaN}}', r"got no finite number"),
        (b'{"text": "a", "metadata": {"k": 1e999}}', r"got no finite number"),
        (b'{"text": "a", "id": ' + b"1" * 5000 + b"}", r"numbers of at most 4300 digits"),
        (b"[" * 200_000, r"Expected JSON that is not nested so deeply"),
        (b'{"text": "\xff"}', r"Expected UTF-8 \(byte 10 of the line is not\)"),
    ],
)
def test_what_is_wrong_is_refused_with_one_clear_line(line: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_json_line(line)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_many_keys_and_a_repeated_one_take_linear_time() -> None:
    pairs = ", ".join(f'"k{number}": 1' for number in range(200_000))
    with pytest.raises(InputError, match=r"Expected every key once \(got 'k199999' twice\)"):
        read_json_line(f'{{{pairs}, "k199999": 2}}'.encode())


def test_lone_surrogates_are_replaced() -> None:
    assert read_json_line(json.dumps({"text": "a\ud800b"}).encode()).text == "a\ufffdb"
