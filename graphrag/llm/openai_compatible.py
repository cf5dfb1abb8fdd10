"""Language models behind a server that speaks OpenAI's protocol: llama.cpp's server, vLLM, Ollama, hosted ones."""

import itertools
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from graphrag.errors import ConfigError, LanguageModelError
from graphrag.llm.failures import RefusedPromptError
from graphrag.llm.server_failures import KEY_VARIABLE, delay_after, failure_of, openai_library, shown_address
from graphrag.llm.usage import Usage, UsageCounter

if TYPE_CHECKING:
    from openai import OpenAI

Result = TypeVar("Result")

_OPENAI_HOST = "api.openai.com"
_MAX_TIMEOUTS = 2
_BYTES_A_TOKEN = 3.0  # until a server has told better
_TOO_LONG = ("context", "too long", "too large", "maximum")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Options of :class:`OpenAICompatibleModel`.

    Parameters
    ----------
    model
        The model's name at the server; empty for the first that the server names.
    in_flight
        At most so many requests at the same time, at least 1.
    timeout_s
        Longest silence of the server during a request, positive. A request that timed out twice has failed.
    max_retries
        So often a request is sent again after an error that may pass, not negative.
    context_tokens
        What the server allows for prompt and reply together, at least 64.
    seed
        Sent along; at temperature 0 it should not matter.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    model: str = ""
    in_flight: int = 8
    timeout_s: float = 120.0
    max_retries: int = 4
    context_tokens: int = 8192
    seed: int = 0

    def __post_init__(self) -> None:
        if self.in_flight < 1:
            raise ValueError(f"Expected 'in_flight' to be at least 1 (got {self.in_flight})")
        if not 0 < self.timeout_s < float("inf"):
            raise ValueError(f"Expected 'timeout_s' to be positive (got {self.timeout_s})")
        if self.max_retries < 0:
            raise ValueError(f"Expected 'max_retries' not to be negative (got {self.max_retries})")
        if self.context_tokens < 64:
            raise ValueError(f"Expected 'context_tokens' to be at least 64 (got {self.context_tokens})")


class OpenAICompatibleModel:
    """A chat model behind one or several servers.

    Requests go to the addresses in turn. Silence, broken connections, half replies, and the statuses 408, 409, 429 and
    5xx are tried again at the next address, after a growing delay or the one that the server asks for.

    Parameters
    ----------
    addresses
        Such as ``http://localhost:8000/v1``, all serving the same model.
    settings
        Options.
    sleep
        Waits; tests replace it.

    Raises
    ------
    ConfigError
        If an address is none.
    MissingDependencyError
        If the client library is not installed.
    """

    def __init__(
        self,
        addresses: Sequence[str],
        *,
        settings: ServerSettings | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings or ServerSettings()
        self._clients = [_client(address, self.settings) for address in addresses]
        if not self._clients:
            raise ConfigError("Expected at least one address of a language model (got none)")
        weakref.finalize(self, _close, self._clients)
        self._addresses = [shown_address(address) for address in addresses]
        self._sleep = sleep
        self._turn = itertools.count()
        self._slots = threading.Semaphore(self.settings.in_flight)
        self._usage = UsageCounter()
        self._formats = _FORMATS
        self._bytes_a_token = _BYTES_A_TOKEN

    @property
    def identity(self) -> str:
        """The model's name: where it runs does not change what it says."""
        return f"server:{self.model_name}"

    @cached_property
    def model_name(self) -> str:
        """The model's name at the server.

        Raises
        ------
        LanguageModelError
            If the server does not name any.
        """
        if self.settings.model:
            return self.settings.model
        names = self._attempt(lambda client: [str(model.id) for model in client.models.list().data], retries=1)
        if not names:
            raise LanguageModelError(
                f"The server {self._addresses[0]} names no model: set 'model' in the configuration"
            )
        return names[0]

    @property
    def usage(self) -> Usage:
        """Calls and tokens so far, as the server counts them."""
        return self._usage.total

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and reply may have together."""
        return self.settings.context_tokens

    def count_tokens(self, messages: Sequence[dict[str, str]]) -> int:
        """Return about how many tokens a prompt has, by the bytes a token that the server's counts show so far."""
        return -int(-_num_bytes(messages) // self._bytes_a_token)

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, object] | None) -> str:
        """Return the reply at temperature 0, cut after ``max_tokens``.

        Raises
        ------
        RefusedPromptError
            If the server refuses this request.
        LanguageModelError
            If there is no answer; ``retryable`` unless the server will answer no request at all.
        """
        with self._slots:
            reply = self._with_format(messages, max_tokens, schema)
        usage = reply.usage
        prompt_tokens = usage.prompt_tokens if usage else self.count_tokens(messages)
        text = str(reply.choices[0].message.content or "")
        said = usage.completion_tokens if usage else -int(-len(text.encode()) // self._bytes_a_token)
        self._usage.add(prompt_tokens=prompt_tokens, completion_tokens=said)
        if usage and prompt_tokens:
            self._bytes_a_token = _num_bytes(messages) / prompt_tokens
        return text

    def stream(
        self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, object] | None
    ) -> Iterator[str]:
        """Yield the reply in pieces as they come; once the first has come, nothing is tried again.

        Raises
        ------
        RefusedPromptError
            If the server refuses this request.
        LanguageModelError
            If there is no answer, or it breaks off.
        """
        num_pieces = 0
        with self._slots:
            pieces = self._with_format(messages, max_tokens, schema, stream=True)
            try:
                for piece in pieces:
                    if piece.choices and piece.choices[0].delta.content:
                        num_pieces += 1
                        yield str(piece.choices[0].delta.content)
            except openai_library().APIError as error:
                raise LanguageModelError(f"The reply of {self._addresses[0]} broke off", retryable=True) from error
        self._usage.add(prompt_tokens=self.count_tokens(messages), completion_tokens=num_pieces)

    def _with_format(
        self,
        messages: Sequence[dict[str, str]],
        max_tokens: int,
        schema: Mapping[str, object] | None,
        **options: object,
    ) -> Any:
        """Send a request, asking for the schema in the first way that the server takes."""
        request = {
            "model": self.model_name,
            "messages": list(messages),
            "max_tokens": max_tokens,
            "temperature": 0.0,
            "seed": self.settings.seed,
            **options,
        }
        if schema is None:
            return self._send(request)
        formats = self._formats
        for position, form in enumerate(formats):
            try:
                reply = self._send({**request, **form(schema)})
            except RefusedPromptError as error:
                if any(word in str(error).lower() for word in _TOO_LONG):
                    raise
                continue
            self._formats = formats[position:]
            return reply
        return self._send(request)

    def _send(self, request: Mapping[str, object]) -> Any:
        return self._attempt(lambda client: _answer(client, request))

    def _attempt(self, call: "Callable[[OpenAI], Result]", *, retries: int | None = None) -> Result:
        """Return what a call gives, tried again while that may help."""
        turn, attempt, num_timeouts = next(self._turn), 0, 0
        retries = self.settings.max_retries if retries is None else min(retries, self.settings.max_retries)
        while True:
            position = (turn + attempt) % len(self._clients)
            try:
                return call(self._clients[position])
            except (openai_library().APIError, ValueError, AttributeError, LookupError, TypeError) as error:
                num_timeouts += isinstance(error, openai_library().APITimeoutError)
                failure = failure_of(error, self._addresses[position])
                is_last = attempt == retries or num_timeouts == _MAX_TIMEOUTS
                if is_last or not failure.retryable:
                    raise failure from error
                self._sleep(delay_after(error, attempt))
            attempt += 1


def _client(address: str, settings: ServerSettings) -> "OpenAI":
    try:
        host = urlsplit(address).hostname
        shown_address(address)  # has a port that is one
    except ValueError:
        host = None
    if not host or not address.startswith(("http://", "https://")):
        raise ConfigError(
            f"Expected the address of a language model, such as http://localhost:8000/v1 (got {address!r})"
        )
    key = os.environ.get(KEY_VARIABLE) or (os.environ.get("OPENAI_API_KEY") if host == _OPENAI_HOST else None)
    # The library refuses to work without a key; servers that need none ignore it.
    return openai_library().OpenAI(base_url=address, api_key=key or "none", timeout=settings.timeout_s, max_retries=0)


def _close(clients: "Sequence[OpenAI]") -> None:
    for client in clients:
        client.close()


def _answer(client: "OpenAI", request: Mapping[str, object]) -> Any:
    """Return the server's answer; ``ValueError`` or ``AttributeError`` if it is of no known form."""
    if request.get("stream"):
        return client.chat.completions.create(**request)
    # Not by create(), which walks through the whole request: half of the processor time of a call.
    reply = client.post("/chat/completions", body=request, cast_to=openai_library().types.chat.ChatCompletion)
    reply.choices[0].message.content  # noqa: B018  # of another form: raises
    return reply


def _num_bytes(messages: Sequence[Mapping[str, str]]) -> int:
    # The marks of a turn are a few tokens.
    return sum(len(message["content"].encode("utf-8", "replace")) + 12 for message in messages)


def _as_json_schema(schema: Mapping[str, object]) -> dict[str, object]:
    """As OpenAI, vLLM, Ollama and llama.cpp's server take it."""
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}}


def _as_json_object(schema: Mapping[str, object]) -> dict[str, object]:
    """As llama-cpp-python's server takes it."""
    return {"response_format": {"type": "json_object", "schema": schema}}


def _as_any_json(_: Mapping[str, object]) -> dict[str, object]:
    return {"response_format": {"type": "json_object"}}


# In the order in which they are tried; where none is taken, the prompt alone says what is wanted.
_FORMATS: tuple[Callable[[Mapping[str, object]], dict[str, object]], ...] = (
    _as_json_schema,
    _as_json_object,
    _as_any_json,
)
