import json
from pathlib import Path

SHARES = {"recall@2", "recall@5", "recall@10", "em", "f1", "hits@1"}
TIMES = {"retrieval_ms_p50", "retrieval_ms_p95"}


def test_measuring_as_json(multihop, kb: Path, questions: Path) -> None:
    result = multihop("eval", "--store", kb, "--questions", questions, "--retriever", "bm25, hipporag2", "--json")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert list(found) == ["bm25", "hipporag2"]
    for figures in found.values():
        assert set(figures) == {*SHARES, *TIMES, "questions"}
        assert figures["questions"] == 2
        assert all(0 <= figures[name] <= 1 for name in SHARES)
        assert figures["recall@2"] <= figures["recall@5"] <= figures["recall@10"] == 1
        assert 0 < figures["retrieval_ms_p50"] <= figures["retrieval_ms_p95"]


def test_retrieval_only(multihop, kb: Path, questions: Path) -> None:
    result = multihop("eval", "--store", kb, "--questions", questions, "--no-answers", "--limit", "1", "--json")
    figures = json.loads(result.stdout)["multihop"]
    assert figures["questions"] == 1
    assert not {"em", "f1"} & set(figures)


def test_the_report_is_written(multihop, kb: Path, questions: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    result = multihop("eval", "--store", kb, "--questions", questions, "--retriever", "bm25", "--out", out)
    assert result.exit_code == 0
    assert "bm25" in result.stdout
    assert f"wrote the report to {out}" in result.stderr
    assert any(path.stat().st_size for path in out.iterdir())


def test_gold_passages_that_the_store_lacks_are_told(multihop, kb: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        json.dumps({"question": "Who?", "answers": ["Ada"], "gold_passage_ids": ["none"]}), encoding="utf-8"
    )
    result = multihop("eval", "--store", kb, "--questions", path, "--no-answers", "--json")
    assert result.exit_code == 0
    assert "note: the store lacks 1 gold passages, such as 'none'; they count as not found" in result.stderr
    assert json.loads(result.stdout)["multihop"]["recall@5"] == 0
