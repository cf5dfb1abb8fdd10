"""What the model is asked, by the product's own prompts, and the replies that it should learn."""

import re
from dataclasses import dataclass
from pathlib import Path

from chat import FORMS, PLACE, REPLY, TEMPLATE, TURN
from passages import Example, Passages
from questions import ALIKE, Asked, Hop, Questions

from extractors.llm_extractor import LLMExtractor
from graphrag.llm.chat_template import render_chat
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
        if self.rng.random() < (0.95 if progress < 0.35 else 0.72 if progress < 0.85 else 0.55):
            longest = 1 if progress < 0.04 else 2 if progress < 0.2 else 3
            if progress > 0.5:
                longest = self.rng.choice((3, 3, 6))
            has_start = self.rng.random() < (0.3 if progress < 0.5 else 0.6)
            return self.extraction(self.passages.draw(self.rng.randint(1, longest), has_start=has_start))
        x = self.rng.random()
        return self.answer() if x < 0.8 else self.names() if x < 0.9 else self.facts()

    def extraction(self, example: Example) -> Task:
        """Return the extraction of a passage; names in replies are copies of the prompt, with its marks."""
        messages = self._extractor.first_messages(Passage("p", example.text, example.title))
        if not example.entities:
            return Task(messages, (FORMS["nothing"],))
        prompt = shown(messages)
        ends = [end for head, _, tail in example.triples for end in (head, tail)]
        copies = {name: _copy(name, prompt) for name in (*(name for name, _ in example.entities), *ends)}
        reply: list[str] = []
        for i, (name, label) in enumerate(example.entities):
            reply += [FORMS["next entity" if i else "entities"], copies[name], FORMS["label"], f" {label}"]
        for i, (head, relation, tail) in enumerate(example.triples):
            reply += [FORMS["next triple" if i else "triples"], copies[head], FORMS["relation"], _plain(relation)]
            reply += [FORMS["tail"], copies[tail]]
        return Task(messages, (*reply, FORMS["end of triples" if example.triples else "no triples"]))

    def answer(self) -> Task:
        """Return a question over paths; for a few, none of the paths answers it, or there are none."""
        r = self.rng
        asked = self.questions.draw()
        is_known = r.random() < 0.8
        has_paths = is_known or r.random() < 0.5
        paths = [*asked.others, *([asked.hops] if is_known else [])] if has_paths else []
        if has_paths and (not paths or r.random() < 0.35):
            paths = [self.questions.draw().hops, *paths]
        if has_paths:
            paths = [*self._strange(asked, r.choice((0, 1, 2, 4)), may_answer=is_known), *paths]
        paths = paths[-MAX_PATHS:]
        r.shuffle(paths)
        titles = list(dict.fromkeys(hop.source for path in paths for hop in path))
        titles += [self.passages.phrases.person_name() for _ in range(2)]
        r.shuffle(titles)
        blocks = [f"[{number}] {title}\nA text." for number, title in enumerate(titles[:5], start=1)]
        lines = [path[0].source + "".join(map(str, path)) for path in paths]
        evidence = "\n\n".join([*blocks, *(["Paths:\n" + "\n".join(lines)] if lines else [])])
        on_path = {hop.source for hop in asked.hops} if is_known else set()
        cited = ", ".join(str(n) for n, title in enumerate(titles[:5], start=1) if title in on_path)
        thought = asked.hops[0].source + "".join(map(str, asked.hops)) if is_known else "The paths do not say it."
        start = (
            [FORMS["thought"], _plain(thought), FORMS["citations"]] if r.random() < 0.85 else [FORMS["only citations"]]
        )
        answer = _plain(asked.hops[-1].target) if is_known else ""
        reply = (*start, cited, FORMS["answer"], answer, FORMS["end of answer"])
        return Task(_ANSWER.fill(evidence=evidence, question=asked.question), reply)

    def _strange(self, asked: Asked, num: int, *, may_answer: bool) -> list[tuple[Hop, ...]]:
        """Return paths with relations of other sentences: from the question's name, or on from where a path has led."""
        r = self.rng
        right = {word for hop in asked.hops for word in _words(hop.relation)}
        triples = [t for _ in range(num) for t in self.passages.draw(1, has_start=False).triples if t[1]]
        found: list[tuple[Hop, ...]] = []
        for head, relation, tail in triples[:num]:
            if right & _words(relation) or (right & ALIKE and _words(relation) & ALIKE):
                continue
            begun = asked.hops[: r.randint(1, 2)] if may_answer and r.random() < 0.5 else ()
            here = begun[-1].target if begun else asked.name
            hop = Hop(relation, True, here, tail) if r.random() < 0.6 else Hop(relation, False, here, head)
            found.append((*begun, hop))
        return found

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


def _words(relation: str) -> set[str]:
    return {word for word in relation.lower().split() if len(word) > 2} - {"was", "the", "from", "with", "for"}


def _plain(text: str) -> str:
    words = text.replace('"', " ").replace("(", "( ").split()
    return f" {' '.join(words)}"


def _copy(name: str, prompt: str) -> str:
    """Return a name as it stands in a prompt for the first time, with the marks before its words."""
    words = "".join(f"(?:{PLACE})? {re.escape(word)}" for word in _plain(name).split())
    found = re.search(rf"{words}(?!\w)", prompt)
    return found[0] if found else _plain(name)


def shown(messages: list[Message]) -> str:
    """Return what the model is shown of a chat."""
    return render_chat(TEMPLATE, messages).removeprefix(TURN).removesuffix(REPLY)
