import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag.evaluation.triple_metrics import TripleScores, lenient_match, score_triples, strict_match
from graphrag.types import Triple

GOLD = Triple("Ada Lovelace", "translated", "the article")
NAMES = st.sampled_from(["Ada", "Ada Lovelace", "the Engine", "Engine No. 2", "Rome"])
TRIPLES = st.lists(st.builds(Triple, NAMES, st.sampled_from(["built", "was built by", "in"]), NAMES), max_size=6)


@pytest.mark.parametrize(
    ("found", "strict", "lenient"),
    [
        (Triple("ADA LOVELACE", "had translated", "Article."), True, True),
        (Triple("Ada Lovelace", "wrote", "article"), False, True),
        (Triple("Lovelace", "translated", "article"), False, True),
        (Triple("article", "translated", "Ada Lovelace"), False, True),
        (Triple("Ada Lovelace", "translated", "book"), False, False),
        (Triple("Ada Love", "translated", "article"), False, False),
        (Triple("Ada Lovelace", "translated", "Ada Lovelace"), False, False),
    ],
)
def test_rules(found: Triple, strict: bool, lenient: bool) -> None:
    assert strict_match(found, GOLD) is strict
    assert lenient_match(found, GOLD) is lenient


def test_function_words_count_only_where_there_are_no_others() -> None:
    assert not strict_match(Triple("Ada", "was born in", "Rome"), Triple("Ada", "lived in", "Rome"))
    assert strict_match(Triple("Rome", "lies in", "Italy"), Triple("Rome", "lies in the middle of", "Italy"))
    assert strict_match(Triple("Rome", "in", "Italy"), Triple("Rome", "in", "Italy"))
    assert not strict_match(Triple("Rome", "in", "Italy"), Triple("Rome", "near", "Italy"))


def test_a_gold_triple_serves_one_extracted_triple() -> None:
    found = [Triple("Ada", "met", "Bab"), Triple("Ada", "saw", "Bab"), Triple("Ada", "MET", "Bab.")]
    assert score_triples(found, [Triple("Ada", "knew", "Bab")], rule=lenient_match) == TripleScores(1, 2, 1)


def test_pairs_are_chosen_so_that_most_are_paired() -> None:
    """The first could take either gold triple, the second only the first one."""
    found = [Triple("Engine", "x", "Ada"), Triple("Engine No. 2", "x", "Ada")]
    gold = [Triple("Engine No. 2", "x", "Ada"), Triple("Engine", "x", "Ada Lovelace")]
    assert score_triples(found, gold, rule=lenient_match).matched == 2
    assert score_triples(found[::-1], gold, rule=lenient_match).matched == 2


def test_shares() -> None:
    scores = TripleScores(1, 2, 3) + TripleScores(1, 2, 1)
    assert (scores.precision, scores.recall, scores.f1) == (0.5, 0.5, 0.5)
    nothing = TripleScores(0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (0.0, 0.0, 0.0)


@given(TRIPLES, TRIPLES)
def test_strict_is_never_above_lenient_and_shares_are_bounded(found: list[Triple], gold: list[Triple]) -> None:
    strict, lenient = (score_triples(found, gold, rule=rule) for rule in (strict_match, lenient_match))
    assert strict.matched <= lenient.matched <= min(lenient.extracted, lenient.gold)
    for scores in (strict, lenient):
        assert 0 <= scores.f1 <= 1
        assert min(scores.precision, scores.recall) <= scores.f1 <= max(scores.precision, scores.recall)


@given(TRIPLES)
def test_gold_itself_is_found_whole(gold: list[Triple]) -> None:
    distinct = list({(strict.head, strict.relation, strict.tail): strict for strict in gold}.values())
    scores = score_triples(distinct, distinct, rule=strict_match)
    assert scores.matched == scores.extracted == scores.gold
