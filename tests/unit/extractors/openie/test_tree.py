from spacy.lang.en import English

from extractors.openie.tree import read_tree


def test_a_tree_has_the_words_and_their_heads(parse):
    tree = read_tree(parse("Ada PROPN 2 nsubj\nmet VERB 0 root VBD\nCharles PROPN 2 obj\n. PUNCT 2 punct"))
    assert tree.words == ["Ada", "met", "Charles", "."]
    assert tree.heads == [1, 1, 1, 1]
    assert tree.relations == ["nsubj", "root", "obj", "punct"]
    assert tree.tags == ["PROPN", "VERB", "PROPN", "PUNCT"]
    assert tree.fine_tags[1] == "VBD"
    assert tree.children == [[], [0, 2, 3], [], []]
    assert tree.sentences == [(0, 4)]
    assert tree.child(1, "obj", "iobj") == 2
    assert tree.child(1, "obl") == -1


def test_sentences_follow_one_another(parse):
    tree = read_tree(parse("Ada PROPN 2 nsubj\nslept VERB 0 root\n--\nShe PRON 2 nsubj\nwoke VERB 0 root"))
    assert tree.sentences == [(0, 2), (2, 4)]
    assert tree.heads == [1, 1, 3, 3]


def test_phrases_are_verbatim_and_runs_are_joined(parse):
    tree = read_tree(parse("Ada PROPN 2 nsubj\nmet VERB 0 root\nold ADJ 4 amod\nCharles PROPN 2 obj"))
    assert tree.between(2, 4) == "old Charles"
    assert tree.phrase([0, 2, 3]) == "Ada old Charles"
    assert tree.between(2, 2) == ""
    assert tree.phrase([]) == ""


def test_white_space_is_no_word():
    doc = English()("Ada  met \n Charles")
    for token in doc:
        token.pos_ = "SPACE" if token.is_space else "PROPN"
        token.dep_ = "dep"
    tree = read_tree(doc)
    assert tree.words == ["Ada", "met", "Charles"]
    assert [doc[token].text for token in tree.tokens] == tree.words
    assert tree.between(0, 3) == "Ada  met \n Charles"


def test_an_empty_text_has_no_words():
    tree = read_tree(English()(""))
    assert len(tree) == 0
    assert tree.sentences == []
