"""Prompts as text files: a line of ``### role`` begins a message, ``{{name}}`` is a place for a value."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_ROLE = re.compile(r"^### (system|user|assistant)\n", flags=re.MULTILINE)
_PLACE = re.compile(r"\{\{(\w+)\}\}")

Message = dict[str, str]
"""``{"role": "system" | "user" | "assistant", "content": text}``."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages with places for values.

    Parameters
    ----------
    name
        The file's name without its suffix.
    messages
        ``(role, content)`` in order.
    """

    name: str
    messages: tuple[tuple[str, str], ...]

    @property
    def version(self) -> str:
        """The name and a hash of the content: a changed prompt is another version, whatever its name."""
        digest = hashlib.sha256(repr(self.messages).encode("utf-8")).hexdigest()
        return f"{self.name}:{digest[:12]}"

    def fill(self, **values: str) -> list[Message]:
        """Return the messages with the values put in; a value is data, places within it stay as they are.

        Raises
        ------
        KeyError
            If there is a place without a value.

        Examples
        --------
        >>> Prompt("greeting", (("user", "Hello {{name}}."),)).fill(name="{{name}}")
        [{'role': 'user', 'content': 'Hello {{name}}.'}]
        """
        return [
            {"role": role, "content": _PLACE.sub(lambda place: values[place[1]], content)}
            for role, content in self.messages
        ]


def parse_prompt(name: str, text: str) -> Prompt:
    r"""Return the prompt that a file's text describes.

    Raises
    ------
    ValueError
        If the text does not begin with a role.

    Examples
    --------
    >>> parse_prompt("p", "### system\nBe brief.\n\n### user\n{{question}}\n").messages
    (('system', 'Be brief.'), ('user', '{{question}}'))
    """
    before, *parts = _ROLE.split(text)
    if before.strip() or not parts:
        raise ValueError(f"Expected the prompt {name!r} to begin with '### role' (got {text[:40]!r})")
    messages = zip(parts[::2], parts[1::2], strict=True)
    return Prompt(name, tuple((role, content.strip()) for role, content in messages))


def read_prompt(path: Path) -> Prompt:
    """Return the prompt in a file."""
    return parse_prompt(path.stem, path.read_text(encoding="utf-8"))
