"""Write the passages that ``multihop`` finds by trees that did not see the questions: what the reader learns from.

    python scripts/cross_fitted_retrieval.py --store 2wiki.db --questions questions_dev.jsonl … --out retrieved.json

The file is JSON: by question id the ids of the best passages, best first.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from graphrag.evaluation.datasets import load_questions
from graphrag.evaluation.ranker_training import NUM_FOLDS, RankerExample, fit_ranker
from graphrag.factory import create_graphrag, open_store
from graphrag.retrieval.multihop import feature_reader

TOP_K = 10


def read(uri: str, paths: str) -> list[tuple[str, list[str], RankerExample]]:
    """Return id, candidates and their features of each question over a store; several files by commas."""
    store = open_store(uri)
    try:
        resources = create_graphrag(store).resources
        reader, ids = feature_reader(resources), resources.graph.passage_ids
        found = []
        for question in (one for path in paths.split(",") for one in load_questions(Path(path))):
            candidates = reader.read(question.question)
            names = [ids[passage] for passage in candidates.passages.tolist()]
            is_gold = np.array([name in question.gold_passage_ids for name in names], np.bool_)
            example = RankerExample(candidates.features, is_gold, len(question.gold_passage_ids), question.question)
            found.append((question.question_id, names, example))
        return found
    finally:
        store.close()


def main() -> None:
    """Read, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="append", required=True, help="several may be given")
    parser.add_argument("--questions", action="append", required=True, help="one for each store; several by commas")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    found = [one for uri, paths in zip(options.store, options.questions, strict=True) for one in read(uri, paths)]
    best: dict[str, list[str]] = {}
    for fold in range(NUM_FOLDS):
        ranker = fit_ranker([example for _, _, example in found if example.fold != fold])
        for question_id, names, example in found:
            if example.fold == fold:
                order = np.argsort(-ranker.probability(example.features), kind="stable")[:TOP_K]
                best[question_id] = [names[index] for index in order]
    options.out.write_text(json.dumps(best), encoding="utf-8")


if __name__ == "__main__":
    main()
