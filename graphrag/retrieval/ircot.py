"""Interleaved retrieval and reasoning: each thought of a language model is the next query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from graphrag.errors import LanguageModelError
from graphrag.llm.asking import Form, ask
from graphrag.llm.cache import ReplyCache
from graphrag.llm.failures import RefusedPromptError
from graphrag.llm.prompts import read_prompt
from graphrag.llm.replies import MAX_REPLY_CHARACTERS
from graphrag.llm.usage import CountingModel
from graphrag.protocols import Retriever
from graphrag.retrieval.ranking import check_top_k
from graphrag.types import Retrieval, ScoredPassage

ANSWER_MARK = "so the answer is"
"""A thought with these words ends the search."""

_MAX_TOKENS = 160
_MAX_THOUGHT_CHARACTERS = 600
_PROMPT = read_prompt(Path(__file__).parent / "prompts" / "ircot_v1.txt")


@dataclass(frozen=True, slots=True)
class IRCoTSettings:
    """Options of :class:`IRCoTRetriever`.

    Parameters
    ----------
    max_steps
        At most so many thoughts, from 1 to 8.
    top_k
        Passages that each query asks for, at least 1.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    max_steps: int = 3
    top_k: int = 10

    def __post_init__(self) -> None:
        if not 1 <= self.max_steps <= 8:
            raise ValueError(f"Expected 'max_steps' to be from 1 to 8 (got {self.max_steps})")
        check_top_k(self.top_k)


class IRCoTRetriever:
    """Retrieves for the question, thinks, retrieves for the thought, and so on; a passage keeps its best score.

    A model that gives no usable thought ends the search with what was found until then, and the retrieval says so.

    Parameters
    ----------
    retriever
        Answers the queries.
    model
        Thinks.
    settings
        Options.
    cache
        Replies of earlier runs.

    References
    ----------
    Trivedi et al., "Interleaving Retrieval with Chain-of-Thought Reasoning", ACL 2023, arXiv 2212.10509; merged by
    score as in HippoRAG, arXiv 2405.14831, appendix.
    """

    def __init__(
        self,
        retriever: Retriever,
        model: CountingModel,
        *,
        settings: IRCoTSettings = IRCoTSettings(),
        cache: ReplyCache | None = None,
    ) -> None:
        self._retriever = retriever
        self._model = model
        self._settings = settings
        self._cache = cache

    @property
    def name(self) -> str:
        """``ircot:`` and the name of the retriever that answers the queries."""
        return f"ircot:{self._retriever.name}"

    def retrieve(self, question: str, *, top_k: int = 5) -> Retrieval:
        """Return the best passages of all steps; entities and seeds are the first step's.

        Raises
        ------
        ValueError
            If ``top_k`` is below 1.
        """
        check_top_k(top_k)
        start = perf_counter()
        num_passages = max(top_k, self._settings.top_k)
        first = self._retriever.retrieve(question, top_k=num_passages)
        hits = {hit.passage_id: hit for hit in first.passages}
        fallbacks = dict.fromkeys(first.fallbacks)
        thoughts: list[str] = []
        for _ in range(self._settings.max_steps):
            try:
                thought = self._think(question, _ranked(hits.values())[: self._settings.top_k], thoughts)
            except LanguageModelError as error:
                fallbacks[f"the language model gave no thought ({error}): the search ended there"] = None
                break
            if ANSWER_MARK in thought.lower() or thought in thoughts:
                break
            thoughts.append(thought)
            found = self._retriever.retrieve(thought, top_k=num_passages)
            fallbacks |= dict.fromkeys(found.fallbacks)
            for hit in found.passages:
                if hit.passage_id not in hits or hit.score > hits[hit.passage_id].score:
                    hits[hit.passage_id] = hit
        passages = tuple(replace(hit, rank=rank) for rank, hit in enumerate(_ranked(hits.values())[:top_k], start=1))
        return replace(
            first,
            retriever=self.name,
            passages=passages,
            fallbacks=tuple(fallbacks),
            milliseconds=1000 * (perf_counter() - start),
        )

    def _think(self, question: str, hits: Sequence[ScoredPassage], thoughts: Sequence[str]) -> str:
        shown = list(hits)
        while True:
            passages = "\n\n".join(f"{hit.passage.title}: {hit.passage.text}" for hit in shown)
            listed = "\n".join(thoughts) or "(none)"
            messages = _PROMPT.fill(passages=passages, question=question, thoughts=listed)
            if self._model.count_tokens(messages) + 2 * _MAX_TOKENS <= self._model.context_tokens:
                return ask(self._model, messages, Form(None, _MAX_TOKENS, parse_thought), cache=self._cache)
            if not shown:
                raise RefusedPromptError("the question does not fit its context")
            shown.pop()


def parse_thought(reply: str) -> str:
    r"""Return the first line of a reply.

    Raises
    ------
    ValueError
        If it is blank.

    Examples
    --------
    >>> parse_thought(" Ada met Babbage.\nThen")
    'Ada met Babbage.'
    """
    text = reply[:MAX_REPLY_CHARACTERS].rpartition("</think>")[2].strip()
    if not text:
        raise ValueError("Expected a thought (got an empty reply)")
    return text.splitlines()[0].strip()[:_MAX_THOUGHT_CHARACTERS]


def _ranked(hits: Iterable[ScoredPassage]) -> list[ScoredPassage]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))
