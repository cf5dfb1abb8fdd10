from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graphrag.config import read_config, settings_from
from graphrag.errors import ConfigError
from graphrag.factory import Config


@dataclass(frozen=True)
class Walk:
    damping: float = 0.5
    steps: int = 3
    lazy: bool = False
    name: str = "walk"

    def __post_init__(self) -> None:
        if not 0 <= self.damping < 1:
            raise ValueError(f"Expected 'damping' to be in [0, 1) (got {self.damping})")


@dataclass(frozen=True)
class Settings:
    walk: Walk = field(default_factory=Walk)
    verbose: bool = False


def test_what_is_not_named_keeps_its_default() -> None:
    assert settings_from({}, Settings) == Settings()
    assert settings_from({"walk": {"steps": 7}}, Settings) == Settings(Walk(steps=7))


def test_a_whole_number_is_a_float() -> None:
    damping = settings_from({"damping": 0}, Walk).damping
    assert (damping, type(damping)) == (0.0, float)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"wlak": {}}, "settings: there is no 'wlak'; did you mean 'walk'?"),
        ({"walk": {"stepz": 1}}, "settings: walk: there is no 'stepz'; did you mean 'steps'?"),
        ({"walk": 5}, "settings: walk: expected a table (got 5)"),
        ({"walk": {"damping": "0.5"}}, "settings: walk: damping: expected float (got '0.5')"),
        ({"walk": {"damping": True}}, "settings: walk: damping: expected float (got True)"),
        ({"walk": {"damping": 10**400}}, "settings: walk: damping: expected float (got a number that is too large)"),
        ({"walk": {"steps": 1.0}}, "settings: walk: steps: expected int (got 1.0)"),
        ({"walk": {"steps": True}}, "settings: walk: steps: expected int (got True)"),
        ({"walk": {"lazy": 1}}, "settings: walk: lazy: expected bool (got 1)"),
        ({"walk": {"name": ["x"]}}, "settings: walk: name: expected str (got ['x'])"),
        ({"walk": {"damping": 1.2}}, "settings: walk: Expected 'damping' to be in [0, 1) (got 1.2)"),
    ],
)
def test_what_does_not_fit_is_named(content: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        settings_from(content, Settings)
    assert str(error.value) == message


def test_reading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "multihop.toml"
    path.write_text("[build]\nsynonym_threshold = 0.9\n", encoding="utf-8")
    assert read_config(path, Config).build.synonym_threshold == 0.9


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[build", "Cannot read the configuration"),
        (b"\xff\xfe", "Cannot read the configuration"),
        (b"[biuld]\n", r"multihop\.toml: there is no 'biuld'; did you mean 'build'\?"),
        (b"[build]\nsynonym_threshold = nan\n", r"Expected 'synonym_threshold' to be in \(0, 1\] \(got nan\)"),
        (b"[build]\nextraction_batch = 0\n", r"Expected 'extraction_batch' to be at least 1 \(got 0\)"),
    ],
)
def test_a_file_that_does_not_fit(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "multihop.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        read_config(path, Config)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Cannot read the configuration .*none\.toml: .*No such file"):
        read_config(tmp_path / "none.toml", Config)
