"""What asking a language model about many passages takes, from counting all prompts and timing a few replies."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from graphrag.errors import ExtractionError
from graphrag.llm.usage import CountingModel, Usage
from graphrag.protocols import TripleExtractor
from graphrag.types import Document, Entity, Extraction, Passage

_FEWEST = 4  # passages that are asked about, however long that takes
_BUDGET_S = 60.0


class PromptingExtractor(TripleExtractor, Protocol):
    """An extractor that asks a language model."""

    @property
    def in_flight(self) -> int:
        """How many passages are asked about at the same time."""
        ...

    def first_messages(self, passage: Passage) -> list[dict[str, str]]:
        """Return what the model is asked first about a passage."""
        ...


class MeteredExtractor:
    """Asks about a sample within a time budget and counts; stands in for its extractor while a build is estimated.

    Prompt tokens are those of the real first prompts of all passages, times what the sample's calls needed beyond them
    (further calls, second attempts). Calls, completion tokens and time are the sample's, scaled.

    Parameters
    ----------
    extractor
        Asks.
    model
        The one that it asks.
    clock
        Seconds that only grow.
    """

    def __init__(
        self, extractor: PromptingExtractor, model: CountingModel, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._extractor = extractor
        self._model = model
        self._clock = clock
        self._num_passages = 0
        self._first_tokens = 0
        self._num_sampled = 0
        self._sampled_first_tokens = 0
        self._num_offered = 0
        self._seconds = 0.0
        self._timed_s = 0.0
        self._num_timed = 0
        self._used = Usage()

    @property
    def identity(self) -> str:
        """The extractor's."""
        return self._extractor.identity

    def counted(self, documents: Iterable[Document], *, is_known: Callable[[Document], bool]) -> Iterator[Document]:
        """Yield documents as they are, with the prompts of those that are not known counted."""
        for document in documents:
            if not is_known(document):
                for passage in document.passages:
                    self._num_passages += 1
                    self._first_tokens += self._first(passage)
            yield document

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        """Yield what is found in the first passages, as many as the time budget allows; of the others, an error."""
        self._num_offered += len(passages)
        start = self._clock()
        before = self._model.usage
        results: list[Extraction | ExtractionError] = []
        # The first passage alone pays for what all share: the connection, the instruction's cached prefix.
        sizes = [1] + [max(1, self._extractor.in_flight)] * len(passages)
        for size in sizes:
            batch = passages[len(results) : len(results) + size]
            if not batch or (len(results) >= _FEWEST and self._clock() - start > _BUDGET_S):
                break
            begun = self._clock()
            results += self._extractor.extract(batch)
            if size == len(batch) and len(results) > 1:
                self._timed_s += self._clock() - begun
                self._num_timed += size
        self._sampled_first_tokens += sum(map(self._first, passages[: len(results)]))
        self._num_sampled += len(results)
        self._seconds += self._clock() - start
        self._used += self._model.usage - before
        yield from results
        for passage in passages[len(results) :]:
            yield ExtractionError("not part of the sample", passage_id=passage.passage_id)

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the entities that a question names."""
        return self._extractor.extract_question(question)

    def usage(self) -> Usage:
        """Return what all counted passages will use."""
        if not self._num_sampled:
            return Usage()
        scale = self._num_passages / self._num_sampled
        beyond_first = self._used.prompt_tokens / max(1, self._sampled_first_tokens)
        return Usage(
            calls=round(self._used.calls * scale),
            prompt_tokens=round(self._first_tokens * beyond_first),
            completion_tokens=round(self._used.completion_tokens * scale),
        )

    def seconds(self, estimated: float) -> float:
        """Return the time that all counted passages will take.

        Parameters
        ----------
        estimated
            The same, by somebody who took this extractor's whole sample for the number of passages that it was offered.
        """
        if not self._num_sampled:
            return estimated
        others = estimated - self._seconds / self._num_offered * self._num_passages
        whole = self._num_timed > 0
        each = self._timed_s / self._num_timed if whole else self._seconds / self._num_sampled
        return max(others, 0.0) + each * self._num_passages

    def _first(self, passage: Passage) -> int:
        blank = not passage.full_text.strip()
        return 0 if blank else self._model.count_tokens(self._extractor.first_messages(passage))
