import numpy as np
import pytest

from graphrag.graph import synonymy
from graphrag.graph.synonymy import exact_cosine, find_synonyms
from graphrag.protocols import HalfMatrix
from graphrag.rows import SynonymRow


def unit(*rows: tuple[float, float]) -> HalfMatrix:
    matrix = np.array(rows, dtype=np.float64)
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float16)


def all_synonyms(keys: list[str], vectors: HalfMatrix, threshold: float = 0.8) -> list[SynonymRow]:
    found = find_synonyms(keys, vectors, range(len(keys)), threshold=threshold)
    return [synonym for _, synonyms in found for synonym in synonyms]


SAME = unit((1, 0), (1, 0))


def test_similar_names_are_joined_once_and_never_with_themselves() -> None:
    assert all_synonyms(["ada", "adah"], SAME) == [SynonymRow("ada", "adah", 1.0)]


@pytest.mark.parametrize(
    ("keys", "joined"),
    [
        (("film 1961", "film 1962"), False),
        (("film 1961", "movie 1961"), True),
        (("part 1 of 2", "part 2 of 1"), True),
        (("henry", "henry 8"), False),
        (("ab", "abc"), False),
        (("北京市", "北京城"), True),
        (("北京", "北京市"), False),
        (("a b", "abc"), False),
        (("🦜🦜🦜", "abc"), False),
    ],
)
def test_which_names_can_be_synonyms(keys: tuple[str, str], joined: bool) -> None:
    assert bool(all_synonyms(list(keys), SAME)) == joined


def test_the_threshold_is_reached_exactly() -> None:
    vectors = np.array([[1, 0], [0.5, 0]], dtype=np.float16)
    assert all_synonyms(["aaa", "bbb"], vectors, 0.5) == [SynonymRow("aaa", "bbb", 0.5)]
    assert all_synonyms(["aaa", "bbb"], vectors, 0.500001) == []


@pytest.mark.parametrize("threshold", [0, -1, 1.5, float("nan")])
def test_a_threshold_out_of_range(threshold: float) -> None:
    with pytest.raises(ValueError, match=r"Expected 'threshold' to be in \(0, 1\]"):
        all_synonyms(["aaa"], unit((1, 0)), threshold)


def test_every_new_entity_is_in_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonymy, "_ROWS", 3)
    keys = [f"{letter * 3}" for letter in "abcdefgh"]
    vectors = unit(*[(1, i) for i in range(8)])
    blocks = [block for block, _ in find_synonyms(keys, vectors, [0, 1, 2, 4, 5, 6, 7], threshold=0.99)]
    assert blocks == [[0, 1, 2], [4, 5, 6], [7]]


def test_names_with_the_same_numbers_are_compared_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonymy, "_ROWS", 3)
    keys = ["aaa", "aaa 1", "aaa 2", "bbb", "bbb 1", "bbb 2", "ccc"]
    found = list(find_synonyms(keys, unit(*[(1, 0)] * 7), range(7), threshold=0.99))
    assert [block for block, _ in found] == [[0, 3, 6], [1, 4, 2], [5]]
    pairs = {(synonym.first_key, synonym.second_key) for _, synonyms in found for synonym in synonyms}
    assert pairs == {("aaa", "bbb"), ("aaa", "ccc"), ("bbb", "ccc"), ("aaa 1", "bbb 1"), ("aaa 2", "bbb 2")}


def test_nothing_new_compares_nothing() -> None:
    assert list(find_synonyms(["aaa", "aab"], SAME, [], threshold=0.5)) == []
    assert list(find_synonyms([], np.zeros((0, 0), np.float16), [], threshold=0.5)) == []


def test_a_name_without_a_vector_has_no_synonyms() -> None:
    vectors = np.array([[1, 0], [np.nan, np.nan]], dtype=np.float16)
    assert all_synonyms(["aaa", "aab"], vectors) == []


def test_the_cosine_has_no_rounding_error() -> None:
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal((20, 384)) / 20 for _ in range(2))
    halves = left.astype(np.float16), right.astype(np.float16)
    permuted = rng.permutation(384)
    assert (exact_cosine(*halves) == exact_cosine(halves[0][:, permuted], halves[1][:, permuted])).all()
    alone = [exact_cosine(halves[0][i : i + 1], halves[1][i : i + 1])[0] for i in range(20)]
    assert exact_cosine(*halves).tolist() == alone
