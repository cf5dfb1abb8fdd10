"""Copying a store into another, of whatever kind; a copy that was interrupted is continued."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

import numpy as np

from graphrag.errors import StoreError
from graphrag.protocols import GraphStore, HalfMatrix, Progress, VectorKind
from graphrag.stores.base import VECTOR_KINDS, fact_text
from graphrag.types import Document

_DOCUMENTS, _PASSAGES, _VECTORS, _SYNONYMS = 256, 512, 2048, 8192


class CopyableStore(GraphStore, Protocol):
    """A store whose documents can be taken out again."""

    def stored_documents(self, document_ids: Sequence[str]) -> list[Document]:
        """Return documents as they were put, with the fingerprint that they had then."""
        ...


def copy_store(source: CopyableStore, target: GraphStore, *, progress: Progress | None = None) -> str:
    """Make a store hold what another holds; return the digest of both.

    Each step copies what the target lacks, in transactions of its own.

    Parameters
    ----------
    source
        Must not change meanwhile.
    target
        Empty, or holding a part of what the source holds.
    progress
        Told about finished work.

    Raises
    ------
    StoreError
        The target holds something else, a store cannot be used, or the two differ at the end.
    """
    told: Progress = progress or (lambda *_: None)
    before = source.version()
    with target.writing():
        _copy_settings(source, target)
        _copy_edits(source, target)
        _copy_documents(source, target, told)
        _copy_extractions(source, target, told)
        for kind in VECTOR_KINDS:
            _copy_vectors(source, target, kind, told)
        _copy_synonyms(source, target, told)
        if before.finished:
            target.finish()
    if source.version() != before:
        raise StoreError(f"{source.uri} was changed while it was copied: copy again", retryable=True)
    return _compared(source, target, told)


def _compared(source: GraphStore, target: GraphStore, progress: Progress) -> str:
    """Return the digest that both stores have."""
    digest = source.statistics().digest
    progress("compare", 1, 2)
    copied = target.statistics().digest
    progress("compare", 2, 2)
    if digest != copied:
        raise StoreError(f"The copy {target.uri} differs from {source.uri}: delete it and copy again")
    return digest


def _copy_settings(source: GraphStore, target: GraphStore) -> None:
    wanted, existing = source.settings(), target.settings()
    for name, value in existing.items():
        if wanted.get(name) != value:
            raise StoreError(
                f"{target.uri} was built with {name} {value!r} (got {wanted.get(name)!r} in {source.uri}): "
                "copy into an empty store"
            )
    if wanted != existing:
        target.put_settings(wanted)


def _copy_edits(source: GraphStore, target: GraphStore) -> None:
    wanted, existing = source.edits(), target.edits()
    if wanted[: len(existing)] != existing:
        raise StoreError(f"{target.uri} has corrections that {source.uri} lacks: copy into an empty store")
    for edit in wanted[len(existing) :]:
        target.put_edit(edit)


def _copy_documents(source: CopyableStore, target: GraphStore, progress: Progress) -> None:
    wanted, existing = dict(source.documents()), dict(target.documents())
    foreign = next(iter(existing.keys() - wanted.keys()), None)
    if foreign is not None:
        raise StoreError(f"{target.uri} has a document {foreign!r} that {source.uri} lacks: copy into an empty store")
    missing = [document_id for document_id, fingerprint in wanted.items() if existing.get(document_id) != fingerprint]
    done = 0
    for ids in _batches(missing, _DOCUMENTS):
        refused = target.put_documents(source.stored_documents(ids))
        if refused:
            raise StoreError(f"{target.uri} refuses {refused[0]}")
        done += len(ids)
        progress("documents", done, len(missing))


def _copy_extractions(source: GraphStore, target: GraphStore, progress: Progress) -> None:
    extractor = source.settings().get("extractor", "")
    unread = {passage.passage_id for passage in source.pending_passages(source.num_pending_passages())}
    done, total = 0, target.num_pending_passages() - len(unread)
    # Passages that the source has not read yet stay pending, so they are asked for again and again.
    while passages := [p for p in target.pending_passages(_PASSAGES + len(unread)) if p.passage_id not in unread]:
        found = source.cached_extractions([passage.content_hash for passage in passages], extractor)
        target.put_extractions(passages, [found.get(passage.content_hash) for passage in passages], extractor)
        done += len(passages)
        progress("extractions", done, total)


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _texts(store: GraphStore, kind: VectorKind) -> Iterator[str]:
    if kind == "passage":
        return (passage.full_text for passage in store.passages())
    if kind == "entity":
        return store.entity_keys()
    return (fact_text(*keys) for keys in store.fact_keys())


def _copy_vectors(source: GraphStore, target: GraphStore, kind: VectorKind, progress: Progress) -> None:
    total = target.num_pending_vectors(kind)
    if not total:
        return
    # A vector depends on its text alone: equal texts, equal vectors.
    position = {text: i for i, text in enumerate(_texts(source, kind))}
    blocks = list(source.vectors(kind))
    vectors: HalfMatrix = np.concatenate(blocks) if blocks else np.zeros((0, 0), dtype=np.float16)
    if not vectors.size:  # nothing was encoded yet
        return
    done, after = 0, 0
    while pending := target.pending_vectors(kind, _VECTORS, after=after):
        after = pending[-1][0]
        found = [(row, position[text]) for row, text in pending if text in position]
        chosen = vectors[[i for _, i in found]]
        known = np.flatnonzero(~np.isnan(chosen).any(axis=1))
        target.put_vectors(kind, [found[i][0] for i in known.tolist()], chosen[known])
        done += len(pending)
        progress(f"vectors ({kind})", done, total)


def _copy_synonyms(source: GraphStore, target: GraphStore, progress: Progress) -> None:
    keys, _, linked = source.entity_vectors()
    target_keys, _, copied = target.entity_vectors()
    already = {key for key, is_linked in zip(target_keys, copied.tolist(), strict=True) if is_linked}
    missing = [key for key, is_linked in zip(keys, linked.tolist(), strict=True) if is_linked and key not in already]
    if not missing:
        return
    synonyms, done = source.synonyms(), 0
    while rows := list(islice(synonyms, _SYNONYMS)):
        target.put_synonyms(rows, [])
        done += len(rows)
        progress("synonyms", done, 0)
    for block in _batches(missing, _SYNONYMS):
        target.put_synonyms([], block)
