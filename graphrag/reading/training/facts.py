"""The triples of a store that a question can be made of: stated by a sentence, about something named."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from graphrag.reading.training.kinship import gender, kin_forms
from graphrag.reading.training.relations import DATES, NUMBERS, PEOPLE, PLACES, WORKS, Form, forms
from graphrag.reading.values import life
from graphrag.rows import MentionRow, TripleRow
from graphrag.text import bare_title, normalize_phrase, title_keys
from graphrag.types import Passage, Triple

MIN_CONFIDENCE = 0.5
_MAX_GAP = 60
"""Characters between what a relation says and the answer."""

_ELSEWHERE = re.compile(r"[;()]|\.\s|\b(?:by|is|was|who|which|that|where|when|but|based|starring|featuring)\b")
"""What another statement begins with."""

_SUBJECT_LABELS = PEOPLE | WORKS | {"LOC"}
_TITLES = frozenset("king queen prince princess duke duchess count countess emperor lord lady sir dr".split())
_BEFORE = frozenset("the in by of from and with president actor director".split()) | _TITLES
"""Words that a name may follow also when they are written with a capital."""

_CUT_AFTER = re.compile(
    r"\s?[-–’'&]|\s(?:of|de|von|van)\b|\s[A-Z]\w|,? \d+(?:st|nd|rd|th)\b|,\s(?:Duke|Count|Earl|Lord|King)|\w|\.\w"
)
"""What follows a name that is only a part of one."""

_NEXT_WORD = re.compile(r"\s([a-z]+)")
_AFTER = frozenset(
    "and or in on at by for from with to as who whose which that where when while is was were are has had until till "
    "after before during since but under through because about between alongside against into over also both".split()
)
"""Words that may follow a name; before any other it only describes what that word names, as in "the Whig candidate"."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple with the question that it answers.

    Parameters
    ----------
    form
        How it is asked.
    subject, answer
        In the words of the text; the subject as the passage's title writes it, where the passage is about it.
    subject_key, answer_key
        Their normalised phrases.
    label
        Of the subject.
    passage_id
        Where it is stated.
    is_topic
        Whether that passage is about the subject.
    confidence
        Of the triple.
    """

    form: Form
    subject: str
    answer: str
    subject_key: str
    answer_key: str
    label: str
    passage_id: str
    is_topic: bool
    confidence: float

    @property
    def group(self) -> tuple[str, str]:
        """What is asked of whom."""
        return self.form.name, self.subject_key


class FactFinder:
    """Finds facts among triples.

    Parameters
    ----------
    passages
        All of a store.
    mentions
        Of which the labels are taken.
    """

    def __init__(self, passages: Iterable[Passage], mentions: Iterable[MentionRow]) -> None:
        self._passages = {one.passage_id: one for one in passages}
        self._labels = {(one.passage_id, one.entity_key): one.label for one in mentions}
        self._about = {key: one for one in self._passages.values() for key in title_keys(one.title)}
        self._genders: dict[str, str] = {}

    def find(self, triples: Iterable[TripleRow]) -> list[Fact]:
        """Return the facts of triples, one each question and answer, the surest first.

        Facts whose subject or answer is no name, whose answer is not in the sentence next to what the relation says, or
        whose answer stands in the subject, are none.
        """
        found = [fact for row in triples if row.triple.confidence >= MIN_CONFIDENCE for fact in self._of(row)]
        found.sort(key=lambda fact: (-fact.confidence, fact.group, fact.answer_key, fact.passage_id))
        return list({(*fact.group, fact.answer_key): fact for fact in reversed(found)}.values())[::-1]

    def _of(self, row: TripleRow) -> list[Fact]:
        passage = self._passages.get(row.passage_id)
        if passage is None or not row.triple.sentence:
            return []
        relation = row.triple.relation
        made = list(forms(relation))
        genders = (self._gender(key) or gender(name) for key, name in _ends(row))
        kin = list(kin_forms(relation, *genders))
        return [fact for form in (*kin, *made) if (fact := self._fact(row, passage, form))]

    def _fact(self, row: TripleRow, passage: Passage, form: Form) -> Fact | None:
        triple = row.triple
        (subject_key, subject), (answer_key, answer) = _ends(row)[:: -1 if form.inverse else 1]
        label = self._label(row.passage_id, subject_key)
        is_topic = subject_key in title_keys(passage.title)
        if self._label(row.passage_id, answer_key) not in form.answers or label in form.never:
            return None
        if not is_topic and (label not in _SUBJECT_LABELS or not _is_name(subject) or " " not in subject):
            return None
        at = _stated_at(form, triple, head_known=is_topic and not form.inverse)
        if at is None or not self._may_answer(answer, at, triple.sentence, form):
            return None
        if is_topic:
            title = bare_title(passage.title)
            subject = title if label == "PERSON" else _with_article(title, passage.text)
        if _overlap(answer, subject):
            return None
        key = self._longest_key(answer, triple.sentence) or answer_key
        return Fact(form, subject, answer, subject_key, key, label, passage.passage_id, is_topic, triple.confidence)

    def _may_answer(self, answer: str, at: int, sentence: str, form: Form) -> bool:
        """Return whether what stands at a position of a sentence is a date or number, or a whole name."""
        if form.answers <= DATES | NUMBERS:
            return any(character.isdigit() for character in answer)
        one_word = " " not in answer and normalize_phrase(answer) not in self._about
        if form.answers == PEOPLE and (" and " in answer or one_word):
            return False
        return _is_name(answer) and _is_whole(sentence, at, at + len(answer))

    def _longest_key(self, name: str, sentence: str) -> str:
        """Return the key of a name and what follows its comma, as in "Salem, Ohio", if a passage is about that."""
        longer = re.search(re.escape(name) + r",\s[A-Z][\w ]*", sentence)
        key = normalize_phrase(longer[0]) if longer else ""
        return key if key in self._about else ""

    def _label(self, passage_id: str, key: str) -> str:
        """Return the label of a name in a passage; that of a title is told from the passage about it."""
        label = self._labels.get((passage_id, key), "")
        about = self._about.get(key)
        if about is None or label not in {"", "TITLE", "NAME"}:
            return label
        return "PERSON" if self._gender(key) and any(life(about.text)) else label

    def _gender(self, key: str) -> str:
        if key not in self._genders:
            about = self._about.get(key)
            self._genders[key] = gender(about.text) if about else ""
        return self._genders[key]


def _stated_at(form: Form, triple: Triple, *, head_known: bool) -> int | None:
    """Return where a sentence has the answer, if it has the relation's words close before the triple's tail.

    The head, unless it is known what the sentence is about, has to stand close before them.
    """
    sentence = triple.sentence
    cue = re.search(form.cue, sentence)
    tail = sentence.find(triple.tail, cue.end()) if cue else -1
    if cue is None or tail < 0:
        return None
    head = sentence.rfind(triple.head, 0, cue.start() + 1)
    if not head_known and (head < 0 or cue.start() - head - len(triple.head) > _MAX_GAP):
        return None
    between = sentence[cue.end() : tail]
    if len(between) > _MAX_GAP or _ELSEWHERE.search(between):
        return None
    if form.answers == PLACES and "," in between:
        return None  # the place in which the answer is
    if form.answers <= DATES | NUMBERS and any(character.isdigit() for character in between):
        return None
    return head if form.inverse else tail


def _overlap(answer: str, subject: str) -> bool:
    one, other = normalize_phrase(answer), normalize_phrase(subject)
    return one in other or other in one


def _ends(row: TripleRow) -> list[tuple[str, str]]:
    return [(row.head_key, row.triple.head), (row.tail_key, row.triple.tail)]


def _with_article(title: str, text: str) -> str:
    """Return a title as the text writes it in a sentence: with "the" before it, or without."""
    return f"the {title}" if re.search(rf"\b[Tt]he {re.escape(title)}\b(?![- ]+[A-Z])", text) else title


def _is_name(text: str) -> bool:
    return text[:1].isupper() and not text.endswith(".") and text.lower() not in _TITLES and "  " not in text


def _is_whole(sentence: str, start: int, end: int) -> bool:
    """Return whether a name is not a part of a longer one."""
    before = sentence[:start].rstrip()
    if before.endswith(("-", "–", "’", "'")):
        return False
    last = before.split()[-1:] if before == sentence[: start - 1] else []
    if last and last[0][0].isupper() and last[0][-1].isalnum() and last[0].lower() not in _BEFORE:
        return False
    following = _NEXT_WORD.match(sentence, end)
    return not _CUT_AFTER.match(sentence[end : end + 12]) and (not following or following[1] in _AFTER)
