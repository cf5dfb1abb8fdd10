import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from graphrag.errors import ConfigError, LanguageModelError, MissingDependencyError
from graphrag.llm.failures import RefusedPromptError
from graphrag.llm.openai_compatible import OpenAICompatibleModel, ServerSettings
from graphrag.llm.usage import Usage
from graphrag.testing.scripted_server import Reaction, ScriptedServer

pytest.importorskip("openai", reason='openai is not installed: pip install "multihop-graphrag[openai]"')

HELLO = [{"role": "user", "content": "Hello you"}]
SCHEMA: dict[str, object] = {"type": "object", "properties": {}}


def ask(
    server: ScriptedServer, *, schema: dict[str, object] | None = None, waits: list[float] | None = None, **options
):
    """Return the reply of a fresh client."""
    settings = ServerSettings(**{"timeout_s": 5.0, **options})
    waited = waits if waits is not None else []
    model = OpenAICompatibleModel([server.address], settings=settings, sleep=waited.append)
    return model.complete(HELLO, max_tokens=7, schema=schema)


def test_what_is_sent_and_what_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MULTIHOP_LLM_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "not for this server")
    with ScriptedServer(lambda *_: Reaction("Ada Lovelace")) as server:
        model = OpenAICompatibleModel([server.address])
        assert model.complete(HELLO, max_tokens=7, schema=None) == "Ada Lovelace"
        assert model.identity == "server:scripted"
        assert model.usage == Usage(1, 2, 2)
    (request,) = server.requests
    assert request == {"model": "scripted", "messages": HELLO, "max_tokens": 7, "temperature": 0.0, "seed": 0}
    assert server.keys == ["Bearer none"]


def test_the_key_comes_from_the_environment_and_is_in_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTIHOP_LLM_KEY", "sk-secret-key")
    with ScriptedServer(lambda *_: Reaction("bad key sk-secret-key", 401)) as server:
        with pytest.raises(
            LanguageModelError, match=r"does not accept the key \(status 401\): set MULTIHOP_LLM"
        ) as caught:
            ask(server, model="m")
        assert server.keys == ["Bearer sk-secret-key"]
        assert "secret" not in str(caught.value)
        assert not caught.value.retryable
        assert len(server.requests) == 1


def test_a_named_model_is_not_looked_up() -> None:
    with ScriptedServer(model="") as server:
        assert ask(server, model="mine") == "Ada"
        assert server.requests[0]["model"] == "mine"
        with pytest.raises(LanguageModelError, match="names no model: set 'model' in the configuration"):
            ask(server)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503])
def test_a_status_that_may_pass_is_tried_again(status: int) -> None:
    waits: list[float] = []
    with ScriptedServer(lambda number, _: Reaction("busy", status) if number < 3 else Reaction()) as server:
        assert ask(server, model="m", waits=waits) == "Ada"
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("1e9", 30.0), ("-5", 0.0), ("tomorrow", 0.5), ("nan", 0.5)])
def test_the_server_may_say_how_long_to_wait(asked: str, waited: float) -> None:
    waits: list[float] = []
    reaction = Reaction("busy", 429, {"Retry-After": asked})
    with ScriptedServer(lambda number, _: reaction if number < 1 else Reaction()) as server:
        assert ask(server, model="m", waits=waits) == "Ada"
    assert waits == [waited]


def test_retries_are_bounded() -> None:
    waits: list[float] = []
    with ScriptedServer(lambda *_: Reaction("out of order", 500)) as server:
        with pytest.raises(LanguageModelError, match=r"127.*answers with status 500: .*out of order") as caught:
            ask(server, model="m", waits=waits, max_retries=2)
        assert caught.value.retryable
        assert len(server.requests) == 3
    assert len(waits) == 2


@pytest.mark.parametrize(
    "bad",
    [
        Reaction(cut=True),
        Reaction(body=b'{"choices": [{"mess'),
        Reaction(body=b"{}"),
        Reaction(body=b'{"choices": []}'),
        Reaction(body=b'{"choices": null}'),
        Reaction(body=b"[1, 2]"),
        Reaction(body=b'"text"'),
        Reaction(body=b""),
        Reaction(body=b"\xff\xfe"),
        Reaction(body=b"<html>proxy</html>", headers={"Content-Type": "text/html"}),
    ],
)
def test_half_a_reply_is_asked_for_again(bad: Reaction) -> None:
    with ScriptedServer(lambda number, _: bad if number < 1 else Reaction()) as server:
        assert ask(server, model="m") == "Ada"
        assert len(server.requests) == 2
    with ScriptedServer(lambda *_: bad) as server:
        with pytest.raises(LanguageModelError, match=r"No answer from http://127|cannot be read") as caught:
            ask(server, model="m", max_retries=1)
        assert caught.value.retryable


def test_a_server_that_hangs_is_left_after_two_timeouts() -> None:
    with ScriptedServer(lambda *_: Reaction(delay_s=3)) as server:
        with pytest.raises(LanguageModelError, match=r"No answer from http://127.0.0.1:\d+/v1 in time") as caught:
            ask(server, model="m", timeout_s=0.2)
        assert caught.value.retryable
        assert len(server.requests) == 2


def test_a_server_that_is_gone() -> None:
    with ScriptedServer() as server:
        server.stop()
        with pytest.raises(LanguageModelError, match=r"No answer from http://127.0.0.1:\d+/v1: .*refused") as caught:
            ask(server, model="m", max_retries=1)
        assert caught.value.retryable


def test_another_address_takes_over() -> None:
    with ScriptedServer() as gone, ScriptedServer() as there:
        gone.stop()
        settings = ServerSettings(model="m", max_retries=1)
        model = OpenAICompatibleModel([gone.address, there.address], settings=settings, sleep=lambda _: None)
        assert [model.complete(HELLO, max_tokens=7, schema=None) for _ in range(4)] == ["Ada"] * 4


def test_addresses_share_the_work() -> None:
    with ScriptedServer() as one, ScriptedServer() as two:
        model = OpenAICompatibleModel([one.address, two.address], settings=ServerSettings(model="m"))
        for _ in range(10):
            model.complete(HELLO, max_tokens=7, schema=None)
        assert (len(one.requests), len(two.requests)) == (5, 5)


@pytest.mark.parametrize("status", [400, 422, 500])
@pytest.mark.parametrize("accepted", ["json_schema", "json_object+schema", "json_object", "nothing"])
def test_the_schema_is_sent_in_the_first_way_that_the_server_takes(accepted: str, status: int) -> None:
    def kind(request: dict[str, object]) -> str:
        form = request.get("response_format", {"type": "nothing"})
        assert isinstance(form, dict)
        return str(form["type"]) + ("+schema" if "schema" in form else "")

    def react(_: int, request: dict[str, object]) -> Reaction:
        return Reaction("{}") if kind(request) == accepted else Reaction("unknown response_format", status)

    with ScriptedServer(react) as server:
        model = OpenAICompatibleModel([server.address], settings=ServerSettings(model="m"))
        replies = [model.complete(HELLO, max_tokens=7, schema=SCHEMA) for _ in range(3)]
    tried = ["json_schema", "json_object+schema", "json_object", "nothing"]
    tried = tried[: tried.index(accepted) + 1]
    assert replies == ["{}"] * 3
    kinds = [kind(request) for request in server.requests]
    # What was refused is not tried again, unless everything was.
    assert kinds == (tried * 3 if accepted == "nothing" else tried + [accepted] * 2)


@pytest.mark.parametrize("status", [400, 500])
def test_a_prompt_that_is_too_long_is_refused_at_once(status: int) -> None:
    with ScriptedServer(lambda *_: Reaction("This model's maximum context length is 9 tokens", status)) as server:
        with pytest.raises(RefusedPromptError, match=r"refuses the request \(status [45]00\): .*maximum context"):
            ask(server, model="m", schema=SCHEMA)
        assert len(server.requests) == 1


def test_no_such_model() -> None:
    with (
        ScriptedServer(lambda *_: Reaction("no model m", 404)) as server,
        pytest.raises(LanguageModelError, match=r"has no such model or address \(status 404\): .*no model m"),
    ):
        ask(server, model="m")


def test_at_most_so_many_requests_at_once() -> None:
    with ScriptedServer(lambda *_: Reaction(delay_s=0.05)) as server:
        model = OpenAICompatibleModel([server.address], settings=ServerSettings(model="m", in_flight=3))
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda _: model.complete(HELLO, max_tokens=7, schema=None), range(12)))
        assert 1 < server.most_at_once <= 3
        assert model.usage.calls == 12


def test_tokens_are_estimated_by_the_servers_own_counts() -> None:
    with ScriptedServer() as server:
        model = OpenAICompatibleModel([server.address], settings=ServerSettings(model="m"))
        assert model.count_tokens(HELLO) == 7  # (9 + 12) / 3
        model.complete(HELLO, max_tokens=7, schema=None)
        assert model.count_tokens(HELLO) == 2  # as the server said
        assert model.context_tokens == 8192


def test_a_reply_comes_in_pieces() -> None:
    with ScriptedServer(lambda *_: Reaction("Ada met Bab")) as server:
        model = OpenAICompatibleModel([server.address], settings=ServerSettings(model="m"))
        assert list(model.stream(HELLO, max_tokens=7, schema=None)) == ["Ada", "met", "Bab"]
        assert model.usage.completion_tokens == 3


def test_a_stream_that_breaks_off() -> None:
    with ScriptedServer(lambda *_: Reaction("Ada met Bab " * 1000, cut=True)) as server:
        model = OpenAICompatibleModel([server.address], settings=ServerSettings(model="m"))
        with pytest.raises(LanguageModelError, match="broke off") as caught:
            list(model.stream(HELLO, max_tokens=7, schema=None))
        assert caught.value.retryable


@pytest.mark.parametrize(
    "address", ["", "localhost:8000", "ftp://host/v1", "http://", "http://host:port/v1", "http://[x"]
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ConfigError, match="Expected the address of a language model, such as http://localhost:8000/v1"):
        OpenAICompatibleModel([address])
    with pytest.raises(ConfigError, match="Expected at least one address"):
        OpenAICompatibleModel([])


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "multihop-graphrag\[openai\]"'):
        OpenAICompatibleModel(["http://localhost:1/v1"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"in_flight": 0}, r"Expected 'in_flight' to be at least 1 \(got 0\)"),
        ({"timeout_s": 0.0}, r"Expected 'timeout_s' to be positive \(got 0\.0\)"),
        ({"max_retries": -1}, r"Expected 'max_retries' not to be negative \(got -1\)"),
        ({"context_tokens": 1}, r"Expected 'context_tokens' to be at least 64 \(got 1\)"),
    ],
)
def test_settings_out_of_range(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ServerSettings(**options)  # type: ignore[arg-type]
