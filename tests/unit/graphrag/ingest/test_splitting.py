"""Cutting text into passages."""

import pytest

from graphrag.ingest import SplitSettings
from graphrag.ingest.splitting import split_text
from graphrag.testing.timing import ProcessorTime
from graphrag.text import word_tokens


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_tokens": 7}, r"Expected 'max_tokens' to be at least 8 \(got 7\)"),
        ({"max_tokens": 20, "overlap_tokens": 11}, r"Expected 'overlap_tokens' to be in \[0, 10\] \(got 11\)"),
        ({"overlap_tokens": -1}, r"Expected 'overlap_tokens' to be in \[0, 100\] \(got -1\)"),
    ],
)
def test_settings_out_of_range_are_refused(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SplitSettings(**arguments)


@pytest.mark.parametrize("text", ["", "  ", "\n\n\t"])
def test_blank_text_gives_no_passage(text: str) -> None:
    assert split_text(text, SplitSettings()) == []


def test_short_text_stays_whole() -> None:
    text = "Ada wrote notes.\nThey were long."
    assert split_text(text, SplitSettings()) == [text]


def test_overlap_repeats_whole_sentences() -> None:
    text = "One two three. Four five. Six seven eight nine. Ten."
    passages = split_text(text, SplitSettings(max_tokens=9, overlap_tokens=4))
    assert passages == ["One two three. Four five. Six seven eight nine.", "Six seven eight nine. Ten."]


def test_no_overlap_where_the_next_sentence_leaves_no_room() -> None:
    text = "One two. Three four five six seven eight nine ten."
    passages = split_text(text, SplitSettings(max_tokens=8, overlap_tokens=4))
    assert passages == ["One two.", "Three four five six seven eight nine ten."]


def test_sentence_over_the_budget_is_cut_between_words() -> None:
    passages = split_text("a b c d e f g h i j k", SplitSettings(max_tokens=8, overlap_tokens=0))
    assert passages == ["a b c d e f g h", "i j k"]


def test_script_without_spaces_is_cut_between_its_words() -> None:
    passages = split_text("知识图谱Graph是结构化的知识库", SplitSettings(max_tokens=8, overlap_tokens=0))
    assert [word_tokens(passage) for passage in passages] == [
        ["知", "识", "图", "谱", "graph", "是", "结", "构"],
        ["化", "的", "知", "识", "库"],
    ]


def test_combining_marks_stay_with_their_letters() -> None:
    passages = split_text("e\u0301知" * 40, SplitSettings(max_tokens=8, overlap_tokens=0))
    assert not any(passage.startswith("\u0301") for passage in passages)


def test_a_word_goes_on_behind_a_mark() -> None:
    text = "Y\u0301½㌖0"
    passages = split_text(text, SplitSettings(max_tokens=8, overlap_tokens=0))
    assert [word for passage in passages for word in word_tokens(passage)] == word_tokens(text)
    assert len(passages) > 1


@pytest.mark.parametrize("text", ["a" * 10_000, ". " * 5_000, "-" * 10_000])
def test_passages_are_bounded_whatever_the_text(text: str) -> None:
    assert max(map(len, split_text(text, SplitSettings(max_tokens=20, overlap_tokens=0)))) <= 20 * 25


@pytest.mark.parametrize(
    "text", ["word " * 1_000_000, "a" * 5_000_000, "知识图谱的" * 333_000], ids=["words", "run", "cjk"]
)
def test_five_megabytes_without_full_stop_take_linear_time(text: str) -> None:
    with ProcessorTime() as taken:
        passages = split_text(text, SplitSettings())
    # One or two seconds; a quadratic rule takes minutes.
    assert taken.seconds < 20
    assert sum(map(len, passages)) >= len(text) - len(passages) - 1
