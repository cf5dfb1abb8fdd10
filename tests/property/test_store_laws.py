import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphrag.graph.construction import build_graph
from graphrag.indexing import BuildReport, BuildSettings, Indexer
from graphrag.rows import Edit
from graphrag.stores.sqlite_store import SQLiteStore
from graphrag.testing.fakes import HashEncoder, PatternExtractor
from graphrag.types import Document, Passage, Triple

SETTINGS = BuildSettings(synonym_threshold=0.6, extraction_batch=2)
NAMES = ("A", "a", "B", "A B", "C", "film 1", "film 2", "🦜", "Ａ")
names = st.sampled_from(NAMES)
relations = st.sampled_from(("r", "R!", "s"))
DOCUMENT_IDS = ("d0", "d1", "d2")
triple_lists = st.lists(st.tuples(names, relations, names), max_size=3)
passages = st.lists(st.tuples(st.sampled_from(("", "A", "Title")), triple_lists), max_size=2)
edits = st.one_of(
    st.builds(Edit, st.just("merge"), names, names),
    st.builds(Edit, st.just("split"), names, names, passage_ids=st.sampled_from((("d0#0",), ("d0#0", "d1#0")))),
    st.builds(Edit, st.sampled_from(("add", "remove")), names, names, relations),
)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(DOCUMENT_IDS), passages, triple_lists),
        st.tuples(st.just("delete"), st.sampled_from(DOCUMENT_IDS)),
        st.tuples(st.just("edit"), edits),
        st.tuples(st.just("undo")),
    ),
    max_size=8,
)


def document(document_id: str, contents: list, triples: list) -> Document:
    """Return a document in the language of ``PatternExtractor``."""
    parts = tuple(
        Passage(f"{document_id}#{i}", " ".join(f"{h} | {r} | {t}." for h, r, t in stated), title, document_id, i)
        for i, (title, stated) in enumerate(contents)
    )
    return Document(document_id, parts, tuple(Triple(*words) for words in triples))


def indexer(store: SQLiteStore) -> Indexer:
    return Indexer(store, PatternExtractor(), HashEncoder(8), settings=SETTINGS)


# The names of the triple are those of other entities when it is removed.
SPLIT_THEN_REMOVED = [
    ("put", "d0", [("", [("A", "r", "B")])], []),
    ("edit", Edit("split", "A", "C", passage_ids=("d0#0",))),
    ("edit", Edit("split", "B", "film 1", passage_ids=("d0#0",))),
    ("edit", Edit("remove", "A", "B", "r")),
]


class Model:
    """What a store should hold: the documents and the corrections that are left."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.edits: list[Edit] = []

    def apply(self, store: SQLiteStore, operation: tuple, *, complete: bool) -> None:
        """Do an operation to the model and to a store."""
        kind, *values = operation
        if kind == "put":
            new = document(*values)
            self.documents[new.document_id] = new
            indexer(store).build([new])
            return
        with store.writing():
            if kind == "delete":
                assert store.delete_document(values[0]) == (values[0] in self.documents)
                self.documents.pop(values[0], None)
            elif kind == "edit":
                self.edits.append(values[0])
                store.put_edit(values[0])
            else:
                assert store.undo_edit() == (self.edits.pop() if self.edits else None)
            if complete:
                indexer(store).complete(BuildReport())
                store.finish()


def fresh(folder: Path, documents: list[Document], corrections: list[Edit], *, edits_first: bool) -> str:
    """Return the digest of a new store with some documents and corrections."""
    store = SQLiteStore(folder / f"fresh-{edits_first}.db", create=True)

    def correct() -> None:
        with store.writing():
            for edit in corrections:
                store.put_edit(edit)

    steps: list[Callable[[], object]] = [correct, lambda: indexer(store).build(documents)]
    for step in steps if edits_first else reversed(steps):
        step()
    indexer(store).build([])
    digest = store.statistics().digest
    store.close()
    return digest


@settings(max_examples=25)
@given(operations, st.booleans())
@example(SPLIT_THEN_REMOVED, True)
def test_a_store_is_a_function_of_its_documents_and_corrections(done: list, complete: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, model = Path(name), Model()
        store = SQLiteStore(folder / "kb.db", create=True)
        for operation in done:
            model.apply(store, operation, complete=complete)
        indexer(store).build([])
        digest, edits_left = store.statistics().digest, store.edits()
        build_graph(store)
        store.close()
        assert edits_left == model.edits
        documents = list(model.documents.values())
        for edits_first in (False, True):
            assert digest == fresh(folder, documents, model.edits, edits_first=edits_first)
            documents.reverse()


@settings(max_examples=25)
@given(st.lists(st.tuples(passages, triple_lists), min_size=1, max_size=3))
@example([([("", [("A", "r", "B")])], []), ([("A", [("a", "r", "C")])], [("A", "r", "C")])])
def test_keys_are_in_the_order_of_python(contents: list) -> None:
    """SQLite's order of texts and Python's are the same, for every character."""
    with tempfile.TemporaryDirectory() as name:
        store = SQLiteStore(Path(name) / "kb.db", create=True)
        indexer(store).build([document(f"d{i}", *content) for i, content in enumerate(contents)])
        assert list(store.entity_keys()) == sorted(store.entity_keys())
        facts = list(store.fact_keys())
        assert facts == sorted(facts)
        assert [store.statistics().facts, store.statistics().entities] == [len(facts), len(list(store.entity_keys()))]
        store.close()
