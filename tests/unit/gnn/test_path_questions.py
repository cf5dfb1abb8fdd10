from dataclasses import replace

from gnn.path_questions import MAX_ANSWERS, path_questions


def test_a_question_has_one_seed_and_answers_that_its_path_leads_to(books) -> None:
    made = path_questions(books, num_questions=300, max_length=2, kinds=["born", "place", "book", "book"])
    assert len(made) == 300
    names = set(books.names)
    for text, seeds, answers in made:
        assert len(seeds) == 1
        assert seeds[0] in text
        assert answers
        assert {*seeds, *answers} <= names
        assert seeds[0] not in answers
    asked = {(seeds[0], answers) for _, seeds, answers in made}
    assert ("emma", ("austen",)) in asked
    assert ("austen", ("emma", "persuasion")) in asked
    assert ("emma", ("persuasion",)) in asked  # there and back again
    assert ("austen", ("1815", "1817")) in asked


def test_kinds_are_words_of_questions(books) -> None:
    kinds = ["kind"] * len(books.relation_texts)
    with_kinds = path_questions(books, num_questions=100, max_length=1, kinds=kinds)
    assert any("kinds" in text for text, _, _ in with_kinds)
    assert not any("kind" in text for text, _, _ in path_questions(books, num_questions=100, max_length=1))


def test_the_seed_decides(books) -> None:
    assert path_questions(books, num_questions=9, seed=4) == path_questions(books, num_questions=9, seed=4)
    assert path_questions(books, num_questions=9, seed=4) != path_questions(books, num_questions=9, seed=5)


def test_nothing_to_ask(books, make_graph) -> None:
    assert path_questions(replace(books, names=None)) == []
    assert path_questions(make_graph([])) == []
    assert path_questions(make_graph([("a", "r", "a")]), num_questions=5) == []


def test_paths_to_very_many_answers_are_left_out(make_graph) -> None:
    star = make_graph([(f"film {number}", "in language", "English") for number in range(MAX_ANSWERS + 1)])
    made = path_questions(star, num_questions=50, max_length=2)
    assert {seeds[0] for _, seeds, _ in made} <= set(star.names) - {"English"}
    assert all(len(answers) <= MAX_ANSWERS for _, _, answers in made)
