"""Settings and fixtures that all tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The machine may be busy: a slow example is no failure.
settings.register_profile("multihop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("multihop")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of the public data sets; skip the test where it is not."""
    folder = Path(os.environ.get("MULTIHOP_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the data sets are not at {folder}; set MULTIHOP_DATA")
    return folder
