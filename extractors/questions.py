"""The names in a question."""

from spacy.tokens import Doc

from extractors import lexicon
from extractors.coreference import Item
from extractors.openie.mentions import find_mentions
from extractors.openie.phrases import phrase_start
from extractors.openie.tree import Tree, read_tree
from extractors.spans import MAX_NAME_CHARACTERS
from graphrag.types import Entity

MAX_QUESTION_CHARACTERS = 5_000
"""What a longer question says beyond is not searched for names."""

_HEADS = frozenset({"NOUN", "PROPN", "NUM", "X"})


def question_entities(doc: Doc) -> tuple[Entity, ...]:
    """Return the names, titles, dates and numbers of a parsed question, verbatim; its noun phrases where it has none.

    Words that only stand for a name ("he") are no names.
    """
    tree = read_tree(doc)
    names = [item for item in find_mentions(tree, doc, "", trust_spelling=True).items if not _is_pronoun(tree, item)]
    entities = [Entity(tree.between(item.start, item.end), item.label) for item in names]
    if not entities:
        entities = [Entity(phrase, "PHRASE") for phrase in _noun_phrases(tree) or _content_phrases(tree)]
    return tuple(dict.fromkeys(entities))


def _is_pronoun(tree: Tree, item: Item) -> bool:
    return item.end == item.start + 1 and tree.tags[item.start] in {"PRON", "DET"}


def _noun_phrases(tree: Tree) -> list[str]:
    """Return the nouns with what stands before them, without articles: "blue lagoon"."""
    found: list[str] = []
    end = 0
    for head in range(len(tree) - 1, -1, -1):
        is_inside = found and head >= end
        if is_inside or tree.tags[head] not in _HEADS or tree.lower[head] in lexicon.FUNCTION_WORDS:
            continue
        end = phrase_start(tree, head)
        found.append(tree.between(end, head + 1))
    return [phrase for phrase in reversed(found) if len(phrase) <= MAX_NAME_CHARACTERS]


def _content_phrases(tree: Tree) -> list[str]:
    """Return the stretches between function words, verbatim."""
    phrases = []
    start = 0
    for i in range(len(tree) + 1):
        word = tree.lower[i] if i < len(tree) else "?"
        if not word[0].isalnum() or word in lexicon.FUNCTION_WORDS:
            phrases.append(tree.between(start, i))
            start = i + 1
    return [phrase for phrase in phrases if 0 < len(phrase) <= MAX_NAME_CHARACTERS]
