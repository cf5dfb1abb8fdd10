"""The shipped pipeline: words to tags, lemmas, dependency trees, sentences and entities, as spaCy components."""

from extractors.pipeline.importing import import_spacy

import_spacy()

from extractors.pipeline.components import load_pipeline  # noqa: E402
from extractors.pipeline.installed import load_installed  # noqa: E402

__all__ = ["load_installed", "load_pipeline"]
