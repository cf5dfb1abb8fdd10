"""Answering a chain in steps: what a question describes is asked for first, and its name put in the place."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from graphrag.reading.asking import KIND_ASKS
from graphrag.reading.descriptions import find_descriptions
from graphrag.reading.links import Text
from graphrag.text import normalize_phrase
from graphrag.types import Reading, ScoredPassage

DOUBTED_BELOW = 0.4
"""An answer of this confidence is not taken apart."""

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
    """Return the surest answer to a question whose direct answer is doubtful, and the passages found on the way.

    "When did the Admiral Twin open in the city where the Philbrook Museum is located?" becomes "What is the city where
    the Philbrook Museum is located?", then "When did the Admiral Twin open in Tulsa?". An answer in steps is as sure as
    the least sure of them. "Tulsa" is then no answer to the question itself: it is what the question describes.

    Parameters
    ----------
    question
        The question.
    direct
        The answer from ``passages``.
    passages
        Those retrieved for the question.
    search
        Returns passages for another question.
    read
        Returns the answer to a question from passages.

    Returns
    -------
    tuple
        The reading, and the passages that it cites beyond ``passages``.
    """
    best: Reading = direct
    found: dict[str, ScoredPassage] = {}
    hops: list[_Hop] = []
    asked, hits = question, passages
    while direct.confidence < DOUBTED_BELOW and len(hops) < MAX_STEPS:
        hop = _first_hop(asked, hits, search, read)
        if hop is None or hop.reading.confidence <= best.confidence:
            break
        hops.append(hop)
        if normalize_phrase(best.text) == normalize_phrase(hop.reading.text):
            best = replace(best, confidence=0.0)
        asked = asked[: hop.start] + hop.reading.text + asked[hop.end :]
        hits = search(asked)
        found |= {hit.passage_id: hit for hit in (*hop.hits, *hits)}
        answer = _chained(hops, read(asked, hits))
        if answer.text and answer.confidence > best.confidence:
            best = answer
    known = {hit.passage_id for hit in passages}
    return best, tuple(found[one] for one in best.citations if one in found and one not in known)


def _chained(hops: Sequence[_Hop], last: Reading) -> Reading:
    """Return the reading that ends a chain, with what the steps before it rest on."""
    readings = [last, *(hop.reading for hop in hops)]
    steps = "; ".join(f"{hop.asked} {hop.reading.text}" for hop in hops)
    citations = tuple(dict.fromkeys(one for reading in readings for one in reading.citations))
    confidence = min(reading.confidence for reading in readings)
    return Reading(last.text, confidence, citations, f"{last.method}, in steps: {steps}")


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
