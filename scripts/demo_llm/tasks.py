"""What the model is asked, by the product's own prompts, and the replies that it should learn."""

from dataclasses import dataclass
from pathlib import Path

from chat import FORMS
from passages import Example, Passages
from questions import Questions

from extractors.llm_extractor import LLMExtractor
from graphrag.llm.prompts import Message, read_prompt
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.types import Passage

MAX_PATHS = 8
_ROOT = Path(__file__).parents[2]
_ANSWER = read_prompt(_ROOT / "graphrag/generation/prompts/answer_thought_v1.txt")
_NAMES = read_prompt(_ROOT / "extractors/prompts/question_v1.txt")
_FACTS = read_prompt(_ROOT / "graphrag/retrieval/prompts/fact_filter_v1.txt")


@dataclass(frozen=True)
class Task:
    """Messages, and the reply in pieces: those of ``FORMS`` are one token each."""

    messages: list[Message]
    reply: tuple[str, ...]


class Tasks:
    """Draws tasks that grow from single sentences to whole passages.

    Parameters
    ----------
    seed
        Decides all.
    """

    def __init__(self, seed: int) -> None:
        self.passages = Passages(seed)
        self.rng = self.passages.rng
        self.questions = Questions(self.passages.phrases)
        self._extractor = LLMExtractor(ScriptedModel([""]))

    def draw(self, progress: float) -> Task:
        """Return a task; ``progress`` is the share of the training that is done."""
        x = self.rng.random()
        if x < 0.78:
            longest = 1 if progress < 0.06 else 3 if progress < 0.25 else 5 if progress < 0.45 else 7
            return self.extraction(self.passages.draw(self.rng.randint(1, longest)))
        if x < 0.93:
            return self.answer()
        return self.names() if x < 0.965 else self.facts()

    def extraction(self, example: Example) -> Task:
        """Return the extraction of a passage; names in replies stand behind a space, as they do in texts."""
        messages = self._extractor.first_messages(Passage("p", example.text, example.title))
        if not example.entities:
            return Task(messages, (FORMS["nothing"],))
        reply: list[str] = []
        for i, (name, label) in enumerate(example.entities):
            reply += [FORMS["next entity" if i else "entities"], _plain(name), FORMS["label"], f" {label}"]
        for i, (head, relation, tail) in enumerate(example.triples):
            reply += [FORMS["next triple" if i else "triples"], _plain(head), FORMS["relation"], _plain(relation)]
            reply += [FORMS["tail"], _plain(tail)]
        return Task(messages, (*reply, FORMS["end of triples" if example.triples else "no triples"]))

    def answer(self) -> Task:
        """Return a question over paths; for a few, none of the paths answers it."""
        r = self.rng
        asked = self.questions.draw()
        is_known = r.random() < 0.94
        paths = [*asked.others, *([asked.hops] if is_known else [])]
        if not paths or r.random() < 0.35:
            paths = [self.questions.draw().hops, *paths]
        paths = paths[-MAX_PATHS:]
        r.shuffle(paths)
        titles = list(dict.fromkeys(hop.source for path in paths for hop in path))
        titles += [self.passages.phrases.person_name() for _ in range(2)]
        r.shuffle(titles)
        blocks = [f"[{number}] {title}\nA text." for number, title in enumerate(titles[:5], start=1)]
        lines = [path[0].source + "".join(map(str, path)) for path in paths]
        evidence = "\n\n".join([*blocks, "Paths:\n" + "\n".join(lines)])
        on_path = {hop.source for hop in asked.hops} if is_known else set()
        cited = ", ".join(str(n) for n, title in enumerate(titles[:5], start=1) if title in on_path)
        thought = asked.hops[0].source + "".join(map(str, asked.hops)) if is_known else "The paths do not say it."
        start = (
            [FORMS["thought"], _plain(thought), FORMS["citations"]] if r.random() < 0.85 else [FORMS["only citations"]]
        )
        answer = _plain(asked.hops[-1].target) if is_known else ""
        reply = (*start, cited, FORMS["answer"], answer, FORMS["end of answer"])
        return Task(_ANSWER.fill(evidence=evidence, question=asked.question), reply)

    def names(self) -> Task:
        """Return a question whose names are to be found."""
        r = self.rng
        asked = self.questions.draw()
        if r.random() < 0.7:
            return Task(
                _NAMES.fill(question=asked.question), (FORMS["names"], _plain(asked.name), FORMS["end of names"])
            )
        other = self.questions.draw().name
        start = r.choice(("Who was born first", "Which is older", "Who died first", "Which was built earlier"))
        reply = (FORMS["names"], _plain(asked.name), FORMS["next name"], _plain(other), FORMS["end of names"])
        return Task(_NAMES.fill(question=f"{start}, {asked.name} or {other}?"), reply)

    def facts(self) -> Task:
        """Return a question for which facts are to be chosen."""
        asked = self.questions.draw()
        right = [hop.fact for hop in asked.hops]
        wrong = [path[-1].fact for path in asked.others] + [self.questions.draw().hops[0].fact for _ in range(2)]
        facts = [*right, *wrong][:5]
        self.rng.shuffle(facts)
        listed = "\n".join(f"{number}. {fact}" for number, fact in enumerate(facts, start=1))
        chosen = ", ".join(str(facts.index(fact) + 1) for fact in right)
        return Task(_FACTS.fill(question=asked.question, facts=listed), (FORMS["facts"], chosen, FORMS["end of facts"]))


def _plain(text: str) -> str:
    words = text.replace('"', " ").replace("(", "( ").split()
    return f" {' '.join(words)}"
