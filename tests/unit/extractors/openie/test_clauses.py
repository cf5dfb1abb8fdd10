import pytest

from extractors.openie.clauses import read_clauses
from extractors.openie.statements import clause_statement
from extractors.openie.tree import read_tree

CASES = {
    "verb with object and time": (
        """In ADP 2 case
1833 NUM 4 obl
Ada PROPN 4 nsubj
met VERB 0 root VBD
Charles PROPN 4 obj
in ADP 7 case
London PROPN 4 obl""",
        [("Ada", "met", "Charles in London In 1833")],
    ),
    "preposition joins the verb": (
        "Ada PROPN 2 nsubj\nlived VERB 0 root VBD\nin ADP 4 case\nLondon PROPN 2 obl",
        [("Ada", "lived in", "London")],
    ),
    "passive with agent": (
        """The DET 2 det
engine NOUN 4 nsubj:pass
was AUX 4 aux:pass
designed VERB 0 root VBN
by ADP 6 case
Charles PROPN 4 obl:agent""",
        [("The engine", "was designed by", "Charles")],
    ),
    "negation stays": (
        "Ada PROPN 4 nsubj\ndid AUX 4 aux\nnot PART 4 advmod\nwin VERB 0 root VB\nprizes NOUN 4 obj",
        [("Ada", "did not win", "prizes")],
    ),
    "copula": (
        "Ada PROPN 4 nsubj\nwas AUX 4 cop\na DET 4 det\nwriter NOUN 0 root",
        [("Ada", "was", "a writer")],
    ),
    "copula of a place": (
        "Lviv PROPN 4 nsubj\nis AUX 4 cop\nin ADP 4 case\nUkraine PROPN 0 root",
        [("Lviv", "is in", "Ukraine")],
    ),
    "coordinated verbs share subject and auxiliary": (
        """Ada PROPN 3 nsubj:pass
was AUX 3 aux:pass
born VERB 0 root VBN
and CCONJ 5 cc
raised VERB 3 conj VBN
in ADP 7 case
London PROPN 5 obl""",
        [("Ada", "was raised in", "London")],
    ),
    "relative clause speaks of its noun": (
        """Ada PROPN 2 nsubj
knew VERB 0 root VBD
Charles PROPN 2 obj
who PRON 5 nsubj
built VERB 3 acl:relcl VBD
engines NOUN 5 obj""",
        [("Ada", "knew", "Charles"), ("Charles", "built", "engines")],
    ),
    "relative object": (
        """engines NOUN 0 root
which PRON 4 obj
Charles PROPN 4 nsubj
built VERB 1 acl:relcl VBD""",
        [("Charles", "built", "engines")],
    ),
    "participle after a copula speaks of the subject": (
        """Faust PROPN 4 nsubj
is AUX 4 cop
a DET 4 det
play NOUN 0 root
written VERB 4 acl VBN
by ADP 7 case
Goethe PROPN 5 obl:agent""",
        [("Faust", "is", "a play written by Goethe"), ("Faust", "written by", "Goethe")],
    ),
    "infinitives go on": (
        """Ada PROPN 2 nsubj
tried VERB 0 root VBD
to PART 4 mark
write VERB 2 xcomp VB
notes NOUN 4 obj""",
        [("Ada", "tried to write", "notes")],
    ),
    "able to": (
        """Ada PROPN 3 nsubj
was AUX 3 cop
able ADJ 0 root JJ
to PART 5 mark
write VERB 3 xcomp VB
notes NOUN 5 obj""",
        [("Ada", "was able to write", "notes")],
    ),
    "what is said": (
        """Ada PROPN 2 nsubj
said VERB 0 root VBD
that SCONJ 5 mark
engines NOUN 5 nsubj
work VERB 2 ccomp VBP
well ADV 5 advmod""",
        [("Ada", "said that", "engines work well"), ("engines", "work", "well")],
    ),
    "particle": (
        "Ada PROPN 2 nsubj\ntook VERB 0 root VBD\nover ADP 2 compound:prt\nit PRON 2 obj",
        [("Ada", "took over", "it")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_clauses_as_statements(parse, name):
    table, expected = CASES[name]
    tree = read_tree(parse(table))
    found = [clause_statement(tree, clause) for clause in read_clauses(tree)]
    assert [(s.head, s.relation, s.tail) for s in found if s] == expected


def test_a_verb_without_subject_says_nothing(parse):
    assert read_clauses(read_tree(parse("Go VERB 0 root VB\nhome ADV 1 advmod"))) == []


def test_a_clause_without_arguments_is_no_statement(parse):
    tree = read_tree(parse("Ada PROPN 2 nsubj\nslept VERB 0 root VBD"))
    (clause,) = read_clauses(tree)
    assert clause_statement(tree, clause) is None


def test_a_subject_taken_from_another_clause_is_marked(parse):
    tree = read_tree(parse(CASES["coordinated verbs share subject and auxiliary"][0]))
    assert [clause.inherited for clause in read_clauses(tree)] == [False, True]


def test_a_chain_of_coordinated_verbs_ends(parse):
    rows = ["v0 VERB 0 root VB"] + [f"v{i} VERB {i} conj VB" for i in range(1, 60)]
    assert read_clauses(read_tree(parse("\n".join(rows)))) == []
