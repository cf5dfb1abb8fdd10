"""Answering a chain in steps: what a question describes is asked for first, and its name put in the place."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from graphrag.reading.asking import KIND_ASKS
from graphrag.reading.descriptions import find_descriptions
from graphrag.reading.links import Text
from graphrag.text import normalize_phrase
from graphrag.types import Reading, ScoredPassage

DOUBTED_BELOW = 0.3
"""An answer of this confidence is not taken apart."""

TRUSTED_FROM = 0.12
"""The confidence that a step's answer needs to be put in the place of what describes it."""

MAX_STEPS = 3

Search = Callable[[str], Sequence[ScoredPassage]]
Read = Callable[[str, Sequence[ScoredPassage]], Reading]


class _Hop(NamedTuple):
    """A description in a question, what was asked for it, the answer, and the passages that it was read from."""

    start: int
    end: int
    asked: str
    reading: Reading
    hits: Sequence[ScoredPassage]


def read_in_steps(
    question: str, direct: Reading, passages: Sequence[ScoredPassage], search: Search, read: Read
) -> tuple[Reading, tuple[ScoredPassage, ...]]:
    """Return the answer to a question whose direct answer is doubtful, and the passages found on the way.

    "When did the Admiral Twin open in the city where the Philbrook Museum is located?" becomes "What is the city where
    the Philbrook Museum is located?", then "When did the Admiral Twin open in Tulsa?".

    Parameters
    ----------
    question
        The question.
    direct
        The answer from ``passages``; returned where it is sure enough, or no description has a trusted answer.
    passages
        Those retrieved for the question.
    search
        Returns passages for another question.
    read
        Returns the answer to a question from passages.

    Returns
    -------
    tuple
        The reading, as sure as its least sure step, and the passages that it cites beyond ``passages``.
    """
    if direct.confidence >= DOUBTED_BELOW:
        return direct, ()
    hops: list[_Hop] = []
    asked, hits, answer = question, passages, direct
    while len(hops) < MAX_STEPS:
        hop = _first_hop(asked, hits, search, read)
        if hop is None or hop.reading.confidence < TRUSTED_FROM:
            break
        hops.append(hop)
        asked = asked[: hop.start] + hop.reading.text + asked[hop.end :]
        hits = search(asked)
        answer = read(asked, hits)
    if not hops or not answer.text:
        return direct, ()
    readings = [*(hop.reading for hop in hops), answer]
    citations = tuple(dict.fromkeys(one for reading in reversed(readings) for one in reading.citations))
    steps = "; ".join(f"{hop.asked} {hop.reading.text}" for hop in hops)
    confidence = min(reading.confidence for reading in readings)
    known = {hit.passage_id for hit in passages}
    found = {hit.passage_id: hit for hop in hops for hit in hop.hits} | {hit.passage_id: hit for hit in hits}
    cited = tuple(found[one] for one in citations if one in found and one not in known)
    return Reading(answer.text, confidence, citations, f"{answer.method}, in steps: {steps}"), cited


def _first_hop(question: str, hits: Sequence[ScoredPassage], search: Search, read: Read) -> _Hop | None:
    """Return the description with the surest answer; None if the question has none with a new one."""
    texts = [Text(hit.passage.title, hit.passage.text) for hit in hits]
    known = normalize_phrase(question)
    hops: list[_Hop] = []
    for start, end in find_descriptions(question, texts):
        described = question[start:end]
        asked = f"{'Who' if KIND_ASKS['person'].search(described) else 'What'} is {described}?"
        found = search(asked)
        reading = read(asked, found)
        if reading.text and normalize_phrase(reading.text) not in known:
            hops.append(_Hop(start, end, asked, reading, found))
    return max(hops, key=lambda hop: hop.reading.confidence, default=None)
