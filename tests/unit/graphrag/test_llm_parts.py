from pathlib import Path

import pytest

from extractors.llm_extractor import LLMExtractor
from graphrag.config import settings_from
from graphrag.errors import ConfigError, LanguageModelError
from graphrag.estimate import estimate_documents
from graphrag.indexing import BuildSettings, Indexer
from graphrag.llm.openai_compatible import OpenAICompatibleModel
from graphrag.llm_parts import (
    LLMSettings,
    build_settings,
    create_llm,
    create_llm_extractor,
    estimate_build,
    forget_replies,
    keeping_replies,
    replies_path,
)
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.testing.store_suite import document

REPLY = '{"entities": ["Ada"], "triples": [["Ada", "met", "Bab"]]}'


@pytest.fixture
def store(tmp_path: Path):
    store = SQLiteStore(tmp_path / "kb.db", create=True)
    yield store
    store.close()


def test_an_address_is_a_server() -> None:
    pytest.importorskip("openai")
    model = create_llm("http://127.0.0.1:9/v1, http://127.0.0.1:10/v1")
    assert isinstance(model, OpenAICompatibleModel)
    extractor = create_llm_extractor(model)
    assert extractor.in_flight == 8
    assert build_settings(extractor, BuildSettings()).extraction_batch == 64


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        ("", ConfigError, "Expected a language model: a GGUF file or an"),
        ("hf:someone", ConfigError, r"to be given as hf:OWNER/REPO/FILE\.gguf"),
        ("/none/model.gguf", LanguageModelError, r"Cannot read the model /none/model\.gguf: No such file"),
    ],
)
def test_a_model_that_is_none(spec: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        create_llm(spec)


def test_a_configuration_file_reaches_every_part() -> None:
    content = {
        "gguf": {"context_tokens": 2048, "gpu_layers": -1},
        "server": {"model": "m", "in_flight": 16},
        "extraction": {"mode": "two-call", "entity_types": ["person"], "gleanings": 1},
        "reader": {"mode": "direct"},
        "ircot": {"max_steps": 2},
        "prompt_price": 0.5,
    }
    settings = settings_from(content, LLMSettings)
    assert settings.extraction.mode == "two-call"
    assert settings.extraction.entity_types == ("person",)
    assert (settings.gguf.gpu_layers, settings.server.in_flight) == (-1, 16)
    assert (settings.reader.mode, settings.ircot.max_steps) == ("direct", 2)
    assert settings.money(2_000_000, 1_000_000) == 1.0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"extraction": {"mode": "three"}}, "mode: expected one of joint, two-call"),
        ({"extraction": {"relations": "born in"}}, "relations: expected a list of texts"),
        ({"extraction": {"relations": [1]}}, "relations: expected a list of texts"),
        ({"gguf": {"context": 1}}, "there is no 'context'; did you mean 'context_tokens'"),
        ({"prompt_price": -1.0}, r"Expected prices not to be negative \(got -1\.0, 0\.0\)"),
    ],
)
def test_a_configuration_that_does_not_fit(content: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        settings_from(content, LLMSettings)


def test_replies_stand_beside_the_store_until_the_build_is_complete(store: SQLiteStore) -> None:
    path = replies_path(store)
    assert path == store.path.with_name("kb.db.replies")
    extractor = LLMExtractor(ScriptedModel([REPLY]))

    def interrupted_build() -> None:
        with keeping_replies(extractor, store):
            Indexer(store, extractor, HashEncoder()).build([document("d", "Ada met Bab.")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_build()
    assert path.exists()
    with keeping_replies(extractor, store):
        pass
    assert not list(store.path.parent.glob("*.replies*"))
    forget_replies(store)  # nothing to forget is no error


def test_an_offline_extractor_keeps_no_replies(store: SQLiteStore) -> None:
    with keeping_replies(PatternExtractor(), store):
        assert not replies_path(store).exists()
    assert build_settings(PatternExtractor(), BuildSettings()) == BuildSettings()


def test_what_the_store_has_costs_nothing_again(store: SQLiteStore) -> None:
    docs = [document(f"d{n}", f"Ada met Bab {n} times.") for n in range(10)]
    Indexer(store, LLMExtractor(ScriptedModel([REPLY])), HashEncoder()).build(docs[:4])
    model = ScriptedModel([REPLY])
    estimate = estimate_build(docs, store, LLMExtractor(model), HashEncoder())
    assert (estimate.unchanged, estimate.passages, estimate.llm_calls) == (4, 6, 6)
    assert len(model.asked) == 6


def test_an_offline_extractor_is_estimated_as_ever() -> None:
    docs = [document("d", "Ada | met | Bab.")]
    ours = estimate_build(docs, None, PatternExtractor(), HashEncoder())
    theirs = estimate_documents(docs, None, PatternExtractor(), HashEncoder())
    assert (ours.llm_calls, ours.words, ours.passages) == (0, theirs.words, theirs.passages)
