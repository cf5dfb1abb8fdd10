"""Questions as reasoners read them: the encoder's token states, with the names of the seed entities taken out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphrag.protocols import FloatMatrix, TokenEncoder
from graphrag.reasoning import ReasoningGraph
from graphrag.text import normalize_phrase

PLACEHOLDER = "it"
"""Stands in a question where a seed entity is named: what is asked does not depend on the name."""

FAR = 6
"""Words that are farther from a named entity than so many tokens are alike."""

NOWHERE = 2 * FAR + 1
"""The place of a token in a question that names no entity, and of no token."""

NUM_PLACES = NOWHERE + 1

MAX_NAME_WORDS = 30

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class LabelledQuestion:
    """A question with its seeds, its answers and the graph that both are in.

    Parameters
    ----------
    question
        Its text.
    graph
        The graph or the part of one around the question; one object may serve many questions.
    seeds, answers
        Positions in ``graph.nodes``; either may be empty, and then nothing can be learned from the question.
    """

    question: str
    graph: ReasoningGraph
    seeds: tuple[int, ...]
    answers: tuple[int, ...]


def read_question(encoder: TokenEncoder, text: str) -> tuple[tuple[str, ...], FloatMatrix]:
    """Return the tokens of a text and their states, shape ``(num_tokens, dimension)``.

    The marks of beginning and end are left out unless there is nothing else.
    """
    tokens, states = encoder.token_states(text)
    inner = slice(1, -1) if len(tokens) > 2 else slice(None)
    return tokens[inner], states[inner]


def token_places(tokens: Sequence[str]) -> list[int]:
    """Return where tokens stand, seen from the nearest :data:`PLACEHOLDER`, in [0, ``NUM_PLACES``).

    The placeholder has :data:`FAR`, tokens before it less, those behind it more.

    Examples
    --------
    >>> token_places(["who", "directed", "it", "?"])
    [4, 5, 6, 7]
    >>> token_places(["who", "?"])
    [13, 13]
    """
    named = [position for position, token in enumerate(tokens) if token == PLACEHOLDER]
    if not named:
        return [NOWHERE] * len(tokens)
    distances = (min((position - name for name in named), key=abs) for position in range(len(tokens)))
    return [max(-FAR, min(FAR, distance)) + FAR for distance in distances]


def distinct_seeds(seeds: Sequence[int], graph: ReasoningGraph) -> tuple[int, ...]:
    """Return seeds, each once, in their order.

    Raises
    ------
    ValueError
        If one is no node.
    """
    if any(not 0 <= seed < graph.num_nodes for seed in seeds):
        raise ValueError(f"Expected 'seeds' to be in [0, {graph.num_nodes}) (got {list(seeds)[:10]})")
    return tuple(dict.fromkeys(seeds))


def question_text(question: str, seeds: Sequence[int], graph: ReasoningGraph) -> str:
    """Return a question with :data:`PLACEHOLDER` in place of its seed entities, where the graph knows their names."""
    if graph.names is None:
        return question
    return masked(question, [graph.names[seed] for seed in seeds])


def masked(question: str, names: Sequence[str]) -> str:
    """Return a question with :data:`PLACEHOLDER` in place of names; case and punctuation do not count.

    Examples
    --------
    >>> masked("Who directed Some Mother's Son?", ["some mother s son"])
    'Who directed it?'
    >>> masked("what is the job of ludwig_ii 's son ?", ["ludwig ii"])
    "what is the job of it 's son ?"
    """
    for name in sorted(names, key=len, reverse=True):
        words = normalize_phrase(name).split()
        spans = [match.span() for match in _WORD.finditer(question)]
        texts = [normalize_phrase(question[start:end]) for start, end in spans]
        size = len(words)
        if not 0 < size <= MAX_NAME_WORDS:
            continue
        for first in range(len(texts) - size + 1):
            if texts[first : first + size] == words:
                start, end = spans[first][0], spans[first + size - 1][1]
                question = question[:start] + PLACEHOLDER + question[end:]
                break
    return question
