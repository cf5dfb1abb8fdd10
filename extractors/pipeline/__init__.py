"""The shipped pipeline: words to tags, lemmas, dependency trees, sentences and entities, as spaCy components."""

from extractors.pipeline.components import load_pipeline

__all__ = ["load_pipeline"]
