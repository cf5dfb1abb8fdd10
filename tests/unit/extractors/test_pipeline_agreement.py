"""Labels agreed upon over a text."""

import numpy as np

from extractors.pipeline.agreement import agreed_labels, relabelled, tidied
from extractors.pipeline.decoding import Span, label_scores
from extractors.pipeline.labels import ENTITY_LABELS, TAG_INDEX, TAGS


def score(**labels: float) -> np.ndarray:
    return np.array([labels.get(label, 0.0) for label in ENTITY_LABELS], np.float32)


def test_equal_names_agree() -> None:
    names = [("Konami",), ("Konami",), ("Rome",)]
    assert agreed_labels(names, [score(ORG=0.9), score(PERSON=0.8, ORG=0.1), score(LOC=1)]) == ["ORG", "ORG", "LOC"]


def test_a_place_does_not_become_a_person_by_ending_a_name_of_none() -> None:
    names = [("Club", "Bilbao"), ("Bilbao",)]
    assert agreed_labels(names, [score(ORG=3), score(LOC=1)]) == ["ORG", "LOC"]


def test_bounds_stay() -> None:
    words = ["Ann", "Green", "met", "Green"]
    spans = [Span(0, 2, "PERSON"), Span(3, 4, "LOC")]
    found = relabelled(words, spans, [score(PERSON=2), score(LOC=0.9)])
    assert found == [Span(0, 2, "PERSON"), Span(3, 4, "PERSON")]


def test_the_scores_of_a_span_are_sums_over_its_words() -> None:
    probabilities = np.zeros((2, len(TAGS)), np.float32)
    probabilities[0, TAG_INDEX["B-ORG"]] = 0.5
    probabilities[1, TAG_INDEX["I-ORG"]] = 0.25
    (found,) = label_scores(probabilities, [Span(0, 2, "ORG")])
    assert found.tolist() == score(ORG=0.75).tolist()


def test_edges_are_cleaned_and_names_need_letters() -> None:
    words = ["(", "Blues", "Traveler", ")", "won", "4", "1984"]
    spans = [Span(0, 4, "WORK"), Span(5, 6, "ORG"), Span(6, 7, "WORK"), Span(4, 5, "ORG"), Span(4, 5, "TERM")]
    assert tidied(words, spans) == [Span(1, 3, "WORK"), None, Span(6, 7, "WORK"), None, Span(4, 5, "TERM")]


def test_a_text_in_lower_case_keeps_its_names() -> None:
    assert tidied(["who", "founded", "konami"], [Span(2, 3, "ORG")]) == [Span(2, 3, "ORG")]


def test_scripts_without_case_keep_their_names() -> None:
    assert tidied(["電影", "Rome"], [Span(0, 1, "WORK"), Span(1, 2, "LOC")]) == [Span(0, 1, "WORK"), Span(1, 2, "LOC")]
