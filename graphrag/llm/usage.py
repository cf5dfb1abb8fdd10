"""How much a language model was asked and said."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from graphrag.protocols import LanguageModel


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls of a language model, and tokens in and out.

    Examples
    --------
    >>> Usage(2, 300, 40) - Usage(1, 100, 10)
    Usage(calls=1, prompt_tokens=200, completion_tokens=30)
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )

    def __sub__(self, other: "Usage") -> "Usage":
        return self + Usage(-other.calls, -other.prompt_tokens, -other.completion_tokens)


class UsageCounter:
    """Adds up the usage of calls that many threads make."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = Usage()

    @property
    def total(self) -> Usage:
        """What was used so far."""
        with self._lock:
            return self._total

    def add(self, *, prompt_tokens: int, completion_tokens: int) -> None:
        """Count one call."""
        with self._lock:
            self._total += Usage(1, prompt_tokens, completion_tokens)


class CountingModel(LanguageModel, Protocol):
    """A language model that counts tokens."""

    @property
    def usage(self) -> Usage:
        """Calls and tokens so far."""
        ...

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and reply may have together."""
        ...

    def count_tokens(self, messages: Sequence[dict[str, str]]) -> int:
        """Return how many tokens a prompt has, with all that the chat format adds."""
        ...
