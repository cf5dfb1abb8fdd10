import spacy
from spacy.tokens import Doc, Span

from extractors.openie.mentions import find_mentions
from extractors.openie.tree import read_tree
from extractors.pipeline.tokenizer import blank_language

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
    assert found[1:] == [("him", "Ada Lovelace", "PERSON")] * 2


def test_a_surname_is_a_persons(parse):
    sentence = "near Ada Lovelace and Loyola Chicago yesterday Lovelace saw Chicago"
    found = items(parse, sentence, [(1, 3, "PERSON"), (4, 6, "ORG"), (7, 8, "PERSON"), (9, 10, "LOC")])
    assert [text for _, text, _ in found] == ["Ada Lovelace", "Loyola Chicago", "Ada Lovelace", "Chicago"]


def test_what_cannot_end_or_begin_a_name(parse):
    assert items(parse, "stars Sean Young .", [(1, 4, "PERSON")]) == [("Sean Young", "Sean Young", "PERSON")]
    assert items(parse, "by née Skłodowska", [(1, 3, "PERSON")]) == [("Skłodowska", "Skłodowska", "PERSON")]
    assert items(parse, "a 1982 film", [(1, 2, "TERM")]) == [("1982", "1982", "DATE")]


def test_a_term_does_not_end_in_a_verb(parse):
    doc = parse("ATP NOUN 3 nsubj NN\nis AUX 3 aux VBZ\nmade VERB 0 root VBN", [(0, 2, "TERM")])
    assert [item.text for item in find_mentions(read_tree(doc), doc, "").items] == ["ATP"]


def test_the_film_is_the_title(parse):
    found = items(parse, "critics liked the film much", title="Faust")
    assert ("the film", "Faust", "TITLE") in found


def test_positions_point_to_items(parse):
    doc = parse(flat("yesterday Ada Lovelace slept"), [(1, 3, "PERSON")])
    tree = read_tree(doc)
    assert find_mentions(tree, doc, "").at == [-1, 0, 0, -1]


def spaced(sentence):
    """Return the names that the model finds in a text without the spaces around hyphens."""
    nlp = blank_language()
    doc = nlp(sentence)
    at = [i for i, token in enumerate(doc) if token.text[0].isupper()]
    doc = Doc(doc.vocab, [t.text for t in doc], [bool(t.whitespace_) for t in doc], pos=["NOUN"] * len(doc))
    doc.set_ents([Span(doc, i, i + 1, label="LOC") for i in at])
    return [item.text for item in find_mentions(read_tree(doc), doc, "").items]


def test_names_with_a_hyphen_between_them_are_one():
    assert spaced("near Hesse-Kassel there") == ["Hesse-Kassel"]
    assert spaced("near Hesse - Kassel there") == ["Hesse", "Kassel"]
    assert spaced("in Southend-on-Sea there") == ["Southend-on-Sea"]


def test_a_rank_after_a_comma_is_part_of_the_name(parse):
    found = items(parse, "see John Wallop , 2nd Earl of Portsmouth", [(1, 3, "PERSON"), (5, 8, "PERSON")])
    assert [text for _, text, _ in found] == ["John Wallop , 2nd Earl of Portsmouth"]


def test_other_languages_have_no_names_by_capitals(parse):
    doc = parse(flat("gestern traf Ada den Hund Hasso"), [(2, 3, "PERSON")])
    german = Doc(spacy.blank("de").vocab, [t.text for t in doc], pos=["NOUN"] * len(doc))
    german.set_ents([Span(german, 2, 3, label="PERSON")])
    assert [item.text for item in find_mentions(read_tree(german), german, "").items] == ["Ada"]
