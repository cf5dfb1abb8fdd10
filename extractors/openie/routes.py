"""What leads, in a sentence's tree, to the names that no clause's statement reaches."""

from collections.abc import Iterator, Sequence

from extractors.openie.clauses import Clause
from extractors.openie.facts import MAX_RELATION_WORDS, MAX_STEPS
from extractors.openie.frames import Argument
from extractors.openie.mentions import Mentions
from extractors.openie.phrases import conjuncts, name_head, preposition
from extractors.openie.statements import Statement
from extractors.openie.tree import Tree

_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ"})
_VERBAL = frozenset({"verb", "copula", "passive"})
_GROUP = frozenset({"aux", "aux:pass", "cop", "compound:prt"})


def route_facts(
    tree: Tree, mentions: Mentions, clauses: Sequence[Clause], topic: str, connected: set[frozenset[str]]
) -> Iterator[Statement]:
    """Yield what leads from a sentence's subject to its names that nothing connects with the subject yet.

    The subject is the name that the main verb has for subject, else the topic. The relation is made of the main verb
    and the nouns, verbs and prepositions on the way down to the name. Names beside the subject ("Ada and Bob") are left
    out.

    Parameters
    ----------
    tree, mentions, clauses
        The text, its names and clauses.
    topic
        What the text is about; may be empty.
    connected
        Pairs of names with a statement; those of the yielded statements are added.
    """
    verbs = {clause.head: clause for clause in clauses if clause.kind in _VERBAL}
    for first, last in tree.sentences:
        root = next((i for i in range(first, last) if tree.heads[i] == i), first)
        clause = verbs.get(root)
        index = mentions.at[clause.subject_head] if clause is not None else -1
        subject = mentions.items[index].text if index >= 0 else topic
        if subject:
            clause = clause or Clause("verb", root, (), root, (), ())
            yield from _of_sentence(tree, mentions, clause, subject, range(first, last), connected)


def _of_sentence(
    tree: Tree, mentions: Mentions, clause: Clause, subject: str, places: range, connected: set[frozenset[str]]
) -> Iterator[Statement]:
    beside = {mentions.at[word] for word in conjuncts(tree, clause.subject_head)}
    previous = -1
    for word in places:
        index = mentions.at[word]
        if index < 0 or index == previous:
            continue
        previous = index
        item = mentions.items[index]
        pair = frozenset((subject, item.text))
        if item.text == subject or pair in connected or index in beside:
            continue
        if item.label == "NUMBER" or tree.relations[word] == "amod":
            continue
        route = _route(tree, mentions, item.start, item.end)[-MAX_RELATION_WORDS:]
        if route:
            connected.add(pair)
            argument = Argument("oblique", word, (), (word,))
            yield Statement(clause, subject, tree.phrase(route), item.text, argument, "route", words=tuple(route))


def _route(tree: Tree, mentions: Mentions, start: int, end: int) -> list[int]:
    """Return the words on the way from a sentence's root to a name, without other names."""
    at = name_head(tree, start, end)
    path = preposition(tree, at)
    for _ in range(MAX_STEPS):
        above = tree.heads[at]
        if above == at:
            break
        at = above
        is_root = tree.heads[at] == at
        own = [at] if mentions.at[at] < 0 and tree.tags[at] in _CONTENT else []
        lead = [i for i in tree.children[at] if tree.relations[i] in _GROUP] if is_root else preposition(tree, at)
        path = [*sorted({*lead, *own}), *path]
    return path
