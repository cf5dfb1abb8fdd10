"""How a relation of a triple is asked about, and how it describes what it leads to: rules over the relation's words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PEOPLE = frozenset({"PERSON"})
MAKERS = frozenset({"PERSON", "ORG"})
PLACES = frozenset({"LOC"})
DATES = frozenset({"DATE"})
NUMBERS = frozenset({"NUMBER"})
NO_WORKS = frozenset({"PERSON", "LOC", "NORP", "DATE"})
NO_PEOPLE = frozenset({"LOC", "ORG", "WORK", "PRODUCT", "EVENT"})
WORKS = frozenset({"WORK", "ORG", "PRODUCT", "EVENT", "TITLE", "NAME"})


@dataclass(frozen=True, slots=True)
class Form:
    """A way to ask for one end of a triple.

    Parameters
    ----------
    name
        Of the relation: facts with equal names and subjects answer the same question.
    ask
        The question, ``{}`` standing for the subject.
    answers
        Labels that an answer may have.
    cue
        Regular expression: what stands in the sentence between subject and answer.
    describe
        What names the answer by the subject, as in "the director of {}"; empty without such words.
    inverse
        Whether the triple's tail is the subject, and its head the answer.
    never
        Labels that the subject cannot have.
    """

    name: str
    ask: str
    answers: frozenset[str]
    cue: str
    describe: str = ""
    inverse: bool = False
    never: frozenset[str] = frozenset()


_BETWEEN = r"[^.;()]{0,40}?"
_LEADING = frozenset("is was are were been be being has had have also later first then a an the who which".split())
_PASSIVE = frozenset({"is", "was", "are", "were", "been", "be", "being"})
_IRREGULAR = frozenset("written built made led sung sold born held shot set known drawn won taught bought".split())

_ROLES = {
    "directed": "director",
    "written": "writer",
    "produced": "producer",
    "composed": "composer",
    "founded": "founder",
    "created": "creator",
    "designed": "designer",
    "published": "publisher",
    "performed": "performer",
    "edited": "editor",
    "developed": "developer",
    "owned": "owner",
    "discovered": "discoverer",
    "invented": "inventor",
}
_BY = _ROLES.keys() | frozenset(
    "released distributed succeeded replaced led recorded operated hosted built killed portrayed played sung painted "
    "named designed formed established discovered invented".split()
)
"""Participles that "by" may follow also without "was" before them."""

_OF_PEOPLE = frozenset("born buried educated raised killed executed crowned baptised interred assassinated".split())
_WHERE = _OF_PEOPLE | frozenset(
    "located situated based headquartered founded established formed built filmed shot set held created recorded "
    "produced launched discovered constructed".split()
)
"""Participles that say where somebody or something is or was."""

_STILL = frozenset({"located", "situated", "based", "headquartered", "set", "buried", "interred"})
"""What is so still."""

_WHEN = frozenset(
    "born killed executed crowned assassinated founded established formed built filmed created recorded produced "
    "released published launched discovered constructed completed opened introduced dissolved abolished".split()
)
"""Participles that say when something happened."""

_BASE = {
    "died": "die",
    "lived": "live",
    "studied": "study",
    "worked": "work",
    "taught": "teach",
    "graduated": "graduate",
    "resides": "live",
    "premiered": "premiere",
    "debuted": "debut",
    "retired": "retire",
    "ended": "end",
    "closed": "close",
}
"""Verbs that somebody is asked about by "did"."""

_DOERS = {
    "founded": "founder",
    "wrote": "writer",
    "directed": "director",
    "produced": "producer",
    "composed": "composer",
    "created": "creator",
    "discovered": "discoverer",
    "invented": "inventor",
    "designed": "designer",
    "published": "publisher",
    "developed": "developer",
    "established": "founder",
    "owns": "owner",
    "hosted": "host",
    "edited": "editor",
    "painted": "painter",
}
_OFFICES = frozenset(
    "founder author director president chairman editor creator governor head owner leader mayor".split()
)
_WHICH = {
    "member of": ("What is {} a member of?", frozenset({"ORG"}), ""),
    "played for": ("Which team did {} play for?", frozenset({"ORG"}), "the team that {} played for"),
    "plays for": ("Which team does {} play for?", frozenset({"ORG"}), "the team that {} plays for"),
    "attended": ("Which school did {} attend?", frozenset({"ORG"}), "the school that {} attended"),
    "graduated from": ("Which school did {} graduate from?", frozenset({"ORG"}), "the school that {} graduated from"),
    "educated at": ("Where was {} educated?", frozenset({"ORG"}), "the school where {} was educated"),
    "studied at": ("Where did {} study?", frozenset({"ORG"}), "the school where {} studied"),
    "sequel to": ("What is {} a sequel to?", frozenset({"WORK", "TITLE", "NAME"}), ""),
    "remake of": ("What is {} a remake of?", frozenset({"WORK", "TITLE", "NAME"}), ""),
    "named after": ("What is {} named after?", frozenset({"PERSON", "LOC", "ORG", "TITLE"}), ""),
    "known as": ("What is {} also known as?", frozenset({"PERSON", "NAME", "TITLE", "LOC", "ORG", "WORK"}), ""),
    "tributary of": ("Which river is {} a tributary of?", PLACES, "the river that {} is a tributary of"),
    "part of": ("What is {} part of?", frozenset({"LOC", "ORG", "WORK", "TITLE"}), ""),
    "stars": ("Who stars in {}?", PEOPLE, ""),
    "starring": ("Who stars in {}?", PEOPLE, ""),
    "population was": ("What is the population of {}?", NUMBERS, ""),
    "population is": ("What is the population of {}?", NUMBERS, ""),
}


def relation_words(relation: str) -> tuple[str, bool]:
    """Return a relation without auxiliaries, adverbs and articles before it, and whether it had "is" or "was".

    Examples
    --------
    >>> relation_words("was also directed by"), relation_words("died in")
    (('directed by', True), ('died in', False))
    """
    words = relation.lower().split()
    first = next((number for number, word in enumerate(words) if word not in _LEADING), len(words))
    return " ".join(words[first:]), bool(_PASSIVE & set(words[:first]))


def forms(relation: str) -> Iterator[Form]:
    """Yield the ways to ask for an end of triples with a relation; none for most relations, and for kinship.

    Examples
    --------
    >>> [form.ask for form in forms("was directed by")], [form.ask for form in forms("died in")]
    (['Who directed {}?'], ['Where did {} die?', 'When did {} die?'])
    """
    key, passive = relation_words(relation)
    if key in _WHICH:
        ask, labels, describe = _WHICH[key]
        never = NO_WORKS if labels == PEOPLE else PEOPLE if key == "part of" else frozenset()
        yield Form("star" if labels == PEOPLE else key, ask, labels, re.escape(key), describe, never=never)
        return
    word, _, rest = key.partition(" ")
    if word in _BASE and rest in {"in", "at", "on", ""}:
        yield from _did(word, rest)
    elif rest in {"by", "in", "at", "on", ""} and (word.endswith("ed") or word in _IRREGULAR):
        yield from _passive(word, rest, passive=passive)
    if not passive and not rest and word in _DOERS:
        role = _DOERS[word]
        yield Form(role, f"Who {word} {{}}?", MAKERS, rf"\b{word}\b", f"the {role} of {{}}", inverse=True)
    if rest == "of" and word in _OFFICES and passive:
        ask = f"Who was the {word} of {{}}?"
        yield Form(word, ask, PEOPLE, rf"\b{word}\b", f"the {word} of {{}}", inverse=True)


def _did(word: str, rest: str) -> Iterator[Form]:
    base = _BASE[word]
    if rest in {"in", "at"}:
        cue = rf"\b{word}\b{_BETWEEN}\b{rest}\b"
        yield Form(f"{word} where", f"Where did {{}} {base}?", PLACES, cue, f"the place where {{}} {word}")
    if rest != "at":
        yield Form(f"{word} when", f"When did {{}} {base}?", DATES, rf"\b{word}\b")


def _passive(word: str, rest: str, *, passive: bool) -> Iterator[Form]:
    if rest == "by" and (passive or word in _BY):
        role = _ROLES.get(word)
        ask = f"Who {word} {{}}?" if word.endswith("ed") else f"Who was {{}} {word} by?"
        describe = f"the {role} of {{}}" if role else ""
        cue = rf"\b{word}\b{_BETWEEN}\bby\b"
        yield Form(role or f"{word} by", ask, MAKERS, cue, describe, never=NO_WORKS if role else frozenset())
    # Without "was" what something did is told from what was done to it by what follows.
    between = _BETWEEN if passive or word == "born" else r"\s+"
    cue = rf"\b{word}\b{between}\b{rest}\b" if rest else rf"\b{word}\b"
    never = NO_PEOPLE if word in _OF_PEOPLE else PEOPLE
    verb = "is" if word in _STILL else "was"
    if rest in {"in", "at"} and word in _WHERE:
        describe = f"the place where {{}} {verb} {word}"
        yield Form(f"{word} where", f"Where {verb} {{}} {word}?", PLACES, cue, describe, never=never)
    if word in _WHEN and (rest in {"in", "on"} or (word == "born" and not rest)):
        yield Form(f"{word} when", f"When was {{}} {word}?", DATES, cue, never=never)
