"""What can go wrong between a client and the server of a language model, and what it means."""

import math
from typing import Any
from urllib.parse import urlsplit

from graphrag.errors import LanguageModelError, MissingDependencyError
from graphrag.llm.failures import RefusedPromptError

KEY_VARIABLE = "MULTIHOP_LLM_KEY"
"""The environment variable that holds the key of the server; for api.openai.com also ``OPENAI_API_KEY``."""

_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0
_SHOWN_CHARACTERS = 300
_REFUSED = ("response_format", "context length", "context window", "context size")


def shown_address(address: str) -> str:
    """Return an address without what may be secret in it.

    Examples
    --------
    >>> shown_address("https://user:secret@host:8000/v1?key=secret")
    'https://host:8000/v1'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "") + parts.path


def failure_of(error: Exception, address: str) -> LanguageModelError:
    """Return what a failed request means."""
    library = openai_library()
    if isinstance(error, library.APITimeoutError):
        return LanguageModelError(f"No answer from {address} in time", retryable=True)
    if not isinstance(error, library.APIStatusError):
        if isinstance(error, library.APIConnectionError):
            return LanguageModelError(f"No answer from {address}: {_cause(error)}", retryable=True)
        return LanguageModelError(f"The answer of {address} cannot be read: {_shortened(error)}", retryable=True)
    return _refusal(error.status_code, error, address)


def _refusal(status: int, error: Exception, address: str) -> LanguageModelError:
    if status in {401, 403}:
        return LanguageModelError(f"{address} does not accept the key (status {status}): set {KEY_VARIABLE}")
    if status == 404:
        return LanguageModelError(f"{address} has no such model or address (status 404): {_shortened(error)}")
    # llama-cpp-python's server takes its own refusals for failures.
    is_refusal = status == 500 and any(word in str(error).lower() for word in _REFUSED)
    if status in {408, 409, 429} or (status >= 500 and not is_refusal):
        return LanguageModelError(f"{address} answers with status {status}: {_shortened(error)}", retryable=True)
    return RefusedPromptError(f"{address} refuses the request (status {status}): {_shortened(error)}")


def _cause(error: Exception) -> str:
    return _shortened(error.__cause__ or error)


def _shortened(error: BaseException) -> str:
    return " ".join(str(error).split())[:_SHOWN_CHARACTERS] or type(error).__name__


def delay_after(error: Exception, attempt: int) -> float:
    """Return how long to wait, in seconds: what the server asks for, else twice as long every time; bounded."""
    response = getattr(error, "response", None)
    asked = response.headers.get("retry-after", "") if response is not None else ""
    try:
        seconds = float(asked)
    except ValueError:
        seconds = math.nan
    if math.isnan(seconds):
        seconds = _FIRST_DELAY_S * 2**attempt
    return min(max(seconds, 0.0), _LONGEST_DELAY_S)


def openai_library() -> Any:
    """Return the module ``openai``.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    try:
        import openai  # noqa: PLC0415  # optional
    except ImportError as error:
        raise MissingDependencyError("A language model behind an address", "openai") from error
    return openai
