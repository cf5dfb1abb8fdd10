"""Our retrievers as LlamaIndex's: needs the extra ``llamaindex``."""

from graphrag.adapters.source import PassageSource
from graphrag.errors import MissingDependencyError
from graphrag.pipeline import DEFAULT_RETRIEVER

try:
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
except ImportError as error:
    raise MissingDependencyError("The retriever for LlamaIndex", "llamaindex") from error


class MultihopRetriever(BaseRetriever):
    """Passages for LlamaIndex: ``MultihopRetriever(GraphRAG.open("kb.db")).retrieve("Who …?")``.

    Parameters
    ----------
    rag
        Where to look.
    retriever
        Its name on the command line.
    top_k
        How many passages, at least 1.
    """

    def __init__(self, rag: PassageSource, *, retriever: str = DEFAULT_RETRIEVER, top_k: int = 5) -> None:
        super().__init__()
        self.rag = rag
        self.retriever = retriever
        self.top_k = top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self.rag.retrieve(query_bundle.query_str, retriever=self.retriever, top_k=self.top_k)
        return [
            NodeWithScore(
                node=TextNode(
                    id_=hit.passage_id,
                    text=hit.passage.text,
                    metadata={
                        **hit.passage.metadata,
                        "title": hit.passage.title,
                        "document_id": hit.passage.document_id,
                    },
                ),
                score=hit.score,
            )
            for hit in found.passages
        ]
