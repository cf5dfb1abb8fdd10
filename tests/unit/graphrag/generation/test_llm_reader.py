import json
from collections.abc import Sequence

import pytest

from graphrag.errors import LanguageModelError
from graphrag.generation.llm_reader import LLMReader, LLMReaderSettings, parse_answer
from graphrag.llm.failures import RefusedPromptError, UnusableReplyError
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.types import Passage, PathStep, ReasoningPath, ScoredPassage

TEXTS = [
    ("Ada Lovelace", "Ada Lovelace was born in London. She knew Charles Babbage."),
    ("Lord Byron", "Lord Byron was the father of Ada Lovelace. He died in Missolonghi."),
    ("Bread", "Bread is baked from flour."),
]
PASSAGES = tuple(
    ScoredPassage(Passage(f"p{n}", text, title), 1 / n, n) for n, (title, text) in enumerate(TEXTS, start=1)
)
PATHS = (
    ReasoningPath((PathStep("Ada Lovelace", "father of", "Lord Byron", forward=False, passage_ids=("p2",)),)),
    ReasoningPath((PathStep("Lord Byron", "lived in", "Pisa", passage_ids=("p9",)),)),
)
QUESTION = "Where did Ada's father die?"


def said(answer: object, citations: object = (2,), thought: str = "Byron is her father.") -> str:
    return json.dumps({"thought": thought, "citations": citations, "answer": answer})


def read(reply: str, **settings: object):
    model = ScriptedModel([reply])
    reader = LLMReader(model, settings=LLMReaderSettings(**settings))  # type: ignore[arg-type]
    return reader.read(QUESTION, PASSAGES, PATHS), model


def test_the_answer_cites_what_the_model_cited() -> None:
    reading, model = read(said("Missolonghi"))
    assert (reading.text, reading.citations, reading.confidence) == ("Missolonghi", ("p2",), 0.9)
    assert reading.method == "language model"
    prompt = model.asked[0][-1]["content"]
    assert "[2] Lord Byron\nLord Byron was the father of Ada Lovelace." in prompt
    assert "Paths:\nAda Lovelace <- father of - Lord Byron\nLord Byron -> lived in -> Pisa\n" in prompt
    assert prompt.endswith(f"Question: {QUESTION}")
    assert list(model.schemas[0]["properties"]) == ["thought", "citations", "answer"]  # type: ignore[index]


def test_citations_of_passages_that_were_not_given_do_not_count() -> None:
    assert read(said("Missolonghi", [0, 7, -1, "x", 2]))[0].citations == ("p2",)
    assert read(said("Missolonghi", "2"))[0].citations == ("p2",)


def test_a_passage_that_names_the_answer_is_cited_when_the_cited_ones_do_not() -> None:
    reading, _ = read(said("Missolonghi", [1]))
    assert (reading.citations, reading.confidence) == (("p1", "p2"), 0.7)


def test_where_the_answer_stands_is_the_confidence() -> None:
    assert read(said("Pisa"))[0].confidence == 0.7
    assert read(said("Ravenna"))[0].confidence == 0.4


def test_the_reader_abstains() -> None:
    reading, _ = read(said("", []))
    assert (reading.text, reading.citations, reading.confidence) == ("", (), 0.0)
    assert reading.method == "language model; it found no answer"


def test_nothing_to_read_is_not_asked_about() -> None:
    model = ScriptedModel(["?"])
    assert LLMReader(model).read(QUESTION, (), ()).method == "nothing to read"
    assert not model.asked


def test_the_direct_mode_has_no_thought() -> None:
    reading, model = read(said("Missolonghi"), mode="direct")
    assert reading.text == "Missolonghi"
    assert list(model.schemas[0]["properties"]) == ["citations", "answer"]  # type: ignore[index]
    assert "thought" not in model.asked[0][0]["content"]


@pytest.mark.parametrize("reply", ["I think it was Missolonghi.", "", '{"thought": "Hm', said("x" * 301), said(["a"])])
def test_an_unusable_reply_is_an_error(reply: str) -> None:
    with pytest.raises(UnusableReplyError, match="The model's reply cannot be used: Expected"):
        read(reply)


def test_an_outage_is_an_error() -> None:
    def reply(_: Sequence[dict[str, str]]) -> str:
        raise LanguageModelError("No answer", retryable=True)

    with pytest.raises(LanguageModelError, match="No answer"):
        LLMReader(ScriptedModel(reply)).read(QUESTION, PASSAGES, PATHS)


@pytest.mark.parametrize("context", range(980, 1300, 20))
def test_what_does_not_fit_is_left_out_from_the_end_and_said(context: int) -> None:
    long = [ScoredPassage(Passage(f"p{n}", "Word word word. " * 30, f"T{n}"), 1 / n, n) for n in range(1, 6)]
    paths = [ReasoningPath((PathStep(f"a{n}", "is", f"b{n}"),)) for n in range(20)]
    model = ScriptedModel([said("x", [])], context_tokens=context)
    try:
        reading = LLMReader(model).read(QUESTION, long, paths)
    except RefusedPromptError as error:
        assert str(error).startswith(f"The model's context of {context:,} tokens is too small")  # noqa: PT017
        assert context < 1000
        return
    assert model.count_tokens(model.asked[0]) <= context - 512 - 256
    shown = [n for n in range(1, 6) if f"[{n}] T{n}" in model.asked[0][-1]["content"]]
    assert shown == list(range(1, len(shown) + 1))
    whole = sum(f"[{n}] T{n}\n{'Word word word. ' * 30}" in model.asked[0][-1]["content"] for n in range(1, 6))
    if whole < 5:
        assert reading.method.startswith(f"language model, {whole} of 5 passages fit its context")


def test_gnn_rag_reads_paths_alone_and_gives_a_list() -> None:
    reading, model = read("1. Lord Byron\n2. Pisa", mode="gnn-rag")
    assert (reading.text, reading.method) == ("Lord Byron\nPisa", "language model, GNN-RAG")
    assert reading.citations == ("p2",)  # p9 was not given
    assert reading.confidence == 0.7
    assert "Ada Lovelace -> father of -> Lord Byron\nLord Byron -> lived in -> Pisa" in model.asked[0][0]["content"]
    assert model.schemas == [None]
    assert read("", mode="gnn-rag")[0].confidence == 0.0


def test_gnn_rag_drops_the_last_paths_when_they_do_not_fit() -> None:
    paths = [ReasoningPath((PathStep(f"a{n}", "is", f"b{n}"),)) for n in range(100)]
    model = ScriptedModel(["a0"], context_tokens=512 + 256 + 100)
    reading = LLMReader(model, settings=LLMReaderSettings(mode="gnn-rag")).read(QUESTION, (), paths)
    assert reading.method == "language model, GNN-RAG, 13 of 100 paths fit its context"
    assert "a12 -> is" in model.asked[0][0]["content"]
    assert "a13" not in model.asked[0][0]["content"]


def test_huge_numbers_are_no_citations() -> None:
    assert parse_answer(said("x", [10**50, "²", 1])).citations == (0,)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "loud"}, r"Expected 'mode' to be 'thought', 'direct' or 'gnn-rag' \(got 'loud'\)"),
        ({"max_tokens": 1}, r"Expected 'max_tokens' to be at least 16 \(got 1\)"),
    ],
)
def test_settings_out_of_range(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LLMReaderSettings(**options)  # type: ignore[arg-type]
