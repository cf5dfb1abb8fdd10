"""Training the ranker of ``multihop``, and what it reaches on questions that it was not trained on."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphrag.errors import ConfigError, MissingDependencyError
from graphrag.evaluation.datasets import Question
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.retrieval.passage_features import FEATURES, Candidates, FeatureReader
from graphrag.retrieval.ranker import TreeRanker

CUTOFFS = (2, 5, 10)
"""The k of recall@k."""

NUM_FOLDS = 5
"""Parts of a question set, each scored by trees that saw only the others."""


@dataclass(frozen=True)
class RankerExample:
    """The candidates of a question.

    Parameters
    ----------
    features
        Shape ``(num_candidates, num_features)``.
    is_gold
        Which of them the answer rests on, shape ``(num_candidates,)``.
    num_gold
        How many gold passages there are, the ones that are no candidates included.
    question
        Its text; the same question over two stores is in one fold.
    """

    features: NDArray[np.float32]
    is_gold: NDArray[np.bool_]
    num_gold: int
    question: str

    @property
    def fold(self) -> int:
        """Part of the questions, in [0, ``NUM_FOLDS``); it depends on the question alone."""
        return zlib.crc32(self.question.encode()) % NUM_FOLDS


@dataclass(frozen=True, slots=True)
class RankerSettings:
    """Options of the trees: how many, how large, and how much each may change.

    Parameters
    ----------
    num_trees, num_leaves
        At least 1 and 2.
    learning_rate
        Positive.
    seed
        Of the rows and columns that each tree is shown.
    """

    num_trees: int = 250
    num_leaves: int = 8
    learning_rate: float = 0.05
    seed: int = 0


def ranker_example(question: Question, candidates: Candidates, graph: KnowledgeGraph) -> RankerExample:
    """Return a question's candidates with which of them are gold."""
    gold = set(question.gold_passage_ids)
    ids = [graph.passage_ids[passage] for passage in candidates.passages.tolist()]
    is_gold = np.array([passage_id in gold for passage_id in ids], dtype=np.bool_)
    return RankerExample(candidates.features, is_gold, len(gold), question.question)


def read_examples(
    reader: FeatureReader, graph: KnowledgeGraph, questions: Sequence[Question], on_read: Callable[[int], None]
) -> list[RankerExample]:
    """Return the candidates of questions that name gold passages; ``on_read`` is told how many are done.

    Raises
    ------
    ConfigError
        If no question names a gold passage of the graph.
    """
    known = set(graph.passage_ids)
    examples = []
    for done, question in enumerate(questions, start=1):
        if known & set(question.gold_passage_ids):
            examples.append(ranker_example(question, reader.read(question.question), graph))
        on_read(done)
    if not examples:
        raise ConfigError("Expected questions with gold_passage_ids that are in the store (none is)")
    return examples


def fit_ranker(examples: Sequence[RankerExample], settings: RankerSettings = RankerSettings()) -> TreeRanker:
    """Return trees fitted to the candidates of questions; every question weighs the same.

    Raises
    ------
    ConfigError
        If all candidates are gold, or none is.
    MissingDependencyError
        If LightGBM is not installed.

    References
    ----------
    Ke et al., "LightGBM: A Highly Efficient Gradient Boosting Decision Tree", NeurIPS 2017.
    """
    try:
        import lightgbm  # noqa: PLC0415  # the base install lacks it
    except ImportError as error:
        raise MissingDependencyError("train ranker", "train") from error
    features = np.concatenate([example.features for example in examples])
    is_gold = np.concatenate([example.is_gold for example in examples])
    if is_gold.all() or not is_gold.any():
        raise ConfigError("Expected candidates that are gold passages and others (got only one kind)")
    sizes = np.array([len(example.is_gold) for example in examples])
    options = {
        "objective": "binary",
        "num_leaves": settings.num_leaves,
        "learning_rate": settings.learning_rate,
        "min_data_in_leaf": 20,
        "lambda_l2": 1.0,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "seed": settings.seed,
        "deterministic": True,
        # The data is small: threads would mostly wait for one another.
        "num_threads": 1,
        "force_row_wise": True,
        "verbose": -1,
    }
    data = lightgbm.Dataset(features, is_gold, weight=np.repeat(sizes.mean() / sizes, sizes))
    model = lightgbm.train(options, data, settings.num_trees).dump_model()
    return _plain([tree["tree_structure"] for tree in model["tree_info"]])


def fold_rankers(examples: Sequence[RankerExample]) -> list[TreeRanker]:
    """Return, for each fold, trees fitted to the questions of the others; errors as for :func:`fit_ranker`."""
    return [fit_ranker([one for one in examples if one.fold != fold]) for fold in range(NUM_FOLDS)]


def cross_fitted(
    groups: Mapping[str, Sequence[RankerExample]],
    settings: RankerSettings = RankerSettings(),
    on_start: Callable[[str], None] = lambda _: None,
) -> dict[str, dict[str, float]]:
    """Return recall on questions that the trees did not see; ``on_start`` is told what is measured.

    Returns
    -------
    dict
        By group: ``recall@k``, where trees saw the other folds of all groups, and, if other groups have other
        questions, ``transfer recall@k``, where they saw only these.
    """
    figures = {}
    everything = [example for examples in groups.values() for example in examples]
    without: dict[int, TreeRanker] = {}  # a fold is left out of all groups at once
    for name, examples in groups.items():
        for number in sorted({example.fold for example in examples} - without.keys()):
            on_start(f"{name}: fold {number + 1} of {NUM_FOLDS}")
            without[number] = fit_ranker([example for example in everything if example.fold != number], settings)
        figures[name] = _means([recalls(without[example.fold], example) for example in examples], "recall")
        own = {example.question for example in examples}
        others = [example for example in everything if example.question not in own]
        if others:
            on_start(f"{name}: transfer")
            ranker = fit_ranker(others, settings)
            figures[name] |= _means([recalls(ranker, example) for example in examples], "transfer recall")
    return figures


def recalls(ranker: TreeRanker, example: RankerExample) -> list[float]:
    """Return recall@2, @5 and @10 of a question."""
    order = np.argsort(-ranker.probability(example.features), kind="stable")
    found = np.cumsum(example.is_gold[order]) / example.num_gold
    return [float(found[min(k, len(found)) - 1]) for k in CUTOFFS]


def _means(rows: Sequence[Sequence[float]], name: str) -> dict[str, float]:
    means = np.mean(rows, axis=0).tolist()
    return {f"{name}@{k}": mean for k, mean in zip(CUTOFFS, means, strict=True)}


def _plain(trees: Sequence[Mapping[str, Any]]) -> TreeRanker:
    """Return LightGBM's trees as arrays of one shape; their leaves add up to the log odds."""
    listed = [_listed(tree) for tree in trees]
    shape = len(listed), max(map(len, listed))
    own = np.tile(np.arange(shape[1], dtype=np.int32), (shape[0], 1))
    feature, left, right = np.full(shape, -1, np.int32), own, own.copy()
    threshold, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for row, nodes in enumerate(listed):
        place = {id(node): position for position, node in enumerate(nodes)}
        for position, node in enumerate(nodes):
            if "leaf_value" in node:
                value[row, position] = node["leaf_value"]
            else:
                feature[row, position] = node["split_feature"]
                threshold[row, position] = _not_above(node["threshold"])
                left[row, position] = place[id(node["left_child"])]
                right[row, position] = place[id(node["right_child"])]
    return TreeRanker(FEATURES, feature, threshold, left, right, value)


def _listed(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the nodes of a tree, each before its children."""
    nodes = [tree]
    for node in nodes:
        nodes += [node[child] for child in ("left_child", "right_child") if child in node]
    return nodes


def _not_above(value: float) -> np.float32:
    """Return the largest 32-bit number that is not above, so that rows go the same way as in 64 bits."""
    rounded = np.float32(value)
    return rounded if rounded <= value else np.nextafter(rounded, np.float32(-np.inf))
