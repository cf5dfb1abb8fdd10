import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

RETRIEVERS = ("bm25", "dense", "hybrid", "hipporag", "hipporag2")
QUESTION = "Where was the woman who worked with the designer of the Analytical Engine born?"


@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_retrieving_as_json(multihop, kb: Path, retriever: str) -> None:
    result = multihop("retrieve", QUESTION, "--store", kb, "--retriever", retriever, "--top-k", "3", "--json")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert list(found) == ["question", "retriever", "passages", "ms"]
    assert (found["question"], found["retriever"]) == (QUESTION, retriever)
    assert 1 <= len(found["passages"]) <= 3
    for passage in found["passages"]:
        assert list(passage) == ["passage_id", "title", "score"]
    scores = [passage["score"] for passage in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert found["ms"] > 0


def test_asking_as_json(multihop, kb: Path) -> None:
    result = multihop("ask", QUESTION, "--store", kb, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    answer = json.loads(line)
    assert set(answer) == {
        "question", "answer", "confidence", "method", "citations", "paths", "passages", "timings", "fallbacks"
    }  # fmt: skip
    assert answer["question"] == QUESTION
    assert answer["answer"]
    assert answer["method"] == "span of a passage"
    assert 0 <= answer["confidence"] <= 1
    given = [passage["passage_id"] for passage in answer["passages"]]
    assert len(given) == 5
    assert set(answer["citations"]) <= set(given)
    assert set(answer["timings"]) == {"retrieve", "paths", "read", "total"}
    for path in answer["paths"]:
        assert list(path) == ["text", "score", "steps"]
        for step in path["steps"]:
            assert set(step) == {"source", "relation", "target", "forward", "kind", "passage_ids"}


def test_the_same_question_has_the_same_answer(multihop, kb: Path) -> None:
    first, second = (json.loads(multihop("ask", QUESTION, "--store", kb, "--json").stdout) for _ in range(2))
    for answer in (first, second):
        del answer["timings"]
    assert first == second


@pytest.mark.parametrize(
    "question", ["什么是知识图谱？", "\x01\u202e" * 5000, "🦜", "\udcff Ada?", "--", "'; DROP TABLE x"]
)
def test_strange_questions(multihop, kb: Path, question: str) -> None:
    result = multihop("ask", "--store", kb, "--json", "--", question)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["question"]


def test_asking_for_people(multihop, kb: Path) -> None:
    result = multihop("ask", "Who designed the Analytical Engine?", "--store", kb)
    assert result.exit_code == 0
    assert re.match(r"Answer \(span of a passage, confidence 0\.\d\d\): \[\d\]", result.stdout)
    assert "Charles Babbage" in result.stdout
    assert "[1] " in result.stdout


def test_retrieving_for_people(multihop, kb: Path) -> None:
    result = multihop("retrieve", "How is bread baked?", "--store", kb, "--retriever", "bm25", "--top-k", "1")
    lines = result.stdout.splitlines()
    assert lines[0] == "Passages:"
    assert lines[1].startswith("  [1] Bread  (bread, ")
    assert lines[2] == "      Bread is baked from flour and water."


def test_asking_changes_nothing_but_the_snapshot(multihop, own_kb: Path) -> None:
    before = own_kb.read_bytes()
    multihop("ask", QUESTION, "--store", own_kb)
    assert own_kb.read_bytes() == before
    assert {path.name for path in own_kb.parent.iterdir()} <= {"kb.db", "kb.db.snapshots", "kb.db.lock"}


class _Requests(HTMLParser):
    """Collects what a page would load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{tag} {name}={value}" for name, value in attrs if name in {"src", "href", "srcset", "action"}]


@pytest.mark.parametrize("question", [None, QUESTION])
def test_the_picture_needs_no_network(multihop, kb: Path, tmp_path: Path, question: str | None) -> None:
    out = tmp_path / "new" / "graph.html"
    asked = ["--question", question] if question else []
    result = multihop("view", "--store", kb, "--out", out, *asked)
    assert (result.exit_code, result.stdout) == (0, f"wrote {out}\n")
    page = out.read_text(encoding="utf-8")
    parser = _Requests()
    parser.feed(page)
    assert parser.found == []
    assert "Charles Babbage" in page


def test_a_picture_that_cannot_be_written(multihop, kb: Path, tmp_path: Path) -> None:
    result = multihop("view", "--store", kb, "--out", tmp_path)
    assert result.exit_code == 1
    assert result.stderr == f"multihop: Cannot write {tmp_path}: Is a directory\n"
