from extractors.openie.mentions import find_mentions
from extractors.openie.tree import read_tree

PRONOUNS = {"He", "it", "her", "They", "him", "she", "We"}


def flat(sentence):
    """Return the lines of a tree in which articles depend on the next word and all else on the first."""
    rows = []
    for i, word in enumerate(sentence.split()):
        tag = "PRON" if word in PRONOUNS else "NOUN"
        if word in {"the", "this"}:
            rows.append(f"{word} DET {i + 2} det")
        else:
            rows.append(f"{word} {tag} {1 if i else 0} {'dep' if i else 'root'}")
    return "\n".join(rows)


def items(parse, sentence, entities=(), title=""):
    doc = parse(flat(sentence), entities)
    tree = read_tree(doc)
    return [(tree.between(i.start, i.end), i.text, i.label) for i in find_mentions(tree, doc, title).items]


def test_names_of_the_model_and_of_the_spelling(parse):
    found = items(parse, "yesterday Ada Lovelace met Babbage", [(1, 3, "PERSON")])
    assert found == [("Ada Lovelace", "Ada Lovelace", "PERSON"), ("Babbage", "Babbage", "NAME")]


def test_the_longer_of_two_names_is_taken(parse):
    assert items(parse, "see Ada Lovelace", [(1, 2, "PERSON")]) == [("Ada Lovelace", "Ada Lovelace", "NAME")]


def test_a_span_loses_the_conjunction_at_its_end(parse):
    assert items(parse, "near Hiroshima and others", [(1, 3, "LOC")]) == [("Hiroshima", "Hiroshima", "LOC")]


def test_she_is_whom_the_text_is_about(parse):
    found = items(parse, "We saw her when she wrote", title="Ada Lovelace")
    assert ("her", "Ada Lovelace", "TITLE") in found


def test_without_title_a_pronoun_is_the_last_person(parse):
    found = items(parse, "yesterday Ada Lovelace met him and praised him", [(1, 3, "PERSON")])
    assert found[1:] == [("him", "Ada Lovelace", "NAME")] * 2


def test_the_film_is_the_title(parse):
    found = items(parse, "critics liked the film much", title="Faust")
    assert ("the film", "Faust", "TITLE") in found


def test_positions_point_to_items(parse):
    doc = parse(flat("yesterday Ada Lovelace slept"), [(1, 3, "PERSON")])
    tree = read_tree(doc)
    assert find_mentions(tree, doc, "").at == [-1, 0, 0, -1]
