"""Does confidence fall when the passages that an answer rests on are taken away?

    python tests/benchmarks/quality/abstention.py --store 2wiki.db --questions 2wiki/questions_dev.jsonl

Every question is read twice: from the five best passages, and from the five best that are not gold. Printed are the
area under the ROC curve of the confidence (1: it always tells the two apart, 0.5: it says nothing), the mean
confidences, and the shares of questions without an answer. ``--json`` prints them as one JSON object.
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from graphrag.errors import GraphRAGError
from graphrag.evaluation.abstention import measure_abstention
from graphrag.evaluation.datasets import load_questions
from graphrag.factory import create_graphrag, open_store
from graphrag.pipeline import DEFAULT_RETRIEVER


def figures(uri: str, questions: Path, *, retriever: str, top_k: int, limit: int | None) -> dict[str, float]:
    """Return what is printed, by name."""
    asked = load_questions(questions, limit=limit)
    store = open_store(uri)
    try:
        rag = create_graphrag(store)
        found = measure_abstention(asked, rag.retriever(retriever), rag.reader, top_k=top_k)
    finally:
        store.close()
    return {
        "area_under_roc": found.area_under_roc,
        "confidence_with_gold": float(np.mean(found.with_gold)),
        "confidence_without_gold": float(np.mean(found.without_gold)),
        "abstained_with_gold": found.abstained_with_gold,
        "abstained_without_gold": found.abstained_without_gold,
        "questions": len(found.with_gold),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", required=True)
    parser.add_argument("--questions", required=True, type=Path)
    parser.add_argument("--retriever", default=DEFAULT_RETRIEVER)
    parser.add_argument("--top-k", type=int, default=5)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        found = figures(
            arguments.store,
            arguments.questions,
            retriever=arguments.retriever,
            top_k=arguments.top_k,
            limit=arguments.limit,
        )
    except (GraphRAGError, ValueError) as error:
        sys.exit(f"abstention: {error}")
    if arguments.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name.replace('_', ' '):24} {value:.3f}" if isinstance(value, float) else f"{name:24} {value:,}")


if __name__ == "__main__":
    main()
