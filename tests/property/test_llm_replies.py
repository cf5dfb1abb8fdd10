"""Whatever a model says, a reply is a result or a ``ValueError``: nothing else may end a build."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.llm_questions import parse_names
from extractors.parsing import parse_extraction
from graphrag.generation.gnn_rag import parse_answers
from graphrag.generation.llm_reader import parse_answer
from graphrag.retrieval.fact_filter import parse_choice
from graphrag.retrieval.ircot import parse_thought
from graphrag.types import Passage

KEYS = ["entities", "triples", "answer", "citations", "thought", "facts", "text", "label", "head", "relation", "tail"]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["1", "²", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=16,
)
PARSERS: list[Callable[[str], object]] = [
    parse_answer,
    parse_answers,
    parse_names,
    parse_thought,
    lambda reply: parse_choice(reply, 5),
    lambda reply: parse_extraction(reply, Passage("p", "Ada met Babbage. He designed it.", "Ada")),
]


@pytest.mark.parametrize("parser", PARSERS)
@given(content=st.dictionaries(st.sampled_from(KEYS), VALUES), end=st.integers(0, 300), noise=st.text(max_size=20))
def test_json_however_cut_and_wrapped(parser, content, end, noise) -> None:
    whole = json.dumps(content)
    for reply in (whole, whole[:end], noise + whole + noise, whole[:end] + noise):
        try:
            parser(reply)
        except ValueError:
            continue


@pytest.mark.parametrize("parser", PARSERS)
@given(reply=st.text(max_size=200))
def test_any_text(parser, reply) -> None:
    try:
        parser(reply)
    except ValueError:
        return
