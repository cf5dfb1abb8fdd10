"""Settings and fixtures that all tests share."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from graphrag.testing.neo4j_fixtures import neo4j_server, neo4j_uri, server_versions  # noqa: F401

# The machine may be busy: a slow example is no failure.
settings.register_profile("multihop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("multihop")

# A shell that starts the tests in the background has them ignore Ctrl-C, and the programs that they start inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent


def pytest_report_header() -> str:
    """Say which Neo4j servers the tests will use, if they can be run here."""
    return f"neo4j servers: {', '.join(server_versions())}"


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of the public data sets; skip the test where it is not."""
    folder = Path(os.environ.get("MULTIHOP_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the data sets are not at {folder}; set MULTIHOP_DATA")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """In CI everything that a test may need is there: a skipped test is a failure."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {item.nodeid}: {call.excinfo.value if call.excinfo else ''}"
    return report
