import json
from pathlib import Path

import numpy as np
import pytest

from graphrag.llm.greedy_grammar import GreedyGrammar
from graphrag.llm.llama_loading import LlamaSettings, load_llama

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


@pytest.fixture(scope="module")
def llama(tiny_gguf: Path):
    return load_llama(tiny_gguf, LlamaSettings(context_tokens=256))


@pytest.fixture
def grammar(llama):
    import llama_cpp  # noqa: PLC0415

    bound = llama_cpp.LlamaGrammar.from_json_schema(json.dumps(SCHEMA), verbose=False)
    with GreedyGrammar(llama, bound) as made:
        yield made


def token(llama, text: str) -> int:
    return int(llama.tokenize(text.encode(), add_bos=False)[0])


def preferring(llama, texts: list[str]) -> np.ndarray:
    """Return logits that fall along the beginnings of some texts; all other tokens come after them."""
    logits = np.linspace(-2, -1, llama.n_vocab()).astype(np.float32)
    for place, text in enumerate(texts):
        logits[token(llama, text)] = 10 - place
    return logits


def chosen(logits: np.ndarray) -> int:
    assert np.isfinite(logits).sum() == 1
    return int(logits.argmax())


def test_the_likeliest_token_is_taken_where_the_grammar_allows_it(llama, grammar) -> None:
    assert chosen(grammar(np.array([1, 2], np.intc), preferring(llama, ["{", "x"]))) == token(llama, "{")


def test_else_the_likeliest_of_those_that_it_allows(llama, grammar) -> None:
    assert chosen(grammar(np.array([1, 2], np.intc), preferring(llama, ["x", "y", "{"]))) == token(llama, "{")


def test_however_unlikely_that_is(llama, grammar) -> None:
    logits = preferring(llama, [])
    logits[token(llama, "{")] = -100.0
    assert chosen(grammar(np.array([1, 2], np.intc), logits)) == token(llama, "{")


def test_the_reply_so_far_counts_and_the_prompt_does_not(llama, grammar) -> None:
    reply: list[int] = []
    for wanted in '{"n":7}':
        tokens = np.array([token(llama, "}"), *reply], np.intc)
        reply.append(chosen(grammar(tokens, preferring(llama, ["?", wanted]))))
    assert llama.detokenize(reply) == b'{"n":7}'
    # What follows can only be the end.
    tokens = np.array([token(llama, "}"), *reply], np.intc)
    assert chosen(grammar(tokens, preferring(llama, ["1", "}"]))) == llama.token_eos()
