"""Replies shown while they are written."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from graphrag.llm.usage import CountingModel, Usage


class StreamingSource(CountingModel, Protocol):
    """A language model that can give its reply in pieces."""

    def stream(
        self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, object] | None
    ) -> Iterator[str]:
        """Yield the reply in pieces as they come."""
        ...


class StreamingModel:
    """A language model that shows what it says while it says it.

    Parameters
    ----------
    model
        Whom to ask.
    show
        Told every new piece of text: of a JSON reply the texts in it, a line each; else the reply itself.
    """

    def __init__(self, model: StreamingSource, show: Callable[[str], None]) -> None:
        self._model = model
        self._show = show

    @property
    def identity(self) -> str:
        """The model's."""
        return self._model.identity

    @property
    def usage(self) -> Usage:
        """The model's."""
        return self._model.usage

    @property
    def context_tokens(self) -> int:
        """The model's."""
        return self._model.context_tokens

    def count_tokens(self, messages: Sequence[dict[str, str]]) -> int:
        """Return how many tokens a prompt has."""
        return self._model.count_tokens(messages)

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, object] | None) -> str:
        """Return the reply, having shown it.

        Raises
        ------
        LanguageModelError
            If there is no reply.
        """
        readable = JSONTexts() if schema is not None else None
        pieces = []
        for piece in self._model.stream(messages, max_tokens=max_tokens, schema=schema):
            pieces.append(piece)
            shown = readable.feed(piece) if readable else piece
            if shown:
                self._show(shown)
        return "".join(pieces)


class JSONTexts:
    r"""Takes a JSON object in pieces and gives back the texts that are its values, a line each.

    Examples
    --------
    >>> texts = JSONTexts()
    >>> [texts.feed(piece) for piece in ('{"thought": "Ada', ' knew", "n": [1], ', '"answer": "B\\u00e4b"}')]
    ['Ada', ' knew\n', 'Bäb\n']
    """

    def __init__(self) -> None:
        self._in_text = False
        self._is_value = False
        self._escape = ""

    def feed(self, piece: str) -> str:
        """Return what a further piece adds."""
        return "".join(map(self._fed, piece))

    def _fed(self, character: str) -> str:
        if self._escape:
            return self._escaped(character)
        if not self._in_text:
            self._in_text = character == '"'
            self._is_value = character == ":" or (self._is_value and character not in ",{}[]")
            return ""
        if character == '"':
            self._in_text = False
            return "\n" if self._is_value else ""
        if character == "\\":
            self._escape = character
            return ""
        return character if self._is_value else ""

    def _escaped(self, character: str) -> str:
        self._escape += character
        if self._escape[1] == "u" and len(self._escape) < len("\\u0000"):
            return ""
        code, self._escape = self._escape[1:], ""
        if code[0] == "u":
            try:
                said = chr(int(code[1:], 16))
            except ValueError:
                said = "\ufffd"
        else:
            said = {"n": "\n", "t": "\t"}.get(code, code)
        return said if self._is_value else ""
