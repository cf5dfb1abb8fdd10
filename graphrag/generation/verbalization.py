"""Triples and reasoning paths as text for readers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graphrag.types import PathStep, ReasoningPath, Triple


@dataclass(frozen=True, slots=True)
class VerbalizedPaths:
    """Paths as text, and how many did not fit.

    Parameters
    ----------
    lines
        One a path, in the order of the paths.
    num_omitted
        Paths that were left out for want of space.
    """

    lines: tuple[str, ...]
    num_omitted: int = 0

    def __str__(self) -> str:
        """Return one path a line."""
        return "\n".join(self.lines)


def verbalize_relation(relation: str) -> str:
    """Return a relation in words; of an identifier such as Freebase's, the last part.

    Examples
    --------
    >>> [verbalize_relation(relation) for relation in ("people.person.place_of_birth", "directed_by", "is in")]
    ['place of birth', 'directed by', 'is in']
    """
    text = _one_line(relation)
    if " " not in text:
        text = text.strip("./_").rsplit("/", 1)[-1].rsplit(".", 1)[-1] or text
    return " ".join(text.replace("_", " ").split()) or text


def verbalize_triple(triple: Triple) -> str:
    """Return a triple as a sentence.

    Examples
    --------
    >>> verbalize_triple(Triple("Ada Lovelace", "wrote_notes_on", "the Analytical Engine"))
    'Ada Lovelace wrote notes on the Analytical Engine.'
    """
    words = [_one_line(triple.head), verbalize_relation(triple.relation), _one_line(triple.tail)]
    sentence = " ".join(word for word in words if word)
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def verbalize_path(path: ReasoningPath) -> str:
    """Return a path as one line with the direction of its facts; synonym steps have none.

    References
    ----------
    Mavromatis and Karypis, "GNN-RAG", arXiv 2405.20139, section 4.2; there all steps point forward.

    Examples
    --------
    >>> steps = (PathStep("London", "was born in", "Babbage", forward=False), PathStep("Babbage", "designed", "Engine"))
    >>> verbalize_path(ReasoningPath(steps))
    'London <- was born in - Babbage -> designed -> Engine'
    """
    if not path.steps:
        return ""
    return _one_line(path.steps[0].source) + "".join(map(_verbalized_step, path.steps))


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a language model makes of a text, rather too many than too few.

    Examples
    --------
    >>> estimate_tokens("Ada Lovelace"), estimate_tokens("知识"), estimate_tokens("")
    (4, 2, 0)
    """
    return -(-len(text.encode("utf-8", "replace")) // 3)


def verbalize_paths(
    paths: Iterable[ReasoningPath], *, max_tokens: int = 1024, count_tokens: Callable[[str], int] = estimate_tokens
) -> VerbalizedPaths:
    """Return paths as lines, without repetition, in their order, within a budget.

    Parameters
    ----------
    paths
        Best first. A path that does not fit is left out and counted; shorter ones after it may still fit.
    max_tokens
        Of all lines and line ends together, not negative.
    count_tokens
        Says how many tokens a text has.

    Raises
    ------
    ValueError
        If ``max_tokens`` is negative.

    Examples
    --------
    >>> path = ReasoningPath((PathStep("Ada", "knew", "Babbage"),))
    >>> verbalize_paths([path, path]).lines
    ('Ada -> knew -> Babbage',)
    """
    if max_tokens < 0:
        raise ValueError(f"Expected 'max_tokens' not to be negative (got {max_tokens})")
    distinct = [line for line in dict.fromkeys(map(verbalize_path, paths)) if line]
    lines = []
    left = max_tokens
    for line in distinct:
        needed = count_tokens(line) + 1
        if needed <= left:
            lines.append(line)
            left -= needed
    return VerbalizedPaths(tuple(lines), len(distinct) - len(lines))


def _verbalized_step(step: PathStep) -> str:
    relation, target = verbalize_relation(step.relation), _one_line(step.target)
    if step.kind == "synonym":
        return f" - {relation} - {target}"
    return f" -> {relation} -> {target}" if step.forward else f" <- {relation} - {target}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
