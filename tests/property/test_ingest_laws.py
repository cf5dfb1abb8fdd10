"""Laws of reading input: no word is lost, and no file, whatever its bytes, stops the rest."""

import gzip
import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphrag.ingest import SplitSettings, load_documents
from graphrag.ingest.cleaning import clean_line, clean_prose
from graphrag.ingest.sections import Block, ParsedFile, sections_of
from graphrag.ingest.splitting import split_text
from graphrag.text import word_tokens
from graphrag.types import SkippedInput

WORD = st.text("abcXYZ09'-_é知識かなกा\u0301\u3316\ufdfa½", min_size=1, max_size=30)
GAP = st.sampled_from([" ", "  ", "\n", "\n\n", ". ", "! ", "。", "? ", ", ", "… "])
PROSE = st.lists(st.tuples(WORD, GAP), max_size=60).map(lambda pairs: "".join(map("".join, pairs)))
SETTINGS = st.integers(8, 40).flatmap(
    lambda budget: st.builds(SplitSettings, max_tokens=st.just(budget), overlap_tokens=st.integers(0, budget // 2))
)


@given(PROSE | st.text(max_size=200), SETTINGS)
@settings(deadline=None)
def test_no_word_is_lost_and_the_budget_is_kept(text: str, split: SplitSettings) -> None:
    without_overlap = split_text(text, SplitSettings(split.max_tokens, 0))
    assert [word for passage in without_overlap for word in word_tokens(passage)] == word_tokens(text)
    for passage in without_overlap + split_text(text, split):
        assert passage == passage.strip() != ""
        # A run of characters that are several words each cannot be cut without changing words.
        if all(len(word_tokens(character)) <= 1 for character in passage):
            assert len(word_tokens(passage)) <= split.max_tokens


@given(st.lists(st.sampled_from([" ", " ", ". ", "\n\n"]), max_size=200), SETTINGS)
def test_passages_follow_one_another_with_a_bounded_overlap(gaps: list[str], split: SplitSettings) -> None:
    text = "".join(f"W{number}{gap}" for number, gap in enumerate(gaps))
    ranges = [[int(word[1:]) for word in word_tokens(passage)] for passage in split_text(text, split)]
    assert all(words == list(range(words[0], words[-1] + 1)) for words in ranges)
    for before, after in pairwise(ranges):
        assert after[-1] > before[-1]
        assert before[-1] + 1 - split.overlap_tokens <= after[0] <= before[-1] + 1
        # What is repeated starts where a sentence starts, or nothing is repeated.
        assert after[0] == before[-1] + 1 or gaps[after[0] - 1] != " "
    assert not gaps or (ranges[0][0], ranges[-1][-1]) == (0, len(gaps) - 1)


@given(PROSE | st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_prose(clean_prose(text)) == clean_prose(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.lists(st.builds(Block, st.text("ab ", max_size=5).map(str.strip), st.integers(0, 3)), max_size=12))
def test_every_block_is_in_a_section_or_its_title(blocks: list[Block]) -> None:
    sections = sections_of(ParsedFile(tuple(blocks)))
    said = " ".join(f"{section.title} {section.text}" for section in sections).split()
    assert {word for block in blocks for word in block.text.split()} <= set(said)
    assert all(section.text for section in sections)


HEADS = [
    b"",
    b"%PDF-1.4\n1 0 obj\n<<",
    b"PK\x03\x04",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"[",
    b'{"text": "',
    b"<html><p>",
    b"\x1f\x8b",
    b"a|b|c\n",
]
DATA = st.builds(
    lambda head, body: head + body,
    st.sampled_from(HEADS),
    st.binary(max_size=300) | st.text('{}[]",:abc1 \n\\u<>/=#-*|`&;\x00', max_size=300).map(str.encode),
)
KINDS = st.sampled_from(["txt", "md", "html", "pdf", "docx", "jsonl", "json", "tsv", "other"])
FORMATS = st.sampled_from(["auto", "documents", "passages", "triples"])


@given(kind=KINDS, input_format=FORMATS, data=DATA, is_packed=st.booleans())
@example(kind="jsonl", input_format="auto", data=b'{"text": "a", "id": "\\ud800"}', is_packed=False)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_give_documents_or_reasons(kind: str, input_format, data: bytes, is_packed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (f"a.{kind}.gz" if is_packed else f"a.{kind}")
        path.write_bytes(gzip.compress(data, 1) if is_packed else data)
        skipped: list[SkippedInput] = []
        split = SplitSettings(max_tokens=8, overlap_tokens=2)
        documents = list(load_documents([path], format=input_format, split=split, on_skip=skipped.append))
    assert documents or skipped
    assert all(skip.reason and "\n" not in str(skip) and str(skip).isprintable() for skip in skipped)
    for document in documents:
        assert document.document_id
        assert document.passages or document.triples
        for passage in document.passages:
            assert passage.text.strip()
            passage.full_text.encode("utf-8")
