import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.parsing import (
    MAX_ITEMS,
    MAX_PHRASE_CHARACTERS,
    Ontology,
    extraction_schema,
    merged,
    parse_extraction,
)
from graphrag.types import Entity, Extraction, Passage, Triple

PASSAGE = Passage("p", "Ada met Charles Babbage in London. She wrote notes in 1843.", "Ada Lovelace")


def reply(entities: object = (), triples: object = ()) -> str:
    return json.dumps({"entities": entities, "triples": triples})


def test_a_triple_says_how_well_the_passage_supports_it() -> None:
    rows = [
        {"head": "Ada", "relation": "met", "tail": "Charles Babbage"},
        {"head": "ada  lovelace", "relation": "wrote notes in", "tail": 1843},
        {"head": "Ada", "relation": "is a cousin of", "tail": "Napoleon"},
        ["Napoleon", "was born in", "Corsica"],
    ]
    first, second, third, fourth = parse_extraction(reply([], rows), PASSAGE).extraction.triples
    assert first == Triple("Ada", "met", "Charles Babbage", 1.0, "Ada met Charles Babbage in London.")
    assert second == Triple("ada lovelace", "wrote notes in", "1843", 1.0, "She wrote notes in 1843.")
    assert (third.confidence, third.sentence) == (0.5, "Ada met Charles Babbage in London.")
    assert (fourth.confidence, fourth.sentence) == (0.25, "")


def test_an_end_counts_only_as_whole_words() -> None:
    (triple,) = parse_extraction(reply([], [["Ada", "met", "Charl"]]), PASSAGE).extraction.triples
    assert triple.confidence == 0.5


def test_labels_and_repetition() -> None:
    items = [{"text": "Ada", "label": "person"}, "London", {"text": "Ada", "label": "name"}, {"text": "London"}]
    parsed = parse_extraction(reply(items, [["Ada", "met", "Bab"]] * 3), PASSAGE)
    assert parsed.extraction.entities == (Entity("Ada", "person"), Entity("London"))
    assert len(parsed.extraction.triples) == 1
    assert parsed.num_dropped == 0


@pytest.mark.parametrize(
    "item",
    [None, 1.5, True, "  ", "x" * (MAX_PHRASE_CHARACTERS + 1), [], {"name": "Ada"}, {"text": {"text": "Ada"}}],
)
def test_an_entity_of_another_form_is_dropped_and_counted(item: object) -> None:
    parsed = parse_extraction(reply(["Ada", item]), PASSAGE)
    assert parsed.extraction.entities == (Entity("Ada"),)
    assert parsed.num_dropped == 1


@pytest.mark.parametrize(
    "item",
    [None, "Ada met Bab", ["Ada", "met"], ["Ada", "met", "Bab", "today"], {"head": "Ada", "relation": "met"},
     {"head": "Ada", "relation": "", "tail": "Bab"}, {"head": ["Ada"], "relation": "met", "tail": "Bab"}],
)  # fmt: skip
def test_a_triple_of_another_form_is_dropped_and_counted(item: object) -> None:
    parsed = parse_extraction(reply(["Ada"], [item, ["Ada", "met", "Bab"]]), PASSAGE)
    assert [triple.tail for triple in parsed.extraction.triples] == ["Bab"]
    assert parsed.num_dropped == 1


def test_only_so_many_items_are_taken() -> None:
    parsed = parse_extraction(reply([f"name {n}" for n in range(MAX_ITEMS + 7)]), PASSAGE)
    assert len(parsed.extraction.entities) == MAX_ITEMS
    assert parsed.num_dropped == 7


def test_a_reply_in_which_nothing_is_well_formed() -> None:
    with pytest.raises(ValueError, match="Expected entities as texts and triples as head, relation, tail"):
        parse_extraction(reply([1.5], [["a"]]), PASSAGE)


def test_nothing_found_is_no_failure() -> None:
    assert parse_extraction(reply(), PASSAGE).extraction == Extraction()
    assert parse_extraction('{"triples": []}', PASSAGE).extraction == Extraction()


def test_what_the_ontology_lacks_is_dropped_and_the_rest_spelled_its_way() -> None:
    ontology = Ontology(("Person", "Place"), ("born in",))
    entities = [{"text": "Ada", "label": "PERSON"}, {"text": "1843", "label": "date"}, "London"]
    rows = [["Ada", "Born-In", "London"], ["Ada", "met", "Bab"]]
    parsed = parse_extraction(reply(entities, rows), PASSAGE, ontology=ontology)
    assert parsed.extraction.entities == (Entity("Ada", "Person"),)
    assert [triple.relation for triple in parsed.extraction.triples] == ["born in"]
    assert parsed.num_dropped == 3
    schema = extraction_schema(ontology)
    assert '"enum": ["Person", "Place"]' in json.dumps(schema)
    assert '"enum": ["born in"]' in json.dumps(schema)


def test_every_array_and_string_of_the_schema_is_bounded() -> None:
    def check(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "array":
                assert node["maxItems"] <= MAX_ITEMS
            if node.get("type") == "string":
                assert "enum" in node or node["maxLength"] <= MAX_PHRASE_CHARACTERS
            for value in node.values():
                check(value)

    check(extraction_schema())
    assert list(extraction_schema(parts=["triples"])["properties"]) == ["triples"]  # type: ignore[call-overload]


def test_merging_keeps_the_first_of_what_both_have() -> None:
    first = Extraction((Entity("Ada", "person"),), (Triple("a", "b", "c"),))
    second = Extraction((Entity("Ada", "name"), Entity("Bab")), (Triple("a", "b", "c"), Triple("d", "e", "f")))
    both = merged(first, second)
    assert both.entities == (Entity("Ada", "person"), Entity("Bab"))
    assert both.triples == (Triple("a", "b", "c"), Triple("d", "e", "f"))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_an_extraction_or_a_value_error(said: str, text: str) -> None:
    try:
        parsed = parse_extraction(said, Passage("p", text))
    except ValueError:
        return
    assert Extraction.from_json(parsed.extraction.to_json()) == parsed.extraction


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["head", "relation", "tail", "text", "label"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES, VALUES, st.integers(0, 200))
def test_any_json_however_cut_gives_an_extraction_or_a_value_error(entities: object, triples: object, end: int) -> None:
    said = json.dumps({"entities": entities, "triples": triples})
    found = []
    for text in (said[:end], said):
        try:
            found.append(parse_extraction(text, PASSAGE).extraction)
        except ValueError:
            found.append(Extraction())
    for less, more in pairwise(found):
        assert set(less.triples) <= set(more.triples) or isinstance(triples, dict | str)
