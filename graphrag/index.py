"""The index of a store: its graph and its lexical index, from the snapshot beside it or made anew."""

from dataclasses import dataclass
from pathlib import Path

from graphrag.graph.construction import build_graph
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.protocols import GraphStore
from graphrag.retrieval.lexical import LexicalIndex
from graphrag.stores.snapshot import (
    DAMAGED,
    load_snapshot,
    publish_folder,
    remove_snapshots,
    snapshot_folder,
    write_graph,
)

_LEXICAL = "lexical"


@dataclass(frozen=True)
class Index:
    """Everything that retrievers read, at one version of a store.

    Parameters
    ----------
    graph
        The knowledge graph with its vectors.
    lexical
        BM25 over the passages.
    """

    graph: KnowledgeGraph
    lexical: LexicalIndex

    @classmethod
    def build(cls, store: GraphStore) -> "Index":
        """Return the index of what a store holds now."""
        graph = build_graph(store)
        return cls(graph, LexicalIndex.build([graph.passage(i).full_text for i in range(graph.num_passages)]))

    @classmethod
    def load(cls, folder: Path) -> "Index | None":
        """Return the index in a snapshot's folder, memory-mapped; None if there is none that can be read."""
        graph = load_snapshot(folder)
        if graph is None:
            return None
        try:
            return cls(graph, LexicalIndex.load(folder / _LEXICAL))
        except DAMAGED:
            return None

    def write(self, folder: Path) -> None:
        """Write the index into an empty folder."""
        self.lexical.save(folder / _LEXICAL)
        write_graph(self.graph, folder)


def open_index(store: GraphStore) -> Index:
    """Return the index of a store's last finished content.

    While a build writes, that is the content before the build, if its snapshot is there. A store whose first build is
    not finished is indexed as it stands, in memory.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    folder = snapshot_folder(store.snapshots, store.version())
    index = Index.load(folder)
    if index is not None:
        return index
    index = Index.build(store)
    version = index.graph.version
    if not version.finished:
        return index
    folder = snapshot_folder(store.snapshots, version)
    if folder.exists():  # it cannot be read: damaged, or of another version of this program
        remove_snapshots(store.snapshots)
    publish_folder(folder, index.write)
    remove_snapshots(store.snapshots, keep=folder)
    return Index.load(folder) or index
