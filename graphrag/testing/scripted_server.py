"""A server of OpenAI's protocol on the loopback address that does what a test tells it to, good or bad."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the server does with one request.

    Parameters
    ----------
    text
        The model's reply.
    status
        Of HTTP; from 400 on, ``text`` is the error's message.
    headers
        Of HTTP, besides.
    delay_s
        Seconds before it answers.
    body
        Sent instead of a well-formed answer.
    cut
        Send half of the body and close the connection.
    """

    text: str = "Ada"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    body: bytes | None = None
    cut: bool = False


React = Callable[[int, dict[str, Any]], Reaction]
"""Takes the number of the request, from 0, and its content."""


class ScriptedServer:
    """Serves while the ``with`` block runs.

    Parameters
    ----------
    react
        Says what to do with each chat request.
    model
        The name that the server gives its model; empty: it names none.

    Attributes
    ----------
    requests : list
        The content of each chat request, as it came.
    keys : list
        What each chat request showed as its key.
    most_at_once : int
        The most requests that were open at the same time.
    """

    def __init__(self, react: React = lambda *_: Reaction(), *, model: str = "scripted") -> None:
        self.react = react
        self.model = model
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.most_at_once = 0
        self._open = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.script = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        """Such as ``http://127.0.0.1:4711/v1``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take no more connections: later requests are refused."""
        self._server.shutdown()
        self._server.server_close()

    def begin(self, content: dict[str, Any], key: str) -> Reaction:
        """Count a request and say what to do with it."""
        with self._lock:
            number = len(self.requests)
            self.requests.append(content)
            self.keys.append(key)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        return self.react(number, content)

    def end(self) -> None:
        """Count an answer."""
        with self._lock:
            self._open -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    script: ScriptedServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are part of the script."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two small packets
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""

    def do_GET(self) -> None:  # the library's name
        script = self.server.script
        models = [{"id": script.model, "object": "model", "created": 0, "owned_by": ""}] if script.model else []
        self._answer(200, json.dumps({"object": "list", "data": models}).encode())

    def do_POST(self) -> None:  # the library's name
        script = self.server.script
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reaction = script.begin(content, self.headers.get("Authorization", ""))
        try:
            time.sleep(reaction.delay_s)
            body = _answer(reaction, content) if reaction.body is None else reaction.body
            self._answer(reaction.status, body, reaction)
        finally:
            script.end()

    def _answer(self, status: int, body: bytes, reaction: Reaction | None = None) -> None:
        is_stream = body.startswith(b"data:")
        self.send_response(status)
        self.send_header("Content-Type", "text/event-stream" if is_stream else "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (reaction.headers if reaction else {}).items():
            self.send_header(name, value)
        self.end_headers()
        if reaction and reaction.cut:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)


def _answer(reaction: Reaction, content: Mapping[str, Any]) -> bytes:
    if reaction.status >= 400:
        return json.dumps({"error": {"message": reaction.text, "type": "scripted"}}).encode()
    if content.get("stream"):
        pieces = [{"choices": [{"index": 0, "delta": {"content": word}}]} for word in reaction.text.split(" ")]
        lines = [f"data: {json.dumps(_envelope(content, 'chat.completion.chunk') | piece)}\n\n" for piece in pieces]
        return "".join([*lines, "data: [DONE]\n\n"]).encode()
    message = {"role": "assistant", "content": reaction.text}
    words = sum(len(str(message["content"]).split()) for message in content["messages"])
    usage = {"prompt_tokens": words, "completion_tokens": len(reaction.text.split()), "total_tokens": 0}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps(_envelope(content, "chat.completion") | {"choices": [choice], "usage": usage}).encode()


def _envelope(content: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "1", "object": kind, "created": 0, "model": content.get("model", "")}
