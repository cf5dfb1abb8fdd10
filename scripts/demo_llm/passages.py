"""Passages of some sentences about one topic, with their entities and triples."""

import random
from dataclasses import dataclass

from clauses import Clauses
from names import Fact
from phrases import Phrases
from sentences import Sentence, Topic, draw_topic
from templates import Templates


@dataclass(frozen=True)
class Example:
    """A passage and what is to be extracted from it."""

    title: str
    text: str
    entities: tuple[tuple[str, str], ...]
    triples: tuple[Fact, ...]


class Passages:
    """Draws passages.

    Parameters
    ----------
    seed
        Decides all.
    held_out
        Whether to use the names that training never does.
    """

    def __init__(self, seed: int, *, held_out: bool = False) -> None:
        self.rng = random.Random(seed)
        self.phrases = Phrases(self.rng, held_out=held_out)
        self.templates = Templates(self.phrases)
        self.clauses = Clauses(self.phrases)

    def draw(self, num_sentences: int, *, has_start: bool = True) -> Example:
        """Return a passage; a few have no title, and then the topic is what the first sentence names.

        A passage without a start has a title and sentences from further down.
        """
        topic = draw_topic(self.phrases)
        said = [self._sentence(topic, is_first=has_start and position == 0) for position in range(num_sentences)]
        has_title = not has_start or self.rng.random() < 0.96
        entities = {topic.name: topic.label} if has_title else {}
        for name, label in (named for sentence in said for named in sentence.names):
            entities.setdefault(name, label)
        triples = tuple(dict.fromkeys(fact for sentence in said for fact in sentence.facts))
        text = " ".join(sentence.text for sentence in said)
        return Example(topic.name if has_title else "", text, tuple(entities.items()), triples)

    def _sentence(self, topic: Topic, *, is_first: bool) -> Sentence:
        x = self.rng.random()
        if is_first:
            return self.templates.draw(topic, f"{topic.kind}1", is_first=True) if x < 0.96 else self.clauses.draw(topic)
        if x < 0.08:
            return self.clauses.filler(topic)
        if x < 0.22:
            return self.clauses.draw(topic)
        return self.templates.draw(topic, topic.kind if x < 0.84 else "X", is_first=False)
