"""Searching the passages of a graph in Neo4j by the server's own indexes: full text and vectors."""

import re
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphrag.stores import cypher
from graphrag.stores.neo4j_connection import GraphTransaction, Neo4jConnection
from graphrag.stores.neo4j_rows import read_passage
from graphrag.types import Passage

_BATCH = 1000
_LEAST_COUNT = 100
"""Ask the server for at least so many: its search for vectors is the more exact, the more it looks for."""
_GROWTH = 4
_SYNTAX = re.compile(r"[-+&|!(){}\[\]^\"~*?:\\/<>=]+")


def words_query(words: Sequence[str]) -> str:
    r"""Return the query for some words, in which nothing is left of the syntax of Lucene's queries.

    Its special characters stand between words, never in them, and its operators are in capitals.

    Examples
    --------
    >>> words_query(["Ada", "AND", 'title:(B*) "notes"~2'])
    'ada and title b notes 2'
    """
    return " ".join(_SYNTAX.sub(" ", " ".join(words).lower()).split())


class Neo4jSearch:
    """The server's own indexes of one graph, made when they are first needed.

    All graphs of a database share the indexes; what is found in others is left out.

    Parameters
    ----------
    connection
        The connection to the graph.
    """

    def __init__(self, connection: Neo4jConnection) -> None:
        self._db = connection
        self._is_complete = False

    def nearest(self, query: NDArray[np.float32], top_k: int) -> list[tuple[Passage, float]]:
        """Return the passages whose vectors have the largest cosine with one, and the cosine.

        Parameters
        ----------
        query
            Of any length but zero, shape ``(dimension,)``.
        top_k
            At most so many.
        """
        found = self._search(cypher.PASSAGES_BY_VECTOR, query.tolist(), top_k)
        # The server's score is (1 + cosine) / 2.
        return [(passage, 2 * score - 1) for passage, score in found]

    def matching(self, words: Sequence[str], top_k: int) -> list[tuple[Passage, float]]:
        """Return the passages that have some of the words, and Lucene's BM25 score.

        How rare a word is, the server counts in all graphs of the database.

        Parameters
        ----------
        words
            At most some hundred.
        top_k
            At most so many.
        """
        query = words_query(words)
        return self._search(cypher.PASSAGES_BY_WORDS, query, top_k) if query else []

    def _search(self, statement: str, sought: object, top_k: int) -> list[tuple[Passage, float]]:
        if not self._is_complete:
            self.complete()
        count = max(_LEAST_COUNT, top_k)
        while True:
            ((num_found, rows),) = self._db.read(statement, sought=sought, count=count)
            if len(rows) >= top_k or num_found < count:
                break
            count *= _GROWTH
        hits = [(read_passage(values), float(score)) for score, *values in rows]
        # As everywhere: of equal passages the first by id.
        return sorted(hits, key=lambda hit: (-hit[1], hit[0].passage_id))[:top_k]

    def complete(self) -> None:
        """Make the indexes if they are not there, and put into them what they lack.

        Raises
        ------
        StoreError
            If the server cannot be used, or does not let this user make what is missing.
        """
        if self._db.number(cypher.READY_SEARCH_INDEXES, names=list(cypher.SEARCH_SCHEMA)) < len(cypher.SEARCH_SCHEMA):
            for name, statement in cypher.SEARCH_SCHEMA.items():
                self._db.run_once(statement)
                self._db.run_once(cypher.AWAIT_INDEX, name=name)
        meta = self._db.meta()
        if meta.get("embedded") != meta["generation"] or meta["changed"]:
            self._embed()
            if not meta["changed"]:
                # The generation from before: what was written meanwhile is looked for the next time.
                self._db.write(lambda change: change.set(embedded=meta["generation"]))
        self._is_complete = True

    def _embed(self) -> None:
        statements = zip(cypher.WITHOUT_EMBEDDING, cypher.VECTORS_TO_EMBED, cypher.PUT_EMBEDDINGS, strict=True)
        for lacking, vectors, put in statements:
            uids = [uid for (uid,) in self._db.read(lacking)]
            for start in range(0, len(uids), _BATCH):
                found = self._db.read(vectors, uids=uids[start : start + _BATCH])
                self._db.write(partial(_put, statement=put, rows=[_embedded(*row) for row in found]))


def _put(change: GraphTransaction, statement: str, rows: Sequence[dict[str, Any]]) -> None:
    change.run_many(statement, list(rows))


def _embedded(uid: str, vector: bytes) -> dict[str, Any]:
    # As a text, which the driver sends in a tenth of the time that it needs for a list of numbers.
    texts = _texts_of_halves()
    return {"uid": uid, "embedding": " ".join([texts[half] for half in np.frombuffer(vector, dtype="<u2").tolist()])}


@cache
def _texts_of_halves() -> list[str]:
    """Return every float16 as a text, exactly, by its bits."""
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    return [repr(number) for number in halves.astype(np.float64).tolist()]
