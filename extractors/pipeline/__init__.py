"""The shipped pipeline: words to tags, lemmas, dependency trees, sentences and entities, as spaCy components."""

from extractors.pipeline.components import load_pipeline
from extractors.pipeline.installed import load_installed

__all__ = ["load_installed", "load_pipeline"]
