"""Training the ranker of multihop."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from graphrag.errors import ConfigError
from graphrag.evaluation.datasets import Question
from graphrag.evaluation.ranker_training import (
    RankerExample,
    RankerSettings,
    cross_fitted,
    fit_ranker,
    read_examples,
    recalls,
)
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.retrieval.multihop import feature_reader
from graphrag.retrieval.passage_features import FEATURES
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.testing.toy import TOY_ENCODER, toy_graph

SETTINGS = RankerSettings(num_trees=20, num_leaves=4)


def examples(num: int, seed: int, *, lost: int = 0) -> list[RankerExample]:
    """Return questions whose gold passages are those with the two largest first features, and noise besides."""
    generator = np.random.default_rng(seed)
    found = []
    for number in range(num):
        features = generator.normal(size=(20, len(FEATURES))).astype(np.float32)
        is_gold = np.zeros(20, dtype=np.bool_)
        is_gold[np.argsort(-features[:, 0])[:2]] = True
        found.append(RankerExample(features, is_gold, 2 + lost, f"{seed} {number}"))
    return found


def test_trees_find_what_matters() -> None:
    ranker = fit_ranker(examples(60, 0), SETTINGS)
    unseen = np.mean([recalls(ranker, example) for example in examples(40, 1)], axis=0)
    assert unseen[1] > 0.9
    assert unseen[0] <= unseen[1] <= unseen[2]


def test_trees_answer_as_their_library_does() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    data = examples(30, 2)
    features = np.concatenate([example.features for example in data])
    is_gold = np.concatenate([example.is_gold for example in data])
    ranker = fit_ranker(data, SETTINGS)
    kept: list[object] = []
    original = lightgbm.train
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lightgbm, "train", lambda *args, **kwargs: kept.append(original(*args, **kwargs)) or kept[0])
        fit_ranker(data, SETTINGS)
    assert is_gold.any()
    assert ranker.probability(features) == pytest.approx(kept[0].predict(features), abs=1e-6)  # type: ignore[attr-defined]


def test_the_same_seed_makes_the_same_trees() -> None:
    first, again = (fit_ranker(examples(30, 3), SETTINGS) for _ in range(2))
    assert np.array_equal(first.threshold, again.threshold)
    assert np.array_equal(first.value, again.value)


def test_gold_passages_that_are_no_candidates_count() -> None:
    ranker = fit_ranker(examples(30, 4), SETTINGS)
    assert recalls(ranker, examples(1, 5, lost=2)[0])[2] <= 0.5


def test_figures_are_of_questions_that_the_trees_did_not_see() -> None:
    def noise(seed: int) -> Sequence[RankerExample]:
        generator = np.random.default_rng(seed)
        return [
            RankerExample(item.features, generator.permutation(item.is_gold), 2, item.question)
            for item in examples(100, seed)
        ]

    told: list[str] = []
    figures = cross_fitted({"a": examples(40, 6), "b": noise(7)}, SETTINGS, told.append)
    assert figures["a"]["recall@5"] > 0.8
    # Trees can learn noise by heart, but not noise that they have not seen.
    assert figures["b"]["recall@5"] < 0.45
    assert set(figures["a"]) == {f"{kind}@{k}" for kind in ("recall", "transfer recall") for k in (2, 5, 10)}
    assert told[0] == "a: fold 1 of 5"


def test_a_question_over_two_stores_is_in_one_fold() -> None:
    generator = np.random.default_rng(8)
    noise = [replace(item, is_gold=generator.permutation(item.is_gold)) for item in examples(100, 8)]
    # Were the copy in another fold, trees would have learned the answers.
    figures = cross_fitted({"a": noise, "copy": noise}, SETTINGS)
    assert figures["a"]["recall@5"] < 0.45
    assert "transfer recall@5" not in figures["a"]


def test_one_kind_of_candidates_teaches_nothing() -> None:
    example = RankerExample(np.zeros((3, len(FEATURES)), np.float32), np.zeros(3, np.bool_), 1, "q")
    with pytest.raises(ConfigError, match="gold passages and others"):
        fit_ranker([example], SETTINGS)


def test_questions_become_examples() -> None:
    graph = toy_graph()
    texts = [graph.passage(index).full_text for index in range(graph.num_passages)]
    reader = feature_reader(RetrievalResources(graph, TOY_ENCODER, LexicalIndex.build(texts)))
    known = Question("q1", "Where was Charles Babbage born?", ("London",), ("p2", "p9"))
    unknown = Question("q2", "Where?", (), ("p9",))
    done: list[int] = []
    (example,) = read_examples(reader, graph, [known, unknown], done.append)
    assert (example.is_gold.sum(), example.num_gold, done) == (1, 2, [1, 2])
    with pytest.raises(ConfigError, match="gold_passage_ids"):
        read_examples(reader, graph, [unknown], done.append)
