"""What a report shows and what it writes."""

import json
import re
import sys
from pathlib import Path

import pytest

from graphrag.errors import ConfigError
from graphrag.evaluation.datasets import Question
from graphrag.evaluation.experiment import EvaluationReport, QuestionResult
from graphrag.evaluation.report import to_json_object, to_markdown, to_text, write_report
from graphrag.evaluation.tables import KEYS
from graphrag.llm.usage import Usage
from graphrag.types import Passage

WHO = Question("q1", "Who?", ("Ada",), ("a",), "bridge")
WHERE = Question("q2", "Where?", ("London",), ("b",), "comparison")


def scores(recall: float, em: float) -> dict[str, float]:
    found = {f"recall@{k}": recall for k in (2, 5, 10)}
    return {**found, "all_gold@5": recall, "em": em, "f1": em, "hits@1": em}


@pytest.fixture
def reports() -> dict[str, EvaluationReport]:
    dense = (
        QuestionResult(WHO, ("a", "x"), scores(1.0, 1.0), "Ada", 2.0),
        QuestionResult(WHERE, ("y",), scores(0.0, 0.0), "Paris", 4.0, ("no entity",)),
    )
    bm25 = (
        QuestionResult(WHO, ("a",), scores(1.0, 0.0), "Bob", 1.0),
        QuestionResult(WHERE, (), scores(0.0, 0.0), error="StoreError: a | b\n\x1b[31mgone"),
    )
    return {"dense": EvaluationReport("dense", dense), "bm25": EvaluationReport("bm25", bm25)}


def test_the_json_object_has_the_promised_keys_and_no_others(reports) -> None:
    assert to_json_object(reports) == {
        "dense": {
            "recall@2": 0.5, "recall@5": 0.5, "recall@10": 0.5, "em": 0.5, "f1": 0.5, "hits@1": 0.5,
            "retrieval_ms_p50": 3.0, "retrieval_ms_p95": 3.9, "questions": 2,
        },
        "bm25": {
            "recall@2": 0.5, "recall@5": 0.5, "recall@10": 0.5, "em": 0.0, "f1": 0.0, "hits@1": 0.0,
            "retrieval_ms_p50": 1.0, "retrieval_ms_p95": 1.0, "questions": 2,
        },
    }  # fmt: skip
    assert tuple(to_json_object(reports)["dense"]) == KEYS


def test_a_key_that_the_data_cannot_give_is_absent() -> None:
    report = EvaluationReport("gnn", (QuestionResult(WHO, (), {"em": 1.0, "f1": 1.0, "hits@1": 1.0}, "Ada", 1.0),))
    expected = {"em": 1.0, "f1": 1.0, "hits@1": 1.0, "retrieval_ms_p50": 1.0, "retrieval_ms_p95": 1.0, "questions": 1}
    assert to_json_object({"gnn": report}) == {"gnn": expected}
    assert "recall" not in to_text({"gnn": report})


def test_the_table_for_terminals(reports) -> None:
    assert to_text(reports) == "\n".join([
        "All questions",
        "retriever  recall@2  recall@5  recall@10  em     f1     hits@1  p50 ms  p95 ms  questions",
        "dense      0.500     0.500     0.500      0.500  0.500  0.500   3.0     3.9     2",
        "bm25       0.500     0.500     0.500      0.000  0.000  0.000   1.0     1.0     2",
        "",
        "By type",
        "type        retriever  recall@2  recall@5  recall@10  em     f1     hits@1  p50 ms  p95 ms  questions",
        "bridge      dense      1.000     1.000     1.000      1.000  1.000  1.000   2.0     2.0     1",
        "bridge      bm25       1.000     1.000     1.000      0.000  0.000  0.000   1.0     1.0     1",
        "comparison  dense      0.000     0.000     0.000      0.000  0.000  0.000   4.0     4.0     1",
        "comparison  bm25       0.000     0.000     0.000      0.000  0.000  0.000                   1",
        "",
        "Differences, with 95 % bootstrap intervals",
        "retriever  minus  metric    difference  interval          questions",
        "bm25       dense  recall@5  +0.000      [+0.000, +0.000]  2",
        "bm25       dense  f1        -0.500      [-1.000, +0.000]  2",
        "",
        "Milliseconds",
        "step                  retriever  p50  p95  p99",
        "question to passages  dense      3.0  3.9  4.0",
        "question to passages  bm25       1.0  1.0  1.0",
        "",
        "Fallbacks",
        "retriever  fallback   questions",
        "dense      no entity  1",
        "",
        "Failed questions, scored 0",
        "retriever  question_id  error",
        "bm25       q2           StoreError: a | b  [31mgone",
    ])  # fmt: skip


def test_markdown_tables_survive_bars_and_control_characters(reports) -> None:
    lines = to_markdown(reports).splitlines()
    assert lines[:6] == [
        "# Evaluation",
        "",
        "## All questions",
        "",
        "| retriever | recall@2 | recall@5 | recall@10 | em | f1 | hits@1 | p50 ms | p95 ms | questions |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    assert lines[-1] == "| bm25 | q2 | StoreError: a \\| b  [31mgone |"


def test_one_retriever_one_type_and_no_trouble_make_two_tables() -> None:
    report = EvaluationReport("dense", (QuestionResult(WHO, ("a",), {"recall@2": 1.0}, milliseconds=1.0),))
    assert [text.splitlines()[0] for text in to_text({"dense": report}).split("\n\n")] == [
        "All questions", "Milliseconds",
    ]  # fmt: skip


def test_many_types_and_failures_are_cut_with_a_word_about_it() -> None:
    questions = [Question(f"q{i}", "?", ("x",), (), f"type {i:02}") for i in range(30)]
    report = EvaluationReport("dense", tuple(QuestionResult(q, (), {}, error="x" * 200) for q in questions))
    text = to_text({"dense": report})
    assert "By type (the 20 largest of 30)" in text
    assert "type 19" in text
    assert "type 20" not in text
    assert "and 10 more" in text
    assert "x" * 99 + "…" in text


def test_written_files_hold_everything(reports, tmp_path: Path) -> None:
    paths = write_report(reports, tmp_path / "new" / "folder")
    pictures = ["means.png", "parts.png", "differences.png", "latency.png"]
    reported = ["report.html", "report.md", "report.json"]
    assert [path.name for path in paths] == ["rows-dense.jsonl", "rows-bm25.jsonl", *pictures, *reported]
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(path.name for path in paths)
    rows = [json.loads(line) for line in paths[0].read_text().splitlines()]
    assert rows[0] == {
        "question_id": "q1", "type": "bridge", "hops": 1, "question": "Who?", "answers": ["Ada"],
        "gold_passage_ids": ["a"], "ranked_ids": ["a", "x"], "answer": "Ada", "confidence": None, "citations": [],
        **scores(1.0, 1.0), "milliseconds": 2.0, "answer_timings": {},
        "usage": {"calls": 0, "prompt_tokens": 0, "completion_tokens": 0}, "fallbacks": [], "error": "",
    }  # fmt: skip
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths[2:6])
    assert paths[7].read_text().startswith(to_markdown(reports))
    assert "![Differences](differences.png)" in paths[7].read_text()
    full = json.loads(paths[8].read_text())
    assert full["pictures"] == pictures
    assert full["page"] == "report.html"
    assert full["retrievers"]["dense"]["by_hops"]["1"]["questions"] == 2
    assert full["retrievers"]["dense"]["all"]["all_gold@5"] == 0.5
    assert full["retrievers"]["dense"]["by_type"]["bridge"]["questions"] == 1
    assert full["retrievers"]["dense"]["fallbacks"] == {"no entity": 1}
    assert full["retrievers"]["dense"]["rows"] == "rows-dense.jsonl"
    failure = {"question_id": "q2", "error": "StoreError: a | b\n\x1b[31mgone"}
    assert full["retrievers"]["bm25"]["failures"] == [failure]
    compared = [(c["retriever"], c["metric"], c["part"]) for c in full["comparisons"]]
    assert compared == [("bm25", metric, "") for metric in ("recall@5", "f1")] + [
        ("bm25", metric, f"type {kind}") for metric in ("recall@5", "f1") for kind in ("bridge", "comparison")
    ]


def test_parts_answers_and_cost_are_told() -> None:
    two, three = Question("2hop__1_2", "?", ("x",), ("a", "b")), Question("3hop1__1_2_3", "?", ("x",), ("a",))
    answered = {"answer_timings": {"read": 40.0, "total": 100.0}, "usage": Usage(2, 3000, 10)}
    results = (
        QuestionResult(two, (), scores(1.0, 1.0) | {"cites_gold": 1.0}, "x", 1.0, confidence=0.9, **answered),
        QuestionResult(three, (), scores(0.0, 0.0), "", 1.0, confidence=0.1, **answered),
    )
    tables = {
        text.splitlines()[0]: text.splitlines()[1:]
        for text in to_text({"r": EvaluationReport("r", results)}).split("\n\n")
    }
    assert [line.split()[:3] for line in tables["By number of hops"][1:]] == [["2", "r", "1.000"], ["3", "r", "0.000"]]
    assert tables["Answers"][1].split() == ["r", "0.500", "1.000", "0.500", "0.500"]
    assert tables["Milliseconds"][2].split() == "passages to answer r 40.0 40.0 40.0".split()
    assert tables["Milliseconds"][3].split() == "question to answer r 100.0 100.0 100.0".split()
    assert tables["Language model"][1].split() == ["r", "4", "6,000", "20", "2.0", "3000.0", "10.0"]


def test_the_page_shows_texts_as_texts_and_asks_nothing_of_the_network(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>$x$"
    question = Question(evil, evil, (evil,), ("gold", evil), evil)
    plain_question = Question("q2", "?", ("x",), ("gold",), "other")
    results = tuple(
        QuestionResult(q, (evil, "gold"), scores(0.5, 0.0), evil, 1.0, (evil,), evil, (evil,), 0.5)
        for q in (question, plain_question)
    )
    known = {"gold": Passage("gold", f"text {evil}", "")}
    reports = {name: EvaluationReport(name, results) for name in (evil, "dense")}
    write_report(reports, tmp_path, passage_of=known.get)
    page = (tmp_path / "report.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;$x$" in page
    assert "default-src 'none'" in page
    assert "src=" not in page.replace("default-src=", "")
    assert not re.search(r"""(href|url)\s*[=(]\s*["']?(?!#)\w+:""", page.replace("xlink:href", "href"))
    assert page.count("<svg") == 4
    assert "currentColor" in page
    assert "The store does not have it." in page
    assert "text &lt;script&gt;" in page
    assert "dense: 2" in page  # the rank of the gold passage


def test_without_matplotlib_the_page_says_how_to_get_pictures(reports, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    paths = write_report(reports, tmp_path)
    assert not [path for path in paths if path.suffix == ".png"]
    page = (tmp_path / "report.html").read_text()
    assert "pip install &quot;multihop-graphrag[notebook]&quot;, then run this again." in page
    assert "<svg" not in page
    assert json.loads((tmp_path / "report.json").read_text())["pictures"] == []


def test_names_and_texts_from_outside_make_no_trouble(tmp_path: Path) -> None:
    result = QuestionResult(WHO, (), {"em": 0.0}, "\ud800", error="\udcff")
    paths = write_report({"../x": EvaluationReport("../x", (result,))}, tmp_path)
    assert paths[0] == tmp_path / "rows-..%2Fx.jsonl"
    assert json.loads(paths[0].read_text())["answer"] == "\ud800"


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(reports, tmp_path: Path, monkeypatch) -> None:
    write_report(reports, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ConfigError, match=r"Cannot write the report to .*: No space left on device"):
        write_report({}, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_in_the_place_of_the_folder(reports, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match=r"Cannot write the report to .*file: File exists"):
        write_report(reports, tmp_path / "file")
