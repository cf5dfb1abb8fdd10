"""A language model that says what a test tells it to."""

import threading
from collections.abc import Callable, Sequence

from graphrag.llm.usage import Usage, UsageCounter

Reply = Callable[[Sequence[dict[str, str]]], str]
"""Makes a reply of messages; may raise ``LanguageModelError``."""


class ScriptedModel:
    """Answers by a function and remembers what it was asked.

    Parameters
    ----------
    reply
        The function, or the replies in turn; the last one is repeated.
    identity
        Name for cache keys.
    context_tokens
        Said to be its limit; nothing is checked.

    Attributes
    ----------
    asked : list
        The messages of each call.
    schemas : list
        The schema of each call.
    """

    def __init__(
        self, reply: Reply | Sequence[str], *, identity: str = "scripted", context_tokens: int = 100_000
    ) -> None:
        self._reply = reply if callable(reply) else _in_turn(reply)
        self._identity = identity
        self._context_tokens = context_tokens
        self._usage = UsageCounter()
        self.asked: list[list[dict[str, str]]] = []
        self.schemas: list[dict[str, object] | None] = []

    @property
    def identity(self) -> str:
        """The name."""
        return self._identity

    @property
    def usage(self) -> Usage:
        """Calls and words so far."""
        return self._usage.total

    @property
    def context_tokens(self) -> int:
        """The limit."""
        return self._context_tokens

    def count_tokens(self, messages: Sequence[dict[str, str]]) -> int:
        """Return the number of words."""
        return sum(len(message["content"].split()) for message in messages)

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, object] | None) -> str:
        """Return the next reply, not cut."""
        del max_tokens
        self.asked.append(list(messages))
        self.schemas.append(schema)
        reply = self._reply(messages)
        self._usage.add(prompt_tokens=self.count_tokens(messages), completion_tokens=len(reply.split()))
        return reply


def _in_turn(replies: Sequence[str]) -> Reply:
    lock = threading.Lock()
    remaining = list(replies)

    def reply(_: Sequence[dict[str, str]]) -> str:
        with lock:
            return remaining.pop(0) if len(remaining) > 1 else remaining[0]

    return reply
