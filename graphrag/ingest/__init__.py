"""Reading documents of many kinds and cutting them into passages."""

from graphrag.ingest.loading import InputFormat, load_documents
from graphrag.ingest.splitting import SplitSettings

__all__ = ["InputFormat", "SplitSettings", "load_documents"]
