import hashlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graphrag.errors import ConfigError, LanguageModelError, MissingDependencyError
from graphrag.llm.hub import fetch_model, parse_hub_address
from graphrag.llm.llama_cpp import LlamaCppModel

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """The few answers of the hub that fetching one file needs."""

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), HubHandler)
        self.content = content
        self.requests: list[str] = []


class HubHandler(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, *args: object) -> None: ...

    def do_HEAD(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        found = self.path == "/someone/tiny-GGUF/resolve/main/q8/tiny.gguf"
        self.send_response(200 if found else 404)
        if not found:
            self.send_header("X-Error-Code", "EntryNotFound")
        content = self.server.content if found else b""
        self.send_header("ETag", f'"{hashlib.sha256(self.server.content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def do_GET(self) -> None:
        self.do_HEAD()


@pytest.fixture
def hub(tiny_gguf: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("huggingface_hub")
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    server = Hub(tiny_gguf.read_bytes())
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def endpoint(hub: Hub) -> str:
    return f"http://127.0.0.1:{hub.server_address[1]}"


def test_a_model_is_fetched_once_and_runs(hub: Hub, tmp_path: Path) -> None:
    address = "hf:someone/tiny-GGUF/q8/tiny.gguf"
    path = fetch_model(address, endpoint=endpoint(hub), folder=tmp_path)
    assert path.read_bytes() == hub.content
    assert path.is_relative_to(tmp_path)
    assert LlamaCppModel(path).complete([{"role": "user", "content": "Hi"}], max_tokens=9, schema=None) == "Ada"
    assert fetch_model(address, endpoint=endpoint(hub), folder=tmp_path) == path
    assert sum(request.startswith("GET") for request in hub.requests) == 1


def test_a_file_that_is_not_there(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(LanguageModelError, match=r"Cannot fetch hf:someone/tiny-GGUF/other\.gguf: "):
        fetch_model("hf:someone/tiny-GGUF/other.gguf", endpoint=endpoint(hub), folder=tmp_path)


@pytest.mark.slow  # the hub's library tries for a while
def test_a_hub_that_is_not_there(tmp_path: Path) -> None:
    pytest.importorskip("huggingface_hub")
    with pytest.raises(LanguageModelError, match=r"Cannot fetch hf:a/b/c\.gguf: ") as caught:
        fetch_model("hf:a/b/c.gguf", endpoint="http://127.0.0.1:9", folder=tmp_path)
    assert caught.value.retryable


@pytest.mark.parametrize(
    "address",
    ["hf:", "hf:a", "hf:a/b", "hf:a/b/c.bin", "hf:/b/c.gguf", "hf:a/b/../c.gguf", "hf:a/../c.gguf", "a/b/c.gguf",
     "hf:a//c.gguf"],
)  # fmt: skip
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ConfigError, match=r"to be given as hf:OWNER/REPO/FILE\.gguf \(got "):
        parse_hub_address(address)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "multihop-graphrag\[llama\]"'):
        fetch_model("hf:a/b/c.gguf")
