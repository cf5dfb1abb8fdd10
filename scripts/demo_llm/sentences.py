"""What a passage is about, and sentences with the names and facts that they state."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from names import Fact, Phrase, bare
from phrases import Phrases

LABELS = {
    "person": "person", "org": "organisation", "city": "place", "country": "place", "state": "place", "where": "place",
    "machine": "thing", "any": "thing", "work": "work", "event": "event", "prize": "award", "num": "number",
    "year": "date", "date": "date", "month": "date", "decade": "date", "when": "date",
}  # fmt: skip
PRONOUNS = {"m": ("he", "his", "him"), "f": ("she", "her", "her"), "n": ("it", "its", "it")}
_NOUNS = {
    "M": ("machine", "system", "computer", "network", "device"),
    "O": ("company", "institute", "laboratory", "school", "university"),
    "L": ("language",), "E": ("event",), "C": ("town",), "W": ("work",),
}  # fmt: skip
_LABEL_OF_KIND = {"M": "thing", "O": "organisation", "L": "thing", "E": "event", "C": "place", "W": "work"}
_SHARES = {"P": 44, "M": 22, "O": 16, "L": 4, "E": 6, "C": 4, "W": 4}


@dataclass(frozen=True)
class Topic:
    """What a passage is about, and how its sentences may call it.

    Parameters
    ----------
    kind
        As in templates.txt.
    name, label
        The entity.
    gender
        ``m``, ``f`` or ``n``.
    full, noun, short
        The name with its article; a noun for it; a surname.
    """

    kind: str
    name: str
    label: str
    gender: str
    full: str
    noun: str
    short: str

    def subject(self, rng: random.Random) -> str:
        """Return how a sentence begins with the topic, after the first one."""
        x = rng.random()
        if self.gender == "n":
            return "it" if x < 0.5 else f"the {self.noun}" if x < 0.65 else self.full
        return PRONOUNS[self.gender][0] if x < 0.72 else self.short if x < 0.93 else self.name

    def object(self, rng: random.Random) -> str:
        """Return how a sentence names the topic that something is done to."""
        x = rng.random()
        if self.gender == "n":
            return "it" if x < 0.4 else f"the {self.noun}" if x < 0.55 else self.full
        return PRONOUNS[self.gender][2] if x < 0.6 else self.short if x < 0.85 else self.name

    def possessive(self, rng: random.Random) -> str:
        """Return how a sentence says that something is the topic's."""
        if rng.random() < 0.7:
            return PRONOUNS[self.gender][1]
        return f"the {self.noun}'s" if self.gender == "n" else f"{self.short}'s"


@dataclass(frozen=True)
class Sentence:
    """A sentence, its names with labels, and its facts; both in the order of the text."""

    text: str
    names: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]


def draw_topic(phrases: Phrases) -> Topic:
    """Return a topic."""
    r = phrases.rng
    kind = r.choices(list(_SHARES), list(_SHARES.values()))[0]
    if kind == "P":
        gender = r.choice("mmf")
        name = phrases.person_name(gender)
        short = name if name.endswith("Jr.") else name.split()[-1]
        return Topic(kind, name, "person", gender, name, "", short)
    make = {"O": phrases.org_name, "E": phrases.event_name, "C": phrases.city_name, "W": phrases.work_name}
    name = make.get(kind, phrases.machine_name)()
    full = f"the {name}" if kind == "M" and r.random() < 0.6 else name
    return Topic(kind, bare(name), _LABEL_OF_KIND[kind], "n", full, r.choice(_NOUNS[kind]), bare(name))


def label_of(kind: str, phrase: Phrase) -> str:
    """Return what a name is."""
    return "organisation" if kind == "org" or phrase.preposition == "at" else LABELS[kind]


def tidy(text: str) -> str:
    """Return a sentence without doubled punctuation, its first letter large."""
    text = " ".join(text.replace(",,", ",").replace(" ,", ",").replace(",.", ".").replace("..", ".").split())
    return text[0].upper() + text[1:]


def ordered(text: str, topic: Topic, labels: Mapping[str, str], facts: Iterable[Fact]) -> Sentence:
    """Return a sentence with its names and facts in the order of the text, each once."""
    plain = text.replace('"', "")
    names = sorted((name for name in labels if name in plain), key=lambda name: (plain.find(name), -len(name)))

    def place(fact: Fact) -> tuple[int, int]:
        ends = [-1 if end == topic.name else plain.find(end) for end in (fact[0], fact[2])]
        return max(ends), min(ends)

    distinct = dict.fromkeys(fact for fact in facts if fact[0] != fact[2])
    return Sentence(tidy(text), tuple((name, labels[name]) for name in names), tuple(sorted(distinct, key=place)))
