"""From a file of triples to trained weights and answers, with the real encoder, by the commands of the README."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("torch_geometric")


def multihop(*arguments: str | Path) -> str:
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-m", "graphrag", *map(str, arguments)],
        capture_output=True, text=True, timeout=300, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_from_triples_to_answers(tmp_path: Path) -> None:
    films = [f"Film {i}|directed_by|Director {i % 10}" for i in range(40)]
    years = [f"Film {i}|release_year|{1950 + i % 15}" for i in range(40)]
    kb, asked, store, weights = (tmp_path / name for name in ("kb.txt", "q.txt", "kb.db", "w.safetensors"))
    kb.write_text("\n".join(films + years))
    director = [f"who directed [Film {i}]\tDirector {i % 10}" for i in range(40)]
    year = [f"when did [Film {i}] come out\t{1950 + i % 15}" for i in range(40)]
    asked.write_text("\n".join(director + year))
    multihop("build", kb, "--format", "triples", "--store", store)
    # The shipped reasoner has never seen this graph.
    found = json.loads(multihop("ask", "who directed Film 7", "--store", store, "--retriever", "gnn", "--json"))
    assert (found["answer"], found["paths"][0]["text"]) == ("Director 7", "Film 7 -> directed by -> Director 7")
    multihop("split", asked, "--out", tmp_path / "parts")
    train, dev, test = (tmp_path / "parts" / f"{name}.txt" for name in ("train", "dev", "test"))
    multihop(
        "train", "gnn", "--store", store, "--questions", train, "--dev", dev, "--out", weights,
        "--steps", "1", "--epochs", "30", "--threads", "1",
    )  # fmt: skip
    arguments = ["--questions-format", "metaqa", "--retriever", "gnn", "--gnn", weights, "--json"]
    found = json.loads(multihop("eval", "--store", store, "--questions", test, *arguments))
    assert found["gnn"]["questions"] == 8
    assert found["gnn"]["hits@1"] == 1.0
    answer = json.loads(
        multihop("ask", "who directed Film 7", "--store", store, "--retriever", "gnn", "--gnn", weights, "--json")
    )
    assert (answer["answer"], answer["method"], answer["passages"]) == ("Director 7", "best entity", [])
    assert answer["paths"][0]["text"] == "Film 7 -> directed by -> Director 7"


def test_the_shipped_reasoner_on_a_graph_that_it_never_saw(tmp_path: Path, data_folder: Path) -> None:
    store, folder = tmp_path / "pq.db", data_folder / "pathquestion"
    multihop("build", folder / "2H-kb.txt.gz", "--format", "triples", "--store", store)
    found = json.loads(
        multihop(
            "eval", "--store", store, "--questions", folder / "PQ-2H.txt.gz", "--questions-format", "pathquestion",
            "--retriever", "gnn", "--limit", "300", "--json",
        )
    )  # fmt: skip
    assert found["gnn"]["hits@1"] > 0.4
