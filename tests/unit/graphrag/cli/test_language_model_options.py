import json
import os
from pathlib import Path

import pytest

from graphrag.cli.query import show_reply
from graphrag.testing.scripted_server import Reaction, ScriptedServer

pytest.importorskip("openai", reason='pip install "multihop-graphrag[openai]"')

EXTRACTION = '{"entities": ["Ada"], "triples": [["Ada", "met", "Bab"]]}'
ANSWER = '{"thought": "It says so.", "citations": [1], "answer": "London"}'


def react(_: int, request: dict[str, object]) -> Reaction:
    task = str(request["messages"])
    if "answer a question" in task:
        return Reaction(ANSWER)
    if "choose the facts" in task:
        return Reaction('{"facts": [1]}')
    return Reaction('{"entities": ["Ada Lovelace"]}' if "question names" in task else EXTRACTION)


@pytest.mark.parametrize("extractor", ["spacy", "replay:file.jsonl"])
def test_a_model_reads_passages_or_another_extractor_does(
    multihop, corpus: Path, tmp_path: Path, extractor: str
) -> None:
    result = multihop("build", corpus, "--store", tmp_path / "kb.db", "--extractor", extractor, "--llm", "http://x/v1")
    assert result.exit_code == 2
    assert "Expected --llm without --extractor, or with --extractor llm" in result.stderr


def test_a_store_built_offline_is_asked_by_a_model(multihop, own_kb: Path, questions: Path) -> None:
    with ScriptedServer(react) as server:
        asked = multihop("ask", "Where was Ada Lovelace born?", "--store", own_kb, "--llm", server.address, "--json")
        measured = multihop(
            "eval", "--store", own_kb, "--questions", questions, "--llm", server.address, "--json",
            "--retriever", "bm25,ircot:bm25",
        )  # fmt: skip
    answer = json.loads(asked.stdout)
    assert (answer["answer"], answer["method"]) == ("London", "language model")
    assert answer["citations"] == [answer["passages"][0]["passage_id"]]
    scores = json.loads(measured.stdout)
    assert list(scores) == ["bm25", "ircot:bm25"]
    assert scores["bm25"]["em"] == 0.5
    assert own_kb.with_name("kb.db.replies").exists()


def test_the_configuration_says_how(multihop, corpus: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text(
        "[llm]\nprompt_price = 1000.0\n[llm.server]\nmodel = 'mine'\n[llm.extraction]\nmode = 'two-call'\n"
    )
    with ScriptedServer(react) as server:
        options = ("--llm", server.address, "--config", config)
        told = multihop("build", corpus, "--store", tmp_path / "kb.db", *options, "--dry-run")
        found = multihop("extract", corpus, *options, "--json")
    assert "language model calls         10\n" in told.stdout
    assert "money                        about " in told.stdout
    assert not (tmp_path / "kb.db").exists()
    assert {request["model"] for request in server.requests} == {"mine"}
    assert len(found.stdout.splitlines()) == 5
    config.write_text("[llm.extraction]\nmode = 'three'\n")
    wrong = multihop("extract", corpus, *options)
    assert wrong.exit_code == 2
    assert "mode: expected one of joint, two-call (got 'three')" in wrong.stderr


def test_replies_do_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show_reply("a\x1b[2Jb\nc\x07")
    show_reply("d\n")
    assert capsys.readouterr().err == "a [2Jb" + os.linesep + "c d" + os.linesep
