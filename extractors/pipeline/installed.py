"""Pipelines that others trained: any installed spaCy package with a parser and an entity recognizer."""

import spacy
from spacy.language import Language
from spacy.util import is_package

from extractors.pipeline.clearnlp import COMPONENT
from graphrag.errors import ConfigError

_WANTED = {"token.dep": "dependency trees", "doc.ents": "entities"}


def load_installed(name: str) -> Language:
    """Return an installed pipeline, its English trees rewritten as Universal Dependencies.

    Parameters
    ----------
    name
        Of the package, such as ``en_core_web_sm``; a path is refused, since a folder from elsewhere is no installed
        software.

    Raises
    ------
    ConfigError
        If no such package is installed, if it cannot be loaded, or if it has no parser or finds no entities.
    """
    if not is_package(name):
        raise ConfigError(f"The spaCy pipeline {name!r} is not installed: python -m spacy download {name}")
    try:
        nlp = spacy.load(name)
    except (OSError, ValueError, ImportError, TypeError) as error:
        raise ConfigError(f"Expected {name!r} to be a spaCy pipeline ({error})") from error
    assigned = {what for component in nlp.pipe_names for what in nlp.get_pipe_meta(component).assigns}
    missing = [meaning for what, meaning in _WANTED.items() if what not in assigned]
    if missing:
        raise ConfigError(f"Expected the spaCy pipeline {name!r} to find {' and '.join(missing)}")
    nlp.add_pipe(COMPONENT, last=True)
    return nlp
