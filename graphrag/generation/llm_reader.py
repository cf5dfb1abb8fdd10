"""A reader that is a language model: passages and paths within its context, an answer in a form, citations checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from graphrag.generation.gnn_rag import gnn_rag_lines, gnn_rag_request, parse_answers
from graphrag.generation.verbalization import verbalize_paths
from graphrag.llm.asking import Form, ask
from graphrag.llm.cache import ReplyCache
from graphrag.llm.failures import RefusedPromptError
from graphrag.llm.prompts import Message, read_prompt
from graphrag.llm.replies import clean_phrase, read_object
from graphrag.llm.usage import CountingModel
from graphrag.text import normalize_phrase, split_sentences
from graphrag.types import Reading, ReasoningPath, ScoredPassage

MAX_ANSWER_CHARACTERS = 300
MAX_PATHS = 24
"""Paths beyond are not shown to the model."""

_MAX_THOUGHT_CHARACTERS = 1_000
_RETRY_TOKENS = 256  # what a second question adds to the first
_NO_LIMIT = 1_000_000
_PROMPTS = {
    name: read_prompt(Path(__file__).parent / "prompts" / f"answer_{name}_v1.txt") for name in ("thought", "direct")
}
_CONFIDENCE = {"cited": 0.9, "given": 0.7, "nowhere": 0.4}


@dataclass(frozen=True, slots=True)
class LLMReaderSettings:
    """Options of :class:`LLMReader`.

    Parameters
    ----------
    mode
        ``"thought"``: reasoning before the answer. ``"direct"``: the answer alone. ``"gnn-rag"``: GNN-RAG's prompt of
        paths alone; several answers, one a line.
    max_tokens
        The longest reply, at least 16.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    mode: Literal["thought", "direct", "gnn-rag"] = "thought"
    max_tokens: int = 512

    def __post_init__(self) -> None:
        if self.mode not in {"thought", "direct", "gnn-rag"}:
            raise ValueError(f"Expected 'mode' to be 'thought', 'direct' or 'gnn-rag' (got {self.mode!r})")
        if self.max_tokens < 16:
            raise ValueError(f"Expected 'max_tokens' to be at least 16 (got {self.max_tokens})")


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is shown to the model: passages, best first, and the lines of paths."""

    passages: tuple[ScoredPassage, ...]
    lines: tuple[str, ...]

    def __str__(self) -> str:
        blocks = [
            f"[{number}] {hit.passage.title}\n{hit.passage.text}" for number, hit in enumerate(self.passages, start=1)
        ]
        paths = ["Paths:\n" + "\n".join(self.lines)] if self.lines else []
        return "\n\n".join(blocks + paths)

    def smaller(self) -> "_Evidence | None":
        """Return less of it: half the paths while there are many, then a passage less, then no paths; else None."""
        if len(self.lines) > 4:
            return _Evidence(self.passages, self.lines[: len(self.lines) // 2])
        if len(self.passages) > 1:
            return _Evidence(self.passages[:-1], self.lines)
        return _Evidence(self.passages, ()) if self.lines and self.passages else None


@dataclass(frozen=True, slots=True)
class _Said:
    """A reply of the right form; citations are positions from 0."""

    answer: str
    citations: tuple[int, ...]


class LLMReader:
    """Answers by a language model; abstains when the model says that the passages do not say.

    What does not fit the context is left out from the end of the ranking, and the reading's ``method`` says how much
    was shown. The confidence tells where the answer's words stand: .9 in a cited passage, .7 in another one or in a
    path, .4 nowhere, 0 for no answer. It ranks answers, it is no probability.

    Parameters
    ----------
    model
        Whom to ask.
    settings
        Options.
    cache
        Replies of earlier runs.
    """

    def __init__(
        self,
        model: CountingModel,
        *,
        settings: LLMReaderSettings = LLMReaderSettings(),
        cache: ReplyCache | None = None,
    ) -> None:
        self._model = model
        self._settings = settings
        self._cache = cache

    def read(self, question: str, passages: Sequence[ScoredPassage], paths: Sequence[ReasoningPath]) -> Reading:
        """Return the model's answer with citations among ``passages``.

        Raises
        ------
        LanguageModelError
            If the model gives no usable answer, or its context is too small for the question alone.
        """
        if self._settings.mode == "gnn-rag":
            return self._read_paths(question, passages, paths)
        if not passages and not paths:
            return Reading("", 0.0, (), "nothing to read")
        lines = verbalize_paths(paths[:MAX_PATHS], max_tokens=_NO_LIMIT).lines
        evidence = self._fitting(question, _Evidence(tuple(passages), lines))
        form = Form(_schema(len(evidence.passages), self._settings.mode), self._settings.max_tokens, parse_answer)
        said = ask(self._model, self._messages(question, evidence), form, cache=self._cache)
        return _reading(said, evidence, method=self._method(evidence, passages))

    def _messages(self, question: str, evidence: _Evidence) -> list[Message]:
        return _PROMPTS[self._settings.mode].fill(evidence=str(evidence), question=question)

    def _fitting(self, question: str, evidence: _Evidence) -> _Evidence:
        """Return the most that fits into the context together with the reply."""
        room = self._room
        shown: _Evidence | None = evidence
        while shown is not None:
            needed = self._model.count_tokens(self._messages(question, shown))
            if needed <= room:
                return shown
            evidence, shown = shown, shown.smaller()
        return self._cut(question, evidence)

    @property
    def _room(self) -> int:
        return self._model.context_tokens - self._settings.max_tokens - _RETRY_TOKENS

    def _cut(self, question: str, evidence: _Evidence) -> _Evidence:
        """Return the first sentences of the best passage that fit."""
        hit = evidence.passages[0] if evidence.passages else None
        ends = [end for _, end in split_sentences(hit.passage.text)] if hit else []
        while hit is not None and len(ends) > 1:
            ends = ends[: len(ends) // 2]
            shown = _Evidence((_with_text(hit, hit.passage.text[: ends[-1]]),), ())
            if self._model.count_tokens(self._messages(question, shown)) <= self._room:
                return shown
        raise RefusedPromptError(
            f"The model's context of {self._model.context_tokens:,} tokens is too small for a question, a passage and "
            f"a reply of {self._settings.max_tokens:,} tokens: use a larger context"
        )

    def _method(self, evidence: _Evidence, passages: Sequence[ScoredPassage]) -> str:
        shown = [hit for hit, given in zip(evidence.passages, passages, strict=False) if hit == given]
        cut = f", {len(shown)} of {len(passages)} passages fit its context" if len(shown) < len(passages) else ""
        return f"language model{cut}"

    def _read_paths(self, question: str, passages: Sequence[ScoredPassage], paths: Sequence[ReasoningPath]) -> Reading:
        lines = gnn_rag_lines(path for path in paths if path.steps)
        shown = list(lines)
        while shown and self._model.count_tokens(_gnn_rag_messages(question, shown)) > self._room:
            shown.pop()
        form = Form(None, self._settings.max_tokens, parse_answers)
        answers = ask(self._model, _gnn_rag_messages(question, shown), form, cache=self._cache)
        given = {hit.passage_id for hit in passages}
        on_paths = (p for path in paths[: len(shown)] for p in path.passage_ids if p in given)
        cut = f", {len(shown)} of {len(lines)} paths fit its context" if len(shown) < len(lines) else ""
        where = "given" if answers and any(answers[0] in line for line in shown) else "nowhere"
        confidence = _CONFIDENCE[where] if answers else 0.0
        return Reading("\n".join(answers), confidence, tuple(dict.fromkeys(on_paths)), f"language model, GNN-RAG{cut}")


def parse_answer(reply: str) -> _Said:
    """Return the answer of a reply and the passages that it cites.

    Raises
    ------
    ValueError
        If there is no answer of at most ``MAX_ANSWER_CHARACTERS`` characters in it.

    Examples
    --------
    >>> parse_answer('{"thought": "…", "citations": [2, "1", 2], "answer": "Bergen"}')
    _Said(answer='Bergen', citations=(1, 0))
    """
    content, _ = read_object(reply, keys=["answer"])
    text = content["answer"]
    answer = clean_phrase(text, max_characters=MAX_ANSWER_CHARACTERS)
    if not answer and text not in ("", None):
        raise ValueError(f"Expected a short answer (got {str(text)[:60]!r})")
    cited = content.get("citations")
    numbers = [str(item) for item in cited[:MAX_PATHS]] if isinstance(cited, list) else []
    return _Said(answer, tuple(dict.fromkeys(int(n) - 1 for n in numbers if n.isdecimal() and len(n) < 4)))


def _reading(said: _Said, evidence: _Evidence, *, method: str) -> Reading:
    if not said.answer:
        return Reading("", 0.0, (), f"{method}; it found no answer")
    ids = [hit.passage_id for hit in evidence.passages]
    cited = [position for position in said.citations if 0 <= position < len(ids)]
    naming = [i for i, hit in enumerate(evidence.passages) if _names(hit.passage.full_text, said.answer)]
    if any(position in naming for position in cited):
        where = "cited"
    elif naming or any(_names(line, said.answer) for line in evidence.lines):
        where = "given"
        cited += naming[:1]
    else:
        where = "nowhere"
    return Reading(said.answer, _CONFIDENCE[where], tuple(ids[position] for position in cited), method)


def _names(text: str, answer: str) -> bool:
    return f" {normalize_phrase(answer)} " in f" {normalize_phrase(text)} "


def _with_text(hit: ScoredPassage, text: str) -> ScoredPassage:
    return ScoredPassage(replace(hit.passage, text=text), hit.score, hit.rank)


def _gnn_rag_messages(question: str, lines: Sequence[str]) -> list[Message]:
    return [{"role": "user", "content": gnn_rag_request(question, lines)}]


def _schema(num_passages: int, mode: str) -> dict[str, object]:
    numbers: dict[str, object] = {"type": "integer", "enum": list(range(1, max(2, num_passages + 1)))}
    properties: dict[str, object] = {
        "citations": {"type": "array", "maxItems": 6, "items": numbers},
        "answer": {"type": "string", "maxLength": MAX_ANSWER_CHARACTERS},
    }
    if mode == "thought":
        properties = {"thought": {"type": "string", "maxLength": _MAX_THOUGHT_CHARACTERS}, **properties}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
