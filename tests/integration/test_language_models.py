"""Language models for real: llama.cpp in process, its server on the loopback address, builds that are killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extractors.llm_extractor import LLMExtractor
from graphrag.errors import ExtractionError, LanguageModelError
from graphrag.indexing import BuildSettings, Indexer
from graphrag.llm.failures import RefusedPromptError
from graphrag.llm.llama_cpp import LlamaCppModel
from graphrag.llm.llama_loading import LlamaSettings
from graphrag.llm.openai_compatible import OpenAICompatibleModel, ServerSettings
from graphrag.llm_parts import build_settings, create_llm_extractor, estimate_build, keeping_replies
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder
from graphrag.testing.scripted_server import Reaction, ScriptedServer
from graphrag.testing.store_suite import document
from graphrag.testing.tiny_gguf import write_tiny_gguf
from graphrag.types import Extraction, Passage, Triple

pytest.importorskip("openai", reason='pip install "multihop-graphrag[openai]"')
pytest.importorskip("llama_cpp", reason='pip install "multihop-graphrag[llama]"')
pytest.importorskip("gguf", reason="pip install gguf")

# Threads that wait for one another are slow on busy cores.
ONE_THREAD = LlamaSettings(num_threads=1)
HELLO = [{"role": "user", "content": "Hello"}]
REPLY = '{"entities": ["Ada"], "triples": [["Ada", "met", "Bab"]]}'
MULTIHOP = [sys.executable, "-m", "graphrag"]
DELAYED_SERVER = """
import sys, time
from graphrag.testing.scripted_server import Reaction, ScriptedServer
reply = '{"entities": ["Ada"], "triples": [["Ada", "met", "Bab"]]}'
with ScriptedServer(lambda *_: Reaction(reply, delay_s=float(sys.argv[1]))) as server:
    sys.stdout.write(server.address + "\\n"); sys.stdout.flush(); time.sleep(600)
"""


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small real GGUF file whose model says ``Ada``."""
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


LLAMA_SERVER = """
from graphrag.llm.llama_loading import llama_library

llama_library()  # without what crashes on some processors
from llama_cpp.server.__main__ import main

main()
"""


class LlamaServer:
    """A real ``llama_cpp.server`` process."""

    def __init__(self, gguf: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/v1"
        options = ["--model", gguf, "--port", port, "--n_ctx", 8192, "--n_threads", 1, "--verbose", "false"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", LLAMA_SERVER, *map(str, options)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.address}/models", timeout=5).close()
                return
            except OSError:
                assert self._process.poll() is None, "the server did not start"
                time.sleep(0.1)
        raise TimeoutError("the server did not start in a minute")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def llama_server(gguf: Path):
    server = LlamaServer(gguf, free_port())
    yield server
    server.kill()


def passages_file(folder: Path, num: int) -> Path:
    path = folder / "passages.jsonl"
    lines = [
        json.dumps({"passage_id": f"p{n:03}", "title": "Ada", "text": f"Ada met Bab {n} times."}) for n in range(num)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_extraction_by_llama_cpp_in_this_process(gguf: Path) -> None:
    model = LlamaCppModel(gguf, settings=ONE_THREAD)
    (result,) = LLMExtractor(model).extract([Passage("p", "Ada Ada.", "")])
    assert isinstance(result, Extraction)
    assert result.triples == (Triple("Ada", "Ada", "Ada", 1.0, "Ada Ada."),)
    (failed,) = LLMExtractor(model).extract([Passage("p", "x" * 9000, "")])
    assert isinstance(failed, ExtractionError)
    assert "The context of 8,192 tokens is too small" in str(failed)


def test_the_server_says_what_the_library_says(gguf: Path, llama_server: LlamaServer) -> None:
    local = LlamaCppModel(gguf, settings=ONE_THREAD)
    remote = OpenAICompatibleModel([llama_server.address])
    passages = [Passage(f"p{n}", f"Ada met Bab {n} times.", "Ada") for n in range(4)]
    ours = list(LLMExtractor(local).extract(passages))
    theirs = list(LLMExtractor(remote, in_flight=2).extract(passages))
    assert ours == theirs
    assert all(isinstance(result, Extraction) and result.triples for result in theirs)
    assert remote.usage.calls == 4
    # The server's template has its own last token; prompts agree up to that.
    assert abs(remote.usage.prompt_tokens - local.usage.prompt_tokens) <= 4 * 4
    assert remote.complete(HELLO, max_tokens=20, schema=None) == local.complete(HELLO, max_tokens=20, schema=None)
    assert "".join(remote.stream(HELLO, max_tokens=20, schema=None)) == "Ada"


def test_the_servers_context_is_an_error_of_the_prompt(llama_server: LlamaServer) -> None:
    model = OpenAICompatibleModel([llama_server.address])
    with pytest.raises(RefusedPromptError, match=r"refuses the request \(status [45]00\): .*context"):
        model.complete([{"role": "user", "content": "x" * 9000}], max_tokens=20, schema={"type": "object"})
    assert model.complete(HELLO, max_tokens=20, schema=None) == "Ada"


def test_a_server_that_dies_in_mid_build_loses_nothing(gguf: Path, tmp_path: Path) -> None:
    port = free_port()
    server = LlamaServer(gguf, port)
    docs = [document(f"d{n:02}", f"Ada met Bab {n} times.") for n in range(12)]
    store = SQLiteStore(tmp_path / "kb.db", create=True)

    def extractor() -> LLMExtractor:
        settings = ServerSettings(max_retries=1, in_flight=2, timeout_s=30)
        return create_llm_extractor(OpenAICompatibleModel([server.address], settings=settings, sleep=lambda _: None))

    first = extractor()
    original = first.model.complete

    def dying(*args: object, **options: object) -> str:
        if first.model.usage.calls >= 5:
            server.kill()
        return original(*args, **options)  # type: ignore[arg-type]

    first.model.complete = dying  # type: ignore[method-assign]

    def build(chosen: LLMExtractor):
        with keeping_replies(chosen, store):
            return Indexer(store, chosen, HashEncoder()).build(docs)

    with pytest.raises(LanguageModelError, match=r"No answer from http://127\.0\.0\.1"):
        build(first)
    answered = first.model.usage.calls
    assert 5 <= answered <= 7
    server = LlamaServer(gguf, port)
    try:
        second = extractor()
        report = build(second)
    finally:
        server.kill()
    assert report.failed == 0
    assert answered + second.model.usage.calls == 12
    assert store.statistics().failed_passages == 0
    store.close()


def test_a_killed_build_asks_for_no_answered_passage_again(tmp_path: Path) -> None:
    answered: Counter[str] = Counter()

    def react(_: int, request: dict[str, object]) -> Reaction:
        answered[str(request["messages"])] += 1
        return Reaction(REPLY, delay_s=0.05)

    passages, store = passages_file(tmp_path, 40), tmp_path / "kb.db"
    config = tmp_path / "config.toml"
    config.write_text("[llm.server]\nin_flight = 2\n")
    with ScriptedServer(react) as server:
        command = [
            *MULTIHOP,
            "build",
            str(passages),
            "--store",
            str(store),
            "--llm",
            server.address,
            "--config",
            str(config),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(server.requests) < 15:
            assert process.poll() is None, "the build ended before it could be killed"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        in_flight = 2
        before = len(server.requests)
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert len(answered) == 40
        # Only calls that were under way when the build was killed had no answer to keep.
        assert len(server.requests) <= 40 + in_flight
        assert sum(count > 1 for count in answered.values()) <= in_flight
        assert before >= 15
        again = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert again.returncode == 0
        assert len(server.requests) <= 40 + in_flight
    statistics = json.loads(subprocess.check_output([*MULTIHOP, "stats", "--store", str(store), "--json"]))
    assert (statistics["passages"], statistics["failed_passages"], statistics["triples"]) == (40, 0, 40)


def test_a_build_gets_over_everything_a_bad_server_does(tmp_path: Path) -> None:
    bad = [
        Reaction("busy", 429, {"Retry-After": "0"}),
        Reaction("out of order", 500),
        Reaction(REPLY, cut=True),
        Reaction(delay_s=3.0),
        Reaction(body=b'{"choices": ['),
        Reaction("Certainly! I will now ignore the schema."),
    ]
    asked: Counter[int] = Counter()

    def fail_first(_: int, content: dict[str, Any]) -> Reaction:
        """Treat every other passage badly, the first time: how requests interleave changes nothing."""
        number = int(re.findall(r"Bab (\d+) times", json.dumps(content))[-1])
        asked[number] += 1
        is_bad = asked[number] == 1 and number % 2
        return bad[number // 2 % len(bad)] if is_bad else Reaction(REPLY)

    docs = [document(f"d{n:02}", f"Ada met Bab {n} times.") for n in range(30)]
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    with ScriptedServer(fail_first) as server:
        settings = ServerSettings(in_flight=4, timeout_s=1.0)
        model = OpenAICompatibleModel([server.address], settings=settings, sleep=lambda _: None)
        report = Indexer(store, create_llm_extractor(model), HashEncoder()).build(docs)
    assert (report.extracted, report.failed) == (30, 0)
    assert store.statistics().triples == 30
    assert {number for number, count in asked.items() if count > 1} == set(range(1, 30, 2))
    store.close()


def test_an_interrupted_build_is_continued(tmp_path: Path) -> None:
    passages, store = passages_file(tmp_path, 30), tmp_path / "kb.db"
    with ScriptedServer(lambda *_: Reaction(REPLY, delay_s=0.1)) as server:
        command = [*MULTIHOP, "build", str(passages), "--store", str(store), "--llm", server.address]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while len(server.requests) < 10:
            assert process.poll() is None, "the build ended before it could be interrupted"
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "the next build continues" in said
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        # Whoever is interrupted waits for the calls that are under way: nothing is asked twice.
        assert len(server.requests) == 30


def test_sixteen_calls_in_flight(tmp_path: Path) -> None:
    """A server that answers in 200 ms, asked one by one and by sixteen at a time, in the same build."""
    with subprocess.Popen([sys.executable, "-c", DELAYED_SERVER, "0.2"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            one = seconds_a_passage(tmp_path / "one.db", address, in_flight=1, num=16)
            # The best of a few: other programs may need the processor.
            sixteen = min(seconds_a_passage(tmp_path / f"{n}.db", address, in_flight=16, num=192) for n in range(3))
        finally:
            process.kill()
    assert one / sixteen >= 12, f"{one * 1000:.1f} ms against {sixteen * 1000:.1f} ms a passage"


def seconds_a_passage(path: Path, address: str, *, in_flight: int, num: int) -> float:
    store = SQLiteStore(path, create=True)
    model = OpenAICompatibleModel([address], settings=ServerSettings(in_flight=in_flight))
    model.complete(HELLO, max_tokens=9, schema=None)
    docs = [document(f"d{n:03}", f"Ada met Bab {n} times.") for n in range(num)]
    start = time.perf_counter()
    extractor = create_llm_extractor(model)
    Indexer(store, extractor, HashEncoder(), settings=build_settings(extractor, BuildSettings())).build(docs)
    seconds = time.perf_counter() - start
    store.close()
    return seconds / num


def test_the_estimate_of_a_dry_run(gguf: Path, tmp_path: Path) -> None:
    """Calls, tokens and time within a quarter; time in the best of three pairs, as the machine may be busy."""
    words = "Ada met Bab in London and Paris and wrote letters to her friends there. "
    docs = [document(f"d{n:03}", f"Passage {n}. " + words * (1 + n % 5)) for n in range(60)]
    ratios = []
    for attempt in range(3):
        model = LlamaCppModel(gguf, settings=ONE_THREAD)
        estimate = estimate_build(docs, None, LLMExtractor(model), HashEncoder())
        before = model.usage
        store = SQLiteStore(tmp_path / f"{attempt}.db", create=True)
        start = time.perf_counter()
        Indexer(store, LLMExtractor(model), HashEncoder()).build(docs)
        ratios.append(estimate.seconds / (time.perf_counter() - start))
        store.close()
        used = model.usage - before
        assert estimate.llm_calls == used.calls == 60
        assert estimate.prompt_tokens == pytest.approx(used.prompt_tokens, rel=0.05)
        assert estimate.completion_tokens == pytest.approx(used.completion_tokens, rel=0.05)
        if abs(ratios[-1] - 1) <= 0.25:
            return
    pytest.fail(f"the time was estimated at {ratios} of what it was")


def test_the_command_line_from_documents_to_an_answer(gguf: Path, tmp_path: Path) -> None:
    passages, store = passages_file(tmp_path, 6), tmp_path / "kb.db"

    def run(*arguments: object) -> str:
        done = subprocess.run(
            [*MULTIHOP, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    config = tmp_path / "config.toml"
    config.write_text("[llm]\nprompt_price = 1000.0\n[llm.reader]\nmode = 'direct'\n[llm.gguf]\nnum_threads = 1\n")
    told = run("build", passages, "--store", store, "--llm", gguf, "--config", config, "--dry-run")
    assert "language model calls         6\n" in told
    assert "money                        about " in told
    assert not store.exists()
    run("build", passages, "--store", store, "--llm", gguf, "--config", config)
    assert sorted(path.name for path in tmp_path.glob("kb.db*")) == ["kb.db", "kb.db.lock", "kb.db.snapshots"]
    answer = json.loads(run("ask", "Whom did Ada meet?", "--store", store, "--llm", gguf, "--json", "--config", config))
    assert answer["answer"] == "Ada"
    assert answer["method"] == "language model"
    assert answer["citations"] == [answer["passages"][0]["passage_id"]]
    lines = run("extract", passages, "--llm", gguf, "--json", "--config", config).splitlines()
    assert len(lines) == 6
    assert json.loads(lines[0])["triples"][0]["head"] == "Ada"
    run("delete", "p000", "--store", store)
    assert not list(tmp_path.glob("kb.db.replies*"))


def test_a_key_is_in_no_output(tmp_path: Path) -> None:
    key = "sk-very-secret"
    with ScriptedServer(lambda *_: Reaction(f"wrong key {key}", 401)) as server:
        command = [*MULTIHOP, "--debug", "extract", str(passages_file(tmp_path, 3)), "--llm", server.address]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "MULTIHOP_LLM_KEY": key},
        )
    assert done.returncode == 1
    assert server.keys[0] == f"Bearer {key}"
    assert "does not accept the key" in done.stderr
