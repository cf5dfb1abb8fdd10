import numpy as np
import pytest

from graphrag.rows import MentionRow
from graphrag.stores.base import VECTOR_BLOCK, fact_text, mentions_of, triple_rows, vector_blocks
from graphrag.types import Entity, Extraction, Passage, Triple

PASSAGE = Passage("p", "text")


def test_mentions_are_entities_and_ends_of_triples_each_way_of_writing_once() -> None:
    extraction = Extraction(
        (Entity("Ada", "PERSON"), Entity(" ada "), Entity("Ada", "NAME"), Entity("   ")),
        (Triple("Ada", "saw", "London"), Triple("London", "is", "")),
    )
    assert mentions_of(PASSAGE, extraction) == [
        MentionRow("p", "ada", "Ada", "PERSON"),
        MentionRow("p", "ada", "ada", ""),
        MentionRow("p", "london", "London", ""),
    ]


def test_a_label_that_comes_later_is_kept() -> None:
    (mention,) = mentions_of(PASSAGE, Extraction((Entity("Ada"), Entity("Ada", "PERSON"))))
    assert mention.label == "PERSON"


def test_only_a_passage_without_a_title_names_the_subject_of_its_first_sentence() -> None:
    text = "Ada Mary Lovelace (1815 – 1852) was a mathematician."
    extraction = Extraction((Entity("Ada Mary Lovelace", "PERSON"),))
    labels = {row.surface: row.label for row in mentions_of(Passage("p", text), extraction)}
    assert labels["Ada Mary Lovelace"] == "PERSON"
    assert labels["Ada Lovelace"] == "SUBJECT"
    assert len(mentions_of(Passage("p", text, "Countess of Lovelace"), extraction)) == 1


def test_triples_without_an_end_and_repeated_ones_are_left_out() -> None:
    triples = [Triple("A", "r", ""), Triple("A", "r", "B"), Triple("A", "r", "B"), Triple(" ", "r", "B"),
               Triple("a", "R", "b"), Triple("A", "", "B")]  # fmt: skip
    rows = triple_rows("d", "p", triples)
    assert [(r.position, r.head_key, r.relation_key, r.tail_key, r.triple) for r in rows] == [
        (0, "a", "r", "b", triples[1]),
        (1, "a", "r", "b", triples[4]),
        (2, "a", "", "b", triples[5]),
    ]
    assert {(r.document_id, r.passage_id) for r in rows} == {("d", "p")}


def test_a_fact_without_a_relation() -> None:
    assert fact_text("ada", "", "london") == "ada london"


@pytest.mark.parametrize("num_vectors", [0, 1, VECTOR_BLOCK, VECTOR_BLOCK + 1])
def test_vectors_come_in_blocks(num_vectors: int) -> None:
    blobs = (np.array([i % 100, 1], dtype="<f2").tobytes() for i in range(num_vectors))
    blocks = list(vector_blocks(blobs, 2))
    assert sum(map(len, blocks)) == num_vectors
    assert all(len(block) <= VECTOR_BLOCK and block.dtype == np.float16 for block in blocks)
    if blocks:
        assert np.concatenate(blocks)[:, 0].tolist() == [i % 100 for i in range(num_vectors)]


def test_what_has_no_vector_is_a_row_of_nan() -> None:
    (block,) = vector_blocks(iter([np.ones(3, dtype="<f2").tobytes(), None]), 3)
    assert block[0].tolist() == [1, 1, 1]
    assert np.isnan(block[1]).all()
