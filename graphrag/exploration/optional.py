"""Packages that only exploring needs, imported when they are used."""

from importlib import import_module
from types import ModuleType

from graphrag.errors import MissingDependencyError


def notebook_module(name: str, feature: str) -> ModuleType:
    """Return a module of the extra ``notebook``.

    Parameters
    ----------
    name
        The module.
    feature
        What needs it, for the message.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingDependencyError(feature, "notebook") from error
