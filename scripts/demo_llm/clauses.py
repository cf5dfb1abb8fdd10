"""Sentences of one or two clauses with verbs of all kinds, known and invented."""

import re

import words as w
from names import Fact, Phrase, bare
from phrases import Phrases
from sentences import PRONOUNS, Sentence, Topic, label_of, ordered, tidy

_LAST_PREPOSITION = re.compile(r" (of|at|in|on|to|from|with|for|about|by|under|out)$")
_ANYTHING = ("person", "org", "machine", "work", "city", "machine", "country", "event")


class Clauses:
    """Makes sentences about a topic, or about somebody who does something with it.

    Parameters
    ----------
    phrases
        Draws their names.
    """

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def draw(self, topic: Topic) -> Sentence:
        """Return a sentence."""
        return _Clause(self.phrases, topic).sentence()

    def filler(self, topic: Topic) -> Sentence:
        """Return a sentence that states nothing of names."""
        r, p = self.phrases.rng, self.phrases
        if r.random() < 0.5:
            return Sentence(f"{r.choice(w.FILLERS)}.", (), ())
        subject = r.choice((topic.subject(r), p.noun_phrase(), p.noun_phrases()))
        return Sentence(
            tidy(f"{subject} {r.choice(w.TRANSITIVE)} {r.choice((p.noun_phrase(), p.noun_phrases()))}."), (), ()
        )


class _Clause:
    """One sentence while it is made."""

    def __init__(self, phrases: Phrases, topic: Topic) -> None:
        self.phrases = phrases
        self.rng = phrases.rng
        self.topic = topic
        self.labels = {topic.name: topic.label}
        self.facts: list[Fact] = []
        self.head = topic.name

    def sentence(self) -> Sentence:
        r = self.rng
        subject = self.topic.subject(r)
        is_other = r.random() < 0.22
        if is_other:
            phrase = self._name("person", "person", "org", "machine")
            self.head, subject = bare(phrase.name), phrase.text
        front = self._name("when", "when", "where") if r.random() < 0.25 else None
        said, verb = self._over_topic() if is_other else self._predicate()
        said += self._adjunct(verb)
        if front:
            self._state(f"{_stem(verb)} {front.preposition}", front)
            subject = f"{front.text}{r.choice((',', ''))} {subject}"
        if r.random() < 0.4:
            more, verb = self._predicate()
            said += self._conjunction(is_other=is_other) + more + self._adjunct(verb)
        return ordered(tidy(f"{subject} {said}."), self.topic, self.labels, self.facts)

    def _conjunction(self, *, is_other: bool) -> str:
        if is_other:
            return self.rng.choice((" and ", " and later ", ", but ", " and then "))
        pronoun = PRONOUNS[self.topic.gender][0]
        with_pronoun = (f", where {pronoun} ", f" before {pronoun} ", f", and {pronoun} ", f" after {pronoun} ")
        return self.rng.choice((" and ", " and later ", ", but ", *with_pronoun))

    def _over_topic(self) -> tuple[str, str]:
        verb = self._verb()
        self.facts.append((self.head, verb, self.topic.name))
        return f"{verb} {self.topic.object(self.rng)}", verb

    def _predicate(self) -> tuple[str, str]:
        """Return a verb with what follows it, and the verb that times and places belong to."""
        r = self.rng
        adverb = r.choice(("", "", "", "", "also ", "later ", "then ", "soon ", "first ", "finally "))
        form = r.choices(("object", "preposition", "passive", "function", "phrase", "none"), (30, 20, 12, 10, 16, 12))[
            0
        ]
        verb = self._verb()
        if form == "none":
            return f"{adverb}{verb} {r.choice((self.phrases.noun_phrase(), self.phrases.noun_phrases()))}", verb
        relation, kinds = {
            "object": (verb, _ANYTHING),
            "preposition": (r.choice(w.PREPOSITIONAL), _ANYTHING),
            "passive": (f"was {r.choice(w.PASSIVE)} by", ("person", "org", "person")),
            "function": (f"{r.choice(('was', 'became'))} the {r.choice(w.FUNCTIONS)} of", ("person", "org", "machine")),
            "phrase": (
                f"{verb} {self._noun_phrase()} {r.choice(('of', 'for', 'with', 'about', 'at', 'from'))}",
                _ANYTHING,
            ),
        }[form]
        phrase = self._name(*kinds)
        self._state(relation, phrase)
        return f"{adverb}{relation} {phrase.text}", verb if form == "phrase" else relation

    def _noun_phrase(self) -> str:
        adjective = self.rng.choice(("", f"{self.rng.choice(w.ADJECTIVES)} "))
        return f"{self.rng.choice(('the', 'the', 'its', 'one'))} {adjective}{self.phrases.noun()}"

    def _adjunct(self, verb: str) -> str:
        """Return a time, a place or a companion, or nothing."""
        kind = self.rng.choices(("when", "where", "person", ""), (25, 15, 10, 50))[0]
        if not kind:
            return ""
        phrase = self._name(kind)
        self._state(f"{_stem(verb)} {phrase.preposition or 'with'}", phrase)
        return f" {'' if phrase.preposition else 'with '}{phrase.text}"

    def _verb(self) -> str:
        return self.rng.choice(w.TRANSITIVE) if self.rng.random() < 0.96 else f"{self.phrases.invented(1, 2).lower()}ed"

    def _state(self, relation: str, phrase: Phrase) -> None:
        self.facts.append((self.head, relation, bare(phrase.name)))

    def _name(self, *kinds: str) -> Phrase:
        kind = self.rng.choice(kinds)
        phrase: Phrase = getattr(self.phrases, kind)()
        self.labels.setdefault(bare(phrase.name), label_of(kind, phrase))
        for fact in phrase.facts:
            self.facts.append(fact)
            self.labels.setdefault(fact[2], "place" if fact[1] != "of" else "organisation")
        return phrase


def _stem(verb: str) -> str:
    """Return a verb without the preposition of its object."""
    return _LAST_PREPOSITION.sub("", verb)
