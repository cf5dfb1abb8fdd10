"""Asking a language model for something that must have a form: parsed, asked a second time, kept."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from graphrag.llm.cache import ReplyCache, reply_key
from graphrag.llm.failures import UnusableReplyError
from graphrag.protocols import LanguageModel

Result = TypeVar("Result")

_SHOWN_CHARACTERS = 400  # of an unusable reply, to the model and in messages


@dataclass(frozen=True, slots=True)
class Form(Generic[Result]):
    """What a reply must look like.

    Parameters
    ----------
    schema
        A JSON Schema with bounds on every array and string; None for free text.
    max_tokens
        The longest reply.
    parse
        Makes the result of a reply; raises ``ValueError`` if it cannot.
    """

    schema: Mapping[str, object] | None
    max_tokens: int
    parse: Callable[[str], Result]


def ask(
    model: LanguageModel,
    messages: Sequence[dict[str, str]],
    form: Form[Result],
    *,
    cache: ReplyCache | None = None,
) -> Result:
    """Return the parsed reply; a reply that cannot be parsed is shown to the model, which may answer once more.

    Parameters
    ----------
    model
        Whom to ask.
    messages
        What to ask.
    form
        What the reply must look like.
    cache
        Asked first; only usable replies are kept in it, so that a failure is tried again.

    Raises
    ------
    UnusableReplyError
        If both replies cannot be used.
    LanguageModelError
        If the model does not answer.
    """
    schema = dict(form.schema) if form.schema is not None else None
    key = reply_key(model.identity, messages, max_tokens=form.max_tokens, schema=schema) if cache else ""
    known = cache.get(key) if cache else None
    if known is not None:
        with suppress(ValueError):  # it was usable for an earlier version of the parser
            return form.parse(known)
    reply = model.complete(messages, max_tokens=form.max_tokens, schema=schema)
    try:
        result = form.parse(reply)
    except ValueError as error:
        reply = model.complete(_again(messages, reply, error), max_tokens=form.max_tokens, schema=schema)
        result = _last(form, reply)
    if cache:
        cache.put(key, reply)
    return result


def _again(messages: Sequence[dict[str, str]], reply: str, error: ValueError) -> list[dict[str, str]]:
    correction = (
        f"That reply cannot be used: {error}. Answer once more, in the form that was asked for and nothing else."
    )
    return [
        *messages,
        {"role": "assistant", "content": reply[:_SHOWN_CHARACTERS]},
        {"role": "user", "content": correction},
    ]


def _last(form: Form[Result], reply: str) -> Result:
    try:
        return form.parse(reply)
    except ValueError as error:
        raise UnusableReplyError(f"The model's reply cannot be used: {error}", raw_reply=reply) from error
