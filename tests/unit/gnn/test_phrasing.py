import random

import pytest

from gnn.phrasing import PathStep, phrased

DIRECTED = PathStep("directed by", backwards=False, kind="film")
FILMS = PathStep("directed by", backwards=True, kind="film")
GENRE = PathStep("genre", backwards=False, kind="film")
PATHS = [
    [DIRECTED], [FILMS], [GENRE], [DIRECTED, FILMS], [FILMS, DIRECTED], [FILMS, GENRE], [DIRECTED, GENRE],
    [DIRECTED, PathStep("spouse", backwards=True)], [FILMS, PathStep("sequel", backwards=True, kind="film")],
    [FILMS, GENRE, PathStep("genre", backwards=True, kind="film")], [DIRECTED, FILMS, GENRE],
    [PathStep("release date", backwards=False)], [PathStep("place of birth", backwards=False)],
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(step.relation for step in path))
def test_every_question_names_the_start_and_nothing_is_left_to_fill(path) -> None:
    texts = {phrased(path, "Emma Ada", random.Random(seed)) for seed in range(200)}
    assert len(texts) > 2
    for text in texts:
        assert text.count("Emma Ada") == 1
        assert not set("{}") & set(text)
        assert text == " ".join(text.split())


def test_the_same_choices_give_the_same_words() -> None:
    assert phrased([FILMS, GENRE], "Ada", random.Random(3)) == phrased([FILMS, GENRE], "Ada", random.Random(3))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ([DIRECTED], "who directed Emma"),
        ([DIRECTED], "what is the film Emma's directed by"),
        ([FILMS], "which films are directed by Emma"),
        ([DIRECTED, FILMS], "which films have the same directed by as Emma"),
        ([PathStep("release year", backwards=False)], "when release Emma"),
        ([PathStep("spouse", backwards=False)], "what are the spouses of Emma"),
    ],
)
def test_what_people_would_ask(path, expected) -> None:
    assert expected in {phrased(path, "Emma", random.Random(seed)) for seed in range(500)}
