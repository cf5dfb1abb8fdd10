import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

STATISTICS = {
    "documents", "passages", "entities", "facts", "triples", "synonyms", "failed_passages", "pending", "digest",
    "finished",
}  # fmt: skip


def stats(multihop, store: Path) -> dict[str, object]:
    result = multihop("stats", "--store", store, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_statistics(multihop, kb: Path) -> None:
    found = stats(multihop, kb)
    assert set(found) == STATISTICS
    assert (found["documents"], found["passages"], found["failed_passages"], found["pending"]) == (5, 5, 0, 0)
    assert found["finished"] is True
    assert len(str(found["digest"])) == 64
    shown = multihop("stats", "--store", kb).stdout
    assert str(found["digest"]) in shown
    assert "failed passages  0" in shown


def test_deleting_leaves_what_a_build_without_the_document_gives(
    multihop, corpus: Path, own_kb: Path, tmp_path: Path
) -> None:
    result = multihop("delete", "london", "--store", own_kb)
    assert (result.exit_code, result.stdout) == (0, "deleted london\n")
    rest = [line for line in corpus.read_text(encoding="utf-8").splitlines() if '"london"' not in line]
    (tmp_path / "rest.jsonl").write_text("\n".join(rest), encoding="utf-8")
    multihop("build", tmp_path / "rest.jsonl", "--store", tmp_path / "rest.db")
    assert stats(multihop, own_kb) == stats(multihop, tmp_path / "rest.db")
    assert b"River Thames" not in own_kb.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["merge", "Ada Lovelace", "Charles Babbage"], "merge Ada Lovelace into Charles Babbage"),
        (["split", "London", "London (Ontario)", "ada"], "split London: London (Ontario) in ada"),
        (["add", "Ada Lovelace", "died in", "Marylebone"], "add (Ada Lovelace; died in; Marylebone)"),
        (["remove", "Ada Lovelace", "was born in", "London"], "remove (Ada Lovelace; was born in; London)"),
    ],
)
def test_correcting_and_taking_it_back(multihop, own_kb: Path, arguments: list[str], says: str) -> None:
    before = stats(multihop, own_kb)
    result = multihop("edit", *arguments, "--store", own_kb)
    assert (result.exit_code, result.stdout) == (0, f"done: {says}\n")
    assert stats(multihop, own_kb)["digest"] != before["digest"]
    undone = multihop("edit", "undo", "--store", own_kb)
    assert (undone.exit_code, undone.stdout) == (0, f"undone: {says}\n")
    assert stats(multihop, own_kb) == before


def test_a_rebuild_keeps_corrections(multihop, corpus: Path, own_kb: Path) -> None:
    multihop("edit", "add", "Ada Lovelace", "died in", "Marylebone", "--store", own_kb)
    corrected = stats(multihop, own_kb)
    multihop("build", corpus, "--store", own_kb)
    assert stats(multihop, own_kb) == corrected


@pytest.mark.parametrize("output_format", ["graphml", "jsonl", "cypher"])
def test_exporting(multihop, kb: Path, tmp_path: Path, output_format: str) -> None:
    path = tmp_path / "graph"
    result = multihop("export", path, "--store", kb, "--format", output_format)
    assert (result.exit_code, result.stdout) == (0, f"wrote {path}\n")
    found = stats(multihop, kb)
    if output_format == "graphml":
        nodes = ElementTree.parse(path).findall(".//{http://graphml.graphdrawing.org/xmlns}node")
        assert len(nodes) == int(str(found["entities"])) + 5
    elif output_format == "jsonl":
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert sum(record["kind"] == "fact" for record in records) == found["facts"]
    else:
        assert path.read_text(encoding="ascii").count("CREATE (:Passage ") == 5


def test_the_doctor_tries_the_models(multihop) -> None:
    result = multihop("doctor")
    assert result.exit_code == 0
    for part in ("multihop ", "Python ", "SQLite ", "numpy ", "extra documents", "encoder all-MiniLM", "extractor "):
        assert any(line.startswith(part) for line in result.stdout.splitlines()), part
    assert result.stdout.count(": works") == 3
    assert result.stdout.endswith("reasoners: work\n")


def test_the_doctor_says_what_is_missing(multihop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphrag.cli.manage._EXTRAS", {"gnn": ("no_such_module",)})
    assert 'missing: pip install "multihop-graphrag[gnn]"' in multihop("doctor").stdout


def test_the_doctor_finds_a_damaged_encoder(multihop, monkeypatch: pytest.MonkeyPatch) -> None:
    class Damaged:
        def encode(self, texts: list[str]) -> np.ndarray:
            return np.eye(len(texts), dtype=np.float32)

    monkeypatch.setattr("graphrag.cli.manage.create_encoder", Damaged)
    result = multihop("doctor")
    assert result.exit_code == 1
    assert result.stderr == (
        "multihop: The sentence encoder is damaged: similar sentences have cosine 0.00; install again\n"
    )
