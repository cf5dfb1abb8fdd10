"""The demo language model's prompts mark where names may begin, and its replies are read without the marks."""

import re
import sys
from pathlib import Path

import pytest

from extractors.llm_extractor import LLMExtractor
from graphrag.llm.chat_template import render_chat
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.types import Extraction, Passage

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def _scripts():
    """Let the modules of ``scripts/demo_llm``, which import each other by their bare names, be imported."""
    sys.path.insert(0, str(ROOT / "scripts" / "demo_llm"))
    yield
    sys.path.remove(str(ROOT / "scripts" / "demo_llm"))


def numbered(prompt: str) -> str:
    from chat import PLACE, PLACES  # noqa: PLC0415

    return re.sub(PLACE, lambda mark: f"<{PLACES.index(mark[0])}>", prompt)


def prompt_for(title: str, text: str) -> str:
    from chat import TEMPLATE  # noqa: PLC0415

    return render_chat(TEMPLATE, LLMExtractor(ScriptedModel([""])).first_messages(Passage("p", text, title)))


def test_every_place_where_a_name_may_begin_is_marked_once() -> None:
    text = 'In 1871 J. B. Ashby of Graz built the "Ashby Loom", a loom for Vance, Reyl and Élan College. It was sold.'
    assert numbered(prompt_for("J. B. Ashby", text)) == (
        "<|user|> Title:<0> J. B. Ashby Text: In<1> 1871 J. B. Ashby of<2> Graz built the<3> Ashby Loom , a loom for"
        "<4> Vance,<5> Reyl and<6> Élan College. It was sold.<|reply|>"
    )


def test_a_passage_cannot_write_marks_nor_more_of_them_than_there_are() -> None:
    from chat import PLACE, PLACES  # noqa: PLC0415

    assert numbered(prompt_for("Zed", f"the{PLACES[5]} end")) == "<|user|> Title:<0> Zed Text: the end<|reply|>"
    assert len(re.findall(PLACE, prompt_for("", "a B " * 500))) == len(PLACES)


def test_what_training_wants_as_reply_is_read_as_the_names_of_the_passage() -> None:
    from tasks import Tasks  # noqa: PLC0415

    tasks = Tasks(3)
    examples = [tasks.passages.draw(3) for _ in range(30)]
    replies = ["".join(tasks.extraction(example).reply) for example in examples]
    model = ScriptedModel(replies)
    for example in examples:
        (found,) = LLMExtractor(model).extract([Passage("p", example.text, example.title)])
        assert isinstance(found, Extraction)
        names = [(entity.text, entity.label) for entity in found.entities]
        assert names == [(" ".join(name.replace("(", "( ").split()), label) for name, label in example.entities]
        assert [(triple.head, triple.relation, triple.tail) for triple in found.triples] == list(example.triples)
