"""The reader without a language model: comparisons by values, everything else by a small network and a ranker."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from graphrag.protocols import FloatMatrix
from graphrag.reading.comparison import decide
from graphrag.reading.features import MAX_TEXTS, Scene, answer_of, scene
from graphrag.reading.grounding import names_read
from graphrag.reading.links import Text
from graphrag.reading.ranker import CandidateRanker, Choice
from graphrag.reading.spans import WEIGHTS, SpanNetwork
from graphrag.reading.stepping import Search, read_in_steps
from graphrag.reading.views import best_spans
from graphrag.types import Passage, Reading, ReasoningPath, ScoredPassage

ABSTAIN_BELOW = 0.02
"""The confidence under which there is no answer."""


class ExtractiveReader:
    """Answers with a name, date, number or phrase of the best passages, or yes or no.

    A question that compares two things is decided by what their passages state: dates, countries, or words. For any
    other the network marks spans, once per passage and once more for the passage that a role leads to ("the director
    of X": the passage about that person), and a ranker chooses among the spans, names, dates and numbers.

    Parameters
    ----------
    folder
        With ``model.onnx``, ``tokenizer.json`` and ``ranker.npz``.

    The files are read when the first question is: most commands ask none.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self._folder = folder

    @cached_property
    def _network(self) -> SpanNetwork:
        return SpanNetwork(self._folder)

    @cached_property
    def _ranker(self) -> CandidateRanker:
        return CandidateRanker.load(self._folder / "ranker.npz")

    def read(self, question: str, passages: Sequence[ScoredPassage], paths: Sequence[ReasoningPath]) -> Reading:
        """Return the answer, citing the passage that it stands in and those that lead there.

        The confidence is the estimated probability that the answer is right; under `ABSTAIN_BELOW` there is none.

        Raises
        ------
        ConfigError
            If a file of weights is missing or cannot be read.
        """
        del paths  # they are made of the same passages
        return _decided(question, passages) or self._grounded(
            question, self._marked(question, passages), passages[:MAX_TEXTS]
        )

    def _read(self, question: str, passages: Sequence[ScoredPassage]) -> Reading:
        return _decided(question, passages) or self._marked(question, passages)

    def _marked(self, question: str, passages: Sequence[ScoredPassage]) -> Reading:
        """Return the best candidate, as sure as its place in the passages makes it."""
        read = passages[:MAX_TEXTS]
        if not read:
            return Reading("", 0.0, (), "no passage")
        texts = _texts(hit.passage for hit in read)
        seen = scene(question, texts, self._network)
        choice = self._ranker.choose(seen.features, seen.answers, seen.answerable)
        if choice is None or choice.confidence < ABSTAIN_BELOW:
            return Reading("", choice.confidence if choice else 0.0, (), "the passages do not say")
        cited = tuple(read[index].passage_id for index in _cited(seen, choice))
        return Reading(answer_of(seen, choice.index), choice.confidence, cited, "span of a passage")

    def _grounded(self, question: str, reading: Reading, passages: Sequence[ScoredPassage]) -> Reading:
        """Return the answer less sure where the passages lack names of the question."""
        if not reading.text:
            return reading
        confidence = self._ranker.grounded(
            reading.confidence, names_read(question, _texts(hit.passage for hit in passages))
        )
        if confidence < ABSTAIN_BELOW:
            return Reading("", confidence, (), "the passages do not say")
        return replace(reading, confidence=confidence)

    def judge(self, question: str, passages: Sequence[Passage]) -> FloatMatrix:
        """Return how clearly a span of each passage looks like the answer: a logit each, shape ``(len(passages),)``."""
        return best_spans(question, _texts(passages), self._network)

    def read_searching(
        self, question: str, passages: Sequence[ScoredPassage], paths: Sequence[ReasoningPath], search: Search
    ) -> tuple[Reading, tuple[ScoredPassage, ...]]:
        """Return the answer and the passages that it cites beyond those given.

        Where the passages give no answer that is sure enough, what the question describes is asked for first: see
        :func:`graphrag.reading.stepping.read_in_steps`.
        """
        del paths
        decided = _decided(question, passages)
        if decided:
            return decided, ()
        direct = self._marked(question, passages)
        if not passages:
            return direct, ()
        reading, others = read_in_steps(question, direct, passages, search, self._read)
        reading = self._grounded(question, reading, (*passages[:MAX_TEXTS], *others))
        return reading, others if reading.text else ()


def _texts(passages: Iterable[Passage]) -> list[Text]:
    return [Text(passage.title, passage.text) for passage in passages]


def _decided(question: str, passages: Sequence[ScoredPassage]) -> Reading | None:
    """Return the answer to a question that compares what passages state."""
    read = passages[:MAX_TEXTS]
    decision = decide(question, _texts(hit.passage for hit in read)) if read else None
    if decision is None:
        return None
    citations = tuple(read[index].passage_id for index in decision.texts)
    return Reading(decision.answer, decision.confidence, citations, f"comparison ({decision.reason})")


def _cited(seen: Scene, choice: Choice) -> list[int]:
    """Return the text of the answer, and those that the question names where a link leads from them to it."""
    own = seen.items[choice.index][0]
    return list(dict.fromkeys([own, *(source for source, target in seen.links if target == own)]))
