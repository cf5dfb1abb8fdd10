from itertools import pairwise

import pytest

from graphrag.generation.verbalization import (
    verbalize_path,
    verbalize_paths,
    verbalize_relation,
    verbalize_triple,
)
from graphrag.types import PathStep, ReasoningPath, Triple


def path(*names: str, relation: str = "r") -> ReasoningPath:
    pairs = pairwise(names)
    return ReasoningPath(tuple(PathStep(source, relation, target) for source, target in pairs))


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        ("was born in", "was born in"),
        ("starred_actors", "starred actors"),
        ("/film/film/directed_by", "directed by"),
        ("location.location.contains", "contains"),
        ("is in the U.S. state of", "is in the U.S. state of"),
        ("wrote\n  to", "wrote to"),
        ("...", "..."),
        ("_", "_"),
        ("", ""),
    ],
)
def test_relations(relation: str, words: str) -> None:
    assert verbalize_relation(relation) == words


def test_triples() -> None:
    assert (
        verbalize_triple(Triple("Acme Inc.", "is a part of", "Widget Corp.")) == "Acme Inc. is a part of Widget Corp."
    )
    assert verbalize_triple(Triple("知识", "位于", "北京")) == "知识 位于 北京."
    assert verbalize_triple(Triple("Ada", "", "Byron\nNoel")) == "Ada Byron Noel."


def test_paths_show_direction() -> None:
    steps = (
        PathStep("A", "r_1", "B", forward=False),
        PathStep("B", "same as", "B2", kind="synonym"),
        PathStep("B2", "r2", "C"),
    )
    assert verbalize_path(ReasoningPath(steps)) == "A <- r 1 - B - same as - B2 -> r2 -> C"
    assert verbalize_path(ReasoningPath(())) == ""
    assert "\n" not in verbalize_path(path("A\nB", "C\u2028D", relation="x\ny"))


def test_paths_are_distinct_and_keep_their_order() -> None:
    found = verbalize_paths([path("b", "c"), path("a", "b"), path("b", "c"), ReasoningPath(())])
    assert found.lines == ("b -> r -> c", "a -> r -> b")
    assert found.num_omitted == 0
    assert str(found) == "b -> r -> c\na -> r -> b"


def test_budget_is_kept_and_omissions_are_counted() -> None:
    paths = [path("a", "b", "c", "d"), path("a", "b"), path("c", "d"), path("e", "f")]
    found = verbalize_paths(paths, max_tokens=12, count_tokens=lambda text: len(text.split()))
    assert found.lines == ("a -> r -> b", "c -> r -> d")
    assert found.num_omitted == 2
    for budget in range(60):
        text = str(verbalize_paths(paths, max_tokens=budget, count_tokens=len))
        assert len(text) <= budget


def test_no_paths_and_no_budget() -> None:
    assert verbalize_paths([]).lines == ()
    assert verbalize_paths([path("a", "b")], max_tokens=0).num_omitted == 1
    with pytest.raises(ValueError, match=r"Expected 'max_tokens' not to be negative \(got -1\)"):
        verbalize_paths([], max_tokens=-1)
