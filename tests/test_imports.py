import subprocess
import sys

import pytest

HEAVY = ("torch", "torch_geometric", "spacy", "neo4j", "llama_cpp", "openai", "onnxruntime", "scipy", "bm25s", "numpy")


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a statement loads in a fresh process."""
    command = f"{statement}; import sys; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, timeout=120, check=True)
    return set(done.stdout.split())


def test_the_base_import_pulls_in_nothing_heavy() -> None:
    assert not loaded_by("import graphrag") & set(HEAVY)


@pytest.mark.parametrize("module", ["graphrag.types", "graphrag.errors", "graphrag.text", "graphrag.config"])
def test_the_foundation_needs_the_standard_library_alone(module: str) -> None:
    assert not loaded_by(f"import {module}") & set(HEAVY)


def test_help_comes_without_loading_models() -> None:
    assert not loaded_by("import graphrag.cli.main") & set(HEAVY)


def test_the_pipeline_knows_no_model_and_no_server() -> None:
    assert not loaded_by("import graphrag.pipeline") & {"torch", "spacy", "neo4j", "llama_cpp", "openai", "onnxruntime"}


def test_the_base_parts_need_no_extra() -> None:
    assert not loaded_by("import graphrag.factory") & {"torch", "torch_geometric", "llama_cpp", "openai"}
