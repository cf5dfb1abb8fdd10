"""Sentences from templates.txt."""

import re
from pathlib import Path

import words as w
from markup import split_bars
from names import Fact, Phrase, article, bare
from phrases import Phrases
from sentences import LABELS, PRONOUNS, Sentence, Topic, label_of, ordered, tidy

_PIECE = re.compile(r"<([^<>]*)>|\{([A-Za-z_]+)(\d*)(\+?)(\d*)\}")
_CHOSEN = re.compile(r"\$(\d)|\{(\d)\}")
_WORD = re.compile(r"\{(\w+)\}")
_PREPOSITION = re.compile(r"@(\w+)")
_GENDERED = {"he|she": 0, "his|her": 1, "him|her": 2}
_LISTS = {
    "job": w.JOBS, "nat": w.NATIONS, "field": w.FIELDS, "noun": w.NOUNS, "plural": w.PLURALS, "adjective": w.ADJECTIVES,
    "function": w.FUNCTIONS,
}  # fmt: skip


class Templates:
    """Fills templates.

    Parameters
    ----------
    phrases
        Draws what fills them.
    """

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.rows: dict[str, list[tuple[str, str]]] = {}
        lines = (Path(__file__).parent / "templates.txt").read_text(encoding="utf-8").splitlines()
        for line in lines:
            if line and not line.startswith("#"):
                kind, sentence, facts = map(str.strip, split_bars(line))
                self.rows.setdefault(kind, []).append((sentence, facts))

    def draw(self, topic: Topic, kind: str, *, is_first: bool) -> Sentence:
        """Return a sentence of a kind."""
        sentence, facts = self.phrases.rng.choice(self.rows[kind])
        return _Filling(self.phrases, topic, is_first=is_first).sentence(sentence, facts)


class _Filling:
    """One template while it is filled: what was chosen and drawn for it."""

    def __init__(self, phrases: Phrases, topic: Topic, *, is_first: bool) -> None:
        self.phrases = phrases
        self.rng = phrases.rng
        self.topic = topic
        self.is_first = is_first
        self.chosen: list[str] = []
        self.words: dict[str, str] = {}
        self.slots = {"T": [Phrase(topic.name, topic.name)]}
        self.labels = {topic.name: topic.label}
        self.stated: list[Fact] = []

    def sentence(self, template: str, facts: str) -> Sentence:
        text = tidy(_PIECE.sub(self._piece, template))
        for fact in filter(None, map(str.strip, facts.split(";"))):
            self._state(*(part.strip() for part in fact.split(" > ")))
        return ordered(text, self.topic, self.labels, self.stated)

    def _piece(self, match: re.Match[str]) -> str:
        if match[1] is not None:
            return self._choice(match[1])
        mention = self._mention(match[2])
        if mention:
            return mention
        if match[2] in LABELS:
            return self._names(match[2], match[2] + match[3], int(match[5] or 1) if match[4] else 0)
        word = self.words[match[2] + match[3]] = self._word(match[2])
        return word

    def _choice(self, options: str) -> str:
        gender = self.topic.gender
        if options in _GENDERED and gender != "n":
            text = PRONOUNS[gender][_GENDERED[options]]
        else:
            text = self.rng.choice(options.split("|"))
        self.chosen.append(text.strip())
        return _PIECE.sub(self._piece, text)

    def _mention(self, slot: str) -> str:
        if slot == "Tn" or (slot == "T" and self.is_first):
            return self.topic.full
        if slot in {"T", "Tm", "t"}:
            return self.topic.subject(self.rng)
        if slot in {"To", "Tom"}:
            return self.topic.object(self.rng)
        return self.topic.possessive(self.rng) if slot == "Ts" else ""

    def _word(self, slot: str) -> str:
        if slot in _LISTS:
            return self.rng.choice(_LISTS[slot])
        if slot == "a_job":
            return article(self.rng.choice(w.JOBS))
        if slot == "a_nat":
            nation = self.rng.choice(w.NATIONS)
            return article(nation if self.rng.random() < 0.92 else f"{nation}-{self.rng.choice(w.NATIONS)}")
        return self.phrases.noun_phrase() if slot == "np" else self.phrases.noun_phrases()

    def _names(self, kind: str, slot: str, least: int) -> str:
        """Return one name, or a list of at least so many."""
        num = self.rng.choice((least, 2, 3, 3, 4)) if least else 1
        drawn = self.slots[slot] = [getattr(self.phrases, kind)() for _ in range(num)]
        for phrase in drawn:
            self.labels.setdefault(bare(phrase.name), label_of(kind, phrase))
            for fact in phrase.facts:
                self.stated.append(fact)
                self.labels.setdefault(fact[2], "place" if fact[1] != "of" else "organisation")
        texts = [phrase.text for phrase in drawn]
        return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"

    def _state(self, head: str, relation: str, tail: str) -> None:
        relation = self._filled(relation)
        self.stated += [(h, relation, t) for h in self._ends(head) for t in self._ends(tail)]

    def _ends(self, end: str) -> list[str]:
        return [bare(phrase.name) for phrase in self.slots[end]] if end in self.slots else [self._filled(end)]

    def _filled(self, text: str) -> str:
        text = _CHOSEN.sub(lambda match: self.chosen[int(match[1] or match[2]) - 1], text)
        text = _PREPOSITION.sub(lambda match: self.slots[match[1]][0].preposition, text)
        return " ".join(_WORD.sub(lambda match: self.words[match[1]], text).split())
