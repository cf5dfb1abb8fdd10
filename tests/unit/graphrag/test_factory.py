from pathlib import Path

import pytest

from graphrag.errors import ConfigError, InputError, LanguageModelError, StoreError
from graphrag.factory import Config, create_encoder, create_extractor, create_graphrag, open_store
from graphrag.indexing import BuildSettings


def test_a_file_is_a_sqlite_store(tmp_path: Path) -> None:
    path = tmp_path / "kb.db"
    with pytest.raises(StoreError, match="No store at"):
        open_store(str(path))
    open_store(str(path), create=True).close()
    store = open_store(str(path))
    assert store.uri == str(path)
    store.close()


@pytest.mark.parametrize(
    ("uri", "error", "message"),
    [
        ("", ConfigError, r"Expected the address of a store, such as kb\.db \(got an empty text\)"),
        ("mysql://x/y", ConfigError, r"to be a file or neo4j://… \(got 'mysql://x/y'\)"),
        ("http://x", ConfigError, r"to be a file or neo4j://… \(got 'http://x'\)"),
    ],
)
def test_an_address_that_is_none(uri: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        open_store(uri, create=True)


def test_the_offline_extractor() -> None:
    assert create_extractor("spacy").identity


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("magic", r"Expected the extractor to be spacy, spacy:PIPELINE, llm or replay:FILE \(got 'magic'\)"),
        ("", r"\(got ''\)"),
        ("spacy:x", "The spaCy pipeline 'x' is not installed"),
        ("replay", r"\(got 'replay'\)"),
        ("replay:", r"\(got 'replay:'\)"),
        ("llm", "The extractor 'llm' needs a model: --llm MODEL"),
    ],
)
def test_an_extractor_that_is_none(spec: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        create_extractor(spec)


def test_a_replay_of_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json"):
        create_extractor(f"replay:{tmp_path / 'none.json'}")


def test_a_model_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(LanguageModelError, match=r"Cannot read the model .*none\.gguf: No such file or directory"):
        create_extractor("llm", llm=str(tmp_path / "none.gguf"))


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.gguf"
    path.write_text("this is no model")
    with pytest.raises(LanguageModelError, match=r"text\.gguf is not a GGUF file"):
        create_extractor("llm", llm=str(path))


def test_the_parts_fit_together(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "kb.db"), create=True)
    rag = create_graphrag(store, config=Config(build=BuildSettings(synonym_threshold=0.9)))
    assert rag.store is store
    assert rag.settings.synonym_threshold == 0.9
    assert rag.encoder.identity == create_encoder().identity
    assert rag.encoder.dimension == 384
    store.close()
