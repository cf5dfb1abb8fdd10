from extractors.openie.phrases import conjuncts, phrase_start, preposition, subtree, trimmed
from extractors.openie.tree import read_tree

TABLE = """out ADP 5 case
of ADP 1 fixed
the DET 5 det
old ADJ 5 amod
towers NOUN 0 root
and CCONJ 7 cc
walls NOUN 5 conj
, PUNCT 10 punct
which PRON 10 nsubj
fell VERB 5 acl:relcl"""


def test_a_phrase_is_its_subtree_without_what_only_hangs_on_it(parse):
    tree = read_tree(parse(TABLE))
    assert tree.phrase(subtree(tree, 4, {"case", "acl:relcl"})) == "the old towers and walls"
    assert tree.phrase(subtree(tree, 4, {"case", "acl:relcl", "conj", "cc"})) == "the old towers"


def test_prepositions_have_all_their_words(parse):
    tree = read_tree(parse(TABLE))
    assert preposition(tree, 4) == [0, 1]
    assert preposition(tree, 6) == []


def test_a_mark_counts_as_preposition_unless_told_otherwise(parse):
    tree = read_tree(parse("to PART 2 mark\nwrite VERB 0 root"))
    assert preposition(tree, 1) == [0]
    assert preposition(tree, 1, marks=False) == []


def test_conjuncts_in_order(parse):
    tree = read_tree(parse("a NOUN 0 root\nb NOUN 1 conj\nc NOUN 2 conj"))
    assert conjuncts(tree, 0) == [0, 1, 2]
    assert conjuncts(tree, 1) == [1, 2]


def test_a_phrase_starts_after_its_article(parse):
    tree = read_tree(parse("The DET 3 det\nold ADJ 3 amod\nengine NOUN 0 root"))
    assert phrase_start(tree, 2) == 1


def test_a_predicate_starts_after_its_copula(parse):
    tree = read_tree(parse("Ada PROPN 4 nsubj\nis AUX 4 cop\ngood ADJ 4 amod\nwriter NOUN 0 root"))
    assert phrase_start(tree, 3) == 2


def test_marks_and_halves_of_brackets_are_trimmed(parse):
    tree = read_tree(parse("( PUNCT 2 punct\nAda PROPN 0 root\n) PUNCT 2 punct\n, PUNCT 2 punct"))
    assert trimmed(tree, [0, 1, 2, 3]) == [0, 1, 2]
    assert trimmed(tree, [1, 2, 3]) == [1]
