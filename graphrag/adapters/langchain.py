"""Our retrievers as LangChain's: needs the extra ``langchain``."""

from typing import Any

from graphrag.adapters.source import PassageSource
from graphrag.errors import MissingDependencyError
from graphrag.pipeline import DEFAULT_RETRIEVER

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from pydantic import ConfigDict
except ImportError as error:
    raise MissingDependencyError("The retriever for LangChain", "langchain") from error


class MultihopRetriever(BaseRetriever):
    """Passages for LangChain: ``MultihopRetriever(rag=GraphRAG.open("kb.db")).invoke("Who …?")``.

    Parameters
    ----------
    rag
        Where to look.
    retriever
        Its name on the command line.
    top_k
        How many passages, at least 1.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    rag: Any
    retriever: str = DEFAULT_RETRIEVER
    top_k: int = 5

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  # LangChain's signature
    ) -> list[Document]:
        source: PassageSource = self.rag
        found = source.retrieve(query, retriever=self.retriever, top_k=self.top_k)
        return [
            Document(
                id=hit.passage_id,
                page_content=hit.passage.text,
                metadata={
                    **hit.passage.metadata,
                    "passage_id": hit.passage_id,
                    "title": hit.passage.title,
                    "document_id": hit.passage.document_id,
                    "score": hit.score,
                },
            )
            for hit in found.passages
        ]
