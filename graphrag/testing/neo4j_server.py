"""A real Neo4j server for tests: resolved from Maven Central, run on a free port of this machine, gone afterwards."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from filelock import FileLock
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

_OPENS = tuple(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "java.io", "sun.nio.ch"))
# A test is over before the second compiler has paid off.
_JAVA = ("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>server</artifactId><version>1</version><dependencies>
<dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version></dependency>
<dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{version}</version></dependency>
</dependencies></project>"""
_SETTINGS = {
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "dbms.usage_report.enabled": "false",
    "server.memory.pagecache.size": "128m",
    "db.tx_log.preallocate": "false",
}
_START_S = 180.0
_RESOLVE_S = 900.0


class ServerUnavailableError(Exception):
    """There is no way to run this server here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """A version of Neo4j Community, the class that starts it, and the versions of Java it runs on."""

    name: str
    main_class: str
    java: tuple[int, ...]


SERVERS = (
    ServerVersion("2026.08.1", "org.neo4j.server.Neo4jCommunity", (25,)),
    ServerVersion("5.26.0", "org.neo4j.server.CommunityEntryPoint", (17, 21)),
)
"""Newest first."""


def find_java(versions: tuple[int, ...]) -> Path:
    """Return the program ``java`` of one of some versions.

    Raises
    ------
    ServerUnavailableError
        If there is none in ``JAVA_HOME``, in ``NEO4J_TEST_JAVA`` (homes, separated like ``PATH``), on the path, or in
        the usual folder.
    """
    homes = [*os.environ.get("NEO4J_TEST_JAVA", "").split(os.pathsep), os.environ.get("JAVA_HOME", "")]
    program = shutil.which("java")
    if program:
        homes.append(str(Path(program).resolve().parent.parent))
    installed = Path("/usr/lib/jvm")
    if installed.is_dir():
        homes += sorted(str(folder) for folder in installed.iterdir())
    for home in filter(None, homes):
        java = Path(home) / "bin" / "java"
        if java.is_file() and _java_version(Path(home)) in versions:
            return java
    raise ServerUnavailableError(f"there is no Java {' or '.join(map(str, versions))} here (set NEO4J_TEST_JAVA)")


def _java_version(home: Path) -> int:
    try:
        found = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"))
    except OSError:
        return 0
    return int(found[1]) if found else 0


def resolve_server(version: str) -> Path:
    """Return the folder with a server's libraries, fetched from Maven Central on first use.

    Raises
    ------
    ServerUnavailableError
        If Maven is missing or cannot fetch them.
    """
    root = Path(os.environ.get("NEO4J_TEST_CACHE") or Path.home() / ".cache" / "multihop" / "neo4j-servers")
    folder = root / version
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            _fetch(version, folder)
    return folder


def _fetch(version: str, folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise ServerUnavailableError("there is no Maven here (mvn)")
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        (Path(name) / "pom.xml").write_text(_POM.format(version=version), encoding="utf-8")
        command = ["mvn", "-q", "-B", "-C", "dependency:copy-dependencies", "-DoutputDirectory=lib"]
        try:
            done = subprocess.run(  # noqa: S603  # no part of it comes from outside
                command, cwd=name, capture_output=True, text=True, timeout=_RESOLVE_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise ServerUnavailableError(f"Maven did not fetch Neo4j {version} in {_RESOLVE_S:.0f} s") from error
        if done.returncode:
            raise ServerUnavailableError(f"Maven cannot fetch Neo4j {version}: {done.stdout.strip()[:300]}")
        (Path(name) / "lib").rename(folder)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Neo4jServer:
    """A server that runs while its context is open.

    Parameters
    ----------
    version
        Which.
    settings
        Settings besides the usual ones.
    home
        Where its data are; by default a temporary folder that goes when the server goes.

    Raises
    ------
    ServerUnavailableError
        If Java or Maven is missing, or the server does not come up.
    """

    version: ServerVersion
    settings: Mapping[str, str] = field(default_factory=dict)
    home: Path | None = None
    user: str = "neo4j"
    password: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        self._java = find_java(self.version.java)
        self._libraries = resolve_server(self.version.name)
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._temporary = self.home is None
        self._home = self.home or Path(tempfile.mkdtemp(prefix="neo4j-"))

    @property
    def uri(self) -> str:
        """The address of its default database."""
        return f"neo4j://127.0.0.1:{self._port}/neo4j"

    @property
    def log(self) -> str:
        """What it has said."""
        path = self._home / "out.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def __enter__(self) -> Self:
        """Start it and set its password."""
        try:
            self.start(first=True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it and remove its data."""
        if self._temporary:
            self.kill()  # there is nothing to keep, and an orderly end takes ten seconds
            shutil.rmtree(self._home, ignore_errors=True)
        else:
            self.stop()

    def start(self, *, first: bool = False, **settings: str) -> None:
        """Start it and wait until it answers.

        Parameters
        ----------
        first
            Whether it has never run: then its password is set.
        settings
            Changed settings, with ``__`` for the dots in their names.
        """
        own = {name.replace("__", "."): value for name, value in settings.items()}
        address = {f"server.bolt.{kind}_address": f"127.0.0.1:{self._port}" for kind in ("listen", "advertised")}
        conf = self._home / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        lines = [f"{name}={value}" for name, value in {**_SETTINGS, **address, **self.settings, **own}.items()]
        (conf / "neo4j.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [
            str(self._java), *_JAVA, *_OPENS, "-cp", f"{self._libraries}/*", self.version.main_class,
            f"--home-dir={self._home}", f"--config-dir={conf}",
        ]  # fmt: skip
        with (self._home / "out.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
        self._guard = self._start_guard(self._process.pid)
        self._wait("neo4j" if first else self.password)
        if first:
            self._set_password()

    def _start_guard(self, pid: int) -> "subprocess.Popen[bytes]":
        """Start a process that ends the server when this one is gone, however it went: then its pipe is closed."""
        home = str(self._home) if self._temporary else ""
        command = ["/bin/sh", "-c", 'cat; kill -9 "$0"; rm -rf "$1"', str(pid), home]
        return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603

    def _wait(self, password: str) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise ServerUnavailableError(f"Neo4j {self.version.name} ended at once: {self.log[-500:]}")
            if self._answers(password):
                return
            time.sleep(0.3)
        raise ServerUnavailableError(f"Neo4j {self.version.name} did not answer in {_START_S:.0f} s")

    def _answers(self, password: str) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1):
                pass
            self._ask("SHOW DATABASES YIELD name RETURN count(name)", password)
        except Neo4jError as error:
            return str(error.code).endswith("CredentialsExpired")
        except (DriverError, OSError):
            return False
        return True

    @property
    def _bolt(self) -> str:
        return f"bolt://127.0.0.1:{self._port}"

    def _set_password(self) -> None:
        self._ask("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password", "neo4j", password=self.password)

    def _ask(self, query: str, login_password: str, **values: str) -> None:
        auth = (self.user, login_password)
        with GraphDatabase.driver(self._bolt, auth=auth) as driver, driver.session(database="system") as session:
            session.run(query, values).consume()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.kill()
            self._guard.wait()
            self._guard.stdin.close()
            self._guard = None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
