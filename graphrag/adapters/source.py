"""What the adapters need of us."""

from typing import Protocol

from graphrag.types import Retrieval


class PassageSource(Protocol):
    """Finds passages: :class:`graphrag.api.GraphRAG`, :class:`graphrag.pipeline.GraphRAG`."""

    def retrieve(self, question: str, *, retriever: str, top_k: int) -> Retrieval:
        """Return the best passages for a question."""
        ...
