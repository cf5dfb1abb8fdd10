"""Measure what more, or less, information is worth to the ranker of `multihop`: recall@5 on questions it did not see.

Run from the repository's root, with one pair for each data set:
    python tests/benchmarks/quality/ranker_ablation.py --store 2wiki.db --questions 2wiki/questions_dev.jsonl …
Every row is cross-fitted: five folds, trees that saw the other four of all stores. Behind each figure stands the mean
difference from the first row and its standard error over questions. Rows that begin with "then" choose by the first
row's probabilities, each question's from trees that did not see it; a second stage's trees are cross-fitted too.
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from graphrag.evaluation.datasets import load_questions
from graphrag.evaluation.ranker_training import NUM_FOLDS, RankerExample, fold_rankers, ranker_example
from graphrag.factory import create_graphrag, open_store
from graphrag.graph.adjacency import row
from graphrag.retrieval.multihop import feature_reader
from graphrag.retrieval.passage_features import FEATURES

TOP_K = 5
BEAM = 10
FACTS = ("best fact", "second fact", "fact to it", "fact to it from a named passage", "fact to a child", "topic")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A question's candidates with what the rows need besides their features.

    Shapes: ``vectors`` (num_candidates, dimension), ``query`` (dimension,), ``links`` (num_candidates,
    num_candidates), true where the row's passage names the column's topic.
    """

    example: RankerExample
    vectors: NDArray[np.float32]
    query: NDArray[np.float32]
    links: NDArray[np.bool_]


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
        passages = found.passages.tolist()
        links = np.array([np.isin(found.passages, row(reader.links.forward, passage)) for passage in passages])
        example = ranker_example(question, found, graph)
        cases.append(Case(example, graph.passage_vectors[found.passages].astype(np.float32), found.view.query, links))
    return cases


def without_facts(case: Case) -> NDArray[np.float32]:
    features = case.example.features.copy()
    features[:, [FEATURES.index(name) for name in FACTS]] = 0
    return features


def with_chains(case: Case) -> NDArray[np.float32]:
    """Add the best chain of two and three linked passages through each: the question's cosine with their sum."""
    count = len(case.vectors)
    best = np.zeros((count, 2), np.float32)
    first: list[tuple[float, tuple[int, ...]]] = [
        (float(cosine), (i,)) for i, cosine in enumerate(case.vectors @ case.query)
    ]
    chains = sorted(first, reverse=True)[:BEAM]
    for step in range(2):
        longer: list[tuple[float, tuple[int, ...]]] = []
        for _, chain in chains:
            for following in np.flatnonzero(case.links[chain[-1]]).tolist():
                if following not in chain:
                    total = case.vectors[[*chain, following]].sum(axis=0)
                    longer.append((float(total @ case.query / np.linalg.norm(total)), (*chain, following)))
        chains = sorted(longer, reverse=True)[:BEAM]
        for score, chain in chains:
            best[list(chain), step] = np.maximum(best[list(chain), step], score)
    return np.concatenate([case.example.features, best], axis=1)


def with_first_ranking(case: Case, probability: Floats) -> NDArray[np.float32]:
    """Add what a first ranking thinks of each passage, of those it is linked with, and of its nearest better one."""
    rank = np.argsort(np.argsort(-probability, kind="stable"), kind="stable")
    parent = np.where(case.links, probability[:, None], 0).max(axis=0, initial=0)
    child = np.where(case.links, probability[None, :], 0).max(axis=1, initial=0)
    better = rank[None, :] < rank[:, None]
    nearest = np.where(better, case.vectors @ case.vectors.T, 0).max(axis=1, initial=0)
    columns = [probability, rank, parent, child, nearest, probability - np.sort(probability)[-min(5, len(rank))]]
    return np.concatenate([case.example.features, np.stack(columns, axis=1).astype(np.float32)], axis=1)


def tuned_queries(cases: Sequence[Case]) -> dict[int, NDArray[np.float32]]:
    """Return each case's query by its identity, moved by a matrix that was trained by contrast on the other folds.

    The last, linear step of the encoder, fine-tuned for questions: gold passages against a question's other candidates
    (InfoNCE, van den Oord et al., arXiv 1807.03748, equation 4).
    """
    torch.set_num_threads(1)
    tuned = {}
    for fold in range(NUM_FOLDS):
        matrix = _contrasted([case for case in cases if case.example.fold != fold])
        for case in cases:
            if case.example.fold == fold:
                moved = case.query + matrix @ case.query
                tuned[id(case)] = moved / np.linalg.norm(moved)
    return tuned


def _contrasted(cases: Sequence[Case]) -> NDArray[np.float32]:
    matrix = torch.zeros(len(cases[0].query), len(cases[0].query), requires_grad=True)
    optimizer = torch.optim.Adam([matrix], lr=2e-3)
    shown = [case for case in cases if case.example.is_gold.any()]
    rng = np.random.default_rng(0)
    for _ in range(15):
        for batch in np.array_split(rng.permutation(len(shown)), max(1, len(shown) // 32)):
            loss = 1e-3 * (matrix**2).sum()
            for case in (shown[index] for index in batch):
                query = torch.from_numpy(case.query)
                query = torch.nn.functional.normalize(query + matrix @ query, dim=0)
                odds = torch.log_softmax(torch.from_numpy(case.vectors) @ query / 0.05, 0)
                loss = loss - odds[torch.from_numpy(case.example.is_gold)].mean() / len(batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    result: NDArray[np.float32] = matrix.detach().numpy()
    return result


def probabilities(groups: Sequence[Sequence[Case]], features: Sequence[Sequence[NDArray[np.float32]]]) -> list[Floats]:
    """Return each question's probabilities by trees that did not see it, all groups one after the other."""
    examples = [
        replace(case.example, features=columns)
        for cases, columns_of in zip(groups, features, strict=True)
        for case, columns in zip(cases, columns_of, strict=True)
    ]
    rankers = fold_rankers(examples)
    return [rankers[example.fold].probability(example.features) for example in examples]


def recall(case: Case, chosen: Sequence[int]) -> float:
    return float(case.example.is_gold[list(chosen)].sum() / case.example.num_gold)


def best_five(case: Case, probability: Floats) -> list[int]:
    return [int(position) for position in np.argsort(-probability, kind="stable")[:TOP_K]]


def unlike(penalty: float) -> Callable[[Case, Floats], list[int]]:
    """Return a choice of five: the best by log odds, less a penalty for the likeness with one chosen before."""

    def choose(case: Case, probability: Floats) -> list[int]:
        odds = np.log(probability / (1 - probability))
        chosen: list[int] = []
        while len(chosen) < min(TOP_K, len(odds)):
            alike = (case.vectors @ case.vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(odds))
            score = odds - penalty * alike
            score[chosen] = -np.inf
            chosen.append(int(np.argmax(score)))
        return chosen

    return choose


def in_chains(bonus: float) -> Callable[[Case, Floats], list[int]]:
    """Return a choice of five: the best by log odds, more for what is linked with one chosen before."""

    def choose(case: Case, probability: Floats) -> list[int]:
        odds = np.log(probability / (1 - probability))
        joined = case.links | case.links.T
        chosen: list[int] = []
        while len(chosen) < min(TOP_K, len(odds)):
            score = odds + bonus * joined[chosen].any(axis=0)
            score[chosen] = -np.inf
            chosen.append(int(np.argmax(score)))
        return chosen

    return choose


def line(name: str, values: Floats, first: Floats, ends: Sequence[int]) -> str:
    """Return a row: for each data set the mean, and the mean difference from the first row with its standard error."""
    cells = []
    for part, other in zip(np.split(values, ends), np.split(first, ends), strict=True):
        change = 100 * (part - other)
        cells.append(f"{part.mean():.3f} ({change.mean():+.1f} ± {change.std(ddof=1) / np.sqrt(len(change)):.1f})")
    return f"{name}: " + " | ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="append", required=True)
    parser.add_argument("--questions", action="append", required=True, help="files with commas between")
    options = parser.parse_args()
    pairs = zip(options.store, options.questions, strict=True)
    groups = [read_cases(uri, [Path(path) for path in paths.split(",")]) for uri, paths in pairs]
    cases = [case for group in groups for case in group]
    ends = np.cumsum([len(group) for group in groups])[:-1].tolist()

    def rank(features: Callable[[Case], NDArray[np.float32]]) -> list[Floats]:
        return probabilities(groups, [[features(case) for case in group] for group in groups])

    def recalls(choose: Callable[[Case, Floats], list[int]], found: Sequence[Floats]) -> Floats:
        return np.array([recall(case, choose(case, odds)) for case, odds in zip(cases, found, strict=True)])

    found = rank(lambda case: case.example.features)
    first = recalls(best_five, found)
    tuned = tuned_queries(cases)

    def with_tuned_query(case: Case) -> NDArray[np.float32]:
        return np.concatenate([case.example.features, (case.vectors @ tuned[id(case)])[:, None]], axis=1)

    of_case = {id(case): probability for case, probability in zip(cases, found, strict=True)}
    print(line("all features", first, first, ends), flush=True)
    for name, features in {
        "without features of facts": without_facts,
        "chains by beam search": with_chains,
        "cosine with a fine-tuned question": with_tuned_query,
        "then a second ranker": lambda case: with_first_ranking(case, of_case[id(case)]),
    }.items():
        print(line(name, recalls(best_five, rank(features)), first, ends), flush=True)
    for name, choice in {"unlike": unlike, "in chains": in_chains}.items():
        for value in (0.5, 1.0, 2.0, 4.0):
            print(line(f"then {name}, {value}", recalls(choice(value), found), first, ends), flush=True)


if __name__ == "__main__":
    main()
