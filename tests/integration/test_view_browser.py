"""The page in a real browser."""

import shutil
import subprocess
from pathlib import Path

import pytest

from graphrag.types import PathStep, ReasoningPath
from graphrag.visualization.draw import draw_html
from graphrag.visualization.view import GraphView, ViewEdge, ViewNode

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --virtual-time-budget=5000"
).split()
SCRIPT = "<script>document.title='owned'</script>"
IMAGE = "<img src=x onerror=\"document.title='owned'\">"


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (Debian: apt-get install chromium)")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_drawn_and_names_do_not_run(tmp_path: Path, theme: str) -> None:
    nodes = (
        ViewNode("entity:a", SCRIPT, "entity", is_seed=True),
        ViewNode("entity:b", "Ada Lovelace", "entity", weight=1.0),
        ViewNode("passage:p", IMAGE, "passage", detail=f"{IMAGE} {SCRIPT}"),
    )
    edges = (ViewEdge("entity:a", "entity:b", IMAGE, on_path=True), ViewEdge("passage:p", "entity:b", "", "mention"))
    path = ReasoningPath((PathStep(SCRIPT, IMAGE, "Ada Lovelace"),))
    page = tmp_path / "view.html"
    page.write_text(draw_html(GraphView("A title", SCRIPT, IMAGE, nodes, edges, (path,))), encoding="utf-8")
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run(
        [*command, f"{page.as_uri()}?theme={theme}"], capture_output=True, text=True, check=True, timeout=120
    )
    assert "<title>A title</title>" in done.stdout
    assert f'data-theme="{theme}"' in done.stdout
    assert done.stdout.count('class="node ') >= 3
    assert "Ada Lovelace" in done.stdout
    assert "&lt;script&gt;document.title" in done.stdout
    # Nothing in the names became an element.
    assert "<img" not in done.stdout
    assert done.stdout.count("<script") == 2
