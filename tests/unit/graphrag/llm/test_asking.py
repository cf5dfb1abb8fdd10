from pathlib import Path

import pytest

from graphrag.llm.asking import Form, ask
from graphrag.llm.cache import ReplyCache
from graphrag.llm.failures import UnusableReplyError
from graphrag.testing.scripted_model import ScriptedModel

QUESTION = [{"role": "user", "content": "A number?"}]
NUMBER = Form({"type": "integer"}, 8, int)


@pytest.fixture
def cache(tmp_path: Path):
    cache = ReplyCache(tmp_path / "replies")
    yield cache
    cache.close()


def test_a_good_reply_is_asked_for_once_and_kept(cache: ReplyCache) -> None:
    model = ScriptedModel(["7"])
    assert [ask(model, QUESTION, NUMBER, cache=cache) for _ in range(3)] == [7, 7, 7]
    assert len(model.asked) == 1
    assert model.schemas == [{"type": "integer"}]


def test_a_bad_reply_is_shown_and_asked_for_again(cache: ReplyCache) -> None:
    model = ScriptedModel(["seven" * 1000, "7"])
    assert ask(model, QUESTION, NUMBER, cache=cache) == 7
    assert [message["role"] for message in model.asked[1]] == ["user", "assistant", "user"]
    assert len(model.asked[1][1]["content"]) == 400
    assert "cannot be used: invalid literal" in model.asked[1][2]["content"]
    assert ask(model, QUESTION, NUMBER, cache=cache) == 7
    assert len(model.asked) == 2


def test_two_bad_replies_fail_and_are_not_kept(cache: ReplyCache) -> None:
    model = ScriptedModel(["six", "seven", "8"])
    with pytest.raises(UnusableReplyError, match="The model's reply cannot be used: invalid literal") as caught:
        ask(model, QUESTION, NUMBER, cache=cache)
    assert caught.value.raw_reply == "seven"
    assert ask(model, QUESTION, NUMBER, cache=cache) == 8


def test_a_kept_reply_that_an_older_parser_took_is_asked_for_again(cache: ReplyCache) -> None:
    model = ScriptedModel(["seven", "7"])
    assert ask(model, QUESTION, Form({"type": "integer"}, 8, str), cache=cache) == "seven"
    assert ask(model, QUESTION, NUMBER, cache=cache) == 7


def test_without_a_cache_every_question_is_a_call() -> None:
    model = ScriptedModel(["7"])
    assert [ask(model, QUESTION, NUMBER), ask(model, QUESTION, NUMBER)] == [7, 7]
    assert len(model.asked) == 2
