"""Importing spaCy without torch, which the shipped pipeline makes no use of."""

import sys
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
    """
    if "torch" not in sys.modules and not any(map(find_spec, WITH_TORCH)):
        modules = cast(dict[str, ModuleType | None], sys.modules)
        modules["torch"] = None  # what Python takes for a module that is not installed
        try:
            import_module("thinc.compat")
        finally:
            del modules["torch"]
    import_module("spacy")
