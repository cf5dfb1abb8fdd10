"""Words as the treebank cuts them: spaCy's English rules; hyphens, dashes, brackets and Chinese particles cut off."""

from typing import cast

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from extractors.words import PARTICLES

_DASHES = r"[-‐‑‒–—―~]+"
_INFIXES = [
    rf"(?<=\w){_DASHES}(?=\w)",
    r"(?<=\w)[\[\](){}\"“”„«»;…/=<>](?=\w)",
    r"(?<=[^\W\d]),(?=[^\W\d])",
    r"(?<=\w)\.\.+(?=\w)",
    rf"[{PARTICLES}]",
    r"[\u3041-\u309f]+",
    r"[，。、！？；：「」『』《》（）]",
]
_SUFFIXES = [rf"(?<=\w){_DASHES}", r"(?<=[\w.])[(\[{/]"]
_PREFIXES = [rf"{_DASHES}(?=[^\W\d])", r"/"]


def blank_language() -> Language:
    """Return an English spaCy pipeline with nothing but the tokenizer.

    Examples
    --------
    >>> [token.text for token in blank_language()("Teutberga( died 875) met the lay- abbot of Saint-Maurice.")]
    ['Teutberga', '(', 'died', '875', ')', 'met', 'the', 'lay', '-', 'abbot', 'of', 'Saint', '-', 'Maurice', '.']
    """
    nlp = spacy.blank("en")
    defaults = nlp.Defaults
    infixes = [rule for rule in map(str, defaults.infixes or []) if "(?:-|" not in rule]
    tokenizer = cast(Tokenizer, nlp.tokenizer)
    tokenizer.infix_finditer = compile_infix_regex([*_INFIXES, *infixes]).finditer
    tokenizer.suffix_search = compile_suffix_regex([*(defaults.suffixes or []), *_SUFFIXES]).search
    tokenizer.prefix_search = compile_prefix_regex([*(defaults.prefixes or []), *_PREFIXES]).search
    tokenizer.token_match = None
    return nlp
