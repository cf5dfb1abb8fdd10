import hashlib
import json
from pathlib import Path

import pytest

from graphrag.cli import build as module
from graphrag.estimate import BuildEstimate


def digest(multihop, store: Path) -> str:
    return json.loads(multihop("stats", "--store", store, "--json").stdout)["digest"]


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_building_says_what_was_done(multihop, corpus: Path, tmp_path: Path) -> None:
    result = multihop("build", corpus, "--store", tmp_path / "kb.db")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first == f"{tmp_path / 'kb.db'}: 5 documents added, 0 replaced, 0 unchanged"
    assert second.startswith("5 passages, ")
    stages = [line.split(":")[0] for line in result.stderr.splitlines()]
    assert stages == ["documents", "extract", "encode passages", "encode entities", "encode facts", "link synonyms"]


def test_building_again_changes_nothing(multihop, corpus: Path, own_kb: Path, kb: Path) -> None:
    result = multihop("build", corpus, "--store", own_kb)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0, f"{own_kb}: 0 documents added, 0 replaced, 5 unchanged",
    )  # fmt: skip
    assert digest(multihop, own_kb) == digest(multihop, kb)


def test_halves_in_the_other_order_equal_one_build(multihop, corpus: Path, kb: Path, tmp_path: Path) -> None:
    lines = corpus.read_text(encoding="utf-8").splitlines()
    for part in (lines[3:], lines[:3]):
        (tmp_path / "part.jsonl").write_text("\n".join(part), encoding="utf-8")
        assert multihop("build", tmp_path / "part.jsonl", "--store", tmp_path / "kb.db").exit_code == 0
    assert digest(multihop, tmp_path / "kb.db") == digest(multihop, kb)


@pytest.mark.parametrize("exists", [False, True])
def test_a_dry_run_writes_nothing(multihop, corpus: Path, own_kb: Path, tmp_path: Path, exists: bool) -> None:
    before = files(tmp_path)
    result = multihop("build", corpus, "--store", own_kb if exists else tmp_path / "new.db", "--dry-run")
    assert result.exit_code == 0
    shown = {line[:28].strip(): line[28:].strip() for line in result.stdout.splitlines()}
    assert shown["documents to add or replace"] == ("0 (5 unchanged)" if exists else "5 (0 unchanged)")
    assert shown["passages to extract"].startswith("0 (0 words" if exists else "5 (")
    assert shown["language model calls"] == "0"
    assert set(shown) >= {"time", "space"}
    assert files(tmp_path) == before


def test_what_cannot_be_read_is_said_and_the_rest_goes_on(multihop, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    (mixed / "good.txt").write_text("Marie Curie was born in Warsaw.", encoding="utf-8")
    (mixed / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    (mixed / "broken.docx").write_bytes(b"PK\x03\x04 broken")
    (mixed / "empty.txt").write_bytes(b"")
    (mixed / "lines.jsonl").write_bytes(b'{"text": 5}\n{not json\n{"title": "no text"}\n')
    result = multihop("build", mixed, "--store", tmp_path / "kb.db")
    skipped = [line for line in result.stderr.splitlines() if line.startswith("skipped ")]
    assert result.exit_code == 0
    assert len(skipped) == 6
    assert ": 1 document added, 0 replaced, 0 unchanged, 6 skipped" in result.stdout
    for name in ("broken.pdf", "broken.docx", "empty.txt", "lines.jsonl:1", "lines.jsonl:2", "lines.jsonl:3"):
        assert sum(name in line for line in skipped) == 1, name


def test_an_existing_graph(multihop, tmp_path: Path) -> None:
    (tmp_path / "kg.txt").write_text("Ada|born_in|London\nLondon|in|England\nbroken line\n", encoding="utf-8")
    result = multihop("build", tmp_path / "kg.txt", "--format", "triples", "--store", tmp_path / "kb.db")
    assert result.exit_code == 0
    assert "0 passages, 3 entities, 2 facts" in result.stdout
    assert "skipped" in result.stderr
    dry = multihop("build", tmp_path / "kg.txt", "--format", "triples", "--store", tmp_path / "x.db", "--dry-run")
    assert "triples to import            2" in dry.stdout.splitlines()


def test_settings_come_from_a_file_and_hold_for_the_store(multihop, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[build]\nsynonym_threshold = 0.5\n", encoding="utf-8")
    store = tmp_path / "kb.db"
    assert multihop("build", corpus, "--store", store, "--config", tmp_path / "settings.toml").exit_code == 0
    other = multihop("build", corpus, "--store", store)
    assert other.exit_code == 2
    assert "was built with synonym_threshold '0.5' (got '0.8')" in other.stderr
    assert multihop("edit", "add", "Ada Lovelace", "wrote", "Notes", "--store", store).exit_code == 0


def test_a_long_build_is_announced(capsys: pytest.CaptureFixture[str]) -> None:
    bars = module.ProgressBars()
    module._announce(BuildEstimate(0, 0, 20, 400, 0, 12.0, 1.0), bars)
    assert capsys.readouterr().err == ""
    module._announce(BuildEstimate(0, 0, 6119, 700_000, 0, 3720.0, 1.0), bars)
    assert capsys.readouterr().err == (
        "6,119 passages to extract (about 700,000 words): about 1 h 2 min. Ctrl-C stops; the next build continues.\n"
    )


def test_extracting_prints_a_line_of_json_a_passage_in_order(multihop, corpus: Path) -> None:
    result = multihop("extract", corpus, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["passage_id"] for row in rows] == ["ada", "babbage", "engine", "london", "bread"]
    texts = {row["passage_id"]: row for row in map(json.loads, corpus.read_text(encoding="utf-8").splitlines())}
    for row in rows:
        assert list(row) == ["passage_id", "entities", "triples"]
        text = "{title}\n{text}".format(**texts[row["passage_id"]])
        for entity in row["entities"]:
            assert list(entity) == ["text", "label"]
            assert entity["text"] in text
        for triple in row["triples"]:
            assert list(triple) == ["head", "relation", "tail", "confidence", "sentence"]
            assert triple["head"] in text
            assert triple["tail"] in text
            assert 0 <= triple["confidence"] <= 1
    assert any(row["triples"] for row in rows)


def test_extracting_from_standard_input_is_extracting_from_a_file(multihop, tmp_path: Path) -> None:
    text = "Ada Lovelace was born in London. She died in Marylebone."
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    results = (
        multihop("extract", "-", "--json", stdin=text.encode()),
        multihop("extract", tmp_path / "text.txt", "--json"),
    )
    piped, read = ([json.loads(line) for line in result.stdout.splitlines()] for result in results)
    assert [(row["entities"], row["triples"]) for row in piped] == [(row["entities"], row["triples"]) for row in read]
    assert any(row["triples"] for row in piped)


def test_extracting_for_people(multihop) -> None:
    result = multihop("extract", "-", stdin=b"Ada Lovelace was born in London.")
    assert "(Ada Lovelace; was born in; London)" in result.stdout


def test_extracting_nothing(multihop) -> None:
    result = multihop("extract", "-", "--json", stdin=b"")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "multihop: No passages in -"
