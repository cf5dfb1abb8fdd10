import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag.rows import Edit
from graphrag.types import (
    Document,
    Entity,
    Extraction,
    Passage,
    PathStep,
    ReasoningPath,
    ScoredPassage,
    SkippedInput,
    Triple,
    content_id,
)

PASSAGE = Passage("p", "text", "title", "d", 0, {"year": 1843})
TRIPLE = Triple("head", "relation", "tail", 0.5, "sentence")

triples = st.builds(Triple, st.text(), st.text(), st.text(), st.floats(0, 1), st.text())
extractions = st.builds(
    Extraction,
    st.lists(st.builds(Entity, st.text(), st.text())).map(tuple),
    st.lists(triples).map(tuple),
)


@given(extractions)
def test_an_extraction_survives_its_json(extraction: Extraction) -> None:
    assert Extraction.from_json(extraction.to_json()) == extraction


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "5",
        "null",
        "{}",
        '{"entities": []}',
        '{"entities": 5, "triples": []}',
        '{"entities": [["a"]], "triples": []}',
        '{"entities": [], "triples": [["a", "b", "c", "much", ""]]}',
        '{"entities": [], "triples": [["a", "b", "c", null, ""]]}',
    ],
)
def test_other_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the messages are those of several parsers
        Extraction.from_json(text)


def test_an_extraction_of_another_form_is_shown_in_the_message() -> None:
    with pytest.raises(ValueError, match=r"Expected an extraction as JSON \(got '\[1\]'\)"):
        Extraction.from_json("[1]")


@pytest.mark.parametrize(
    "changed",
    [
        Document("d", (PASSAGE,), (TRIPLE,), "other"),
        Document("d", (), (TRIPLE,), "title"),
        Document("d", (PASSAGE,), (), "title"),
        *(
            Document("d", (dataclasses.replace(PASSAGE, **{name: value}),), (TRIPLE,), "title")
            for name, value in {
                "passage_id": "q", "text": "texts", "title": "", "position": 1, "metadata": {"year": "1843"},
            }.items()
        ),
        *(
            Document("d", (PASSAGE,), (dataclasses.replace(TRIPLE, **{name: value}),), "title")
            for name, value in {
                "head": "h", "relation": "r", "tail": "t", "confidence": 0.6, "sentence": "another",
            }.items()
        ),
    ],
)  # fmt: skip
def test_a_fingerprint_shows_every_change_of_the_content(changed: Document) -> None:
    assert changed.fingerprint != Document("d", (PASSAGE,), (TRIPLE,), "title").fingerprint


def test_a_fingerprint_ignores_where_a_document_was_read_and_the_order_of_metadata() -> None:
    first = Document("d", (dataclasses.replace(PASSAGE, metadata={"a": 1, "b": 2}),), source="here")
    second = Document("d", (dataclasses.replace(PASSAGE, metadata={"b": 2, "a": 1}),), source="there")
    assert first.fingerprint == second.fingerprint


@given(st.lists(st.text()), st.lists(st.text()))
def test_content_ids_differ_where_parts_differ(left: list[str], right: list[str]) -> None:
    assert (content_id(*left) == content_id(*right)) == (left == right)


def test_a_lone_surrogate_has_a_content_id() -> None:
    assert len(content_id("\ud800")) == 32


def test_content_hash_depends_on_title_and_text_alone() -> None:
    assert PASSAGE.content_hash == Passage("q", "text", "title").content_hash
    assert PASSAGE.content_hash != Passage("q", "titletext").content_hash


def test_full_text() -> None:
    assert PASSAGE.full_text == "title\ntext"
    assert Passage("p", "text").full_text == "text"


def test_passages_are_hashable_and_frozen() -> None:
    assert len({PASSAGE, dataclasses.replace(PASSAGE)}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        PASSAGE.text = "other"  # type: ignore[misc]


def test_a_path_names_each_passage_once() -> None:
    steps = (PathStep("a", "r", "b", passage_ids=("p1", "p2")), PathStep("b", "r", "c", passage_ids=("p2", "p3")))
    assert ReasoningPath(steps).passage_ids == ("p1", "p2", "p3")


def test_small_conveniences() -> None:
    assert ScoredPassage(PASSAGE, 1.0, 1).passage_id == "p"
    assert str(SkippedInput("a.txt", "is empty")) == "a.txt: is empty"
    edit = Edit("add", "Ada", "London", "was born in")
    assert edit.triple == Triple("Ada", "was born in", "London")
    assert edit.document_id == Edit("remove", "Ada", "London", "was born in").document_id
    assert edit.document_id != Edit("add", "Ada", "London", "died in").document_id
