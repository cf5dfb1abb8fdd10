import json

import pytest

from extractors.openie.clauses import read_clauses
from extractors.openie.confidence import BIAS, WEIGHTS, Confidence, features, fit
from extractors.openie.statements import clause_statement
from extractors.openie.tree import read_tree


@pytest.fixture
def statement(parse):
    tree = read_tree(parse("Ada PROPN 2 nsubj\nmet VERB 0 root VBD\nCharles PROPN 2 obj"))
    return tree, clause_statement(tree, read_clauses(tree)[0])


def test_features_say_how_a_statement_was_found(statement):
    names = list(features(*statement))
    assert {BIAS, "clause verb", "role object", "verb root", "subject PROPN"} <= set(names)
    assert len(set(names)) == len(names)


def test_confidence_is_the_logistic_of_the_weights(statement):
    assert Confidence({})(*statement) == 0.5
    assert Confidence({BIAS: 100.0})(*statement) == pytest.approx(1.0)
    assert Confidence({BIAS: -2.0, "clause verb": 2.0})(*statement) == 0.5


def test_fit_finds_what_the_targets_hang_on():
    rows = [[BIAS, "good"], [BIAS, "bad"], [BIAS]] * 40
    weights = fit(rows, [0.8, 0.2, 0.5] * 40, penalty=0.01)
    assert weights["good"] == pytest.approx(-weights["bad"], abs=0.01)
    assert Confidence(weights).of_features([BIAS, "good"]) == pytest.approx(0.8, abs=0.03)
    assert Confidence(weights).of_features([BIAS]) == pytest.approx(0.5, abs=0.01)


def test_the_shipped_weights_rank_clauses_before_routes():
    assert all(BIAS in weights for weights in json.loads(WEIGHTS.read_text(encoding="utf-8")).values())
    shipped = Confidence.load(with_clauses=True)
    assert shipped.of_features([BIAS, "clause verb"]) > shipped.of_features([BIAS, "route verb"])
