"""Words as the treebank cuts them: spaCy's English rules; hyphens, dashes, brackets and Chinese particles cut off."""

from spacy.lang.en import English
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
    return English(create_tokenizer=_tokenizer)


def _tokenizer(nlp: Language) -> Tokenizer:
    """Return the tokenizer, its rules given at once: after each change to them it reads all exceptions again."""
    defaults = nlp.Defaults
    infixes = [rule for rule in map(str, defaults.infixes or []) if "(?:-|" not in rule]
    return Tokenizer(
        nlp.vocab,
        rules=defaults.tokenizer_exceptions,
        prefix_search=compile_prefix_regex([*(defaults.prefixes or []), *_PREFIXES]).search,
        suffix_search=compile_suffix_regex([*(defaults.suffixes or []), *_SUFFIXES]).search,
        infix_finditer=compile_infix_regex([*_INFIXES, *infixes]).finditer,
        url_match=defaults.url_match,
    )
