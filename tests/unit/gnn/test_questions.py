import pytest

from gnn.questions import FAR, NOWHERE, PLACEHOLDER, masked, question_text, read_question, token_places


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


def test_tokens_know_where_the_name_stands() -> None:
    assert token_places("who wrote it in the year of it".split()) == [4, 5, 6, 7, 8, 4, 5, 6]
    assert token_places(["when"]) == [NOWHERE]
    far = ["word"] * 20
    assert token_places(["it", *far])[-1] == 2 * FAR
    assert token_places([*far, "it"])[0] == 0


def test_a_question_without_words_has_the_marks(encoder) -> None:
    tokens, states = read_question(encoder, "")
    assert tokens == ("[CLS]", "[SEP]")
    assert len(states) == 2
    tokens, states = read_question(encoder, "when")
    assert tokens == ("when",)
    assert len(states) == 1
