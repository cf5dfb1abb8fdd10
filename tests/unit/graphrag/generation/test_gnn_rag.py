import gzip
import json
from pathlib import Path

import pytest

from graphrag.generation.gnn_rag import gnn_rag_lines, gnn_rag_path, gnn_rag_request, llama2_prompt, parse_answers
from graphrag.types import PathStep, ReasoningPath


def path(line: str) -> ReasoningPath:
    """Return the path that a line of a recorded prompt shows."""
    parts = line.split(" -> ")
    steps = zip(parts[:-2:2], parts[1::2], parts[2::2], strict=True)
    return ReasoningPath(tuple(PathStep(*step) for step in steps))


def test_steps_against_their_direction_are_written_forward_as_published() -> None:
    step = PathStep("London", "people.person.place_of_birth", "Babbage", forward=False)
    assert gnn_rag_path(ReasoningPath((step,))) == "London -> people.person.place_of_birth -> Babbage"


def test_paths_are_written_once() -> None:
    one, none = path("a -> r -> b"), ReasoningPath(())
    assert gnn_rag_lines([one, none, path("c -> r -> d"), one, none]) == ("a -> r -> b", "", "c -> r -> d")


@pytest.mark.parametrize("question", ["what do they speak", "what do they speak?"])
def test_a_question_ends_with_one_mark(question: str) -> None:
    assert gnn_rag_request(question, []).endswith("\n\nQuestion:\nwhat do they speak?")


@pytest.mark.parametrize(
    ("reply", "answers"),
    [
        ("Patois", ("Patois",)),
        ("1. Patois\n2. English\n", ("Patois", "English")),
        ("* Patois\n* Patois", ("Patois",)),
        ("1989", ("1989",)),
        ("", ()),
        ("St. Lucia", ("St. Lucia",)),
    ],
)
def test_answers(reply: str, answers: tuple[str, ...]) -> None:
    assert parse_answers(reply) == answers


@pytest.mark.data
def test_the_recorded_prompts_come_out_character_for_character(data_folder: Path) -> None:
    with gzip.open(data_folder / "webqsp_gnn_rag" / "predictions.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    assert len(rows) == 1628
    num_paths = 0
    for row in rows:
        body = row["input"].split("Reasoning Paths:\n", 1)[1].rsplit("\n\nQuestion:\n", 1)[0]
        # An entity that is topic and candidate at once gave a path without steps, recorded as an empty line.
        paths = [path(line) for line in body.split("\n")]
        num_paths += len(paths)
        assert llama2_prompt(gnn_rag_request(row["question"], gnn_rag_lines(paths))) == row["input"]
    assert num_paths > 10_000
