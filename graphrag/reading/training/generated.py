"""Questions made of the triples of a store: single ones, chains over two passages, kinship, and comparisons."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graphrag.reading.links import occurrences
from graphrag.reading.training.facts import Fact, FactFinder
from graphrag.reading.training.kinship import CHAINS
from graphrag.reading.training.relations import PLACES
from graphrag.reading.values import parse_date
from graphrag.rows import MentionRow, TripleRow
from graphrag.text import normalize_phrase
from graphrag.types import Passage

SHARES = {"comparison": 0.1, "kinship": 0.15, "bridge": 0.35, "single": 1.0}
"""Of the questions, at most, in this order; what others leave is for single ones."""

MAX_PER_FACT = 3
"""Chains that end in the same fact."""

MAX_ANSWERS = 12

_FIRST = {
    "born when": "Who was born {}, {} or {}?",
    "died when": "Who died {}, {} or {}?",
    "released when": "Which was released {}, {} or {}?",
    "founded when": "Which was founded {}, {} or {}?",
    "established when": "Which was established {}, {} or {}?",
    "opened when": "Which was opened {}, {} or {}?",
    "published when": "Which was published {}, {} or {}?",
}
_OF_PLACES = frozenset(
    {"population was", "located where", "situated where", "founded when", "established when", "part of", "known as"}
)
"""What places are asked about."""

_MORE = {"population was": "Which has the larger population, {} or {}?"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with what is known of its answer, as a line of a file of questions has it.

    Parameters
    ----------
    question_id
        Unique.
    question
        Its text.
    answers
        Each of them is right.
    gold_passage_ids
        What the answer rests on.
    type
        Of `SHARES` for generated questions.
    """

    question_id: str
    question: str
    answers: tuple[str, ...]
    gold_passage_ids: tuple[str, ...]
    type: str


def generate_questions(
    passages: Iterable[Passage],
    triples: Iterable[TripleRow],
    mentions: Iterable[MentionRow],
    *,
    max_questions: int,
    seed: int = 0,
) -> list[Labelled]:
    """Return questions that the passages answer; equal content and seed give equal questions.

    An answer stands in the last of its gold passages, and the question does not name it, comparisons aside: their
    answers are among the two things that they name, and the reader decides them by values, not by a span.

    Parameters
    ----------
    passages, triples, mentions
        What a store holds.
    max_questions
        At most so many.
    seed
        Of the choice among what could be asked.
    """
    known = {one.passage_id: one for one in passages}
    facts = FactFinder(known.values(), mentions).find(triples)
    by_kind = {
        "comparison": list(_comparisons(facts, np.random.default_rng(seed))),
        "kinship": list(_chains(facts, kin=True)),
        "bridge": list(_chains(facts, kin=False)),
        "single": list(_singles(facts)),
    }
    found: list[Labelled] = []
    for kind, share in SHARES.items():
        asked = [one for one in by_kind[kind] if kind == "comparison" or _is_fair(one, known)]
        room = min(round(share * max_questions), max_questions - len(found))
        found.extend(
            Labelled(f"{kind}-{number}", one.question, one.answers, one.gold, kind)
            for number, one in enumerate(_varied(asked, seed)[:room])
        )
    return found


@dataclass(frozen=True, slots=True)
class _Draft:
    question: str
    answers: tuple[str, ...]
    gold: tuple[str, ...]
    name: str


def _is_fair(draft: _Draft, passages: dict[str, Passage]) -> bool:
    """Return whether the last gold passage holds the answers, and the question none of them."""
    text = passages[draft.gold[-1]].text
    return all(occurrences(text, one) and not occurrences(draft.question, one) for one in draft.answers)


def _varied(drafts: Sequence[_Draft], seed: int) -> list[_Draft]:
    """Return drafts in an order made by chance in which every relation comes once before any comes again."""
    unique = {one.question: one for one in drafts}
    chance = sorted(unique.values(), key=lambda one: zlib.crc32(f"{seed} {one.question}".encode()))
    turns: dict[str, int] = defaultdict(int)
    placed = []
    for one in chance:
        placed.append((turns[one.name], one))
        turns[one.name] += 1
    return [one for _, one in sorted(placed, key=lambda item: item[0])]


def _groups(facts: Iterable[Fact]) -> dict[tuple[str, str], list[Fact]]:
    """Return the facts by what is asked of whom."""
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.group].append(fact)
    return groups


def _answers(group: Sequence[Fact], passage_id: str) -> tuple[str, ...]:
    """Return the answers that one passage gives."""
    found = dict.fromkeys(fact.answer for fact in group if fact.passage_id == passage_id)
    return tuple(found)[:MAX_ANSWERS]


def _singles(facts: Sequence[Fact]) -> Iterator[_Draft]:
    for group in _groups(facts).values():
        best = group[0]
        answers = _answers(group, best.passage_id)
        yield _Draft(best.form.ask.format(best.subject), answers, (best.passage_id,), best.form.name)


def _chains(facts: Sequence[Fact], *, kin: bool) -> Iterator[_Draft]:
    """Yield questions that lead from one passage to what another one states of the answer there."""
    groups = _groups(facts)
    of_subject: dict[str, list[list[Fact]]] = defaultdict(list)
    for group in groups.values():
        if group[0].is_topic:
            of_subject[group[0].subject_key].append(group)
    uses: dict[tuple[str, str], int] = defaultdict(int)
    for (name, subject_key), first in groups.items():
        step = first[0]
        if not step.form.describe or len({fact.answer_key for fact in first}) > 1:
            continue
        for second in of_subject[step.answer_key]:
            last = second[0]
            word = CHAINS.get((name, last.form.name))
            if kin != bool(word) or last.passage_id == step.passage_id or uses[last.group] >= MAX_PER_FACT:
                continue
            if any(fact.answer_key == subject_key for fact in second):
                continue  # it leads back
            if step.form.answers == PLACES and last.form.name not in _OF_PLACES:
                continue  # something else is named like the place
            if word and word.startswith("step") and not _has_other_parent(groups, subject_key, second):
                continue
            uses[last.group] += 1
            asked = f"Who is the {word} of {step.subject}?" if word else _led(last, step)
            answers = _answers(second, last.passage_id)
            yield _Draft(asked, answers, (step.passage_id, last.passage_id), word or f"{name} > {last.form.name}")


def _led(last: Fact, step: Fact) -> str:
    """Return the question about whom a description leads to."""
    return last.form.ask.format(step.form.describe.format(step.subject))


def _has_other_parent(groups: dict[tuple[str, str], list[Fact]], child: str, spouses: Sequence[Fact]) -> bool:
    """Return whether somebody's parent is known and is none of the spouses of the other one."""
    parent = "mother" if spouses[0].form.name == "wife" else "father"
    known = {fact.answer_key for fact in groups.get((parent, child), ())}
    return bool(known) and not known & {fact.answer_key for fact in spouses}


def _comparisons(facts: Sequence[Fact], rng: np.random.Generator) -> Iterator[_Draft]:
    """Yield a question for each pair of things of one kind, drawn by chance, with values that differ."""
    alike: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for group in _groups(facts).values():
        fact = group[0]
        if fact.is_topic and fact.form.name in {*_FIRST, *_MORE} and _value(fact) is not None:
            alike[fact.form.name, fact.label].append(fact)
    for name, _ in sorted(alike):
        own = alike[name, _]
        order = rng.permutation(len(own))
        for left, right in zip(order[::2], order[1::2], strict=False):
            yield from _comparison(own[left], own[right], late=bool(rng.integers(2)))


def _comparison(one: Fact, other: Fact, *, late: bool) -> Iterator[_Draft]:
    values = _value(one), _value(other)
    if None in values or values[0] == values[1] or one.passage_id == other.passage_id:
        return
    name, subjects = one.form.name, (one.subject, other.subject)
    if name in _MORE:
        question, late = _MORE[name].format(*subjects), True
    else:
        question = _FIRST[name].format("later" if late else "first", *subjects)
    greater = int(values[1] > values[0])  # type: ignore[operator]  # neither is None
    answer = subjects[greater if late else 1 - greater]
    yield _Draft(question, (answer,), (one.passage_id, other.passage_id), name)


def _value(fact: Fact) -> float | None:
    """Return the year or the number that a fact states."""
    if fact.form.name in _MORE:
        digits = normalize_phrase(fact.answer).replace(" ", "")
        return float(digits) if digits.isdecimal() else None
    date = parse_date(fact.answer)
    return date.year if date else None
