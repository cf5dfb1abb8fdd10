"""Every error that this project raises on purpose; the command line prints its message as one line."""

import importlib.util


class GraphRAGError(Exception):
    """Base of all errors of this project."""


class ConfigError(GraphRAGError):
    """A setting, flag or configuration file asks for something that does not exist or does not fit."""


class MissingDependencyError(GraphRAGError):
    """A feature needs an optional package that is not installed.

    Parameters
    ----------
    feature
        What the user asked for.
    extra
        The extra of this distribution that brings it.
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f'{feature} needs an optional package: pip install "multihop-graphrag[{extra}]"')
        self.extra = extra


def check_packages(*packages: str, feature: str, extra: str) -> None:
    """Check that optional packages are installed, without loading them.

    Raises
    ------
    MissingDependencyError
        If one is not.
    """
    if any(importlib.util.find_spec(package) is None for package in packages):
        raise MissingDependencyError(feature, extra)


class InputError(GraphRAGError):
    """Documents, triples or questions that cannot be read."""


class ExtractionError(GraphRAGError):
    """An extractor could not make triples of a passage.

    Parameters
    ----------
    message
        What was wrong.
    passage_id
        The passage.
    raw_reply
        What the model said, where a model was asked.
    """

    def __init__(self, message: str, *, passage_id: str = "", raw_reply: str = "") -> None:
        super().__init__(message)
        self.passage_id = passage_id
        self.raw_reply = raw_reply


class LinkingError(GraphRAGError):
    """An entity that was named cannot be found in the graph."""


class ConvergenceError(GraphRAGError):
    """An iteration did not reach its tolerance.

    Parameters
    ----------
    iterations
        How many were made.
    residual
        L1 distance of the last two iterates.
    """

    def __init__(self, iterations: int, residual: float) -> None:
        super().__init__(f"No convergence after {iterations} iterations (residual {residual:.2e})")
        self.iterations = iterations
        self.residual = residual


class StoreError(GraphRAGError):
    """A store cannot be opened, read or written.

    Parameters
    ----------
    message
        What was wrong.
    retryable
        Whether the same call may succeed later.
    """

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class LanguageModelError(GraphRAGError):
    """A language model cannot be loaded or did not answer.

    Parameters
    ----------
    message
        What was wrong.
    retryable
        Whether the same call may succeed later.
    """

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable
