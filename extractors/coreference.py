"""What pronouns, surnames and "the film" stand for: documented rules, no model."""

from collections.abc import Iterable, Sequence

from extractors import lexicon
from extractors.relations import Item
from extractors.spans import Span
from extractors.titles import bare_title, short_forms
from extractors.words import Words

_BE_OR_VERB_LIMIT = 3


def passage_items(words: Words, spans: Sequence[Span], sentence_starts: Iterable[int], title: str) -> list[Item]:
    """Return the names of a passage and the words that stand for them, in order.

    The rules: (1) a short form of the title (its surname, what stands before "of") is the title; (2) a single word that
    ends a longer name said before is that name; (3) "he" and "she" are the title if the text is about a person, else the
    last subject; (4) "it", "they" and "the film", "the company" where a sentence begins are the title.
    """
    topic = bare_title(title)
    lower = [word.lower() for word in words.words]
    short = set(short_forms(topic, set(lower))) if topic else set()
    named = _named_items(words, spans, topic, short)
    taken = {i for item in named for i in range(item.start, item.end)}
    person = topic if short or _speaks_of_person(lower) else ""
    virtual = (
        [] if not topic else [*_openings(words, lower, sentence_starts, topic, taken), *_persons(lower, person, taken)]
    )
    unique = {item.start: item for item in [*virtual, *named]}
    return [unique[start] for start in sorted(unique)]


def _named_items(words: Words, spans: Sequence[Span], topic: str, short: set[str]) -> list[Item]:
    items = []
    full_names: dict[str, str] = {}
    for span in spans:
        text = words.between(span.start, span.end)
        if text in short or (topic and text.casefold() == topic.casefold()):
            text = topic
        elif span.end == span.start + 1:
            text = full_names.get(text, text)
        elif (
            span.label == "NAME"
            and all(w[0].isupper() for w in words.words[span.start : span.end])
            and span.end - span.start <= 4
        ):
            full_names.setdefault(words.words[span.end - 1], text)
        items.append(Item(span.start, span.end, text, span.label))
    return items


def _speaks_of_person(lower: Sequence[str]) -> bool:
    return any(word in {"he", "she"} for word in lower[:200]) or "born" in lower[:12]


def _openings(
    words: Words, lower: Sequence[str], sentence_starts: Iterable[int], topic: str, taken: set[int]
) -> list[Item]:
    found = []
    for start in sentence_starts:
        if start in taken:
            continue
        if lower[start] in {"it", "they", "its", "their", "his", "her"}:
            found.append(Item(start, start + 1, topic, "TITLE"))
        elif lower[start] in {"the", "this"}:
            end = start + 1
            while end < len(lower) and end - start <= 2 and lower[end] not in lexicon.THING_NOUNS and end not in taken:
                end += 1
            if (
                end < len(lower)
                and end not in taken
                and lower[end] in lexicon.THING_NOUNS
                and lower[end + 1 : end + 2] not in (["of"],)
            ):
                found.append(Item(start, end + 1, topic, "TITLE"))
    return found


def _persons(lower: Sequence[str], person: str, taken: set[int]) -> list[Item]:
    if not person:
        return []
    return [Item(i, i + 1, person, "TITLE") for i, word in enumerate(lower) if word in {"he", "she"} and i not in taken]
