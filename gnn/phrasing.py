"""Many ways to ask for what a path of relations leads to, so that a reasoner learns to read more than one."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gnn.everyday import BY_NAME

_VERB = re.compile(r"(.+) (?:by|in|at|on|for|to|from|with|of)")
"""Relations that end in a preposition are verbs."""

# {r}, {rs}: the relation and its plural; {v}: without its last preposition ("directed by": "directed"); {k}, {ks}: what
# has it ("film"); {x}: where it starts. By whether the relation is read as a verb, whether it is walked backwards, and
# whether it is the last one, for which there are whole questions: the others are phrases inside of one.
_FORMS = {
    (False, False, False): ("the {r} of {x}", "{x}'s {r}", "the {rs} of {x}"),
    (False, False, True): (
        *("who is the {r} of {x}", "what is the {r} of {x}", "which is the {r} of {x}", "who is {x}'s {r}"),
        *("what is {x}'s {r}", "the {r} of {x}", "name the {r} of {x}", "what {r} does {x} have"),
        *("what are the {rs} of {x}", "{x} has which {r}"),
    ),
    (False, True, False): (
        *("the {ks} with {r} {x}", "what has {r} {x}", "the {k} whose {r} is {x}", "the {ks} with {x} as {r}"),
    ),
    (False, True, True): (
        *("what has {r} {x}", "whose {r} is {x}", "which {k} has {x} as {r}", "which {ks} have the {r} {x}"),
        *("{x} is the {r} of what", "the {ks} with {r} {x}"),
    ),
    (True, False, False): ("the one that {x} is {r}", "the one that {v} {x}", "the {r} of {x}"),
    (True, False, True): (
        *("what {x} was {r}", "who is {x} {r}", "what is {x} {r}", "who {v} {x}", "what {v} {x}", "the {r} of {x}"),
    ),
    (True, True, False): ("the {ks} {r} {x}", "the {k} {r} {x}", "what was {r} {x}", "the {ks} that {x} {v}"),
    (True, True, True): (
        *("what was {r} {x}", "who was {r} {x}", "which {ks} are {r} {x}", "the {ks} {r} {x}", "what {k} did {x} {v}"),
        *("name a {k} {r} {x}",),
    ),
}

_TIME = re.compile(r"\b(?:date|year)\b")
_TIME_QUESTIONS = ("when was {x} {e}", "when {e} {x}", "what year is {x} from")
_PLACE = re.compile(r"place|location|city|headquarters|country|region|state")
_PLACE_QUESTIONS = (
    "where is {x} {r}",
    "where is the {r} of {x}",
    "in which {r} is {x}",
    "which {r} is {x} from",
)

# There and back again by one relation.
_SHARED = (
    *("which {ks} share the {r} with {x}", "{ks} that have the same {r} as {x}", "which {ks} have the same {r} as {x}"),
    *("the {ks} that share {rs} with {x}", "what else has the {r} of {x}", "the {r} of {x} also {r} which {ks}"),
)
_SHARED_VERBS = ("which {ks} are {r} the one that {v} {x}", "the {ks} {r} the same one as {x}")
_TOGETHER = (
    *("who has a {k} together with {x}", "the {rs} of {ks} with {r} {x}", "who else is the {r} of {ks} with {x}"),
    *("who shares a {k} as {r} with {x}",),
)

# Two steps in one breath, by the directions of both; {s} and {l}: the second relation and what has it.
_PAIRS = {
    (False, False): (
        *("{x}'s {r} has which {s}", "the {r} of {x} has what {s}", "who {s} does the {r} of {x} have"),
        *("what {s} is {x}'s {r}", "which {s} is {x}'s {r}"),
    ),
    (False, True): (
        *("the {r} of {x} is the {s} of which {ls}", "which {ls} did {x}'s {r} {s}", "the {ls} {s} the {x} {r}"),
        *("for which {l} is the {r} of {x} the {s}",),
    ),
    (True, False): (
        *("the {ks} {r} {x} have which {s}", "what {s} do the {ks} with {r} {x} have", "who {s} the {ks} {r} {x}"),
        *("what were the {ss} of {x} {v} {ks}", "what {s} the {ks} {r} {x}", "who is {s} of the {x} {v} {ks}"),
    ),
    (True, True): ("the {ks} with {r} {x} are the {s} of which {ls}", "which {ls} have as {s} the {ks} {r} {x}"),
}


_EVERYDAY_SHARE = 0.7
"""How often a relation that people ask for in words of their own is asked for so."""

ANYTHING = "one"
"""What has a relation, where nothing is known of its kind."""


@dataclass(frozen=True)
class PathStep:
    """A relation that is walked.

    Parameters
    ----------
    relation
        In words.
    backwards
        Whether from tail to head.
    kind
        What the relation's heads are, such as ``film``.
    """

    relation: str
    backwards: bool
    kind: str = ANYTHING


def phrased(path: Sequence[PathStep], name: str, rng: random.Random) -> str:
    """Return a question for what a path leads to.

    Parameters
    ----------
    path
        At least one step.
    name
        Where it begins.
    rng
        Chooses the words.

    Examples
    --------
    >>> path = [PathStep("directed by", True, "film"), PathStep("genre", False, "film")]
    >>> [phrased(path, "Ada", random.Random(seed)) for seed in (1, 8)]
    ['the films directed by Ada have which genre', 'what were the genres of Ada directed films']
    """
    first = path[0]
    text = name
    if not first.backwards and first.kind != ANYTHING and rng.random() < 0.35:
        text = rng.choice(["the {} {}", "{} {}"]).format(first.kind, name)
    place = 0
    while place < len(path):
        pair = path[place : place + 2]
        is_last = place + 2 == len(path)
        if len(pair) == 2 and _is_return(*pair):
            text, place = _returning(pair[0], text, rng), place + 2
        elif len(pair) == 2 and is_last and rng.random() < 0.4:
            text, place = _paired(pair[0], pair[1], text, rng), place + 2
        else:
            text, place = _single(path[place], text, rng, is_question=place + 1 == len(path)), place + 1
    return text


def _is_return(first: PathStep, second: PathStep) -> bool:
    return first.relation == second.relation and first.backwards != second.backwards


def _returning(step: PathStep, text: str, rng: random.Random) -> str:
    verbs = _SHARED_VERBS if _VERB.fullmatch(step.relation) else ()
    return _filled(_TOGETHER if step.backwards else (*_SHARED, *verbs), step, text, rng)


def _paired(first: PathStep, second: PathStep, text: str, rng: random.Random) -> str:
    return _filled(_PAIRS[first.backwards, second.backwards], first, text, rng, second)


def _single(step: PathStep, text: str, rng: random.Random, *, is_question: bool) -> str:
    relation = step.relation
    everyday = BY_NAME.get(relation.casefold())
    if everyday is not None and rng.random() < _EVERYDAY_SHARE:
        questions, phrases = (
            (everyday.asked, everyday.told) if not step.backwards else (everyday.asked_back, everyday.told_back)
        )
        return rng.choice(questions if is_question else phrases).format(x=text)
    if is_question and not step.backwards and rng.random() < 0.5:
        if _TIME.search(relation):
            return _filled(_TIME_QUESTIONS, step, text, rng)
        if _PLACE.search(relation):
            return _filled(_PLACE_QUESTIONS, step, text, rng)
    as_verb = bool(_VERB.fullmatch(relation)) and rng.random() < 0.7
    return _filled(_FORMS[as_verb, step.backwards, is_question], step, text, rng)


_NOTHING = PathStep("", backwards=False)


def _filled(forms: Sequence[str], step: PathStep, text: str, rng: random.Random, second: PathStep = _NOTHING) -> str:
    verb = _VERB.fullmatch(step.relation)
    event = " ".join(word for word in step.relation.split() if word not in ("date", "year", "of"))
    form = rng.choice(forms)
    words = {"r": step.relation, "k": step.kind, "s": second.relation, "l": second.kind}
    plurals = {f"{name}s": word if word.endswith("s") else f"{word}s" for name, word in words.items()}
    filled = form.format(**words, **plurals, v=verb[1] if verb else step.relation, e=event, x=text)
    return " ".join(filled.split())
