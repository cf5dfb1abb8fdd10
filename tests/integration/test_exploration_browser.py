"""What notebooks show, in a real browser: names and passages with markup stay text."""

import shutil
import subprocess
from pathlib import Path

import pytest

from graphrag.exploration.graph import Graph
from graphrag.testing.toy import toy_graph
from graphrag.types import Answer, ExplainedRelation, ExplainedStep, Explanation, Passage, Retrieval, ScoredPassage

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --virtual-time-budget=5000"
).split()
SCRIPT = "<script>alert(1)</script>"
RUNS = "<script>document.title='owned'</script>"
IMAGE = "<img src=x onerror=\"document.title='owned'\">"
BREAKOUT = f"'\"></td></div></style>{IMAGE}"


def everything_shown() -> list[object]:
    passage = Passage("p1", f"{SCRIPT} met {IMAGE} {BREAKOUT}", RUNS, "d1")
    triples = (("p1", SCRIPT, BREAKOUT, "Ada"), ("p1", "Ada", RUNS, IMAGE))
    graph = Graph(toy_graph(passages=(passage,), triples=triples, synonyms=()))
    steps = (ExplainedStep(((RUNS, 0.5),), (1.0,), (ExplainedRelation(BREAKOUT, False, 1.0),)),)
    retrieval = Retrieval(
        BREAKOUT, RUNS, (ScoredPassage(passage, 1.0, 1),), fallbacks=(IMAGE,), explanation=Explanation((IMAGE,), steps)
    )
    paths = graph.paths(SCRIPT, IMAGE)
    assert paths
    answer = Answer(RUNS, BREAKOUT, 1.0, IMAGE, ("p1",), paths, retrieval, fallbacks=(SCRIPT,))
    shown = [answer, retrieval, retrieval.passages, paths, graph, graph.statistics()]
    return [*shown, graph.passage("p1"), graph.neighbourhood("Ada"), graph.around(answer), graph.overview()]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (Debian: apt-get install chromium)")
def test_markup_is_text_everywhere(tmp_path: Path) -> None:
    shown = everything_shown()
    page = tmp_path / "page.html"
    body = "<hr>".join(result._repr_html_() for result in shown)
    page.write_text(f"<!doctype html><meta charset=utf-8><title>safe</title><body>{body}</body>", encoding="utf-8")
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "<title>safe</title>" in done.stdout
    assert "<img" not in done.stdout
    assert "<script" not in done.stdout
    assert done.stdout.count("<hr>") == len(shown) - 1
    assert done.stdout.count('<div class="multihop">') == len(shown)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in done.stdout
