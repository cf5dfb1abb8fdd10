"""Scores against gold annotation."""

import pytest

from extractors.pipeline.annotator import Annotation
from extractors.pipeline.decoding import Span
from extractors.training.evaluation import merged
from extractors.training.mapping import NOTHING, mark_span
from extractors.training.readers import Sentence
from extractors.training.scores import Counts, entity_scores, syntax_scores


def sentence() -> Sentence:
    tags = [NOTHING] * 3
    mark_span(tags, 0, 2, ["PERSON"])
    return Sentence(
        words=["Ann", "Lee", "."],
        upos=["PROPN", "PROPN", "PUNCT"],
        xpos=["NNP", "NNP", "."],
        lemmas=["Ann", "Lee", "."],
        heads=[0, 1, 1],
        relations=["root", "flat", "punct"],
        tags=tags,
    )


def found(*, heads: list[int], spans: list[Span]) -> Annotation:
    return Annotation(
        ["PROPN", "NOUN", "PUNCT"],
        ["NNP", "NN", "."],
        ["Ann", "lee", "."],
        ["root", "flat", "punct"],
        heads,
        [0],
        spans,
    )


def test_syntax_is_counted_by_words() -> None:
    scores = syntax_scores([(found(heads=[0, 0, 1], spans=[]), [sentence()])])
    assert scores == pytest.approx(
        {"upos": 2 / 3, "xpos": 2 / 3, "lemma": 2 / 3, "uas": 2 / 3, "las": 2 / 3, "las_words": 1.0}
    )


def test_boundaries_count_inside_a_run() -> None:
    pair = merged([found(heads=[0, 0, 0], spans=[])] * 2), [sentence(), sentence()]
    scores = syntax_scores([pair])
    assert (scores["boundary_f1"], scores["uas"]) == (1.0, 1.0)


def test_entities_need_exact_bounds() -> None:
    pairs = [
        (found(heads=[0, 0, 0], spans=[Span(0, 2, "PERSON")]), [sentence()]),
        (found(heads=[0, 0, 0], spans=[Span(0, 1, "PERSON")]), [sentence()]),
        (found(heads=[0, 0, 0], spans=[Span(0, 2, "ORG")]), [sentence()]),
    ]
    scores = entity_scores(pairs)
    assert scores["f1"] == pytest.approx(1 / 3)
    assert scores["bounds_f1"] == pytest.approx(2 / 3)
    assert scores["PERSON"] == pytest.approx(2 / 5)


def test_windows_merge() -> None:
    whole = merged([found(heads=[0, 0, 0], spans=[Span(0, 2, "ORG")])] * 2)
    assert whole.heads == [0, 0, 0, 3, 3, 3]
    assert whole.starts == [0, 3]
    assert whole.spans == [Span(0, 2, "ORG"), Span(3, 5, "ORG")]


def test_f1_of_nothing_is_zero() -> None:
    assert Counts().f1 == 0
