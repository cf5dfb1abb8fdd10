"""Questions over facts, with reasoning paths: the right one and others beside it."""

from dataclasses import dataclass
from pathlib import Path

from markup import one_of, split_bars
from names import Names
from sentences import bare

KIND_OF_SLOT = {"person": "P", "org": "O", "machine": "M", "work": "W"}
SLOT_OF_KIND = {kind: slot for slot, kind in KIND_OF_SLOT.items()}
# Of these, one may stand for another in a question, so they are no wrong paths for each other.
ALIKE = frozenset({"designed", "built", "invented", "developed", "founded", "led", "directed", "head of", "bought"})


@dataclass(frozen=True)
class Row:
    """A relation and how it is asked for; an empty text where it is not."""

    relation: str
    head: str
    tail: str
    asks_tail: str
    describes_tail: str
    asks_head: str
    describes_head: str

    def text(self, *, forward: bool, is_last: bool) -> str:
        """Return the question for, or the description of, the end that a step leads to."""
        if forward:
            return self.asks_tail if is_last else self.describes_tail
        return self.asks_head if is_last else self.describes_head

    def begins_with(self, kind: str, *, forward: bool) -> bool:
        """Return whether a step over this relation can begin at a name of a kind."""
        return (self.head if forward else KIND_OF_SLOT.get(self.tail, "")) == kind

    def target(self, *, forward: bool) -> str:
        """Return the kind of name that a step leads to."""
        return self.tail if forward else SLOT_OF_KIND[self.head]


def read_rows() -> list[Row]:
    """Return all relations that are asked for."""
    lines = (Path(__file__).parent / "questions.txt").read_text(encoding="utf-8").splitlines()
    return [Row(*map(str.strip, split_bars(line))) for line in lines if line and not line.startswith("#")]


@dataclass(frozen=True)
class Hop:
    """A step of a path."""

    relation: str
    forward: bool
    source: str
    target: str

    def __str__(self) -> str:
        return f" -> {self.relation} -> {self.target}" if self.forward else f" <- {self.relation} - {self.target}"

    @property
    def fact(self) -> str:
        """The triple as the choice of facts shows it."""
        head, tail = (self.source, self.target) if self.forward else (self.target, self.source)
        return f"{head}; {self.relation}; {tail}"


@dataclass(frozen=True)
class Asked:
    """A question, the name in it, the path to its answer, and other paths."""

    question: str
    name: str
    hops: tuple[Hop, ...]
    others: tuple[tuple[Hop, ...], ...]


class Questions:
    """Draws questions of one to three steps."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.rng = names.rng
        self.rows = read_rows()

    def draw(self) -> Asked:
        """Return a question."""
        while True:
            asked = self._of_length(self.rng.choices((1, 2, 3), (5, 5, 1))[0])
            if asked:
                return asked

    def _of_length(self, length: int) -> Asked | None:
        r = self.rng
        kind = r.choice("PPPOMMW")
        start = here = self._name(SLOT_OF_KIND[kind])
        words = start if kind in "PW" or r.random() < 0.4 else f"the {start}"
        hops: list[Hop] = []
        others: list[tuple[Hop, ...]] = []
        for step in range(1, length + 1):
            is_last = step == length
            steps = [s for s in self._steps(kind) if s[0].text(forward=s[1], is_last=is_last)]
            if not steps:
                return None
            row, forward = r.choice(steps)
            slot = row.target(forward=forward)
            hop = Hop(self._varied(row.relation), forward, here, self._name(slot))
            wrong = self._wrong(kind, hop, r.choice((0, 1, 1, 2, 3) if is_last else (0, 0, 1)))
            others += [(*hops, other) for other in wrong]
            words = one_of(r, row.text(forward=forward, is_last=is_last)).replace("{x}", words)
            hops.append(hop)
            here, kind = hop.target, KIND_OF_SLOT.get(slot, "")
        return Asked(f"{words[0].upper()}{words[1:]}?", start, tuple(hops), tuple(others))

    def _steps(self, kind: str) -> list[tuple[Row, bool]]:
        return [
            (row, forward) for row in self.rows for forward in (True, False) if row.begins_with(kind, forward=forward)
        ]

    def _wrong(self, kind: str, right: Hop, num: int) -> list[Hop]:
        """Return other steps from the same name that do not answer the same question."""
        found = []
        for row, forward in self.rng.choices(self._steps(kind), k=num):
            relations = {_core(row.relation), _core(right.relation)}
            if len(relations) > 1 and not relations <= ALIKE:
                found.append(Hop(row.relation, forward, right.source, self._name(row.target(forward=forward))))
        return found

    def _varied(self, relation: str) -> str:
        return relation if self.rng.random() < 0.9 else relation.removeprefix("was ")

    def _name(self, slot: str) -> str:
        return bare(getattr(self.names, slot)().name)


def _core(relation: str) -> str:
    return relation.removeprefix("was ").removesuffix(" by")
