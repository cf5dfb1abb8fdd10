"""Running scripted retrievers over questions."""

import pytest

from graphrag.errors import LanguageModelError, StoreError
from graphrag.evaluation.datasets import Question
from graphrag.evaluation.experiment import EvaluationReport, QuestionResult, aggregate, run_experiment
from graphrag.llm.usage import Usage
from graphrag.types import Answer, Passage, Retrieval, ScoredPassage

BOTH = Question("q1", "Who?", ("Ada",), ("a", "b"), "bridge")
ONLY_GOLD = Question("q2", "Where?", (), ("c",), "comparison")
ONLY_ANSWERS = Question("q3", "When?", ("1843",), (), "bridge")
QUESTIONS = [BOTH, ONLY_GOLD, ONLY_ANSWERS]


def retrieval(question: str, name: str, ids: list[str], fallbacks: tuple[str, ...] = ()) -> Retrieval:
    passages = tuple(ScoredPassage(Passage(i, "text"), 1 / rank, rank) for rank, i in enumerate(ids, start=1))
    return Retrieval(question, name, passages, fallbacks=fallbacks)


class Scripted:
    def __init__(self, name: str, rankings: dict[str, list[str] | Exception], fallbacks: tuple[str, ...] = ()) -> None:
        self.name, self.rankings, self.fallbacks = name, rankings, fallbacks
        self.asked: list[tuple[str, int]] = []

    def retrieve(self, question: str, *, top_k: int = 5) -> Retrieval:
        self.asked.append((question, top_k))
        ranking = self.rankings.get(question, [])
        if isinstance(ranking, Exception):
            raise ranking
        return retrieval(question, self.name, ranking[:top_k], self.fallbacks)


def answerer(texts: dict[str, str | Exception], fallbacks: tuple[str, ...] = ()):
    def answer(question: str, name: str, seeds: tuple[str, ...]) -> Answer:
        text = texts[question]
        if isinstance(text, Exception):
            raise text
        return Answer(question, text, 1.0, "scripted", (), (), retrieval(question, name, []), fallbacks=fallbacks)

    return answer


def test_scores_of_each_question_and_their_means() -> None:
    dense = Scripted("dense", {"Who?": ["x", "a", "y", "z", "w", "b"], "Where?": ["c"]})
    report = run_experiment(QUESTIONS, [dense], answerer({"Who?": "Ada Lovelace", "When?": "in the 1843"}))["dense"]
    first, second, third = report.results
    assert first.ranked_ids == ("x", "a", "y", "z", "w", "b")
    assert first.scores == {
        "recall@2": 0.5, "recall@5": 0.5, "recall@10": 1.0, "all_gold@5": 0.0,
        "em": 0.0, "f1": pytest.approx(2 / 3), "hits@1": 0.0,
    }  # fmt: skip
    assert second.scores == {"recall@2": 1.0, "recall@5": 1.0, "recall@10": 1.0, "all_gold@5": 1.0}
    assert third.scores == {"em": 0.0, "f1": pytest.approx(2 / 3), "hits@1": 0.0}
    assert (first.answer_text, second.answer_text, third.answer_text) == ("Ada Lovelace", None, "in the 1843")
    summary = report.summary()
    assert summary["recall@5"] == 0.75  # over the two with gold passages
    assert summary["f1"] == pytest.approx(2 / 3)  # over the two with gold answers
    assert summary["questions"] == 3
    assert dense.asked == [("Who?", 10), ("Where?", 10), ("When?", 10)]
    assert all(result.milliseconds is not None and result.milliseconds >= 0 for result in report.results)


def test_summary_by_type() -> None:
    report = run_experiment(QUESTIONS, [Scripted("dense", {"Who?": ["a", "b"]})])["dense"]
    by_type = report.summary_by_type()
    assert list(by_type) == ["bridge", "comparison"]
    assert by_type["bridge"]["recall@2"] == 1.0
    assert by_type["bridge"]["questions"] == 2
    assert by_type["comparison"]["recall@2"] == 0.0


def test_what_the_data_cannot_give_is_absent() -> None:
    timing = {"retrieval_ms_p50", "retrieval_ms_p95", "retrieval_ms_p99", "questions"}
    no_answers = run_experiment([BOTH], [Scripted("r", {})])["r"].summary()
    assert set(no_answers) == timing | {"recall@2", "recall@5", "recall@10", "all_gold@5"}
    no_gold = run_experiment([ONLY_ANSWERS], [Scripted("r", {})], answerer({"When?": ""}))["r"].summary()
    assert set(no_gold) == timing | {"em", "f1", "hits@1", "confidence", "abstained"}
    shallow = run_experiment([BOTH], [Scripted("r", {})], top_k=3)["r"].summary()
    assert set(shallow) == timing | {"recall@2"}


def test_an_answerer_is_not_asked_what_cannot_be_scored() -> None:
    report = run_experiment([ONLY_GOLD], [Scripted("r", {})], answerer({}))["r"]
    assert report.results[0].answer_text is None
    assert not report.failures


def test_a_question_whose_retrieval_fails_scores_zero_and_is_kept() -> None:
    broken = Scripted("broken", {"Who?": StoreError("disk gone"), "Where?": ["c"]})
    report = run_experiment([BOTH, ONLY_GOLD], [broken], answerer({}))["broken"]
    failed, fine = report.results
    assert failed.error == "StoreError: disk gone"
    assert set(failed.scores.values()) == {0.0}
    assert set(failed.scores) == {"recall@2", "recall@5", "recall@10", "all_gold@5", "em", "f1", "hits@1"}
    assert (failed.milliseconds, failed.answer_text, failed.ranked_ids) == (None, None, ())
    assert fine.error == ""
    assert report.failures == (failed,)
    assert report.summary()["recall@5"] == 0.5
    assert "retrieval_ms_p50" in report.summary()


def test_a_failed_retrieval_scores_zero_even_if_the_gold_answer_has_nothing_left() -> None:
    question = Question("q", "Which article?", ("The",), ())
    report = run_experiment([question], [Scripted("r", {"Which article?": StoreError("x")})], answerer({}))["r"]
    assert report.summary() == {"em": 0.0, "f1": 0.0, "hits@1": 0.0, "questions": 1}


def test_a_question_whose_answer_fails_keeps_its_recall() -> None:
    retriever = Scripted("r", {"Who?": ["a", "b"]}, fallbacks=("no entity",))
    report = run_experiment([BOTH], [retriever], answerer({"Who?": LanguageModelError("no reply")}))["r"]
    result = report.results[0]
    assert result.error == "LanguageModelError: no reply"
    assert (result.scores["recall@5"], result.scores["em"], result.scores["f1"]) == (1.0, 0.0, 0.0)
    assert result.milliseconds is not None
    assert result.fallbacks == ("no entity",)


def test_a_programming_error_ends_the_run() -> None:
    with pytest.raises(KeyError):
        run_experiment([BOTH], [Scripted("r", {"Who?": KeyError("bug")})])


def test_fallbacks_of_both_steps_are_kept_once_and_counted() -> None:
    retriever = Scripted("r", {}, fallbacks=("no entity",))
    answer = answerer({"Who?": "Ada", "When?": "1843"}, fallbacks=("no entity", "best sentence"))
    report = run_experiment(QUESTIONS, [retriever], answer)["r"]
    assert report.results[0].fallbacks == ("no entity", "best sentence")
    assert report.fallbacks == {"no entity": 3, "best sentence": 2}


def test_the_order_of_retrievers_is_kept_and_progress_is_told() -> None:
    told = []
    retrievers = [Scripted("hybrid", {}), Scripted("bm25", {})]
    reports = run_experiment([BOTH, ONLY_GOLD], retrievers, progress=lambda *args: told.append(args))
    assert list(reports) == ["hybrid", "bm25"]
    assert told == [("hybrid", 1, 2), ("hybrid", 2, 2), ("bm25", 1, 2), ("bm25", 2, 2)]


def test_percentiles_are_over_the_retrievals_that_worked() -> None:
    times = [float(t) for t in range(101)]
    results = [QuestionResult(BOTH, (), {}, milliseconds=t) for t in times]
    results.append(QuestionResult(BOTH, (), {}, error="failed"))
    times = {"retrieval_ms_p50": 50.0, "retrieval_ms_p95": 95.0, "retrieval_ms_p99": 99.0}
    assert aggregate(results) == times | {"questions": 102}
    assert aggregate([]) == {"questions": 0}


def test_the_clock_is_read_around_retrieval_only(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([10.0, 10.25])
    monkeypatch.setattr("graphrag.evaluation.experiment.time.perf_counter", lambda: next(readings))
    report = run_experiment([BOTH], [Scripted("r", {})], answerer({"Who?": "Ada"}))["r"]
    assert report.results[0].milliseconds == 250.0


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"Expected 'retrievers' to have distinct names \(got r, r\)"):
        run_experiment([BOTH], [Scripted("r", {}), Scripted("r", {})])
    with pytest.raises(ValueError, match=r"Expected 'questions' to hold at least one question \(got none\)"):
        run_experiment([], [Scripted("r", {})])
    with pytest.raises(ValueError, match=r"Expected 'top_k' to be at least 1 \(got 0\)"):
        run_experiment([BOTH], [Scripted("r", {})], top_k=0)


def test_reports_can_be_compared_and_hashed() -> None:
    first, second = (EvaluationReport("r", (QuestionResult(BOTH, (), {"em": 1.0}),)) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)


def test_right_answers_that_cite_a_gold_passage_are_counted() -> None:
    def answer(question: str, name: str, seeds: tuple[str, ...]) -> Answer:
        text, cited = {"Who?": ("Ada", ("x", "b")), "When?": ("1843", ("x",)), "Why?": ("no", ("a",))}[question]
        return Answer(
            question, text, 0.5, "scripted", cited, (), retrieval(question, name, []), {"read": 2.0, "total": 5.0}
        )

    questions = [BOTH, Question("q3", "When?", ("1843",), ("a",)), Question("q4", "Why?", ("so",), ("a",)), ONLY_GOLD]
    report = run_experiment(questions, [Scripted("r", {})], answer)["r"]
    assert [result.scores.get("cites_gold") for result in report.results] == [1.0, 0.0, None, None]
    summary = report.summary()
    assert summary["cites_gold"] == 0.5  # of the two right answers
    assert (summary["confidence"], summary["abstained"]) == (0.5, 0.0)
    assert (summary["reading_ms_p50"], summary["answering_ms_p99"]) == (2.0, 5.0)
    assert report.results[0].citations == ("x", "b")


def test_the_cost_of_each_question_is_what_was_asked_for_it() -> None:
    used = [Usage()]

    class Asking(Scripted):
        def retrieve(self, question: str, *, top_k: int = 5) -> Retrieval:
            used[0] += Usage(1, 100, 10)
            return super().retrieve(question, top_k=top_k)

    report = run_experiment([BOTH, ONLY_GOLD], [Asking("r", {})], usage=lambda: used[0])["r"]
    assert [result.usage for result in report.results] == [Usage(1, 100, 10)] * 2
    assert report.usage == Usage(2, 200, 20)
    assert run_experiment([BOTH], [Asking("r", {})])["r"].usage == Usage()


def test_hops() -> None:
    questions = [Question("2hop__7_8", "A?", ("x",), ()), Question("x", "B?", (), ("a", "b", "c")), ONLY_ANSWERS]
    report = run_experiment(questions, [Scripted("r", {})])["r"]
    assert [question.num_hops for question in questions] == [2, 3, None]
    assert {hops: len(part.results) for hops, part in report.by_hops().items()} == {2: 1, 3: 1}
