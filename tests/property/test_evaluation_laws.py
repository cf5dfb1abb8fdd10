"""Laws of the metrics, and agreement with an independent rewrite of SQuAD's scorer."""

import json
import string
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphrag.errors import InputError
from graphrag.evaluation.answer_metrics import exact_match, f1, hits_at_1, normalize_answer
from graphrag.evaluation.comparison import paired_bootstrap
from graphrag.evaluation.datasets import load_questions
from graphrag.evaluation.retrieval_metrics import all_gold_at, hits_at, recall_at

ids = st.text("abcdef", min_size=1, max_size=2)
rankings = st.lists(ids, unique=True, max_size=12)
golds = st.lists(ids, min_size=1, max_size=5)
cuts = st.integers(1, 15)
# Few words, so that predictions and answers overlap.
phrases = st.lists(
    st.sampled_from(["the", "a", "The", "Ada", "ada.", "B-C", "paris", "é", "?", "\n", "知识", "“x”"]), max_size=6
)
answer_texts = phrases.map(" ".join) | st.text(max_size=12)
answer_lists = st.lists(answer_texts, min_size=1, max_size=4)


@given(rankings, golds, cuts)
def test_recall_grows_with_k_and_lies_between_all_gold_and_hits(ranked: list[str], gold: list[str], k: int) -> None:
    assert recall_at(ranked, gold, k) <= recall_at(ranked, gold, k + 1)
    assert 0 <= all_gold_at(ranked, gold, k) <= recall_at(ranked, gold, k) <= hits_at(ranked, gold, k) <= 1


@given(rankings, golds, cuts, st.data())
def test_the_order_of_gold_passages_and_what_ranks_after_k_do_not_matter(ranked, gold, k, data) -> None:
    shuffled = data.draw(st.permutations(gold))
    assert recall_at(ranked, shuffled, k) == recall_at(ranked, gold, k)
    first, rest = ranked[:k], ranked[k:]
    assert recall_at(first + rest[::-1], gold, k) == recall_at(ranked, gold, k)
    assert recall_at(data.draw(st.permutations(first)) + rest, gold, k) == recall_at(ranked, gold, k)


@given(rankings, golds)
def test_recall_is_whole_when_the_gold_passages_come_first(ranked: list[str], gold: list[str]) -> None:
    assert recall_at([*dict.fromkeys(gold), *ranked], gold, len(set(gold))) == 1


def plain_normalize(text: str) -> str:
    words = "".join(" " if c.isspace() else c for c in text.lower() if c not in string.punctuation).split(" ")
    return " ".join(word for word in words if word not in {"", "a", "an", "the"})


def plain_f1(prediction: str, gold: str) -> Fraction:
    predicted, wanted = prediction.split(), gold.split()
    left = list(wanted)
    common = 0
    for word in predicted:
        if word in left:
            left.remove(word)
            common += 1
    if not predicted or not wanted:
        return Fraction(predicted == wanted)
    if common == 0:
        return Fraction(0)
    precision, recall = Fraction(common, len(predicted)), Fraction(common, len(wanted))
    return 2 * precision * recall / (precision + recall)


# Without control characters: SQuAD's pattern takes them for the end of a word, the rewrite for a part of one.
ascii_texts = st.text(string.printable, max_size=20) | st.lists(
    st.sampled_from(["the", "An", "a", "x", "y,", "a.", "the-the", "$5", "_", "\t"]), max_size=6
).map(" ".join)


@given(ascii_texts, st.lists(ascii_texts, min_size=1, max_size=3))
def test_on_ascii_the_scores_are_those_of_a_plain_rewrite(prediction: str, answers: list[str]) -> None:
    assert normalize_answer(prediction) == plain_normalize(prediction)
    predicted = plain_normalize(prediction)
    wanted = [gold for gold in map(plain_normalize, answers) if gold] or [""]
    assert exact_match(prediction, answers) == max(predicted == gold for gold in wanted)
    assert f1(prediction, answers) == pytest.approx(float(max(plain_f1(predicted, gold) for gold in wanted)))


@given(answer_texts, answer_lists, st.data())
def test_laws_of_answers(prediction: str, answers: list[str], data: st.DataObject) -> None:
    assert exact_match(prediction, answers) in (0.0, 1.0)
    assert exact_match(prediction, answers) <= f1(prediction, answers) <= 1
    shuffled = data.draw(st.permutations(answers))
    for metric in (exact_match, f1, hits_at_1):
        assert metric(prediction, shuffled) == metric(prediction, answers)


@given(answer_lists)
def test_a_gold_answer_matches_itself(answers: list[str]) -> None:
    best = max(answers, key=lambda answer: bool(normalize_answer(answer)))
    assert exact_match(best, answers) == f1(best, answers) == 1


@given(answer_texts, answer_lists)
def test_on_one_line_hits_at_1_is_exact_match(prediction: str, answers: list[str]) -> None:
    line = " ".join(prediction.splitlines())
    assert hits_at_1(line, answers) == exact_match(line, answers)


@given(answer_texts, answer_texts)
def test_f1_is_symmetric(first: str, second: str) -> None:
    assert f1(first, [second]) == f1(second, [first])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1)), min_size=1, max_size=20))
def test_the_bootstrap_interval_lies_within_the_differences(pairs: list[tuple[float, float]]) -> None:
    first, second = (list(column) for column in zip(*pairs, strict=True))
    differences = [a - b for a, b in pairs]
    difference, low, high = paired_bootstrap(first, second, num_samples=50)
    assert min(differences) - 1e-9 <= low <= high <= max(differences) + 1e-9
    assert difference == pytest.approx(sum(differences) / len(differences), abs=1e-9)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(["question", "answers", "answer", "gold_passage_ids", "q_entity", "type", "question_id", "id"])
lines = (
    st.dictionaries(keys, json_values | st.just(["x"]) | st.just("x")).map(json.dumps).map(str.encode)
    | st.text(alphabet="[]|\t#<end>()/ab", max_size=30).map(str.encode)
    | st.binary(max_size=20)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, max_size=4).map(b"\n".join), st.sampled_from(["auto", "jsonl", "metaqa", "pathquestion", "rog"]))
def test_any_file_gives_questions_that_can_be_scored_or_an_input_error(tmp_path: Path, content: bytes, name) -> None:
    path = tmp_path / "questions"
    path.write_bytes(content)
    try:
        questions = load_questions(path, format=name)
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017  # either outcome is right
    else:
        assert all(q.question.strip() and (q.answers or q.gold_passage_ids) for q in questions)
        assert len({q.question_id for q in questions}) == len(questions) > 0
