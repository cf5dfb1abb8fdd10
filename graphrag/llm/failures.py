"""Failures that concern one prompt and say nothing about the next."""

from graphrag.errors import LanguageModelError


class RefusedPromptError(LanguageModelError):
    """A model cannot take this prompt: it is too long for the context, or the server refuses it."""


class UnusableReplyError(LanguageModelError):
    """A model answered twice, and neither reply could be used.

    Parameters
    ----------
    message
        What was wrong with the second.
    raw_reply
        The second reply.
    """

    def __init__(self, message: str, *, raw_reply: str) -> None:
        super().__init__(message)
        self.raw_reply = raw_reply
