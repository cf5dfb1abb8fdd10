"""Pipelines of other packages, put on the path as pip would."""

import sys
from pathlib import Path

import pytest
import spacy

from extractors.pipeline import load_installed
from extractors.spacy_extractor import SpacyExtractor
from graphrag.errors import ConfigError
from graphrag.types import Passage

CODE = """
from pathlib import Path
from spacy.util import load_model_from_path


def load(**overrides):
    return load_model_from_path(Path(__file__).parent / "model", **overrides)
"""


def install(folder: Path, name: str, *pipes: str) -> None:
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text(CODE, encoding="utf-8")
    nlp = spacy.blank("en")
    for pipe in pipes:
        nlp.add_pipe(pipe)
    if "parser" in pipes:
        nlp.get_pipe("parser").add_label("nsubj")
    if "ner" in pipes:
        nlp.get_pipe("ner").add_label("PERSON")
    nlp.initialize()
    nlp.meta["name"], nlp.meta["version"] = name, "1.0"
    nlp.to_disk(package / "model")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return tmp_path


def test_an_installed_pipeline_extracts(site: Path) -> None:
    install(site, "toy_pipeline", "parser", "ner")
    extractor = SpacyExtractor(load_installed("toy_pipeline"))
    assert extractor.identity.startswith("spacy:en_toy_pipeline-1.0:")
    (result,) = extractor.extract([Passage("p", "Ada met Tom.", "Ada")])
    assert not isinstance(result, Exception)


def test_a_pipeline_without_parser_or_names_is_refused(site: Path) -> None:
    install(site, "half_pipeline", "parser")
    with pytest.raises(ConfigError, match=r"Expected the spaCy pipeline 'half_pipeline' to find entities"):
        load_installed("half_pipeline")


def test_a_missing_pipeline_says_how_to_get_it() -> None:
    with pytest.raises(ConfigError, match=r"python -m spacy download no_such_pipeline"):
        load_installed("no_such_pipeline")


def test_a_folder_is_no_installed_pipeline(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not installed"):
        load_installed(str(tmp_path))
