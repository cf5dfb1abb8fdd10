"""From messages to the text that a chat model was trained on, by the model's own template, in a sandbox."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import NoReturn

from jinja2 import Template, TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from graphrag.llm.failures import RefusedPromptError

MAX_TEMPLATE_CHARACTERS = 200_000
MAX_PROMPT_CHARACTERS = 4_000_000


class _GenerationTags(Extension):
    """Reads ``{% generation %}…{% endgeneration %}``, which marks a template's replies, as what stands inside."""

    tags = {"generation"}  # noqa: RUF012  # as jinja declares it

    def parse(self, parser: Parser) -> list[Node]:
        """Return the content of the block."""
        next(parser.stream)
        return list(parser.parse_statements(("name:endgeneration",), drop_needle=True))


def render_chat(template: str, messages: Sequence[dict[str, str]], *, bos: str = "", eos: str = "") -> str:
    r"""Return a prompt that ends where the model's reply begins.

    Templates that take no system message get its text at the beginning of the first message of the user.

    Parameters
    ----------
    template
        Jinja, as chat models bring it; untrusted.
    messages
        Role and content.
    bos, eos
        The texts of the model's first and last token.

    Raises
    ------
    RefusedPromptError
        If the template is broken, too long, refuses the messages, or writes without end.

    Examples
    --------
    >>> template = "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}[assistant]"
    >>> render_chat(template, [{"role": "user", "content": "Hello {{ bos_token }}"}])
    '[user] Hello {{ bos_token }}\n[assistant]'
    """
    try:
        compiled = _compiled(template)
        try:
            return _written(compiled, messages, bos=bos, eos=eos)
        except TemplateError:
            if not messages or messages[0]["role"] != "system":
                raise
            return _written(compiled, _without_system(messages), bos=bos, eos=eos)
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
        AttributeError,
        LookupError,
    ) as error:
        raise RefusedPromptError(f"The model's chat template cannot write this prompt: {error}") from error


def _written(template: Template, messages: Sequence[dict[str, str]], *, bos: str, eos: str) -> str:
    pieces: list[str] = []
    left = MAX_PROMPT_CHARACTERS
    values = {"messages": list(messages), "add_generation_prompt": True, "bos_token": bos, "eos_token": eos}
    for piece in template.generate(**values, raise_exception=_refuse):
        left -= len(piece)
        if left < 0:
            raise ValueError(f"it writes more than {MAX_PROMPT_CHARACTERS:,} characters")
        pieces.append(piece)
    return "".join(pieces)


def _without_system(messages: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    system, first, *rest = messages
    return [{**first, "content": f"{system['content']}\n\n{first['content']}"}, *rest]


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


@lru_cache(maxsize=8)
def _compiled(template: str) -> Template:
    if len(template) > MAX_TEMPLATE_CHARACTERS:
        raise ValueError(f"it has more than {MAX_TEMPLATE_CHARACTERS:,} characters")
    # No clock among the globals: templates that ask for the date would make every day's prompt another.
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_GenerationTags, loopcontrols]
    )
    environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)
    return environment.from_string(template)
