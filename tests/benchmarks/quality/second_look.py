"""Measure what the second look of `multihop` is worth: recall@2 and @5 on questions that nothing saw.

Run from the repository's root, with one pair for each data set:
    python tests/benchmarks/quality/second_look.py --store 2wiki.db --questions 2wiki/questions_dev.jsonl …
The trees are cross-fitted over all questions, or with --transfer have seen the other data sets alone; those questions
are scored that the reader's network did not see.
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graphrag.evaluation.datasets import load_questions
from graphrag.evaluation.ranker_training import NUM_FOLDS, RankerExample, fit_ranker, ranker_example
from graphrag.factory import create_graphrag, create_reader, open_store
from graphrag.protocols import FloatMatrix, PassageJudge
from graphrag.reading.training.hops import is_held_out
from graphrag.retrieval.multihop import feature_reader
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.second_look import LAST, WEIGHT, look_again
from graphrag.types import Passage

WEIGHTS = (0.0, WEIGHT, 0.1, 0.15, 0.3, 0.5)
"""The first row is without a second look, the next the product's."""


@dataclass(frozen=True)
class Case:
    example: RankerExample
    passages: list[Passage]


def read_cases(uri: str, paths: Sequence[Path]) -> list[Case]:
    store = open_store(uri)
    try:
        resources = create_graphrag(store).resources
    finally:
        store.close()
    graph, reader = resources.graph, feature_reader(resources)
    cases = []
    for question in (question for path in paths for question in load_questions(path)):
        found = reader.read(question.question)
        passages = [graph.passage(index) for index in found.passages.tolist()]
        cases.append(Case(ranker_example(question, found, graph), passages))
    return cases


def row_of(case: Case, first: FloatVector, judge: PassageJudge, weight: float) -> list[float]:
    """Return recall@2 and @5 and how many passages were looked at; what was read once is kept by the judge."""
    looked = 0

    def look(chosen: Sequence[int]) -> FloatMatrix:
        nonlocal looked
        looked = len(chosen)
        return judge.judge(case.example.question, [case.passages[one] for one in chosen])

    again = look_again(first, look, weight=weight)
    is_gold = case.example.is_gold[np.argsort(-again, kind="stable")[:LAST]]
    return [*(float(is_gold[:k].sum()) / case.example.num_gold for k in (2, 5)), looked]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="append", required=True, help="several may be given")
    parser.add_argument("--questions", action="append", required=True, help="one for each store; several by commas")
    parser.add_argument("--transfer", action="store_true", help="score each data set by trees that saw the others")
    options = parser.parse_args()
    groups = [
        read_cases(uri, [Path(path) for path in paths.split(",")])
        for uri, paths in zip(options.store, options.questions, strict=True)
    ]
    examples = [[case.example for case in cases] for cases in groups]
    fold_of = (lambda group, _: group) if options.transfer else (lambda _, example: example.fold)
    rankers = [
        fit_ranker([one for group, ones in enumerate(examples) for one in ones if fold_of(group, one) != fold])
        for fold in range(len(groups) if options.transfer else NUM_FOLDS)
    ]
    judge = create_reader()
    for group, (uri, cases) in enumerate(zip(options.store, groups, strict=True)):
        held_out = [case for case in cases if is_held_out(case.example.question)]
        firsts = [rankers[fold_of(group, case.example)].probability(case.example.features) for case in held_out]
        found = np.array(
            [
                [row_of(case, first, judge, weight) for weight in WEIGHTS]
                for case, first in zip(held_out, firsts, strict=True)
            ]
        )
        print(f"{uri}: {len(held_out)} questions")
        for row, weight in enumerate(WEIGHTS):
            at_2, at_5, looked = found[:, row].mean(axis=0)
            change = found[:, row, 1] - found[:, 0, 1]
            error = change.std() / np.sqrt(len(held_out))
            print(
                f"  weight {weight}: recall@2 {at_2:.4f}, @5 {at_5:.4f} "
                f"({change.mean():+.4f}, standard error {error:.4f}), {looked:.1f} passages looked at"
            )


if __name__ == "__main__":
    main()
