"""Processes of their own: what is imported stays imported."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from extractors.pipeline.importing import WITH_TORCH

ROOT = Path(__file__).parents[3]
USE = "nlp = load_pipeline(); assert [token.text for token in nlp.make_doc('Ada met')] == ['Ada', 'met']"
IMPORT = "from extractors.pipeline import load_pipeline"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Return a folder with a torch that says when it is imported, and that spaCy has no use for."""
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("print('torch was imported')\nFOUND = True\n")
    (tmp_path / "torch" / "utils.py").write_text("raise ImportError\n")
    return tmp_path


def output(code: str, *paths: Path) -> str:
    path = os.pathsep.join(map(str, (*paths, ROOT)))
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_pipeline_does_without_torch(packages: Path) -> None:
    assert output(f"import sys; {IMPORT}; {USE}; assert 'torch' not in sys.modules", packages) == ""


def test_the_default_extractor_does_without_torch(packages: Path) -> None:
    code = "from graphrag.factory import create_extractor; create_extractor('spacy').extract_question('Who is Ada?')"
    assert output(code, packages) == ""


def test_torch_can_be_imported_afterwards(packages: Path) -> None:
    assert output(f"{IMPORT}; import torch; assert torch.FOUND; {USE}", packages) == "torch was imported\n"


@pytest.mark.parametrize("name", WITH_TORCH)
def test_a_package_that_needs_both_gets_both(packages: Path, name: str) -> None:
    (packages / f"{name}.py").touch()
    assert output(f"{IMPORT}; {USE}", packages) == "torch was imported\n"


def test_without_torch_it_is_as_ever(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('not here')\n")
    assert output(f"{IMPORT}; {USE}", tmp_path) == ""


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
def test_spacy_goes_together_with_a_torch_that_came_first() -> None:
    code = f"import torch; {IMPORT}; {USE}; import thinc.compat; assert thinc.compat.torch is torch"
    assert output(code) == ""


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
def test_torch_works_when_it_comes_later() -> None:
    code = f"{IMPORT}; {USE}; import torch; print(torch.ones(2, requires_grad=True).sum().item())"
    assert output(code) == "2.0\n"


def test_the_commands_of_spacy_come_when_they_are_asked_for() -> None:
    code = f"import sys; {IMPORT}; assert 'spacy.cli' not in sys.modules; import spacy; spacy.info(silent=True); "
    assert output(code + "import spacy.cli; assert spacy.cli.download.__module__ == 'spacy.cli.download'") == ""
