"""Relation transfer in NumPy; what holds for every reasoner is in test_reasoners.py."""

import numpy as np
import pytest

from gnn.arcs import LeavingArcs
from gnn.loading import load_reasoner
from gnn.transfer_reasoner import MAX_STEPS, Plan, TransferOptions, TransferReasoner, mixed, walked
from gnn.weights_file import OVER_ENTITIES, Weights
from graphrag.errors import ConfigError
from graphrag.factory import create_encoder


def plan_of(weights, *, shares, returning) -> Plan:
    return Plan(np.zeros((len(weights), 1)), np.array(weights), np.array(shares), np.array(returning))


def test_scores_move_along_the_relations_and_a_seed_keeps_a_part(make_graph) -> None:
    graph = make_graph([("a", "r", "b"), ("a", "r", "c"), ("d", "s", "b")])
    plan = plan_of([[1, 0, 0, 0], [0, 0, 0.5, 0.25]], shares=[0.25, 0.75], returning=[0.5, 0.1])
    first, second = walked(LeavingArcs.of(graph), plan, [0])
    assert first.tolist() == [0, 1, 1, 0]
    # Both b and c lead back to a, of which a tenth is kept.
    assert second.tolist() == pytest.approx([0.1, 0, 0, 0.25])
    assert mixed([first, second], plan).tolist() == pytest.approx([0.075, 0.25, 0.25, 0.1875])


def test_scores_go_on_at_most_as_one(make_graph) -> None:
    graph = make_graph([("a", "r", "c"), ("b", "r", "c"), ("c", "r", "d")])
    plan = plan_of([[1, 0], [1, 0]], shares=[0, 1], returning=[0, 0])
    first, second = walked(LeavingArcs.of(graph), plan, [0, 1])
    assert first.tolist() == [0, 0, 2, 0]
    assert second.tolist() == [0, 0, 0, 1]


def test_the_shipped_weights_answer_over_a_graph_they_never_saw(make_graph) -> None:
    facts = [
        ("Emma", "written by", "Jane Austen"),
        ("Emma", "release year", "1815"),
        ("Persuasion", "written by", "Jane Austen"),
        ("Jane Austen", "place of birth", "Steventon"),
    ]
    graph = make_graph(facts)
    reasoner = load_reasoner(OVER_ENTITIES, create_encoder())
    assert isinstance(reasoner, TransferReasoner)
    for question, seed, answer in [
        ("Who wrote Emma?", "Emma", "Jane Austen"),
        ("When was Emma released?", "Emma", "1815"),
        ("Which books did Jane Austen write?", "Jane Austen", "Emma"),
        ("Where was the author of Persuasion born?", "Persuasion", "Steventon"),
    ]:
        found = reasoner.reason(question, [graph.names.index(seed)], graph)
        assert graph.names[found.probability.argmax()] == answer


def test_sizes_of_a_file_are_bounded(encoder) -> None:
    with pytest.raises(ConfigError, match=rf"Expected 'num_steps' to be in \[1, {MAX_STEPS}\] \(got 1000000000\)"):
        TransferReasoner(Weights("transfer", {"dimension": 16, "num_steps": 10**9}, {}), encoder)


def test_dropout_is_a_share() -> None:
    with pytest.raises(ValueError, match=r"Expected 'dropout' to be in \[0, 1\) \(got 1\)"):
        TransferOptions(dropout=1)
