"""Kinship in triples: who is whose father, mother, wife, …, by words of relations and by what texts show of gender."""

import re
from collections.abc import Iterator

from graphrag.reading.training.relations import PEOPLE, Form, relation_words

CHAINS = {
    ("father", "father"): "paternal grandfather",
    ("father", "mother"): "paternal grandmother",
    ("mother", "father"): "maternal grandfather",
    ("mother", "mother"): "maternal grandmother",
    ("father", "brother"): "uncle",
    ("mother", "brother"): "uncle",
    ("father", "sister"): "aunt",
    ("mother", "sister"): "aunt",
    ("wife", "father"): "father-in-law",
    ("husband", "father"): "father-in-law",
    ("wife", "mother"): "mother-in-law",
    ("husband", "mother"): "mother-in-law",
    ("father", "wife"): "stepmother",
    ("mother", "husband"): "stepfather",
    ("brother", "brother"): "brother",
    ("brother", "sister"): "sister",
    ("sister", "brother"): "brother",
    ("sister", "sister"): "sister",
    ("brother", "wife"): "sister-in-law",
    ("sister", "husband"): "brother-in-law",
    ("wife", "brother"): "brother-in-law",
    ("husband", "sister"): "sister-in-law",
}
"""What two steps of kinship come to; a stepparent only where the parent is known to be another one."""

_OF = {
    "son": ("parent", "m"),
    "daughter": ("parent", "f"),
    "child": ("parent", ""),
    "father": ("child", "m"),
    "mother": ("child", "f"),
    "wife": ("spouse", "f"),
    "husband": ("spouse", "m"),
    "brother": ("sibling", "m"),
    "sister": ("sibling", "f"),
}
"""By the word before "of": what the tail is to the head, and the head's gender."""

_GENDERED = {
    "parent": {"m": "father", "f": "mother"},
    "child": {"m": "son", "f": "daughter"},
    "spouse": {"m": "husband", "f": "wife"},
    "sibling": {"m": "brother", "f": "sister"},
}
_HE = re.compile(r"\b(?:he|his|him|himself|king|prince|duke|count|baron|emperor|sir|lord|son|actor)\b", re.IGNORECASE)
_SHE = re.compile(
    r"\b(?:she|her|hers|herself|queen|princess|duchess|countess|baroness|empress|lady|daughter|actress|née)\b",
    re.IGNORECASE,
)


def gender(text: str) -> str:
    """Return what a text shows of the gender of whom it is about: "m", "f", or empty.

    Examples
    --------
    >>> gender("Ann Kay is a painter. She lives with her sister."), gender("Kay is a painter.")
    ('f', '')
    """
    he, she = len(_HE.findall(text)), len(_SHE.findall(text))
    return "m" if he > 2 * she else "f" if she > 2 * he else ""


def kin_forms(relation: str, head_gender: str, tail_gender: str) -> Iterator[Form]:
    """Yield the ways to ask for the head or the tail of triples that state kinship; none for other relations.

    Parameters
    ----------
    relation
        Such as "was son of".
    head_gender, tail_gender
        "m", "f", or empty where nothing tells.

    Examples
    --------
    >>> [form.ask for form in kin_forms("was son of", "m", "f")]
    ['Who is the mother of {}?']
    >>> list(kin_forms("was son of", "f", ""))
    []
    """
    key, _ = relation_words(relation)
    if key in {"married", "married to"} and (head_gender or tail_gender):
        role = _GENDERED["spouse"][tail_gender or {"m": "f", "f": "m"}[head_gender]]
        yield _form(role, r"\bmarried\b")
        return
    word, _, rest = key.partition(" ")
    if rest != "of" or word not in _OF:
        return
    kind, own = _OF[word]
    if own and head_gender and own != head_gender:
        return  # the sentence says it of somebody else
    cue = rf"\b{word}\b"
    tail_gender = tail_gender or ({"m": "f", "f": "m"}[own] if kind == "spouse" else "")
    if tail_gender:
        yield _form(_GENDERED[kind][tail_gender], cue)
    if word in {"father", "mother", "wife", "husband"}:
        yield _form(word, cue, inverse=True)


def _form(role: str, cue: str, *, inverse: bool = False) -> Form:
    return Form(role, f"Who is the {role} of {{}}?", PEOPLE, cue, f"the {role} of {{}}", inverse)
