"""What goes wrong with a server, made to go wrong: each test has servers of its own."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphrag.cli.main import cli
from graphrag.errors import StoreError
from graphrag.indexing import BuildSettings, Indexer
from graphrag.stores.neo4j_store import Neo4jStore
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.neo4j_fixtures import own_server_versions
from graphrag.testing.neo4j_server import Neo4jServer, ServerUnavailableError, ServerVersion
from graphrag.types import Document, Passage

NUM_DOCUMENTS = 60


def documents(length: int = 200) -> list[Document]:
    """Return documents whose facts overlap, each of some length."""
    result = []
    for i in range(NUM_DOCUMENTS):
        text = f"Person {i % 20} | knows | Person {i * 7 % 20}. Town {i} | is near | Town {i // 2}. " + "x" * length
        result.append(Document(f"d{i}", (Passage(f"d{i}#0", text, f"Person {i % 20}", f"d{i}"),)))
    return result


def indexer(store, progress: Callable[[str, int, int], None] | None = None) -> Indexer:
    settings = BuildSettings(synonym_threshold=0.7, extraction_batch=4)
    return Indexer(store, PatternExtractor(), HashEncoder(), settings=settings, progress=progress)


@pytest.fixture
def undisturbed(tmp_path: Path) -> str:
    """Return the digest of a build that nothing disturbs, in SQLite."""
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    indexer(store).build(documents())
    digest = store.statistics().digest
    store.close()
    return digest


@pytest.fixture(scope="module", params=own_server_versions(), ids=lambda version: version.name)
def server(request: pytest.FixtureRequest) -> Iterator[Neo4jServer]:
    try:
        with Neo4jServer(request.param) as running:
            yield running
    except ServerUnavailableError as error:
        pytest.skip(f"no Neo4j {request.param.name}: {error}")


@pytest.fixture(autouse=True)
def login(server: Neo4jServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEO4J_USER", server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def only_line(*arguments: str) -> str:
    """Return the one line that a command which fails prints."""
    result = CliRunner().invoke(cli, list(arguments))
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("stage", ["extract", "encode facts"])
def test_a_build_survives_the_death_of_its_server(server: Neo4jServer, undisturbed: str, stage: str) -> None:
    store = Neo4jStore(f"{server.uri}?graph=killed-{stage[:6].strip()}", create=True)
    restarts: list[threading.Thread] = []

    def kill(at: str, _done: int, _total: int) -> None:
        if at == stage and not restarts:
            server.kill()
            restarts.append(threading.Thread(target=server.start))
            restarts[0].start()

    try:
        indexer(store, kill).build(documents())
        assert store.statistics().digest == undisturbed
        assert store.version().finished
        with store.writing():  # the lock of the build is gone
            pass
    finally:
        for thread in restarts:
            thread.join()
        store.close()


def test_a_killed_writer_leaves_no_lock(server: Neo4jServer) -> None:
    uri = f"{server.uri}?graph=orphan"
    first, second = Neo4jStore(uri, create=True), Neo4jStore(uri)
    program = f"""
import sys, time
from graphrag.stores.neo4j_store import Neo4jStore
store = Neo4jStore({uri!r})
with store.writing():
    print("writing", flush=True)
    time.sleep(600)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    with pytest.raises(StoreError, match=r"Another build is writing to .*orphan: wait"), first.writing():
        pytest.fail("two write at once")
    process.kill()
    process.wait()
    process.stdout.close()
    start = time.monotonic()
    with second.writing():
        second.put_settings({"dimension": "2"})
    assert time.monotonic() - start < 20
    first.close()
    second.close()


def test_a_writer_that_was_cut_off_cannot_go_on(server: Neo4jServer) -> None:
    uri = f"{server.uri}?graph=cut-off"
    first, second = Neo4jStore(uri, create=True), Neo4jStore(uri)
    with first.writing():
        first._lock._drop()  # as when the connection of the lock breaks
        with second.writing():
            second.put_settings({"dimension": "2"})
            with pytest.raises(StoreError, match="Another build has taken over"):
                first.put_settings({"dimension": "3"})
    assert second.settings() == {"dimension": "2"}
    first.close()
    second.close()


def test_a_wrong_password(server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "wrong")
    expected = "refused the password of user 'neo4j': set NEO4J_USER and NEO4J_PASSWORD"
    assert expected in only_line("stats", "--store", server.uri)
    monkeypatch.delenv("NEO4J_PASSWORD")
    assert "refused a connection without a password: set NEO4J_USER" in only_line("stats", "--store", server.uri)


def test_a_missing_database_and_a_missing_graph(server: Neo4jServer) -> None:
    uri = f"{server.uri.rsplit('/', 1)[0]}/nowhere"
    assert "has no database 'nowhere'" in only_line("stats", "--store", uri)
    line = only_line("ask", "Who?", "--store", f"{server.uri}?graph=none")
    assert line == f"multihop: No graph at {server.uri}?graph=none: make one with 'multihop build'"


def test_an_unreachable_server() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    for host in (f"127.0.0.1:{port}", "no-such-host.invalid"):
        start = time.monotonic()
        line = only_line("stats", "--store", f"neo4j://{host}")
        assert line.startswith(f"multihop: Cannot reach Neo4j at neo4j://{host} (is it running?): ")
        assert time.monotonic() - start < 30


def test_a_database_that_may_only_be_read(server: Neo4jServer, tmp_path: Path) -> None:
    uri = f"{server.uri}?graph=read-only"
    store = Neo4jStore(uri, create=True)
    indexer(store).build(documents()[:5])
    digest = store.statistics().digest
    store.close()
    server.stop()
    server.start(server__databases__read_only="neo4j")
    try:
        store = Neo4jStore(uri)
        assert store.statistics().digest == digest
        with pytest.raises(StoreError, match="Neo4j does not let user 'neo4j' write to"):
            indexer(store).build(documents())
        assert store.statistics().digest == digest
        store.close()
    finally:
        server.stop()
        server.start()


def mount(folder: Path, megabytes: int, *, again: bool = False) -> None:
    options = f"{'remount,' if again else ''}size={megabytes}m"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be made here: {done.stderr.decode().strip()}")


@pytest.mark.parametrize("version", own_server_versions(), ids=lambda version: version.name)
def test_a_full_disk(version: ServerVersion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = documents(length=300_000)
    expected = []
    reference = SQLiteStore(tmp_path / "kb.db", create=True)
    for part in (long[:5], long):
        indexer(reference).build(part)
        expected.append(reference.statistics().digest)
    reference.close()
    logs = tmp_path / "logs"
    logs.mkdir()
    mount(logs, 12)
    try:
        with Neo4jServer(version, {"server.directories.transaction.logs.root": str(logs)}) as server:
            monkeypatch.setenv("NEO4J_PASSWORD", server.password)
            monkeypatch.setattr("graphrag.stores.neo4j_connection.RETRY_S", 10)
            store = Neo4jStore(server.uri, create=True)
            indexer(store).build(long[:5])
            with pytest.raises(StoreError, match=r"failed, see its log \(a full disk\?\): ") as caught:
                indexer(store).build(long)
            assert "\n" not in str(caught.value)
            store.close()
            server.stop()
            mount(logs, 200, again=True)
            server.start()
            store = Neo4jStore(server.uri)
            # What was being written is not there, not even in part.
            assert store.statistics().digest == expected[0]
            indexer(store).build(long)
            assert store.statistics().digest == expected[1]
            store.close()
    except ServerUnavailableError as error:
        pytest.skip(f"no Neo4j {version.name}: {error}")
    finally:
        subprocess.run(["umount", str(logs)], check=False)
