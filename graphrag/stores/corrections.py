"""What corrections by hand do to the identity of entities and facts: a pure function of the words and the edits."""

from collections.abc import Sequence

from graphrag.text import normalize_phrase
from graphrag.types import Edit, TripleRow


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
        self._removed: set[tuple[str, ...]] = set()
        for position, edit in enumerate(edits):
            if edit.kind in {"merge", "split"}:
                self._moves.setdefault(normalize_phrase(edit.head), []).append((position, edit))
            else:
                # A triple that is added again after its removal is back.
                change = self._removed.add if edit.kind == "remove" else self._removed.discard
                change(fact_key(edit))

    def entity_key(self, name: str, passage_id: str) -> str:
        """Return the key of the entity that a passage means by a name; empty for an empty name."""
        key, last = normalize_phrase(name), -1
        while True:
            found = next(
                (move for move in self._moves.get(key, ()) if move[0] > last and _applies(move[1], passage_id)), None
            )
            if found is None:
                return key
            last, key = found[0], normalize_phrase(found[1].tail)

    def is_removed(self, row: TripleRow) -> bool:
        """Return whether a triple was removed, under its corrected names or under its own words."""
        words = (row.triple.head, row.triple.relation, row.triple.tail)
        as_written = tuple(map(normalize_phrase, words))
        return (row.head_key, row.relation_key, row.tail_key) in self._removed or as_written in self._removed


def _applies(edit: Edit, passage_id: str) -> bool:
    return edit.kind == "merge" or passage_id in edit.passage_ids


def fact_key(edit: Edit) -> tuple[str, str, str]:
    """Return the keys of the triple that an edit adds or removes."""
    return normalize_phrase(edit.head), normalize_phrase(edit.relation), normalize_phrase(edit.tail)
