"""Extraction of entities and triples over a dependency parse, without a language model."""

from collections.abc import Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractors.openie.clauses import read_clauses
from extractors.openie.facts import FactReader
from extractors.openie.mentions import Mentions, find_mentions
from extractors.openie.nominals import read_nominals
from extractors.openie.statements import clause_statement
from extractors.openie.tree import Tree, read_tree
from extractors.questions import question_entities
from extractors.titles import bare_title
from graphrag.errors import ExtractionError
from graphrag.text import clean_text
from graphrag.types import Entity, Extraction, Passage, Triple

RULES_VERSION = "1"


def extraction_of(doc: Doc, title: str, *, full: bool = False) -> Extraction:
    tree = read_tree(doc)
    mentions = find_mentions(tree, doc, title)
    clauses = [*read_clauses(tree), *read_nominals(tree)]
    reader = FactReader(tree, mentions, bare_title(title))
    triples = []
    for clause in clauses:
        for fact in reader.facts(clause):
            triples.append(Triple(fact.head, fact.relation, fact.tail, 0.5, ""))
        if full:
            s = clause_statement(tree, clause)
            if s: triples.append(Triple(s.head,s.relation,s.tail,.5,""))
    linked = {frozenset((t.head, t.tail)) for t in triples}
    for fact in reader.sentence_facts(clauses, linked):
        triples.append(Triple(fact.head, fact.relation, fact.tail, 0.3, ""))
    triples = list(dict.fromkeys(triples))
    labels = {text: "TITLE" for text in (title, bare_title(title)) if text}
    for item in mentions.items:
        labels.setdefault(item.text, item.label)
        labels.setdefault(tree.between(item.start,item.end), item.label) if item.end-item.start>1 else 0
    for t in triples:
        labels.setdefault(t.head,"PHRASE"); labels.setdefault(t.tail,"PHRASE")
    return Extraction(tuple(Entity(a,b) for a,b in labels.items()), tuple(triples))
