"""Multi-hop question answering over knowledge graphs built from documents."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphrag.api import GraphRAG

__all__ = ["GraphRAG"]


def __getattr__(name: str) -> Any:
    # On first use: importing a part of the package must not load all of it.
    if name in __all__:
        return getattr(import_module("graphrag.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
