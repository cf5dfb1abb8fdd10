from graphrag.graph.corrections import Corrections
from graphrag.rows import Edit, TripleRow
from graphrag.stores.base import triple_rows
from graphrag.types import Triple


def merge(head: str, tail: str) -> Edit:
    return Edit("merge", head, tail)


def split(head: str, tail: str, *passage_ids: str) -> Edit:
    return Edit("split", head, tail, passage_ids=passage_ids)


def row(corrections: Corrections, head: str, relation: str, tail: str, passage_id: str = "p") -> TripleRow:
    return triple_rows("d", passage_id, [Triple(head, relation, tail)], corrections=corrections)[0]


def test_without_edits_a_name_is_its_phrase() -> None:
    assert Corrections().entity_key("The Thames!", "p") == "the thames"
    assert Corrections().entity_key("  ", "p") == ""


def test_merges_follow_one_another() -> None:
    corrections = Corrections([merge("A", "B"), merge("B", "C")])
    assert [corrections.entity_key(name, "p") for name in "ABCD"] == ["c", "c", "c", "d"]


def test_a_later_edit_sees_the_result_of_the_earlier_ones() -> None:
    # When A was merged into B, B was something of its own again.
    corrections = Corrections([merge("B", "C"), merge("A", "B")])
    assert [corrections.entity_key(name, "p") for name in "ABC"] == ["b", "c", "c"]


def test_merging_there_and_back_ends() -> None:
    corrections = Corrections([merge("A", "B"), merge("B", "A")])
    assert [corrections.entity_key(name, "p") for name in "AB"] == ["a", "a"]


def test_merging_with_itself_ends() -> None:
    assert Corrections([merge("A", "a"), merge("a", "A")]).entity_key("A", "p") == "a"


def test_a_long_chain_ends() -> None:
    edits = [merge(f"n{i}", f"n{i + 1}") for i in range(5000)]
    assert Corrections(edits).entity_key("n0", "p") == "n5000"


def test_a_split_concerns_its_passages_alone() -> None:
    corrections = Corrections([split("London", "London (Ontario)", "p1", "p2")])
    keys = [corrections.entity_key("London", passage_id) for passage_id in ("p1", "p2", "p3", "")]
    assert keys == ["london ontario", "london ontario", "london", "london"]


def test_what_was_merged_can_be_split_again() -> None:
    corrections = Corrections([merge("Big Smoke", "London"), split("London", "Smoke Town", "p1")])
    assert corrections.entity_key("Big Smoke", "p1") == "smoke town"
    assert corrections.entity_key("Big Smoke", "p2") == "london"


def test_a_triple_is_removed_under_the_names_that_it_had_then() -> None:
    corrections = Corrections([merge("Ada", "Ada Lovelace"), Edit("remove", "Ada Lovelace", "Bonn", "was born in")])
    assert corrections.is_removed(row(corrections, "Ada", "was born in", "Bonn"))
    assert corrections.is_removed(row(corrections, "Ada Lovelace", "Was born in", "BONN"))
    assert not corrections.is_removed(row(corrections, "Ada", "died in", "Bonn"))
    assert not corrections.is_removed(row(corrections, "Bonn", "was born in", "Ada"))
    later = Corrections([Edit("remove", "Ada", "Bonn", "was born in"), merge("Ada", "Ada Lovelace")])
    assert later.is_removed(row(later, "Ada", "was born in", "Bonn"))


def test_a_triple_that_is_added_again_is_back() -> None:
    words = ("Ada", "Bonn", "was born in")
    corrections = Corrections([Edit("remove", *words), Edit("add", *words)])
    assert not corrections.is_removed(row(corrections, "Ada", "was born in", "Bonn"))
    again = Corrections([Edit("remove", *words), Edit("add", *words), Edit("remove", *words)])
    assert again.is_removed(row(again, "Ada", "was born in", "Bonn"))


def test_what_was_split_away_before_is_not_removed() -> None:
    edits = [split("A", "Other A", "p1"), split("B", "Other B", "p1"), Edit("remove", "A", "B", "saw")]
    corrections = Corrections(edits)
    assert not corrections.is_removed(row(corrections, "A", "saw", "B", "p1"))
    assert corrections.is_removed(row(corrections, "A", "saw", "B", "p2"))


def test_what_is_added_again_under_a_merged_name_is_back() -> None:
    edits = [
        merge("Ada", "Ada Lovelace"),
        Edit("remove", "Ada Lovelace", "Bonn", "saw"),
        Edit("add", "Ada", "Bonn", "saw"),
    ]
    corrections = Corrections(edits)
    assert not corrections.is_removed(row(corrections, "Ada", "saw", "Bonn"))
