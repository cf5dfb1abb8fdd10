import pytest

from extractors.openie.clauses import read_clauses
from extractors.openie.nominals import read_nominals
from extractors.openie.statements import clause_statement, first_argument, relation_lemma
from extractors.openie.tree import read_tree

DESIGNED = """It PRON 4 nsubj:pass
was AUX 4 aux:pass
not PART 4 advmod
designed VERB 0 root VBN
by ADP 6 case
Ada PROPN 4 obl:agent"""


def test_the_object_leads_the_tail(parse):
    tree = read_tree(parse("Ada PROPN 2 nsubj\nmet VERB 0 root\nin ADP 4 case\nLondon PROPN 2 obl\nTom PROPN 2 obj"))
    (clause,) = read_clauses(tree)
    assert first_argument(clause).role == "object"
    statement = clause_statement(tree, clause)
    assert (statement.relation, statement.tail, statement.num_arguments) == ("met", "in London Tom", 2)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("Ada PROPN 0 root\n, PUNCT 4 punct\na DET 4 det\nwriter NOUN 1 appos", ("Ada", "is", "a writer")),
        ("Ada PROPN 3 nmod:poss\n's PART 1 case\nfather NOUN 0 root", ("Ada", "has", "father")),
        ("a DET 2 det\nbridge NOUN 0 root\nin ADP 4 case\nLviv PROPN 2 nmod", ("a bridge", "is in", "Lviv")),
        ("her PRON 2 nmod:poss\nfather NOUN 0 root", None),
    ],
)
def test_nouns_say_something_of_one_another(parse, table, expected):
    tree = read_tree(parse(table))
    found = [clause_statement(tree, clause) for clause in read_nominals(tree)]
    assert [(s.head, s.relation, s.tail) for s in found] == ([expected] if expected else [])


def test_a_relation_has_a_basic_form(parse):
    doc = parse(DESIGNED)
    doc[3].lemma_ = "design"
    tree = read_tree(doc)
    statement = clause_statement(tree, read_clauses(tree)[0])
    assert statement.relation == "was not designed by"
    assert relation_lemma(doc, tree, statement) == "not design by"
