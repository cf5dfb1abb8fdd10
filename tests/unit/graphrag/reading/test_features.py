import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag.reading.candidates import CLASSES, Candidate
from graphrag.reading.features import _Words, answer_of, scene, stems
from graphrag.reading.links import Text

TEXTS = [
    Text("Emma (film)", "Emma is a 1990 film directed by Max Kay (born in Bergen). It was made in Norway."),
    Text("Max Kay", "Max Kay, born in Bergen on 3 May 1950, is a director."),
]


@given(st.text(alphabet="aB é(,.1İ_", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_window_has_the_words_that_are_cut_out(text: str, low: int, high: int) -> None:
    found, last = _Words(text).within(low, high)
    cut = text[low:high]
    assert found == stems(cut)
    words = re.findall(r"\w+", cut)
    marks = re.findall(r"[(,]", cut)
    assert last == (words[-1].lower() if words else marks[0] if marks else "")


@pytest.mark.parametrize("texts", [[], [Text("", "")]])
def test_nothing_to_choose_from(texts: list[Text]) -> None:
    seen = scene("Who directed Emma?", texts)
    assert seen.items == []
    assert len(seen.features) == 0


def test_each_candidate_has_a_row_of_finite_numbers_of_its_own() -> None:
    seen = scene("Where was the director of Emma born?", TEXTS)
    assert len(seen.features) == len(seen.items) == len(seen.answers)
    assert np.isfinite(seen.features).all()
    assert "Bergen" in seen.answers
    alone = scene("Where was the director of Emma born?", TEXTS[1:])
    assert alone.features.shape[1] == seen.features.shape[1]


@pytest.mark.parametrize(
    ("question", "text", "chosen", "expected"),
    [
        ("Who led it?", "It was Ann B. Kay's study. Kay led it.", "Kay", "Ann B. Kay"),
        ("Who led it?", "It was a study of Emperors Kay and Ode.", "Kay", "Kay"),
        ("Who led it?", "Ann Kay and Bo Ode were there. Ode led it.", "Ode", "Bo Ode"),
        ("Who led it?", "Warrior MMA was there. MMA led it.", "MMA", "MMA"),
        ("Who led it?", "Ann Kay led it.", "Ann Kay", "Ann Kay"),
        ("Where was it?", "It was in New York. York was there too.", "York", "York"),
    ],
)
def test_a_person_is_answered_by_the_whole_name(question: str, text: str, chosen: str, expected: str) -> None:
    seen = scene(question, [Text("", text)])
    start = text.rindex(chosen)
    # As if a network had marked it.
    seen.items.append((0, 0, Candidate(start, start + len(chosen), chosen, CLASSES.index("span"))))
    seen.answers.append(chosen)
    assert answer_of(seen, len(seen.items) - 1) == expected
