"""What can be known without a server; the tests of the store run real ones."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from graphrag.stores.neo4j_address import parse_address
from graphrag.testing.neo4j_fixtures import RunningServer, server_versions
from graphrag.testing.neo4j_server import SERVERS, ServerUnavailableError, find_java, resolve_server


def fake_java(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch()
    (folder / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n', encoding="utf-8")
    return folder / "bin" / "java"


def test_java_is_found_by_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = fake_java(tmp_path / "old", "97.0.1"), fake_java(tmp_path / "new", "98")
    monkeypatch.setenv("NEO4J_TEST_JAVA", os.pathsep.join([str(tmp_path / "none"), str(tmp_path / "old")]))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "new"))
    assert find_java((97,)) == old
    assert find_java((98, 97)) == old
    assert find_java((98,)) == new
    with pytest.raises(ServerUnavailableError, match=r"there is no Java 99 here \(set NEO4J_TEST_JAVA\)"):
        find_java((99,))


def test_without_maven_there_is_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_TEST_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerUnavailableError, match="there is no Maven here"):
        resolve_server("5.26.0")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"NEO4J_TEST_URI": "bolt://x"}, ["running"]),
        ({"NEO4J_TEST_VERSIONS": "5.26.0"}, ["5.26.0"]),
        ({"CI": "true"}, [version.name for version in SERVERS]),
    ],
)
def test_versions(environment: dict[str, str], expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEO4J_TEST_URI", "NEO4J_TEST_VERSIONS", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert server_versions() == expected


def test_the_server_is_what_it_says(neo4j_server: RunningServer, request: pytest.FixtureRequest) -> None:
    with GraphDatabase.driver(
        parse_address(neo4j_server.uri).server, auth=(neo4j_server.user, neo4j_server.password)
    ) as driver:
        agent = driver.get_server_info().agent
    name = request.node.callspec.params["neo4j_server"]
    assert agent == f"Neo4j/{name}" or name == "running"


def test_a_server_ends_with_its_process(neo4j_server: RunningServer, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["neo4j_server"]
    if name == "running":
        return
    program = f"""
from graphrag.testing.neo4j_server import SERVERS, Neo4jServer
server = Neo4jServer(next(version for version in SERVERS if version.name == {name!r}))
server._wait = lambda password: None
server._set_password = lambda: None
server.__enter__()
print(server._process.pid, server._home, flush=True)
import os; os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    pid, home = done.stdout.split()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (Path("/proc", pid).exists() or Path(home).exists()):
        time.sleep(0.1)
    assert not Path("/proc", pid).exists()
    assert not Path(home).exists()
