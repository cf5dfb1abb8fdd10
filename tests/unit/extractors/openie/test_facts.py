import pytest

from extractors.openie.clauses import read_clauses
from extractors.openie.facts import FactReader, name_parts
from extractors.openie.mentions import find_mentions
from extractors.openie.nominals import read_nominals
from extractors.openie.reading import read_statements
from extractors.openie.tree import read_tree

BOARD = """Ada PROPN 4 nsubj
is AUX 4 cop
a DET 4 det
director NOUN 0 root
of ADP 6 case
Kodak PROPN 4 nmod
and CCONJ 8 cc
Agfa PROPN 6 conj"""

EDITOR = """The DET 3 det
current ADJ 3 amod
editor NOUN 5 nsubj
is AUX 5 cop
Ada PROPN 0 root"""

FATHER = """Byron PROPN 3 nmod:poss
's PART 1 case
daughter NOUN 4 nsubj
met VERB 0 root VBD
Charles PROPN 4 obj"""


def facts_of(doc, topic=""):
    tree = read_tree(doc)
    mentions = find_mentions(tree, doc, topic)
    reader = FactReader(tree, mentions, topic)
    clauses = [*read_clauses(tree), *read_nominals(tree)]
    return [(f.head, f.relation, f.tail) for clause in clauses for f in reader.facts(clause)]


def test_ends_are_phrases_and_the_names_in_them(parse):
    found = facts_of(parse(BOARD, [(0, 1, "PERSON"), (5, 6, "ORG"), (7, 8, "ORG")]))
    assert ("Ada", "is", "director of Kodak") in found
    assert ("Ada", "is director of", "Kodak") in found
    assert ("Ada", "is director of", "Agfa") in found


def test_a_role_belongs_to_what_the_text_is_about(parse):
    doc = parse(EDITOR, [(4, 5, "PERSON")])
    assert ("Nature Physics", "current editor is", "Ada") in facts_of(doc, "Nature Physics")
    assert facts_of(doc) == [("current editor", "is", "Ada")]


def test_an_owner_in_the_subject_is_an_end(parse):
    found = facts_of(parse(FATHER, [(0, 1, "PERSON"), (4, 5, "PERSON")]))
    assert ("Byron", "daughter met", "Charles") in found


def test_a_name_below_another_clause_is_left_to_it(parse):
    table = """Ada PROPN 2 nsubj
read VERB 0 root VBD
books NOUN 2 obj
written VERB 3 acl VBN
by ADP 6 case
Byron PROPN 4 obl:agent"""
    found = facts_of(parse(table, [(0, 1, "PERSON"), (5, 6, "PERSON")]))
    assert ("books", "written by", "Byron") in found
    assert not any(head == "Ada" and tail == "Byron" for head, _, tail in found)


def test_an_apposition_links_names_only(parse):
    table = "Ada PROPN 4 nsubj\n, PUNCT 3 punct\nByron PROPN 1 appos\nslept VERB 0 root VBD"
    assert facts_of(parse(table, [(0, 1, "PERSON"), (2, 3, "PERSON")])) == [("Ada", "is", "Byron")]
    table = "people NOUN 3 nsubj\nguests NOUN 1 appos\nslept VERB 0 root VBD"
    assert facts_of(parse(table)) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Guiana Highlands of Venezuela", ("Guiana Highlands", 2, "Venezuela")),
        ("Bank of the West", ("Bank", 1, "West")),
        ("Ada Lovelace", None),
        ("Theory of everything", None),
    ],
)
def test_names_in_names(parse, words, expected):
    rows = "\n".join(f"{word} PROPN {i} flat" if i else f"{word} PROPN 0 root" for i, word in enumerate(words.split()))
    tree = read_tree(parse(rows))
    assert name_parts(tree, 0, len(tree)) == expected


def test_the_parts_of_a_name_are_ends_too(parse):
    table = """Cuyuni PROPN 2 nsubj
rises VERB 0 root VBZ
in ADP 5 case
Guiana PROPN 5 compound
Highlands PROPN 2 obl
of ADP 7 case
Venezuela PROPN 5 nmod"""
    found = facts_of(parse(table, [(0, 1, "LOC"), (3, 7, "LOC")]))
    assert found == [
        ("Cuyuni", "rises in", "Guiana Highlands of Venezuela"),
        ("Cuyuni", "rises in", "Guiana Highlands"),
        ("Cuyuni", "rises in Guiana Highlands of", "Venezuela"),
    ]


def test_routes_reach_names_that_no_clause_reaches(parse):
    table = """Ada PROPN 2 nsubj
thanked VERB 0 root VBD
nobody PRON 2 obj
, PUNCT 5 punct
according VERB 2 advmod
to ADP 7 case
Byron PROPN 5 dep"""
    doc = parse(table, [(0, 1, "PERSON"), (6, 7, "PERSON")])
    tree = read_tree(doc)
    found = read_statements(tree, find_mentions(tree, doc, ""), "", "phrases")
    assert [(s.form, s.head, s.relation, s.tail) for s in found] == [("route", "Ada", "thanked according to", "Byron")]


def test_whole_clauses_come_first_and_nothing_twice(parse):
    doc = parse(BOARD, [(0, 1, "PERSON"), (5, 6, "ORG"), (7, 8, "ORG")])
    tree = read_tree(doc)
    found = read_statements(tree, find_mentions(tree, doc, ""), "", "clauses")
    assert (found[0].form, found[0].tail) == ("clause", "a director of Kodak and Agfa")
    triples = [(s.head, s.relation, s.tail) for s in found]
    assert len(set(triples)) == len(triples)
