"""The prompt of GNN-RAG: reasoning paths with the graph's own relations, and the question."""

from collections.abc import Iterable, Sequence

from graphrag.types import ReasoningPath

INSTRUCTION = (
    "Based on the reasoning paths, please answer the given question. Please keep the answer as simple as possible and "
    "return all the possible answers as a list."
)


def gnn_rag_path(path: ReasoningPath) -> str:
    """Return a path as GNN-RAG writes it: relations verbatim, every step forward.

    References
    ----------
    Mavromatis and Karypis, "GNN-RAG", arXiv 2405.20139, section 4.2.

    Examples
    --------
    >>> from graphrag.types import PathStep
    >>> gnn_rag_path(ReasoningPath((PathStep("Jamaica", "location.country.languages_spoken", "Patois"),)))
    'Jamaica -> location.country.languages_spoken -> Patois'
    """
    if not path.steps:
        return ""
    return path.steps[0].source + "".join(f" -> {step.relation} -> {step.target}" for step in path.steps)


def gnn_rag_lines(paths: Iterable[ReasoningPath]) -> tuple[str, ...]:
    """Return paths as lines in their order, without repetition; one without steps is an empty line, as published."""
    return tuple(dict.fromkeys(map(gnn_rag_path, paths)))


def gnn_rag_request(question: str, lines: Sequence[str]) -> str:
    r"""Return what is asked, without the marks of a chat format.

    Examples
    --------
    >>> print(gnn_rag_request("what do they speak", ["Jamaica -> speaks -> Patois"]).split("\n\n", 1)[1])
    Reasoning Paths:
    Jamaica -> speaks -> Patois
    <BLANKLINE>
    Question:
    what do they speak?
    """
    asked = question if question.endswith("?") else f"{question}?"
    return f"{INSTRUCTION}\n\nReasoning Paths:\n" + "\n".join(lines) + f"\n\nQuestion:\n{asked}"


def llama2_prompt(request: str) -> str:
    r"""Return a request in the chat format of LLaMA-2 with an empty system message, as the published runs used it.

    Examples
    --------
    >>> llama2_prompt("Hello?")
    '[INST] <<SYS>>\n<</SYS>>\nHello? [/INST]'
    """
    return f"[INST] <<SYS>>\n<</SYS>>\n{request} [/INST]"


def parse_answers(reply: str) -> tuple[str, ...]:
    r"""Return the answers of a reply, one a line, without the marks of a list and without repetition.

    Examples
    --------
    >>> parse_answers("1. Patois\n- English\n* English\n\n")
    ('Patois', 'English')
    """
    lines = (line.strip() for line in reply.splitlines())
    return tuple(dict.fromkeys(filter(None, (_unmarked(line) for line in lines))))


def _unmarked(line: str) -> str:
    number, dot, rest = line.partition(". ")
    if dot and number.isdigit() and len(number) < 3:
        return rest.strip()
    return line[2:].strip() if line.startswith(("- ", "* ", "• ")) else line
