"""Reading question sets, and the message for each thing that can be wrong with one."""

# ruff: noqa: E501  # a table of inputs and messages reads best one a line

import gzip
import json
import os
import threading
from pathlib import Path

import pytest

from graphrag.errors import InputError
from graphrag.evaluation import datasets
from graphrag.evaluation.datasets import Question, load_questions, missing_gold_passages

PATHQUESTION = "who is ada 's father 's wife ?\tanne(anne/mary_(ii)/)\tada#father#byron#wife#anne#<end>#anne"
METAQA = "what does [Ada] act in\tJaws|Up"
ROG = {
    "id": "W-1",
    "question": "who?",
    "answer": ["Ada"],
    "q_entity": ["Byron"],
    "a_entity": ["m.1"],
    "graph": [["a", "b", "c"]],
}


@pytest.fixture
def write(tmp_path: Path):
    def _write(content: str | bytes, name: str = "set.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


def test_jsonl_with_every_field(write) -> None:
    line = {
        "question_id": "q1",
        "question": "Who?",
        "answers": ["Ada", "A. L.", "Ada"],
        "gold_passage_ids": ["p2", "p1"],
        "type": "bridge",
        "seed_entities": ["Byron"],
        "evidence": [["ignored"]],
    }
    expected = Question("q1", "Who?", ("Ada", "A. L."), ("p2", "p1"), "bridge", ("Byron",))
    assert load_questions(write(json.dumps(line))) == [expected]


def test_answers_or_gold_passages_alone_are_enough_and_ids_default_to_file_and_line(write) -> None:
    path = write('{"question": "a", "answers": ["x"]}\r\n\n{"question": "b", "gold_passage_ids": ["p"], "type": ""}\n')
    assert load_questions(path) == [Question("set-1", "a", ("x",), ()), Question("set-3", "b", (), ("p",))]


def test_metaqa_takes_the_topic_out_of_its_brackets(write) -> None:
    path = write(METAQA + "\nwho wrote [[REC] 2]\tX\n", "1hop.txt")
    assert load_questions(path) == [
        Question("1hop-1", "what does Ada act in", ("Jaws", "Up"), (), seed_entities=("Ada",)),
        Question("1hop-2", "who wrote [REC] 2", ("X",), (), seed_entities=("[REC] 2",)),
    ]


def test_pathquestion_keeps_the_names_of_the_graph(write) -> None:
    question = "who is ada 's father 's wife ?"
    expected = Question("PQ-1", question, ("anne", "mary_(ii)"), (), "2hop", ("ada",))
    assert load_questions(write(PATHQUESTION, "PQ.txt")) == [expected]


def test_pathquestion_answer_with_brackets(write) -> None:
    path = write("q ?\tup_(film)(up_(film)/)\tada#film#up_(film)#<end>#up_(film)")
    assert load_questions(path)[0].answers == ("up_(film)",)
    assert load_questions(path)[0].type == "1hop"


def test_rog_takes_answers_and_topic_entities(write) -> None:
    no_answer = {**ROG, "id": "W-2", "answer": []}
    questions = load_questions(write(json.dumps(ROG) + "\n" + json.dumps(no_answer)))
    assert questions[0] == Question("W-1", "who?", ("Ada",), (), seed_entities=("Byron",))
    assert questions[1].answers == ("m.1",)


@pytest.mark.parametrize("line", [METAQA, PATHQUESTION, json.dumps(ROG), '{"question": "a", "answers": ["x"]}'])
def test_gzip_byte_order_mark_and_plain_give_the_same(write, line: str) -> None:
    plain = load_questions(write(line, "set.txt"))
    assert load_questions(write(gzip.compress(line.encode()), "set.txt.gz")) == plain
    assert load_questions(write(b"\xef\xbb\xbf" + line.encode(), "set.bom")) == plain


@pytest.mark.parametrize(
    ("line", "name"), [(METAQA, "metaqa"), (PATHQUESTION, "pathquestion"), (json.dumps(ROG), "rog")]
)
def test_auto_detection_equals_the_named_format(write, line: str, name) -> None:
    path = write("\n" + line)
    assert load_questions(path) == load_questions(path, format=name)


def test_limit_leaves_the_rest_unread(write) -> None:
    path = write(METAQA + "\n" + METAQA + "\nbroken")
    assert [q.question_id for q in load_questions(path, limit=2)] == ["set-1", "set-2"]
    with pytest.raises(InputError, match="line 3"):
        load_questions(path, limit=3)


def test_a_pipe_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(METAQA.encode()),))
    writer.start()
    assert load_questions(path)[0].answers == ("Jaws", "Up")
    writer.join()


def test_lone_surrogates_are_replaced(write) -> None:
    assert load_questions(write('{"question": "a\\ud800", "answers": ["\\ud800"]}'))[0].answers == ("\ufffd",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"question": "Who?"}', "line 1: Expected 'answers' or 'gold_passage_ids' to hold at least one text (got neither)"),
        ('{"question": "W", "answers": []}', "line 1: Expected 'answers' or 'gold_passage_ids'"),
        ('\n{"answers": ["x"]}', "line 2: Expected 'question' to be a text (got nothing)"),
        ('{"question": " ", "answers": ["x"]}', "Expected 'question' to be a text (got ' ')"),
        ('{"question": 5, "answers": ["x"]}', "Expected 'question' to be a text (got 5)"),
        ('{"question": "W", "answers": "x"}', "Expected 'answers' to be a list of texts (got 'x')"),
        ('{"question": "W", "answers": [1967]}', "Expected 'answers' to be a list of texts (got [1967])"),
        ('{"question": "W", "answers": [" "]}', "Expected 'answers' to be a list of texts (got [' '])"),
        ('{"question": "W", "gold_passage_ids": {"a": 1}}', "Expected 'gold_passage_ids' to be a list of texts"),
        ('{"question": "W", "answers": ["x"], "type": 2}', "Expected 'type' to be a text (got 2)"),
        ('{"question": "W", "answers": ["x"], "question_id": 2}', "Expected 'question_id' to be a text (got 2)"),
        ('{"question": "W", "answers": ["x"]}\n[1]', "line 2: Expected one JSON object a line (got '[1]')"),
        ("{broken", "line 1: Expected one JSON object a line (got '{broken')"),
        ('{"a":' * 100_000, "line 1: Expected one JSON object a line"),
        ('{"question": "W", "answers": ["x"], "question_id": "1"}\n' * 2, "line 2: Expected 'question_id' to be unique (got '1' again)"),
        ('{"question": "W", "answer": []}', "Expected 'answer' or 'a_entity' to hold at least one text (got neither)"),
        ("Who is it?", "line 1: Expected one question a line in one of the formats jsonl, metaqa, pathquestion, rog (got 'Who is it?')"),
        (METAQA + "\nno topic\tx", "line 2: Expected 'question with [topic]', a tab, 'answer|answer' (got 'no topic\\tx')"),
        (METAQA + "\nopen [topic\tx", "line 2: Expected 'question with [topic]'"),
        (METAQA + "\nwrong ]order[\tx", "line 2: Expected 'question with [topic]'"),
        (METAQA + "\nempty [ ]\tx", "line 2: Expected 'question with [topic]'"),
        (METAQA + "|", "line 1: Expected answers between '|' (got 'Jaws|Up|')"),
        (PATHQUESTION + "\nq\ta(a/)\ta#<end>#a", "line 2: Expected question, answers and 'entity#relation#…#<end>#answer'"),
        (PATHQUESTION + "\nq\tb(b/)\ta#r#a#<end>#a", "line 2: Expected the answers to be 'a(answer/answer/)' (got 'b(b/)')"),
        ("", "no questions in it"),
        (" \n\t\n", "no questions in it"),
        (b'{"question": "\xff"}', "line 1: Expected UTF-8 (byte 15 of the line is not)"),
        (gzip.compress(METAQA.encode() * 50)[:-20], "Cannot read the questions in"),
        (b"\x1f\x8bgarbage", "Cannot read the questions in"),
    ],
)  # fmt: skip
def test_a_bad_file_gives_one_clear_line(write, content: str | bytes, message: str) -> None:
    path = write(content)
    with pytest.raises(InputError) as raised:
        load_questions(path)
    assert message in str(raised.value)
    assert str(path) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < len(str(path)) + 200


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Cannot read the questions in .*none\.jsonl: No such file or directory"):
        load_questions(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match=r"Cannot read the questions in .*: Is a directory"):
        load_questions(tmp_path)


def test_lines_are_bounded(write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(METAQA + "\n" + METAQA)
    monkeypatch.setattr(datasets, "MAX_LINE_BYTES", 8)
    with pytest.raises(InputError, match="line 1: Expected at most 8 bytes in a line"):
        load_questions(path)
    monkeypatch.setattr(datasets, "MAX_LINE_BYTES", 100)
    monkeypatch.setattr(datasets, "MAX_LINES", 1)
    with pytest.raises(InputError, match="Expected at most 1 lines"):
        load_questions(path)


def test_wrong_arguments_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Expected 'limit' to be at least 1 \(got 0\)"):
        load_questions(tmp_path / "x", limit=0)
    with pytest.raises(ValueError, match=r"Expected 'format' to be one of auto, jsonl, .* \(got 'csv'\)"):
        load_questions(tmp_path / "x", format="csv")  # type: ignore[arg-type]


def test_missing_gold_passages_are_sorted_and_named_once() -> None:
    questions = [
        Question("1", "a", (), ("c", "b", "a")),
        Question("2", "b", ("x",), ("b",)),
        Question("3", "c", ("x",), ()),
    ]
    assert missing_gold_passages(questions, {"a"}) == ("b", "c")
    assert missing_gold_passages(questions, {"a", "b", "c"}) == ()


def _data() -> Path:
    path = Path(os.environ.get("MULTIHOP_DATA", Path(__file__).parents[5] / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(f"no data sets at {path} (set MULTIHOP_DATA)")
    return path


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "num_questions", "num_with_gold", "types"),
    [
        ("2wiki/questions_dev.jsonl", 500, 500, {"compositional", "comparison", "bridge_comparison", "inference"}),
        ("hotpotqa/questions_dev.jsonl", 300, 300, {"bridge", "comparison"}),
        ("musique/questions_dev.jsonl", 100, 100, {"2hop", "3hop1", "3hop2", "4hop1", "4hop3"}),
        ("metaqa/1hop_dev.txt.gz", 9992, 0, {""}),
        ("metaqa/2hop_dev.txt.gz", 14872, 0, {""}),
        ("metaqa/3hop_dev.txt.gz", 14274, 0, {""}),
        ("pathquestion/PQ-2H.txt.gz", 1908, 0, {"2hop"}),
        ("pathquestion/PQ-3H.txt.gz", 5198, 0, {"3hop"}),
    ],
)
def test_the_real_sets_are_read_whole(name: str, num_questions: int, num_with_gold: int, types: set[str]) -> None:
    questions = load_questions(_data() / name)
    assert len(questions) == num_questions
    assert sum(bool(q.gold_passage_ids) for q in questions) == num_with_gold
    assert {q.type for q in questions} == types
    assert all(q.answers for q in questions)
    assert all(q.seed_entities for q in questions) == (num_with_gold == 0)


@pytest.mark.data
@pytest.mark.parametrize("hops", [2, 3])
def test_pathquestion_entities_are_those_of_its_graph(hops: int) -> None:
    folder = _data() / "pathquestion"
    with gzip.open(folder / f"{hops}H-kb.txt.gz", "rt", encoding="utf-8") as file:
        entities = {name for line in file for name in line.rstrip("\n").split("\t")[::2]}
    for question in load_questions(folder / f"PQ-{hops}H.txt.gz"):
        assert entities.issuperset(question.answers + question.seed_entities)
