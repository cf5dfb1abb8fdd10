"""Write the passages that ``multihop`` finds by trees that did not see the questions: what the reader learns from.

    python scripts/cross_fitted_retrieval.py --store 2wiki.db --questions questions_dev.jsonl … --out retrieved.json

The file is JSON: by question id the ids of the best passages, best first. The reader's network looks at them again, as
``multihop`` does, but only for questions that it did not see. Prints recall of these at 2 and 5.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graphrag.evaluation.datasets import load_questions
from graphrag.evaluation.ranker_training import RankerExample, fold_rankers, ranker_example
from graphrag.factory import create_graphrag, create_reader, open_store
from graphrag.protocols import PassageJudge
from graphrag.reading.training.hops import is_held_out
from graphrag.retrieval.multihop import feature_reader
from graphrag.retrieval.ranker import TreeRanker
from graphrag.retrieval.second_look import look_again
from graphrag.types import Passage

TOP_K = 10


@dataclass(frozen=True)
class Case:
    """A question with its candidates: their passages, and the features with what is needed."""

    question_id: str
    passages: list[Passage]
    example: RankerExample


def read(uri: str, paths: str) -> list[Case]:
    """Return the questions over a store; several files by commas."""
    store = open_store(uri)
    try:
        resources = create_graphrag(store).resources
        graph, reader = resources.graph, feature_reader(resources)
        found = []
        for question in (one for path in paths.split(",") for one in load_questions(Path(path))):
            candidates = reader.read(question.question)
            passages = [graph.passage(index) for index in candidates.passages.tolist()]
            found.append(Case(question.question_id, passages, ranker_example(question, candidates, graph)))
        return found
    finally:
        store.close()


def order(case: Case, ranker: TreeRanker, judge: PassageJudge) -> list[int]:
    """Return the candidates, best first."""
    probability = ranker.probability(case.example.features)
    if is_held_out(case.example.question):
        probability = look_again(
            probability,
            lambda chosen: judge.judge(case.example.question, [case.passages[one] for one in chosen]),
        )
    ranked: list[int] = np.argsort(-probability, kind="stable")[:TOP_K].tolist()
    return ranked


def main() -> None:
    """Read, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="append", required=True, help="several may be given")
    parser.add_argument("--questions", action="append", required=True, help="one for each store; several by commas")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    groups = {uri: read(uri, paths) for uri, paths in zip(options.store, options.questions, strict=True)}
    examples = [case.example for cases in groups.values() for case in cases]
    rankers = fold_rankers(examples)
    judge = create_reader()
    best: dict[str, list[str]] = {}
    for uri, cases in groups.items():
        recalls = []
        for case in cases:
            chosen = order(case, rankers[case.example.fold], judge)
            best[case.question_id] = [case.passages[index].passage_id for index in chosen]
            if is_held_out(case.example.question):
                is_gold = case.example.is_gold[chosen]
                recalls.append([is_gold[:k].sum() / case.example.num_gold for k in (2, 5)])
        at_2, at_5 = np.mean(recalls, axis=0)
        print(f"{uri}: recall@2 {at_2:.3f}, @5 {at_5:.3f} on {len(recalls)} questions that nothing saw")
    options.out.write_text(json.dumps(best), encoding="utf-8")


if __name__ == "__main__":
    main()
