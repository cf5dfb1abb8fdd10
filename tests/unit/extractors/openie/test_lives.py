import pytest

from extractors.openie.lives import life_facts
from extractors.openie.mentions import find_mentions
from extractors.openie.tree import read_tree

ADA = (0, 1, "PERSON")


@pytest.mark.parametrize(
    ("words", "entities", "expected"),
    [
        ("Ada ( born 1815 )", [ADA, (3, 4, "DATE")], [("born", "1815")]),
        ("Ada ( died 1852 )", [ADA, (3, 4, "DATE")], [("died", "1852")]),
        ("Ada ( 1815 – 1852 )", [ADA, (2, 3, "DATE"), (4, 5, "DATE")], [("born", "1815"), ("died", "1852")]),
        (
            "Ada ( 1815 , Lviv – 1852 )",
            [ADA, (2, 3, "DATE"), (4, 5, "LOC"), (6, 7, "DATE")],
            [("born", "1815"), ("born in", "Lviv"), ("died", "1852")],
        ),
        ("Ada ( 1815 )", [ADA, (2, 3, "DATE")], []),
        ("Ada ( 1815", [ADA, (2, 3, "DATE")], []),
        ("( born 1815 )", [(2, 3, "DATE")], []),
    ],
)
def test_lives(parse, words, entities, expected):
    rows = "\n".join(f"{word} PROPN {1 if i else 0} {'dep' if i else 'root'}" for i, word in enumerate(words.split()))
    doc = parse(rows, entities)
    tree = read_tree(doc)
    found = list(life_facts(tree, find_mentions(tree, doc, "")))
    assert [(s.relation, s.tail) for s in found] == expected
    assert all(s.head == "Ada" for s in found)
