"""The demo language model's training sentences keep away from what it is measured on."""

import json
import random
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
_FUNCTION_WORDS = frozenset(
    "a an the of in on at by for from to with and was is are were be been his her he she it its they their that which "
    "who whom then later not as had has have there where when this".split()
)


@pytest.fixture(scope="module")
def scripts():
    """Let the modules of ``scripts/demo_llm``, which import each other by their bare names, be imported."""
    sys.path.insert(0, str(ROOT / "scripts" / "demo_llm"))
    yield
    sys.path.remove(str(ROOT / "scripts" / "demo_llm"))


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


def fixed_words(template: str) -> list[frozenset[str]]:
    """Return the words that say something, outside of slots; several where there is a choice."""
    found = []
    for choice, _, word in re.findall(r"<([^<>]*)>|(\{[^}]*\})|([\w'-]+)", template):
        words = re.findall(r"[\w'-]+", re.sub(r"\{[^}]*\}", "", choice or word).lower())
        found.append(frozenset(words) - _FUNCTION_WORDS)
    return [words for words in found if words]


def common(wanted: list[frozenset[str]], sentence: list[str]) -> int:
    """Return the length of the longest common subsequence."""
    lengths = [0] * (len(sentence) + 1)
    for words in wanted:
        before = 0
        for place, word in enumerate(sentence, start=1):
            here = before + 1 if word in words else max(lengths[place], lengths[place - 1])
            before, lengths[place] = lengths[place], here
    return lengths[-1]


def sentences_of(passages: list[dict]) -> list[list[str]]:
    return [
        re.findall(r"[\w'-]+", sentence.lower())
        for passage in passages
        for sentence in re.split(r"(?<=\.) (?=[A-Z])", passage["text"])
    ]


def closeness(wanted: list[frozenset[str]], sentences: list[list[str]]) -> int:
    every = frozenset().union(*wanted) if wanted else frozenset()
    return max((common(wanted, s) for s in sentences if len(every.intersection(s)) > 2), default=0)


def test_no_template_is_a_sentence_of_the_passages_with_gold_triples() -> None:
    gold_ids = {row["passage_id"] for row in rows("gold_triples.jsonl")}
    passages = rows("passages.jsonl")
    gold = sentences_of([passage for passage in passages if passage["passage_id"] in gold_ids])
    others = sentences_of([passage for passage in passages if passage["passage_id"] not in gold_ids])
    lines = (ROOT / "scripts" / "demo_llm" / "templates.txt").read_text(encoding="utf-8").splitlines()
    templates = [line.split("|", 1)[1].split(". |")[0] for line in lines if line and not line.startswith("#")]
    assert len(templates) > 300
    taken = [
        template
        for template, wanted in ((template, fixed_words(template)) for template in templates)
        if closeness(wanted, gold) > max(2, closeness(wanted, others))
    ]
    assert taken == []


def test_a_template_made_from_a_gold_sentence_would_be_found() -> None:
    sentence = "Jay Forrester was the head of the project, and Robert Everett was his deputy."
    template = fixed_words("{person} was the <head|director> of the project, and {person2} was <his|her> deputy")
    assert common(template, sentences_of([{"text": sentence}])[0]) == 3


def test_held_out_names_are_never_drawn_for_training(scripts: None) -> None:
    from names import Names  # noqa: PLC0415

    train, held_out = Names(random.Random(0)), Names(random.Random(0), held_out=True)
    for kind in ("person_name", "org_name", "machine_name", "work_name"):
        drawn, kept = ({getattr(names, kind)() for _ in range(300)} for names in (train, held_out))
        assert not drawn & kept


def test_the_held_out_sentences_are_those_of_the_script(scripts: None) -> None:
    from passages import Passages  # noqa: PLC0415

    passages = Passages(2026, held_out=True)
    example = next(example for example in (passages.draw(1) for _ in range(9)) if example.triples and example.title)
    first = rows("held_out_sentences.jsonl")[0]
    assert (example.title, example.text) == (first["title"], first["text"])
    assert [list(triple) for triple in example.triples] == first["triples"]
