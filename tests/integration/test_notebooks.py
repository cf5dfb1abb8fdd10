"""The notebooks run from top to bottom, on the demo corpus, and are kept without outputs."""

import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_SECONDS = 120


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder like the repository's, so that one notebook's graph is there for the next."""
    folder = tmp_path_factory.mktemp("repository")
    for name in ("notebooks", "demo"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "out").mkdir()
    return folder


def test_all_notebooks_are_there() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "01_build_and_ask", "02_pagerank_vs_gnn", "03_multihop_benchmark", "04_existing_knowledge_graph",
    ]  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(content)
    for cell in content["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    assert "widgets" not in content["metadata"]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(workplace: Path, path: Path) -> None:
    folder = workplace / "notebooks"
    notebook = nbformat.read(folder / path.name, as_version=4)
    before = os.times()
    NotebookClient(notebook, timeout=600, startup_timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    after = os.times()
    # Processor time of the kernel: how busy the machine is besides does not count. The encoder uses two processors.
    assert after.children_user - before.children_user < 2 * MAX_SECONDS
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr", output.get("text")
