import random
from collections import Counter

import pytest

from gnn.everyday import BY_NAME, EVERYDAY
from gnn.phrasing import PathStep, phrased


@pytest.mark.parametrize("relation", EVERYDAY, ids=lambda relation: relation.names[0])
def test_every_form_names_the_start_once(relation) -> None:
    for forms in (relation.asked, relation.asked_back, relation.told, relation.told_back):
        assert forms
        for form in forms:
            assert form.count("{x}") == 1, form
            assert not set("{}|") & set(form.replace("{x}", "")), form


def test_a_name_belongs_to_one_relation() -> None:
    counts = Counter(name for relation in EVERYDAY for name in relation.names)
    assert {name for name, count in counts.items() if count > 1} == set()
    assert all(name == name.casefold().strip() and BY_NAME[name] for name in counts)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ([PathStep("Author", backwards=False)], "who wrote {0}"),
        ([PathStep("born in", backwards=True)], "who comes from {0}"),
        (
            [PathStep("director", backwards=False), PathStep("place of birth", backwards=False)],
            "where was the one who directed {0} born",
        ),
        (
            [PathStep("starring", backwards=True), PathStep("release year", backwards=False)],
            "when did the films with {0} come out",
        ),
    ],
)
def test_paths_are_asked_for_as_people_would(path, expected) -> None:
    # The name is no pattern, whatever is in it.
    for name in ("Emma", "{x} {0}"):
        assert expected.replace("{0}", name) in {phrased(path, name, random.Random(seed)) for seed in range(2000)}
