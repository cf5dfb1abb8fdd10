"""What pronouns and "the town" stand for where a title does not say it: documented rules over trees, no model."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from extractors.coreference import Item
from extractors.lexicon import FEMALE, FEMALE_NOUNS, MALE, MALE_NOUNS
from extractors.openie.phrases import name_head
from extractors.openie.tree import Tree

MAX_SENTENCES_BACK = 3
"""So many sentences before its own a pronoun may look for what it stands for."""

MAX_NAMES = 16
"""Of the subjects and of the other names of a sentence so many are looked at."""

MAX_WORDS_BACK = 40
"""So many words before it a pronoun may look for a name that is no subject."""

_NEUTRAL = frozenset("it its itself".split())
_PLURAL = frozenset("they their them themselves".split())
_PERSONAL = MALE | FEMALE
_PRONOUNS = _PERSONAL | _NEUTRAL | _PLURAL
_POINTING = frozenset({"the", "this"})
_THINGS = frozenset({"ORG", "WORK", "LOC", "EVENT", "PRODUCT", "TITLE"})
_SUBJECTS = frozenset({"nsubj", "nsubj:pass"})
_OBJECTS = frozenset({"obj", "iobj", "obl"})
_NEVER_CALLED = frozenset({"DATE", "NUMBER", "NORP"})
_PLACES = frozenset("city town village hamlet borough municipality parish commune kingdom republic island".split())
_NO_DESCRIPTION = frozenset(
    "one part member name type kind form number result example time day year case way side end place thing".split()
)


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject: its word, and the name that it is or belongs to; None for "The school"."""

    word: int
    item: Item | None


@dataclass(slots=True)
class _Sentence:
    """What a sentence speaks of: its subjects, and its other names in order."""

    subjects: Sequence[_Subject]
    others: Sequence[Item]

    def names(self, *, subjects_only: bool) -> Iterator[Item]:
        yield from (subject.item for subject in self.subjects if subject.item is not None)
        if not subjects_only:
            yield from self.others


class ReferenceReader:
    """Reads a text from left to right and finds what its pronouns and plain descriptions stand for.

    A text tends to go on with what it was about, and that is mostly a subject:

    1. A pronoun is the nearest subject before it in its sentence ("Ada said that she"), unless both belong to the same
       verb ("Ada saw her"); "her mother" counts as her.
    2. Else it is the subject of one of the three sentences before, else another name in it, the nearest sentence first.
       "It" is nothing where the last sentence is about something without a name ("The school …. It …").
    3. "He" and "she" are persons, and not the same one; "he" is nobody's mother; "it" is no person; "they" are an
       organization that is a subject. Several together ("Ada and Bob") are none of these.
    4. "The town" is the last name that the text called one: "Mola is a town", "the town of Mola", "Mola Town".

    Parameters
    ----------
    tree
        The text.
    items
        Its names at their places, in order.
    about_person
        Whether the title, where there is one, is a person's name.

    References
    ----------
    Grosz, Joshi and Weinstein, "Centering: A Framework for Modeling the Local Coherence of Discourse", Computational
    Linguistics 21(2), 1995.
    """

    def __init__(self, tree: Tree, items: Sequence[Item], *, about_person: bool = False) -> None:
        self._tree = tree
        self._persons = frozenset({"PERSON", "TITLE"} if about_person else {"PERSON"})
        self._things = _THINGS - self._persons
        self._at: list[Item | None] = [None] * len(tree)
        self._is_male: dict[str, bool] = {}
        for item in items:
            self._at[item.start : item.end] = [item] * (item.end - item.start)
            self._note_gender(item)
        self._before: list[_Sentence] = []
        self._called: dict[str, Item] = {}

    def items(self) -> list[Item]:
        """Return the pronouns and descriptions that have a name to stand for, in order."""
        found: list[Item] = []
        for start, end in self._tree.sentences:
            found += self._sentence(start, end)
        return found

    def _sentence(self, start: int, end: int) -> list[Item]:
        tree, at = self._tree, self._at
        found: list[Item] = []
        subjects: list[_Subject] = []
        for i in range(start, end):
            if at[i] is None:
                word = tree.lower[i]
                item = None
                if word in _PRONOUNS:
                    item = self._pronoun(i, start, subjects)
                elif word in _POINTING:
                    item = self._description(i, end)
                if item is not None:
                    found.append(item)
                    at[item.start : item.end] = [item] * (item.end - item.start)
            if tree.relations[i] in _SUBJECTS:
                subjects.append(_Subject(i, self._named(i)))
        names = [item for item, _ in groupby(at[start:end]) if item is not None]
        for item in names:
            self._learn(item)
        # The subject of the sentence's root leads.
        subjects = [s for s in subjects if s.item is not None or tree.tags[s.word] in {"NOUN", "PROPN"}]
        subjects.sort(key=lambda subject: tree.heads[tree.heads[subject.word]] != tree.heads[subject.word])
        led = {subject.item for subject in subjects}
        others = [item for item in names if item not in led][:MAX_NAMES]
        self._before = [*self._before[1 - MAX_SENTENCES_BACK :], _Sentence(subjects[:MAX_NAMES], others)]
        return found

    def _named(self, word: int) -> Item | None:
        """Return the name that a noun is or, as in "her mother", belongs to."""
        if self._tree.child(word, "conj") >= 0:
            return None
        owner = self._tree.child(word, "nmod:poss")
        return self._at[word] or (self._at[owner] if owner >= 0 else None)

    def _pronoun(self, i: int, first: int, subjects: Sequence[_Subject]) -> Item | None:
        word = self._tree.lower[i]
        if self._tree.relations[i] == "expl":
            return None
        found = next((name for name in self._candidates(i, first, subjects) if self._fits(word, name)), None)
        if found is None:
            return None
        item = Item(i, i + 1, found.text, found.label)
        self._note_gender(item)
        return item

    def _candidates(self, i: int, first: int, subjects: Sequence[_Subject]) -> Iterator[Item]:
        tree = self._tree
        is_neutral = tree.lower[i] in _NEUTRAL
        for subject in reversed(subjects[-MAX_NAMES:]):
            if tree.relations[i] in _OBJECTS and tree.heads[subject.word] == tree.heads[i]:
                continue
            if subject.item is not None:
                yield subject.item
            elif is_neutral and tree.tags[subject.word] == "NOUN":
                return
        if tree.relations[i] not in _SUBJECTS:
            yield from self._names_before(i, first, {subject.item for subject in subjects[-MAX_NAMES:]})
        for sentence in reversed(self._before):
            if is_neutral and sentence.subjects and sentence.subjects[0].item is None:
                return
            yield from sentence.names(subjects_only=tree.lower[i] in _PLURAL)

    def _names_before(self, i: int, first: int, subjects: Set[Item | None]) -> Iterator[Item]:
        """Yield the names before a word in its sentence that are no subjects, the nearest first."""
        names = reversed(self._at[max(first, i - MAX_WORDS_BACK) : i])
        yield from dict.fromkeys(name for name in names if name is not None and name not in subjects)

    def _fits(self, pronoun: str, item: Item) -> bool:
        if pronoun in _NEUTRAL:
            return item.label in self._things
        if pronoun in _PLURAL:
            return item.label == "ORG"
        is_male = pronoun in MALE
        return item.label in self._persons and self._is_male.get(item.text, is_male) == is_male

    def _note_gender(self, item: Item) -> None:
        word = self._tree.lower[item.start]
        if word in _PERSONAL and item.end == item.start + 1:
            self._is_male.setdefault(item.text, word in MALE)

    def _description(self, i: int, end: int) -> Item | None:
        """Read "the town" with nothing else to it."""
        tree = self._tree
        noun = i + 1
        if noun >= end or tree.heads[i] != noun or tree.tags[noun] != "NOUN":
            return None
        if self._at[noun] is not None or any(tree.relations[c] in {"nmod", "acl:relcl"} for c in tree.children[noun]):
            return None
        called = self._called.get(tree.lower[noun])
        return Item(i, noun + 1, called.text, called.label) if called is not None else None

    def _learn(self, item: Item) -> None:
        """Keep what a name is called where it stands."""
        if item.label in _NEVER_CALLED:
            return
        tree = self._tree
        head = name_head(tree, item.start, item.end)
        for noun in self._descriptions(head, item):
            word = tree.lower[noun]
            if word in MALE_NOUNS or word in FEMALE_NOUNS:
                self._is_male.setdefault(item.text, word in MALE_NOUNS)
            if word not in _NO_DESCRIPTION and tree.tags[noun] in {"NOUN", "PROPN"}:
                self._called[word] = item

    def _descriptions(self, head: int, item: Item) -> Iterator[int]:
        tree = self._tree
        above, relation = tree.heads[head], tree.relations[head]
        if item.end - item.start > 1 and tree.words[item.start][0].isupper():
            yield item.end - 1
        if relation == "nsubj" and tree.child(above, "cop") >= 0:
            yield above
        if relation in {"compound", "appos", "nmod:desc"}:
            yield above
        if relation == "nmod" and tree.lower[above] in _PLACES and tree.lower[above + 1 : above + 2] == ["of"]:
            yield above
        yield from (child for child in tree.children[head] if tree.relations[child] == "appos")
