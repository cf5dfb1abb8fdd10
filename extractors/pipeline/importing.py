"""Importing spaCy without torch and spaCy's own commands, which the shipped pipeline makes no use of."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import cast

WITH_TORCH = ("spacy_transformers", "spacy_curated_transformers", "spacy_experimental")
"""Packages whose pipelines run in torch."""


def import_spacy() -> None:
    """Import spaCy without torch, unless torch is there already or a package that is installed needs both.

    Where torch is installed, spaCy's numeric library imports it to tell whether it is: seconds for nothing. For as long
    as that library is being imported no other thread may import torch; afterwards anyone may. Who has a pipeline of
    their own with torch inside imports torch first.

    The commands (``spacy.cli``), whose web clients take a quarter of spaCy's loading, come when they are asked for.
    """
    if "torch" not in sys.modules and not any(map(find_spec, WITH_TORCH)):
        # None: what Python takes for a module that is not installed.
        with _stand_ins({"torch": None}):
            import_module("thinc.compat")
    if "spacy" not in sys.modules:
        info = ModuleType("spacy.cli.info")
        info.info = _info  # type: ignore[attr-defined]  # spaCy's main module imports this one command
        with _stand_ins({"spacy.cli": ModuleType("spacy.cli"), "spacy.cli.info": info}):
            import_module("spacy")


@contextmanager
def _stand_ins(modules: dict[str, ModuleType | None]) -> Iterator[None]:
    """Let modules stand in for those of their names for as long as the context lasts."""
    loaded = cast(dict[str, ModuleType | None], sys.modules)
    loaded.update(modules)
    try:
        yield
    finally:
        for name in modules:
            del loaded[name]


def _info(*arguments: object, **options: object) -> object:
    """Do what ``spacy.info`` does."""
    return import_module("spacy.cli.info").info(*arguments, **options)
