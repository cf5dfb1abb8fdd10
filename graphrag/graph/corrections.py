"""What corrections by hand do to the identity of entities and facts: a pure function of the words and the edits."""

import sys
from collections.abc import Sequence

from graphrag.rows import Edit, TripleRow
from graphrag.text import normalize_phrase
from graphrag.types import Triple


class Corrections:
    """The keys that names stand for after some edits.

    Parameters
    ----------
    edits
        In the order in which they were made; a later one sees the result of the earlier ones.

    Examples
    --------
    >>> corrections = Corrections([Edit("merge", "Countess of Lovelace", "Ada Lovelace")])
    >>> corrections.entity_key("the countess of lovelace", "p1"), corrections.entity_key("Countess of Lovelace", "p1")
    ('the countess of lovelace', 'ada lovelace')
    """

    def __init__(self, edits: Sequence[Edit] = ()) -> None:
        self._moves: dict[str, list[tuple[int, Edit]]] = {}
        self._changes: dict[str, list[tuple[int, Edit]]] = {}
        for position, edit in enumerate(edits):
            if edit.kind in {"merge", "split"}:
                self._moves.setdefault(normalize_phrase(edit.head), []).append((position, edit))
            else:
                self._changes.setdefault(normalize_phrase(edit.relation), []).append((position, edit))

    def entity_key(self, name: str, passage_id: str, *, before: int = sys.maxsize) -> str:
        """Return the key of the entity that a passage means by a name; empty for an empty name.

        Parameters
        ----------
        name
            Verbatim.
        passage_id
            Empty for an imported triple.
        before
            Look at so many edits only, the first.
        """
        key, last = normalize_phrase(name), -1
        while key in self._moves:
            moves = (move for move in self._moves[key] if last < move[0] < before)
            found = next((move for move in moves if _applies(move[1], passage_id)), None)
            if found is None:
                break
            last, key = found[0], normalize_phrase(found[1].tail)
        return key

    def is_removed(self, row: TripleRow) -> bool:
        """Return whether a triple was removed, and not added again, under the names that it had at that time."""
        removed = False
        for position, edit in self._changes.get(row.relation_key, ()):
            if self._ends(row.triple, row.passage_id, position) == self._target(edit, position):
                removed = edit.kind == "remove"
        return removed

    def _ends(self, triple: Triple, passage_id: str, before: int) -> tuple[str, str]:
        head, tail = (self.entity_key(end, passage_id, before=before) for end in (triple.head, triple.tail))
        return head, tail

    def _target(self, edit: Edit, position: int) -> tuple[str, str]:
        """Return the entities that an edit speaks of: a removal names them as the graph does, an addition as a text."""
        if edit.kind == "add":
            return self._ends(edit.triple, "", position)
        return normalize_phrase(edit.head), normalize_phrase(edit.tail)


def _applies(edit: Edit, passage_id: str) -> bool:
    return edit.kind == "merge" or passage_id in edit.passage_ids
