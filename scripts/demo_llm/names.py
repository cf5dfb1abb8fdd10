"""Public and invented names, and phrases around them, for the training sentences."""

import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import words as w

Fact = tuple[str, str, str]
HELD_OUT_SHARE = 12
"""One name in so many is kept for the held-out sentences."""

_ONSETS = ["", *"b c d f g h j k l m n p r s t v w z br ch cr dr fl gr kl kr ph pr qu sch sh sl st th tr wh".split()]
_VOWELS = [*"aeiou" * 4, *"ai au ea ee ie oo ou y é ö ü ó".split()]
_CODAS = [*[""] * 12, *"nrls" * 2, *"r l s t k m ck ng nd rt ss x tz rd ns lm st y".split()]
_CAPITALS = "ABCDEFGHIJKLMNOPRSTUVWXZ"
_KINDS_OF_MACHINE = (
    "Engine Machine Computer Calculator Analyzer System Network Telescope Loom Cipher Clock Router Protocol"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name as a sentence says it: the words around it, what they state, and the preposition that they begin with."""

    text: str
    name: str
    facts: tuple[Fact, ...] = ()
    preposition: str = ""


def bare(name: str) -> str:
    """Return a name without its article."""
    return name.removeprefix("the ")


def article(word: str) -> str:
    """Return a word behind "a" or "an"."""
    return f"{'an' if word[0] in 'aeiouAEIO' else 'a'} {word}"


class Words:
    """Draws words, invented ones among them, and phrases without names."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def likely(self, share: float) -> bool:
        """Return true with a probability."""
        return self.rng.random() < share

    def invented(self, *lengths: int) -> str:
        """Return an invented word of one of some numbers of syllables."""
        r = self.rng
        num = r.choice(lengths or (1, 2, 2, 3))
        return "".join(r.choice(_ONSETS) + r.choice(_VOWELS) + r.choice(_CODAS) for _ in range(num)).capitalize()

    def acronym(self) -> str:
        """Return letters, or an invented word in capitals."""
        r = self.rng
        if self.likely(0.5):
            return "".join(r.choice(_CAPITALS) for _ in range(r.randint(2, 5)))
        word = self.invented(1, 2, 2).upper()
        return word if self.likely(0.8) else word + r.choice(("net", "lab", "-8", "-2", " I", " II"))

    def noun(self) -> str:
        """Return a noun, sometimes an invented one."""
        return self.rng.choice(w.NOUNS) if self.likely(0.96) else self.invented().lower()

    def noun_phrase(self) -> str:
        """Return a noun with an article, adjectives, and sometimes more."""
        r = self.rng
        adjectives = [r.choice(w.ADJECTIVES) for _ in range(r.choice((0, 1, 1, 2)))]
        core = " ".join((*adjectives, self.noun()))
        determiner = r.choice(("the", "a", "a", "its", "his", "one", "another"))
        said = article(core) if determiner == "a" else f"{determiner} {core}"
        x = r.random()
        if x < 0.2:
            return f"{said} {r.choice(('of', 'for', 'with', 'on'))} {self.noun_phrases()}"
        if x < 0.26:
            clause = f"{r.choice(('that', 'which'))} {r.choice(('could be', 'was', 'had been'))}"
            return f"{said} {clause} {r.choice(w.PASSIVE)}"
        return said

    def noun_phrases(self) -> str:
        """Return nouns in the plural."""
        r = self.rng
        determiner = r.choice(("", "", "the ", "many ", "several "))
        adjective = r.choice((r.choice(w.ADJECTIVES) + " ", "", ""))
        second = f" and {r.choice(w.PLURALS)}" if self.likely(0.2) else ""
        return f"{determiner}{adjective}{r.choice(w.PLURALS)}{second}"


class Names(Words):
    """Draws names; held-out names are never drawn for training, nor the other way round.

    Parameters
    ----------
    rng
        Decides.
    held_out
        Which side of the names to draw from.
    """

    def __init__(self, rng: random.Random, *, held_out: bool = False) -> None:
        super().__init__(rng)
        self.held_out = held_out

    def _own(self, make: Callable[[], str]) -> str:
        while True:
            name = make()
            if (zlib.crc32(name.encode()) % HELD_OUT_SHARE == 0) == self.held_out:
                return name

    def surname(self) -> str:
        """Return a surname."""
        r = self.rng
        name = r.choice(w.SURNAMES) if self.likely(0.45) else self.invented(2, 2, 3)
        x = r.random()
        if x < 0.05:
            return r.choice(("de ", "von ", "van ", "Mc", "Le ", "De ")) + name
        return f"{name}-{r.choice(w.SURNAMES)}" if x < 0.09 else name

    def first_name(self, gender: str) -> str:
        """Return a first name, two, or initials."""
        r = self.rng
        known = w.MALE if gender == "m" else w.FEMALE
        x = r.random()
        if x < 0.08:
            return " ".join(f"{r.choice(_CAPITALS)}." for _ in range(r.choice((1, 2, 2, 3))))
        if x < 0.22:
            return self.invented(1, 2)
        second = f" {r.choice(_CAPITALS)}." if x < 0.3 else f" {r.choice(known)}" if x < 0.37 else ""
        return r.choice(known) + second

    def person_name(self, gender: str = "") -> str:
        """Return a person's full name."""
        sex = gender or self.rng.choice("mmf")
        return self._own(lambda: f"{self.first_name(sex)} {self.surname()}{' Jr.' if self.likely(0.01) else ''}")

    def city_name(self) -> str:
        """Return the name of a town."""
        return self._own(self._city)

    def _city(self) -> str:
        x = self.rng.random()
        if x < 0.62:
            return self.rng.choice(w.CITIES if x < 0.5 else w.TWO_WORD_CITIES)
        return self.invented(1, 2, 2) + self.rng.choice(
            ("", "", "", "ton", "ville", "burg", "ford", " Park", " Hill", " Bay")
        )

    def place_name(self) -> str:
        """Return a town, or a town with its state as one name."""
        x = self.rng.random()
        if x < 0.68:
            return self.city_name()
        return f"{self.city_name()}, {self.rng.choice(w.STATES if x < 0.94 else w.COUNTRIES)}"

    def work_name(self) -> str:
        """Return the title of a book or the like."""
        return self._own(self._work)

    def _work(self) -> str:
        r = self.rng
        words = [
            r.choice(w.WORK_WORDS) if self.likely(0.85) else self.invented() for _ in range(r.choice((1, 2, 2, 3)))
        ]
        title, last = " ".join(words), r.choice(w.WORK_WORDS)
        x = r.random()
        if x < 0.3:
            return f"{r.choice(('The', 'A', 'On the'))} {title}"
        if x < 0.6:
            return f"{title} {r.choice(('of', 'and', 'for', 'in', 'of the'))} {last}"
        if x < 0.7:
            return f"{title}: {r.choice(w.WORK_WORDS)} and {last}"
        return f"The {title}" if len(words) == 1 else title

    def org_name(self) -> str:
        """Return the name of an organisation, with its article if it has one."""
        return self._own(self._organisation)

    def _organisation(self) -> str:
        r = self.rng
        place = r.choice(w.CITIES + w.STATES) if self.likely(0.6) else self.invented()
        name = self.surname()
        kind = r.choice(w.ORG_KINDS)
        middle = " ".join(r.choice(w.ORG_WORDS) for _ in range(r.choice((1, 1, 2))))
        forms = (
            (16, f"the University of {place}"),
            (
                12,
                f"{r.choice((place, place, name))} {r.choice(('University', 'College', 'State College'))}",
            ),
            (16, r.choice(w.FAMOUS)),
            (10, self.acronym()),
            (8, f"{name} {kind}"),
            (8, f"{r.choice(w.ORG_WORDS)} {r.choice(w.ORG_WORDS)}"),
            (15, f"{r.choice(('the ', 'the ', ''))}{r.choice(('', f'{place} ', f'{name} '))}{middle} {kind}"),
            (7, f"the {kind} {r.choice(('of', 'for'))} {r.choice(w.WORK_WORDS)} {r.choice(w.WORK_WORDS)}"),
            (4, f"{name} {r.choice(('Brothers', 'and Sons', 'and Co.', 'Ltd', 'KG', 'Inc.'))}"),
            (2, f"{name}, {self.surname()} and {self.surname()}"),
        )
        return r.choices([form for _, form in forms], [weight for weight, _ in forms])[0]

    def machine_name(self) -> str:
        """Return the name of a machine, a program, a network and the like."""
        return self._own(self._machine)

    def _machine(self) -> str:
        r = self.rng
        owner = r.choice((self.invented(), r.choice(w.SURNAMES), r.choice(w.ORG_WORDS)))
        forms = (
            (30, self.acronym()),
            (12, f"{r.choice(_CAPITALS)}{r.choice(('', '-', ' '))}{r.randint(1, 99)}"),
            (
                13,
                f"{r.choice((self.acronym(), self.invented()))} {r.choice('1 2 4 60 700 1401 360'.split())}",
            ),
            (10, f"{r.choice(w.SURNAMES + w.CITIES)} Mark {r.choice('I II III IV V 1 2'.split())}"),
            (17, f"{owner} {r.choice(_KINDS_OF_MACHINE.split())}"),
            (18, self.invented()),
        )
        return r.choices([form for _, form in forms], [weight for weight, _ in forms])[0]

    def event_name(self) -> str:
        """Return the name of an event, with its article."""
        r = self.rng
        kind = r.choice(("War", "Crisis", "Conference", "Treaty", "Exhibition", "Festival"))
        return r.choice(w.EVENTS) if self.likely(0.6) else f"the {self._own(self.invented)} {kind}"
