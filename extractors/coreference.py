"""What pronouns, surnames and "the film" stand for: documented rules, no model."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractors import lexicon
from extractors.spans import Span
from extractors.titles import short_forms
from extractors.words import Words
from graphrag.text import bare_title


@dataclass(frozen=True, slots=True)
class Item:
    """A name at its place: words ``start`` to ``end - 1`` that stand for ``text``."""

    start: int
    end: int
    text: str
    label: str


def passage_items(
    words: Words, spans: Sequence[Span], sentence_starts: Iterable[int], title: str, labels: Mapping[int, str]
) -> list[Item]:
    """Return the names of a passage and the words that stand for them, in order.

    ``labels`` says what kind of name begins at a word, where a model knows it.

    The rules:

    1. A short form of the title (a person's surname or first name, what stands before "of") is the title.
    2. The name that the first sentence begins with is the title if the two share a word or the title follows.
    3. A single word that ends a person's longer name said before is that name.
    4. "He" or "she", whichever the text says more often, is the title if the text is about a person.
    5. "It", "they", "his", "the film", "the company" are the title where a sentence begins or its opening phrase ends.
    """
    topic = bare_title(title)
    lower = [word.lower() for word in words.words]
    starts = list(sentence_starts)
    short = set(short_forms(topic, set(lower))) if topic else set()
    named = _named_items(words, spans, topic, short, labels)
    if not topic or not starts:
        return named
    named = _first_subject(lower, starts, named, topic)
    taken = {i for item in named for i in range(item.start, item.end)}
    person = topic if short or speaks_of_person(lower) else ""
    virtual = [*_openings(lower, starts, topic, taken), *_persons(lower, person, taken)]
    return sorted([*virtual, *named], key=lambda item: item.start)


def _first_subject(lower: Sequence[str], starts: Sequence[int], named: list[Item], topic: str) -> list[Item]:
    """Read the name that the first sentence begins with as the title, if they share a word or the title follows.

    "Onika Tanya Maraj (born …), known as Nicki Minaj, is …" under the title "Nicki Minaj".
    """
    if not named or named[0].start > 2 or named[0].label not in {"NAME", "TITLE"} or named[0].text == topic:
        return named
    end = starts[1] if len(starts) > 1 else len(lower)
    first = named[0]
    shares = bool(
        set(lower[first.start : first.end]) & set(topic.lower().split()) - lexicon.FUNCTION_WORDS - lexicon.JOINING
    )
    follows = any(item.text == topic and item.start < end for item in named[1:])
    if not (shares or follows):
        return named
    return [Item(first.start, first.end, topic, "TITLE"), *named[1:]]


def _named_items(
    words: Words, spans: Sequence[Span], topic: str, short: set[str], labels: Mapping[int, str]
) -> list[Item]:
    items = []
    full_names: dict[str, str] = {}
    for span in spans:
        text = words.between(span.start, span.end)
        may_be_person = labels.get(span.start, "PERSON") == "PERSON"
        if text in short or (topic and text.casefold() == topic.casefold()):
            text = topic
        elif span.end == span.start + 1:
            text = full_names.get(text, text) if may_be_person else text
        elif (
            span.label == "NAME"
            and may_be_person
            and all(w[0].isupper() for w in words.words[span.start : span.end])
            and span.end - span.start <= 4
        ):
            full_names.setdefault(words.words[span.end - 1], text)
        items.append(Item(span.start, span.end, text, span.label))
    return items


def speaks_of_person(lower: Sequence[str]) -> bool:
    """Tell whether a text, in lower case, says "he", "she" or "born" early."""
    return any(word in {"he", "she"} for word in lower[:200]) or "born" in lower[:12]


def _openings(lower: Sequence[str], starts: Sequence[int], topic: str, taken: set[int]) -> list[Item]:
    """Find "it", "they", "the film" where a sentence begins or where its opening phrase ends."""
    found = []
    for start, end in zip(starts, [*starts[1:], len(lower)], strict=True):
        item = _opening(lower, start, topic, taken)
        opened = lower[start] in lexicon.CLAUSE_OPENERS or lower[start].endswith(("ed", "ing"))
        if not item and opened:
            commas = (i for i in range(start + 1, end - 1) if lower[i] == ",")
            item = next(filter(None, (_opening(lower, comma + 1, topic, taken) for comma in commas)), None)
        if item:
            found.append(item)
    return found


def _opening(lower: Sequence[str], start: int, topic: str, taken: set[int]) -> Item | None:
    if start in taken:
        return None
    if lower[start] in lexicon.POINTERS:
        return Item(start, start + 1, topic, "TITLE")
    if lower[start] not in {"the", "this"}:
        return None
    for end in range(start + 1, min(start + 4, len(lower))):
        if end in taken or lower[end] in lexicon.NO_PLAIN_SUBJECT:
            return None
        if lower[end] in lexicon.THING_NOUNS:
            return None if lower[end + 1 : end + 2] == ["of"] else Item(start, end + 1, topic, "TITLE")
    return None


def _persons(lower: Sequence[str], person: str, taken: set[int]) -> list[Item]:
    if not person:
        return []
    said = usual_pronouns(lower) & {"he", "she"}
    return [Item(i, i + 1, person, "TITLE") for i, word in enumerate(lower) if word in said and i not in taken]


def usual_pronouns(lower: Sequence[str]) -> frozenset[str]:
    """Return the forms of "he" or those of "she", whichever a text says more often; of equally many the first.

    Examples
    --------
    >>> sorted(usual_pronouns("she met him and his brother".split()))
    ['he', 'him', 'himself', 'his']
    """
    said = Counter(
        lexicon.FEMALE if word in lexicon.FEMALE else lexicon.MALE
        for word in lower
        if word in lexicon.FEMALE or word in lexicon.MALE
    )
    # Of equal counts the one that was met first comes first.
    return said.most_common(1)[0][0] if said else lexicon.MALE
