"""Names of a parsed text at their places: the model's, and those that only spelling shows, with what they stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from extractors.coreference import Item, passage_items, speaks_of_person, usual_pronouns
from extractors.lexicon import ABBREVIATIONS, CONJUNCTIONS, PREPOSITIONS, THING_NOUNS
from extractors.openie.reference import ReferenceReader
from extractors.openie.tree import Tree
from extractors.spans import Span, find_spans, kind_of
from extractors.titles import short_forms
from extractors.words import Words, read_words
from graphrag.text import bare_title

_NOT_LAST = CONJUNCTIONS | PREPOSITIONS | frozenset({",", "the", "a", "(", ";", ":"})

_NOT_FIRST = frozenset({"née", "nee", "né"})
_FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})

_HYPHENS = frozenset("-‐‑")

MAX_NAME_CHARACTERS = 200
"""A longer name is no entity."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The names of a text, in order and apart from one another.

    Parameters
    ----------
    items
        Each with its place, the name that it stands for ("He", "Lovelace" and "the film" may stand for the title),
        and its label.
    at
        For every word the position in ``items`` of the name that it is part of, or -1.
    """

    items: list[Item]
    at: list[int]


def find_mentions(tree: Tree, doc: Doc, title: str, *, trust_spelling: bool = False) -> Mentions:
    """Return the names of a text.

    In English, capital letters show names that the model does not know; in other languages they may mean nothing.

    Where the model and the spelling disagree, the longer name is taken, of equally long ones the model's; but what the
    spelling takes for one name and the model for several are several. A title is taken wherever it stands.

    Parameters
    ----------
    tree, doc
        The text.
    title
        What it is about; may be empty.
    trust_spelling
        Whether names that only spelling shows are one even where the model sees several: in questions, titles with
        capitals throughout are common.
    """
    words = Words(tree.text, tree.words, tree.starts)
    starts = [first for first, _ in tree.sentences]
    topic = bare_title(title)
    full = [read_words(form).words for form in dict.fromkeys((title, topic)) if form]
    short = [read_words(form).words for form in (short_forms(topic, set(tree.lower)) if topic else [])]
    spelled = find_spans(words, starts, full, short)
    if doc.lang_ != "en":
        spelled = [span for span in spelled if span.label != "NAME"]
    spans, labels = _united(tree, _model_spans(tree, doc), spelled, trust_spelling=trust_spelling)
    items = passage_items(words, spans, starts, title, labels)
    items = [
        Item(i.start, i.end, i.text, labels.get(i.start, i.label)) for i in items if len(i.text) <= MAX_NAME_CHARACTERS
    ]
    about_person = bool(topic) and _is_person(tree, topic)
    items = sorted([*items, *_of_topic(tree, items, topic, about_person=about_person)], key=lambda item: item.start)
    items = sorted(
        [*items, *ReferenceReader(tree, items, about_person=about_person).items()], key=lambda item: item.start
    )
    at = [-1] * len(tree)
    for index, item in enumerate(items):
        at[item.start : item.end] = [index] * (item.end - item.start)
    return Mentions(items, at)


def _model_spans(tree: Tree, doc: Doc) -> list[Span]:
    place = {token: word for word, token in enumerate(tree.tokens)}
    found = []
    for entity in doc.ents:
        start, end = place.get(entity.start, -1), place.get(entity.end - 1, -1) + 1
        if not 0 <= start < end:
            continue
        is_term = entity.label_ == "TERM"
        while start < end and _cannot_end(tree, start, end, is_term=is_term):
            end -= 1
        start += tree.lower[start] in _NOT_FIRST
        if start >= end:
            continue
        # "film" or "performance" may be a term somewhere; as a node it would join everything with everything.
        is_common = is_term and end == start + 1 and (tree.words[start].islower() or tree.tags[start] == "VERB")
        broken = any(_breaks_name(tree, i) for i in range(start + 1, end - 1))
        # What a number is, its spelling says best.
        is_number = all(word.isdecimal() for word in tree.words[start:end])
        if not (is_common or broken or is_number):
            found.append(Span(start, end, entity.label_))
    if doc.lang_ == "en" and not tree.text.isascii():
        # The English model knows nothing of scripts without case; their spelling says where a name ends.
        found = [span for span in found if all(kind_of(word) != "F" for word in tree.words[span.start : span.end])]
    return _joined_at_hyphens(tree, found)


def _cannot_end(tree: Tree, start: int, end: int, *, is_term: bool) -> bool:
    """Tell whether the last word of a span is no part of a name: "and", the full stop of a sentence, a term's "is"."""
    last = end - 1
    is_verb = is_term and tree.fine_tags[last] in _FINITE
    return tree.lower[last] in _NOT_LAST or is_verb or (last > start and _breaks_name(tree, last))


def _breaks_name(tree: Tree, i: int) -> bool:
    """Tell whether a word is a full stop that ends a sentence rather than an abbreviation."""
    return tree.words[i] == "." and len(tree.words[i - 1]) > 1 and tree.lower[i - 1] not in ABBREVIATIONS


def _joined_at_hyphens(tree: Tree, spans: Sequence[Span]) -> list[Span]:
    """Return spans of which those with a hyphen between them are one, but not two peoples ("Franco-German")."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        is_split = last is not None and _is_hyphenated(tree, last.end, span.start)
        if last is not None and is_split and not last.label == span.label == "NORP":
            found[-1] = Span(last.start, span.end, last.label)
        else:
            found.append(span)
    return found


def _is_hyphenated(tree: Tree, end: int, start: int) -> bool:
    """Tell whether words ``end - 1`` and ``start`` are joined by a hyphen, or by "-on-" ("Southend-on-Sea")."""
    between = tree.words[end:start]
    if len(between) not in {1, 3} or not {between[0], between[-1]} <= _HYPHENS:
        return False
    is_joint = len(between) == 1 or between[1].islower()
    return is_joint and tree.between(end - 1, start + 1) == "".join(tree.words[end - 1 : start + 1])


def _num_inside(ends: Mapping[int, int], outer: Span) -> int:
    """Return how many spans, given as ends by starts, lie in a span."""
    return sum(ends.get(start, outer.end + 1) <= outer.end for start in range(outer.start, outer.end))


def _united(
    tree: Tree, model: Sequence[Span], spelled: Sequence[Span], *, trust_spelling: bool
) -> tuple[list[Span], dict[int, str]]:
    """Return spans that do not overlap, labelled as the rules do, and the finer labels by their first words."""
    ends = {span.start: span.end for span in model}
    if not trust_spelling:
        # A comma in a name is one before a rank: "John Wallop, 2nd Earl of Portsmouth".
        spelled = [
            span
            for span in spelled
            if span.label == "TITLE" or _num_inside(ends, span) < 2 or "," in tree.words[span.start : span.end]
        ]
    ranked = [(span.end - span.start, 1, span) for span in model]
    # A title is sure, whatever the model says.
    ranked += [(span.end - span.start + 100 * (span.label == "TITLE"), 0, span) for span in spelled]
    ranked.sort(key=lambda entry: (-entry[0], -entry[1], entry[2]))
    taken: set[int] = set()
    kept, labels = [], {}
    for _, by_model, span in ranked:
        if taken.isdisjoint(range(span.start, span.end)):
            taken.update(range(span.start, span.end))
            coarse = span.label if not by_model or span.label in {"DATE", "NUMBER"} else "NAME"
            kept.append(Span(span.start, span.end, coarse))
            labels[span.start] = span.label
    labels = {start: label for start, label in labels.items() if label not in {"TITLE", "NAME"}}
    return sorted(kept), labels


_NEUTRAL = frozenset("it its they their them".split())


def _is_person(tree: Tree, topic: str) -> bool:
    is_thing = not THING_NOUNS.isdisjoint(topic.lower().split())
    return not is_thing and speaks_of_person(tree.lower)


def _of_topic(tree: Tree, items: Sequence[Item], topic: str, *, about_person: bool) -> list[Item]:
    """Return the pronouns and "the film" that no item covers yet and that stand for the title.

    "He", "his" (or "she", "her", if there are more of them) do if the text is about a person, "it", "their", "the film"
    if it is not.
    """
    if not topic:
        return []
    taken = bytearray(len(tree))
    for item in items:
        taken[item.start : item.end] = b"\x01" * (item.end - item.start)
    personal = usual_pronouns(tree.lower) if about_person else frozenset()
    found = []
    for i, word in enumerate(tree.lower):
        end = i + 1
        if about_person:
            stands = word in personal
        elif word in {"the", "this"}:
            end += 1
            stands = end <= len(tree) and tree.lower[i + 1] in THING_NOUNS and tree.heads[i] == i + 1
        else:
            stands = word in _NEUTRAL and tree.tags[i] == "PRON" and tree.relations[i] != "expl"
        if stands and not any(taken[i:end]):
            found.append(Item(i, end, topic, "TITLE"))
    return found
