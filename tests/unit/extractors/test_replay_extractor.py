import gzip
import json
from pathlib import Path

import pytest

from extractors import replay_extractor
from extractors.replay_extractor import ReplayExtractor
from graphrag.errors import ExtractionError, InputError
from graphrag.types import Entity, Extraction, Passage, Triple

GOOD = {"passage_id": "a", "entities": ["Ada"], "triples": [["Ada", "met", "Bob"]]}


def replay(path: Path) -> ReplayExtractor:
    return ReplayExtractor(path, find_question_entities=lambda question: (Entity(question.upper()),))


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_gives_back_what_the_file_holds(tmp_path: Path) -> None:
    extractor = replay(write(tmp_path / "f.jsonl", GOOD))
    assert list(extractor.extract([Passage("a", "whatever")])) == [
        Extraction((Entity("Ada"),), (Triple("Ada", "met", "Bob"),))
    ]


def test_identity_is_the_content_whatever_the_name_and_the_compression(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.jsonl", GOOD)
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    other = write(tmp_path / "other.jsonl", {**GOOD, "entities": []})
    identity = replay(plain).identity
    assert identity.startswith("replay:")
    assert replay(packed).identity == identity
    assert replay(other).identity != identity


def test_a_passage_that_the_file_lacks_is_an_error_of_that_passage(tmp_path: Path) -> None:
    extractor = replay(write(tmp_path / "f.jsonl", GOOD))
    missing, found = extractor.extract([Passage("zz", ""), Passage("a", "")])
    assert isinstance(missing, ExtractionError)
    assert missing.passage_id == "zz"
    assert str(missing) == "Expected passage 'zz' in f.jsonl (got no line for it)"
    assert isinstance(found, Extraction)


def test_triples_that_are_not_three_strings_are_dropped_and_counted(tmp_path: Path) -> None:
    triples = [["a", "b"], ["a", "b", 3], "abc", ["a", " ", "c"], None, ["a", "b", "c"], ["a", "b", "x" * 2_000]]
    path = write(tmp_path / "f.jsonl", {"passage_id": "a", "entities": ["a", 1, ""], "triples": triples})
    extractor = replay(path)
    (result,) = extractor.extract([Passage("a", "")])
    assert result == Extraction((Entity("a"),), (Triple("a", "b", "c"),))
    assert extractor.num_dropped == 8


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"f\.jsonl, line 2: Expected a JSON object"),
        ("[1]", r"line 2: Expected an object with a 'passage_id'"),
        ('{"passage_id": 3}', r"line 2: Expected an object with a 'passage_id'"),
        ('{"passage_id": "b", "triples": {}}', r"line 2: Expected 'triples' to be a list \(got dict\)"),
        ('{"passage_id": "b", "entities": "x"}', r"line 2: Expected 'entities' to be a list \(got str\)"),
        ('{"passage_id": "a"}', r"line 2: Expected every passage once \(got 'a' again\)"),
        ("[" * 100_000, r"line 2: Expected a JSON object"),
        ('{"passage_id": "\\udc', r"line 2: Expected a JSON object"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        replay(write(tmp_path / "f.jsonl", GOOD, line))


def test_long_lines_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_extractor, "MAX_LINE_BYTES", 50)
    with pytest.raises(InputError, match="line 1: Expected at most 50 bytes"):
        replay(write(tmp_path / "f.jsonl", GOOD))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Expected a readable file of extractions"):
        replay(tmp_path / "none.jsonl")
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(b"{}" * 1000)[:20])
    with pytest.raises(InputError, match="Expected a readable file of extractions"):
        replay(broken)


def test_blank_lines_are_nothing(tmp_path: Path) -> None:
    extractor = replay(write(tmp_path / "f.jsonl", "", GOOD, "  ", ""))
    assert len(list(extractor.extract([Passage("a", "")]))) == 1


def test_questions_are_delegated(tmp_path: Path) -> None:
    extractor = replay(write(tmp_path / "f.jsonl", GOOD))
    assert extractor.extract_question("who?") == (Entity("WHO?"),)
