"""A real GGUF file, written once."""

import importlib.util
from pathlib import Path

import pytest

from graphrag.testing.tiny_gguf import write_tiny_gguf


def needs(module: str) -> None:
    """Skip the test without an optional package."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f'{module} is not installed: pip install "multihop-graphrag[llama,openai]" and gguf')


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small GGUF file whose model says ``Ada``."""
    needs("gguf")
    needs("llama_cpp")
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")
