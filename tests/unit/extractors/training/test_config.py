"""Settings of a training run."""

from pathlib import Path

import pytest

from extractors.training.config import DEFAULT_CONFIG, load_config
from graphrag.errors import ConfigError


def test_the_default_is_complete() -> None:
    config = load_config()
    assert config.epochs > 0
    assert set(config.share) == {"wikigold", "crossner", "wnut", "silver"}


def test_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("epoch = 3\n" + DEFAULT_CONFIG.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"Expected the settings .*'epochs'.*got .*'epoch'"):
        load_config(path)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("=", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"Expected a TOML file at .*config\.toml"):
        load_config(path)
