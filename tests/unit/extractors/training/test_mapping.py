"""Tags that the corpora's annotations allow."""

from extractors.pipeline.labels import TAG_INDEX
from extractors.training.mapping import (
    ANY,
    NOTHING,
    allowed_spans,
    crossner_tags,
    mark_span,
    tag_set,
    uner_tags,
    wikigold_tags,
    wnut_tags,
)


def test_a_set_of_tags_is_bits() -> None:
    assert tag_set(["ORG"], "B") == 1 << TAG_INDEX["B-ORG"]
    assert tag_set((), outside=True) == 1 == NOTHING
    assert tag_set(["ORG"]) & ~ANY == 0


def test_wikigold_begins_a_name_where_the_type_changes() -> None:
    allowed = wikigold_tags(["I-PER", "I-PER", "I-LOC", "O"], ["A", "B", "C", "d"])
    assert allowed_spans(allowed) == [(0, 2, ("PERSON",)), (2, 3, ("LOC",))]
    assert allowed[3] == tag_set(["TERM"], outside=True)


def test_a_people_is_told_from_other_names() -> None:
    allowed = wikigold_tags(["I-MISC", "O", "I-MISC", "I-MISC"], ["Japanese", "and", "Good", "Day"])
    assert allowed_spans(allowed) == [(0, 1, ("NORP",)), (2, 4, ("WORK", "EVENT", "PRODUCT", "MISC"))]


def test_universal_ner_says_nothing_of_kinds_it_lacks() -> None:
    allowed = uner_tags(["B-PER", "O", "O", "B-O"], ["Ann", "saw", "Titanic", "."], ["PROPN", "VERB", "PROPN", "PUNCT"])
    assert allowed[0] == tag_set(["PERSON"], "B")
    assert allowed[1] == allowed[3] == NOTHING
    assert allowed[2] & tag_set(["WORK"], "B")
    assert not allowed[2] & tag_set(["PERSON"], "B")


def test_universal_ner_gets_peoples_from_adjectives() -> None:
    assert uner_tags(["O"], ["Syrian"], ["ADJ"]) == [tag_set(["NORP"], "B")]


def test_wnut_groups_are_organizations_or_peoples() -> None:
    assert allowed_spans(wnut_tags(["B-group", "I-group"], ["The", "Beatles"])) == [(0, 2, ("ORG",))]


def test_crossner_spans_are_characters() -> None:
    words, starts = ["The", "Nobel", "Prize", "jazz"], [0, 4, 10, 16]
    allowed = crossner_tags(words, starts, [(4, 15, "award"), (16, 20, "music genre"), (90, 99, "band")])
    assert allowed_spans(allowed) == [(1, 3, ("MISC",)), (3, 4, ("TERM",))]


def test_marks_replace_what_was_allowed() -> None:
    allowed = [ANY, ANY]
    mark_span(allowed, 0, 2, ["ORG", "LOC"])
    assert allowed == [tag_set(["ORG", "LOC"], "B"), tag_set(["ORG", "LOC"], "I")]
