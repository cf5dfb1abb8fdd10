"""Reading settings: a TOML file's tables become frozen dataclasses, and a misspelt key is an error."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from graphrag.errors import ConfigError

Settings = TypeVar("Settings")


def read_config(path: Path, cls: type[Settings]) -> Settings:
    """Return the settings in a TOML file.

    Parameters
    ----------
    path
        The file.
    cls
        A dataclass whose fields are plain values or dataclasses (the file's tables).

    Raises
    ------
    ConfigError
        If the file cannot be read, has a key that does not exist, or a value that does not fit.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"Cannot read the configuration {path}: {error}") from error
    return settings_from(content, cls, where=str(path))


def settings_from(content: Mapping[str, object], cls: type[Settings], *, where: str = "settings") -> Settings:
    """Return a dataclass made of a mapping; what the mapping does not name keeps its default.

    Raises
    ------
    ConfigError
        If a key does not exist (the message names the nearest that does) or a value does not fit.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Walk:
    ...     damping: float = 0.5
    >>> settings_from({"damping": 0}, Walk)
    Walk(damping=0.0)
    >>> settings_from({"dampng": 0.1}, Walk)
    Traceback (most recent call last):
    graphrag.errors.ConfigError: settings: there is no 'dampng'; did you mean 'damping'?
    """
    names = [field.name for field in fields(cls)]  # type: ignore[arg-type]  # a dataclass, by contract
    hints = get_type_hints(cls)
    values = {}
    for key, value in content.items():
        if key not in names:
            raise ConfigError(f"{where}: there is no {key!r}{_suggestion(key, names)}")
        values[key] = _checked(value, hints[key], f"{where}: {key}")
    try:
        return cls(**values)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _suggestion(key: str, names: list[str]) -> str:
    nearest = difflib.get_close_matches(key, names, n=1, cutoff=0.0)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""


def _checked(value: object, expected: Any, where: str) -> object:
    if is_dataclass(expected) and isinstance(expected, type):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{where}: expected a table (got {value!r})")
        return settings_from(value, expected, where=where)
    if expected is float and isinstance(value, int) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError as error:
            raise ConfigError(f"{where}: expected float (got a number that is too large)") from error
    if get_origin(expected) is Literal:
        if value not in get_args(expected):
            raise ConfigError(f"{where}: expected one of {', '.join(get_args(expected))} (got {value!r})")
        return value
    if expected == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{where}: expected a list of texts (got {value!r})")
        return tuple(value)
    if not isinstance(expected, type) or type(value) is not expected:
        name = getattr(expected, "__name__", str(expected))
        raise ConfigError(f"{where}: expected {name} (got {value!r})")
    return value
