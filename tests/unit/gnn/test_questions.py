import numpy as np
import pytest

torch = pytest.importorskip("torch")

from gnn.questions import (  # noqa: E402
    FAR,
    NOWHERE,
    PLACEHOLDER,
    QuestionReader,
    masked,
    question_text,
    token_places,
)


@pytest.mark.parametrize(
    ("question", "names", "expected"),
    [
        ("who wrote EMMA?", ["emma"], "who wrote it?"),
        ("who wrote Emmas?", ["emma"], "who wrote Emmas?"),
        ("Emma and Persuasion", ["persuasion", "emma"], "it and it"),
        ("what of M*A*S*H now", ["m a s h"], "what of it now"),
        ("谁写了 红楼梦", ["红楼梦"], "谁写了 it"),
        ("who?", ["", "++"], "who?"),
    ],
)
def test_names_are_taken_out(question: str, names: list[str], expected: str) -> None:
    assert masked(question, names) == expected


def test_the_graph_knows_the_names(books) -> None:
    seed = list(books.names).index("emma")
    assert question_text("who wrote emma", [seed], books) == f"who wrote {PLACEHOLDER}"


def test_batches_are_padded_and_texts_read_once(encoder) -> None:
    reader = QuestionReader(encoder)
    batch = reader.batch(["who wrote it", "when"])
    assert batch.states.shape == (2, 3, 16)
    assert batch.mask.tolist() == [[True] * 3, [True, False, False]]
    assert np.allclose(batch.mean[1], encoder.encode(["when"])[0])
    assert reader.read("when")[1] is reader.read("when")[1]


def test_tokens_know_where_the_name_stands(encoder) -> None:
    batch = QuestionReader(encoder).batch(["who wrote it in the year of it", "when"])
    assert batch.places.tolist() == [[4, 5, 6, 7, 8, 4, 5, 6], [NOWHERE] * 8]
    far = ["word"] * 20
    assert token_places(["it", *far])[-1] == 2 * FAR
    assert token_places([*far, "it"])[0] == 0


def test_a_question_without_words_has_the_marks(encoder) -> None:
    tokens, states = QuestionReader(encoder).read("")
    assert tokens == ("[CLS]", "[SEP]")
    assert len(states) == 2
