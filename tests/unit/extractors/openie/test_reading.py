from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.coreference import Item
from extractors.openie.confidence import Confidence
from extractors.openie.mentions import Mentions
from extractors.openie.reading import read_statements
from extractors.openie.tree import Tree

RELATIONS = (
    "root nsubj nsubj:pass obj iobj obl obl:agent xcomp ccomp advcl acl acl:relcl conj cc cop aux aux:pass mark case "
    "advmod amod nmod nmod:poss nmod:desc appos compound flat det parataxis punct dep"
).split()
TAGS = "VERB NOUN PROPN ADJ ADV PRON AUX ADP PART PUNCT NUM DET SCONJ".split()
WORDS = "who not to of ( ) , Ada ran the born – 1815 Ã北".split()


@st.composite
def trees(draw):
    """Any words with any relations in any tree, across sentences too: what a bad parser may say."""
    size = draw(st.integers(1, 14))
    position = st.integers(0, size - 1)
    pick = lambda values: draw(st.lists(st.sampled_from(values), min_size=size, max_size=size))  # noqa: E731
    words = pick(WORDS)
    starts = [sum(len(word) + 1 for word in words[:i]) for i in range(size)]
    order = draw(st.permutations(range(size)))
    heads = [0] * size
    for i, word in enumerate(order):
        heads[word] = order[draw(st.integers(0, i - 1))] if i else word
    cut = draw(position)
    sentences = [(0, cut), (cut, size)] if cut else [(0, size)]
    lower = [word.lower() for word in words]
    text = " ".join(words)
    tokens = list(range(size))
    tree = Tree(text, words, lower, starts, heads, pick(RELATIONS), pick(TAGS), pick(["VB", "VBN"]), sentences, tokens)
    first = draw(position)
    end = draw(st.integers(first + 1, size))
    label = draw(st.sampled_from(["PERSON", "LOC", "DATE", "NUMBER", "TITLE", "NAME"]))
    at = [0 if first <= i < end else -1 for i in range(size)]
    return tree, Mentions([Item(first, end, tree.between(first, end), label)], at)


@settings(max_examples=300, deadline=None)
@given(trees(), st.sampled_from(["", "Ada"]), st.sampled_from(["names", "phrases", "clauses"]))
def test_any_tree_gives_well_formed_statements(sample, topic, detail):
    tree, mentions = sample
    found = read_statements(tree, mentions, topic, detail)
    confidence = Confidence.load(with_clauses=detail == "clauses")
    triples = [(s.head, s.relation, s.tail) for s in found]
    assert len(set(triples)) == len(triples)
    assert all(s.relation for s in found)
    assert all(s.head != s.tail for s in found if s.form != "clause")
    assert all(0 < confidence(tree, s) < 1 for s in found)
    assert detail == "clauses" or all(s.form != "clause" for s in found)
